// The contract of a field, which every protocol of this library relies on. It has two levels. The
// prime field holds data (activations, weights, codewords); its extension, of degree `degree`, holds
// challenges and everything that depends on one. Where the prime field is large enough, both are the
// same and the degree is 1.
//
// `Field<E>` is scalar arithmetic, for verifiers and for code that is not hot. Provers compute on
// vectors through an `Engine` (engine.ts). Each field passes the law suite in test/field/laws.ts.

import { describe, readField } from '../bytes.ts';
import { UsageError } from '../errors.ts';

/**
 * An m × n matrix with entries in {−1, 0, +1} by compressed columns: column c's row indices stand in
 * `rows[ends[c − 1] … ends[c])`, those of its +1 entries first, up to `plusEnds[c]`, then those of −1.
 *
 * @example
 * ```ts
 * import type { SignedColumns } from 'ternary-gkr/field';
 *
 * // the 2 × 2 matrix of rows (+1, −1) and (0, +1)
 * const matrix: SignedColumns = {
 *   rowCount: 2,
 *   columnCount: 2,
 *   rows: Uint32Array.of(0, 1, 0),
 *   plusEnds: Uint32Array.of(1, 2),
 *   ends: Uint32Array.of(1, 3),
 * };
 * ```
 */
export interface SignedColumns {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Row indices, ascending within each sign of each column; length nnz. */
  readonly rows: Uint32Array;
  /** End of the +1 entries of each column; length n. */
  readonly plusEnds: Uint32Array;
  /** End of each column; length n. */
  readonly ends: Uint32Array;
}

/**
 * A sparse matrix of 8-bit integers by compressed columns: column c's entries are [ends[c − 1], ends[c]).
 *
 * @example
 * ```ts
 * import type { WeightedColumns } from 'ternary-gkr/field';
 * import { integerFromDense } from 'ternary-gkr/sparse';
 *
 * const matrix: WeightedColumns = integerFromDense([0, 9, -8, 0], 2, 2);
 * console.log(matrix.rows, matrix.weights); // Uint32Array(2) [ 1, 0 ] Int8Array(2) [ -8, 9 ]
 * ```
 */
export interface WeightedColumns {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Row indices; length nnz. */
  readonly rows: Uint32Array;
  /** The entries; length nnz. */
  readonly weights: Int8Array;
  /** End of each column; length columnCount. */
  readonly ends: Uint32Array;
}

/**
 * A sparse matrix of signs over pairs: each entry of a column names one place of a left table and one of a right table.
 * Entries stand column after column.
 *
 * @example
 * ```ts
 * import type { SignedPairs } from 'ternary-gkr/field';
 *
 * // one column: left 0 times right 2
 * const pairs: SignedPairs = {
 *   leftCount: 1,
 *   rightCount: 3,
 *   columnCount: 1,
 *   lefts: Uint32Array.of(0),
 *   rights: Uint32Array.of(2),
 *   ends: Uint32Array.of(1),
 * };
 * ```
 */
export interface SignedPairs {
  readonly leftCount: number;
  readonly rightCount: number;
  readonly columnCount: number;
  readonly lefts: Uint32Array;
  readonly rights: Uint32Array;
  /** 1 or −1 for each entry; all are 1 where absent. */
  readonly signs?: Int8Array;
  /** End of each column's entries; length columnCount. */
  readonly ends: Uint32Array;
}

/**
 * Plain evaluators of public tables, for verifiers: typed-array loops that the field owns, without an
 * engine. Tables shorter than the cube are zero beyond their end.
 *
 * @example
 * ```ts
 * import { koalaBear, type KoalaElement, type PublicTables } from 'ternary-gkr/field';
 *
 * const tables: PublicTables<KoalaElement> = koalaBear.tables;
 * // the multilinear extension of (4, 6) at 3 is 4 + 3·(6 − 4)
 * console.log(tables.evaluateIntegers([4, 6], [koalaBear.fromInteger(3)])); // [ 10, 0, 0, 0 ]
 * ```
 */
