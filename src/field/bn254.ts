// The scalar field of BN254, r ≈ 2^253.6, over bigint with the arithmetic of @noble/curves: the second
// field, which shows that no protocol is tied to the first. Base and extension are the same field.
//
// An element is encoded as 32 little-endian bytes below r; no other bytes are accepted.

import { bn254 as curve } from '@noble/curves/bn254.js';
import { UsageError } from '../errors.ts';
import type { Field } from './field.ts';
import { createGenericTables, type ScalarField } from './generic-tables.ts';

const Fr = curve.fields.Fr;
const BYTES = 32;
const TWO_ADICITY = 28;
/** r < 2²⁵⁴: the highest byte of a sample keeps six bits. */
const HIGHEST_BYTE_MASK = 0x3f;

/** roots[k] has order 2^k; 5 generates the multiplicative group. */
const roots: readonly bigint[] = (() => {
  const powers = new Array<bigint>(TWO_ADICITY + 1);
  powers[TWO_ADICITY] = Fr.pow(5n, (Fr.ORDER - 1n) >> BigInt(TWO_ADICITY));
  for (let k = TWO_ADICITY; k > 0; k--) powers[k - 1] = Fr.sqr(powers[k]);
  return powers;
})();

function readInteger(source: Uint8Array, offset: number): bigint {
  const view = new DataView(source.buffer, source.byteOffset + offset, BYTES);
  let value = 0n;
  for (let at = BYTES - 8; at >= 0; at -= 8) value = (value << 64n) | view.getBigUint64(at, true);
  return value;
}

function toBigInt(value: number | bigint): bigint {
  if (typeof value === 'number' && !Number.isInteger(value)) throw new UsageError(`${value} is not an integer`);
  return BigInt(value);
}

const scalars: ScalarField<bigint> = {
  name: 'BN254-scalar',
  characteristic: Fr.ORDER,
  degree: 1,
  bits: 253.59,
  byteLength: BYTES,
  baseByteLength: BYTES,
  twoAdicity: TWO_ADICITY,
  zero: 0n,
  one: 1n,
  fromInteger: (value) => Fr.create(toBigInt(value)),
  fromCoefficients(coefficients) {
    if (coefficients.length > 1) throw new UsageError(`${coefficients.length} coordinates; elements have 1`);
    return Fr.create(toBigInt(coefficients[0] ?? 0));
  },
  toCoefficients: (a) => [a],
  add: (a, b) => Fr.add(a, b),
  sub: (a, b) => Fr.sub(a, b),
  mul: (a, b) => Fr.mul(a, b),
  neg: (a) => Fr.neg(a),
  inv(a) {
    if (a === 0n) throw new RangeError('zero has no inverse');
    return Fr.inv(a);
  },
  equal: (a, b) => a === b,
  isZero: (a) => a === 0n,
  rootOfUnity(logOrder) {
    const root = roots[logOrder];
    if (root === undefined)
      throw new UsageError(`roots of unity have order 2^0 to 2^${TWO_ADICITY}, not 2^${logOrder}`);
    return root;
  },
  write(a, target, offset) {
    const view = new DataView(target.buffer, target.byteOffset + offset, BYTES);
    for (let at = 0, rest = a; at < BYTES; at += 8, rest >>= 64n) view.setBigUint64(at, BigInt.asUintN(64, rest), true);
  },
  read(source, offset) {
    if (offset + BYTES > source.length) return undefined;
    const value = readInteger(source, offset);
    return value < Fr.ORDER ? value : undefined;
  },
  sample(read) {
    while (true) {
      const bytes = read(BYTES).slice();
      bytes[BYTES - 1] &= HIGHEST_BYTE_MASK;
      const candidate = readInteger(bytes, 0);
      if (candidate < Fr.ORDER) return candidate;
    }
  },
};

/**
 * The scalar field of BN254, of 254 bits, for circuits that a contract verifies. Elements are bigints in [0, r).
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 *
 * console.log(bn254.mul(bn254.inv(7n), 21n)); // 3n
 * console.log(bn254.degree, bn254.byteLength); // 1 32
 * ```
 */
export const bn254: Field<bigint> = { ...scalars, tables: createGenericTables(scalars) };
