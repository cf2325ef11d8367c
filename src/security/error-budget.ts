// Errors in exact integers, so that every engine and every language decides alike what is sound: an
// error is a number of units of 2^−160, rounded up; a budget is given in tenths of bits, and rounded down. Logarithms are
// for reports alone.
//
//   over the field    count·⌈2^160/|F|⌉
//   of some bits      2^(160 − bits)
//   budget            2^(−t/10) is taken as T[t mod 10]·2^(−16 − ⌊t/10⌋)

import type { Field } from '../field/field.ts';
import type { ErrorTerm } from './error-terms.ts';

/** −log₂ of the unit of errors. */
const UNIT_BITS = 160;
/** ⌊2^16·2^(−j/10)⌋ for j = 0 … 9. */
const TENTHS = [65536, 61147, 57052, 53231, 49667, 46340, 43237, 40342, 37640, 35119];
const TENTHS_BITS = 16;

/** Returns 2^−bits in units; zero below one unit. */
export function errorOfBits(bits: number): bigint {
  return bits > UNIT_BITS ? 0n : 1n << BigInt(UNIT_BITS - bits);
}

/** Returns the largest error within a budget in tenths of bits. */
export function budgetOf(tenths: number): bigint {
  return (BigInt(TENTHS[tenths % 10]) * errorOfBits(Math.floor(tenths / 10))) >> BigInt(TENTHS_BITS);
}

/** Returns the least number of tenths whose budget is at most the error, which is positive. */
export function tenthsWithin(error: bigint): number {
  // a budget with its top bit at the error's, or one bit above
  let tenths = Math.max(0, 10 * (UNIT_BITS - error.toString(2).length));
  while (budgetOf(tenths) > error) tenths++;
  return tenths;
}

/** Returns requested bits in tenths, rounded up. */
export function tenthsOf(bits: number): number {
  return Math.ceil(10 * bits);
}

/** Returns 1/|F| in units. */
export function fieldUnit({ characteristic, degree }: Field<unknown>): bigint {
  const size = characteristic ** BigInt(degree);
  return (errorOfBits(0) + size - 1n) / size;
}

/**
 * Returns an error of count/|F|.
 *
 * @example
 * ```ts
 * import { overField } from 'ternary-gkr/commit';
 * import { koalaBear } from 'ternary-gkr/field';
 *
 * // 20 of |F| challenges are bad
 * console.log(overField(koalaBear, 'sumcheck', 20).bits.toFixed(2)); // 119.63
 * ```
 */
export function overField(field: Field<unknown>, name: string, count: number): ErrorTerm {
  return { name, bits: field.bits - Math.log2(count), error: BigInt(count) * fieldUnit(field) };
}

/**
 * Returns an error of 2^−bits, in whole bits.
 *
 * @example
 * ```ts
 * import { ofBits } from 'ternary-gkr/commit';
 *
 * console.log(ofBits('queries', 110).bits); // 110
 * ```
 */
export function ofBits(name: string, bits: number): ErrorTerm {
  return { name, bits, error: errorOfBits(bits) };
}

/** Returns the sum of all errors. */
export function totalError(terms: readonly ErrorTerm[]): bigint {
  return terms.reduce((sum, { error }) => sum + error, 0n);
}

/** Whether all errors together are at most 2^−bits, in whole bits. */
export function isWithin(terms: readonly ErrorTerm[], bits: number): boolean {
  return totalError(terms) <= errorOfBits(bits);
}

/** Returns −log₂ of an error in units, for reports. */
export function bitsOf(error: bigint): number {
  return UNIT_BITS - Math.log2(Number(error));
}

/** Returns 100·log₂ of n ≥ 1, rounded up: the bits of n^100 − 1. */
export function hundredthsOfLog(n: number): number {
  return n === 1 ? 0 : (BigInt(n) ** 100n - 1n).toString(2).length;
}