export interface PublicTables<E> {
  /** eq(point, x) for all x of the cube in index order (poly/point.ts); length 2^point.length. */
  eqTable(point: readonly E[]): E[];
  /** Σᵢ eq(point, i)·values[i]: the multilinear extension of small integers, |values[i]| < 2³¹. */
  evaluateIntegers(values: ArrayLike<number>, point: readonly E[]): E;
  /** Σ over the entries (o, i) of ±eq(rowPoint, o)·eq(columnPoint, i), in nnz additions. */
  evaluateSigned(matrix: SignedColumns, rowPoint: readonly E[], columnPoint: readonly E[]): E;
  /** Σ over the entries (o, i) of weight·eq(rowPoint, o)·eq(columnPoint, i), by one multiplication with a small integer each. */
  evaluateWeighted(matrix: WeightedColumns, rowPoint: readonly E[], columnPoint: readonly E[]): E;
  /** Σᵢ values[i]·weights[i]; equal lengths. */
  dot(values: readonly E[], weights: readonly E[]): E;
  /**
   * The Reed–Solomon codeword of `message`: the polynomial with these coefficients at the powers
   * ωʲ, j = 0 … 2^logLength − 1, ω = `rootOfUnity(logLength)`.
   */
  encode(message: readonly E[], logLength: number): E[];
  /** Σⱼ weights[j]·column[j], with `column` in canonical encodings of the prime field, back to back; undefined if one is not canonical. */
  dotBaseBytes(column: Uint8Array, weights: readonly E[]): E | undefined;
}

/**
 * A field F, an extension of degree `degree` of the prime field F_p.
 *
 * @example
 * ```ts
 * import { bn254, type Field, koalaBear } from 'ternary-gkr/field';
 *
 * // Works over any field.
 * function cube<E>(field: Field<E>, x: E): E {
 *   return field.mul(x, field.mul(x, x));
 * }
 * console.log(cube(bn254, 5n), cube(koalaBear, koalaBear.fromInteger(5))); // 125n [ 125, 0, 0, 0 ]
 * ```
 */
export interface Field<E> {
  /** Absorbed with the statement; unique. */
  readonly name: string;
  /** p */
  readonly characteristic: bigint;
  readonly degree: number;
  /** log₂|F|, rounded down to a hundredth: the error terms divide by it. */
  readonly bits: number;
  /** Length of an encoded element: `degree · baseByteLength`. */
  readonly byteLength: number;
  /** Length of an encoded element of F_p. */
  readonly baseByteLength: number;
  /** F_p* has a subgroup of order 2^twoAdicity. */
  readonly twoAdicity: number;
  readonly zero: E;
  readonly one: E;
  /** Returns the image of any integer, including negative ones. */
  fromInteger(value: number | bigint): E;
  /** Returns the element with these coordinates over F_p, constant coefficient first; any integers, reduced. */
  fromCoefficients(coefficients: readonly (number | bigint)[]): E;
  /** Returns the coordinates in [0, p), constant coefficient first. */
  toCoefficients(a: E): bigint[];
  add(a: E, b: E): E;
  sub(a: E, b: E): E;
  mul(a: E, b: E): E;
  neg(a: E): E;
  /** @throws RangeError if a is zero */
  inv(a: E): E;
  equal(a: E, b: E): boolean;
  isZero(a: E): boolean;
  /** Returns a primitive root of unity of order 2^logOrder in F_p: the square of the one for logOrder + 1. */
  rootOfUnity(logOrder: number): E;
  /** Writes the one accepted encoding (little-endian coordinates) at `offset`. */
  write(a: E, target: Uint8Array, offset: number): void;
  /** Reads an encoding; undefined if it is not canonical. */
  read(source: Uint8Array, offset: number): E | undefined;
  /** A uniform element, by rejection per coordinate; `read(n)` yields the next n bytes of an extendable output. */
  sample(read: (length: number) => Uint8Array): E;
  readonly tables: PublicTables<E>;
}

/** @throws UsageError unless a value is a field, which its characteristic tells */
export function requireField(field: unknown): void {
  if (typeof readField(field, 'characteristic') === 'bigint') return;
  throw new UsageError(`the field is ${describe(field)}; give one of ternary-gkr/field`);
}
