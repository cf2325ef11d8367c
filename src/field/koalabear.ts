// KoalaBear, F_p with p = 2³¹ − 2²⁴ + 1, and its extension F = F_p[X]/(X⁴ − 3) as a `Field`: scalar
// operations over plain numbers, for verifiers and for code that is not hot. The arithmetic is in
// koalabear-arithmetic.ts, the evaluators of public tables in koalabear-tables.ts.
//
// An element is encoded as its four coordinates, constant first, each a 32-bit little-endian integer
// below p; no other bytes are accepted.

import { UsageError } from '../errors.ts';
import type { Field } from './field.ts';
import {
  addExtension,
  invExtension,
  KOALABEAR_MODULUS,
  type KoalaElement,
  mulExtension,
  subExtension,
  subMod,
} from './koalabear-arithmetic.ts';
import { koalaBearTables, rootOfUnity } from './koalabear-tables.ts';

export { KOALABEAR_MODULUS, type KoalaElement, mulMod as koalaBearMultiply } from './koalabear-arithmetic.ts';

const P = KOALABEAR_MODULUS;
const BIG_P = BigInt(P);
const DEGREE = 4;
const ZERO: KoalaElement = [0, 0, 0, 0];

function reduceInteger(value: number | bigint): number {
  if (typeof value === 'bigint') {
    const remainder = Number(value % BIG_P);
    return remainder < 0 ? remainder + P : remainder;
  }
  if (!Number.isInteger(value)) throw new UsageError(`${value} is not an integer`);
  const remainder = value % P;
  // "+ 0" turns −0 into 0.
  return remainder < 0 ? remainder + P : remainder + 0;
}

function readCoordinate(source: Uint8Array, offset: number): number {
  return (source[offset] | (source[offset + 1] << 8) | (source[offset + 2] << 16) | (source[offset + 3] << 24)) >>> 0;
}

/** The next 31 bits below p: each draw is rejected with probability 2⁻⁷. */
function sampleCoordinate(bytes: Uint8Array, offset: number, read: (length: number) => Uint8Array): number {
  let candidate = readCoordinate(bytes, offset) & 0x7fffffff;
  while (candidate >= P) candidate = readCoordinate(read(4), 0) & 0x7fffffff;
  return candidate;
}

/**
 * KoalaBear and its extension of degree 4, of 124 bits: the field of this library unless another is given.
 *
 * @example
 * ```ts
 * import { koalaBear } from 'ternary-gkr/field';
 *
 * const half = koalaBear.inv(koalaBear.fromInteger(2));
 * console.log(koalaBear.add(half, half)); // [ 1, 0, 0, 0 ]
 * ```
 */
export const koalaBear: Field<KoalaElement> = {
  name: 'KoalaBear^4',
  characteristic: BIG_P,
  degree: DEGREE,
  bits: 123.95,
  byteLength: 16,
  baseByteLength: 4,
  twoAdicity: 24,
  zero: ZERO,
  one: [1, 0, 0, 0],

  fromInteger: (value) => [reduceInteger(value), 0, 0, 0],

  fromCoefficients(coefficients) {
    if (coefficients.length > DEGREE)
      throw new UsageError(`${coefficients.length} coordinates; elements have ${DEGREE}`);
    const [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = coefficients;
    return [reduceInteger(c0), reduceInteger(c1), reduceInteger(c2), reduceInteger(c3)];
  },

  toCoefficients: (a) => a.map(BigInt),

  add: addExtension,
  sub: subExtension,
  mul: mulExtension,
  neg: (a) => [subMod(0, a[0]), subMod(0, a[1]), subMod(0, a[2]), subMod(0, a[3])],

  inv(a) {
    if ((a[0] | a[1] | a[2] | a[3]) === 0) throw new RangeError('zero has no inverse');
    return invExtension(a);
  },

  equal: (a, b) => a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3],
  isZero: (a) => (a[0] | a[1] | a[2] | a[3]) === 0,

  rootOfUnity: (logOrder) => [rootOfUnity(logOrder), 0, 0, 0],

  write(a, target, offset) {
    for (let i = 0, at = offset; i < DEGREE; i++, at += 4) {
      const coordinate = a[i];
      target[at] = coordinate;
      target[at + 1] = coordinate >>> 8;
      target[at + 2] = coordinate >>> 16;
      target[at + 3] = coordinate >>> 24;
    }
  },

  read(source, offset) {
    if (offset + 16 > source.length) return undefined;
    const c0 = readCoordinate(source, offset);
    const c1 = readCoordinate(source, offset + 4);
    const c2 = readCoordinate(source, offset + 8);
    const c3 = readCoordinate(source, offset + 12);
    return c0 < P && c1 < P && c2 < P && c3 < P ? [c0, c1, c2, c3] : undefined;
  },

  sample(read) {
    const bytes = read(16);
    return [
      sampleCoordinate(bytes, 0, read),
      sampleCoordinate(bytes, 4, read),
      sampleCoordinate(bytes, 8, read),
      sampleCoordinate(bytes, 12, read),
    ];
  },

  tables: koalaBearTables,
};
