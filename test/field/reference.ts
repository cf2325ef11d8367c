// A field by its definition, F_p[X]/(X^d − w) over bigint: polynomial product, reduction, inverse by
// Fermat. The prime field is @noble/curves' `Field`; the evaluators of tables are the generic ones.
// Slow and obvious: the oracle of the fast fields.

import { Field as PrimeField } from '@noble/curves/abstract/modular.js';
import { UsageError } from '../../src/errors.ts';
import type { Field } from '../../src/field/field.ts';
import { createGenericTables, type ScalarField } from '../../src/field/generic-tables.ts';

export type ReferenceElement = readonly bigint[];

export interface ReferenceParameters {
  readonly name: string;
  readonly modulus: bigint;
  /** d; 1 where the extension is the prime field itself. */
  readonly degree: number;
  /** w, with X^d − w irreducible; unused at degree 1. */
  readonly nonresidue: bigint;
  /** Bytes of an encoded element of F_p. */
  readonly baseByteLength: number;
  /** Of F_p*. */
  readonly generator: bigint;
}

export function createReferenceField(parameters: ReferenceParameters): Field<ReferenceElement> {
  const { name, modulus, degree, baseByteLength, generator } = parameters;
  const base = PrimeField(modulus);
  const nonresidue = base.create(parameters.nonresidue);
  const byteLength = degree * baseByteLength;
  const coordinates = Array.from({ length: degree }, (_, i) => i);
  const order = modulus ** BigInt(degree);
  const bitLength = modulus.toString(2).length;
  const sampleMask = (1n << BigInt(bitLength)) - 1n;

  let twoAdicity = 0;
  while (((modulus - 1n) >> BigInt(twoAdicity)) % 2n === 0n) twoAdicity++;

  const embed = (value: bigint): ReferenceElement => coordinates.map((i) => (i === 0 ? base.create(value) : 0n));
  const zero = embed(0n);
  const one = embed(1n);
  const isZero = (a: ReferenceElement): boolean => a.every((coordinate) => coordinate === 0n);

  function mul(a: ReferenceElement, b: ReferenceElement): ReferenceElement {
    const product = [...zero];
    for (const i of coordinates) {
      for (const j of coordinates) {
        const term = base.mul(a[i], b[j]);
        const wraps = i + j >= degree;
        const k = wraps ? i + j - degree : i + j;
        product[k] = base.add(product[k], wraps ? base.mul(nonresidue, term) : term);
      }
    }
    return product;
  }

  function pow(a: ReferenceElement, exponent: bigint): ReferenceElement {
    let result = one;
    for (const bit of exponent.toString(2)) {
      result = mul(result, result);
      if (bit === '1') result = mul(result, a);
    }
    return result;
  }

  function toInteger(value: number | bigint): bigint {
    if (typeof value === 'number' && !Number.isInteger(value)) throw new UsageError(`${value} is not an integer`);
    return BigInt(value);
  }

  function readInteger(source: Uint8Array, offset: number): bigint {
    let value = 0n;
    for (let i = baseByteLength - 1; i >= 0; i--) value = value * 256n + BigInt(source[offset + i]);
    return value;
  }

  const scalars: ScalarField<ReferenceElement> = {
    name,
    characteristic: modulus,
    degree,
    bits: Math.floor(100 * degree * Math.log2(Number(modulus))) / 100,
    byteLength,
    baseByteLength,
    twoAdicity,
    zero,
    one,
    fromInteger: (value) => embed(toInteger(value)),
    fromCoefficients(coefficients) {
      if (coefficients.length > degree) throw new UsageError(`more than ${degree} coordinates`);
      return coordinates.map((i) => base.create(toInteger(coefficients[i] ?? 0)));
    },
    toCoefficients: (a) => [...a],
    add: (a, b) => coordinates.map((i) => base.add(a[i], b[i])),
    sub: (a, b) => coordinates.map((i) => base.sub(a[i], b[i])),
    mul,
    neg: (a) => a.map((coordinate) => base.neg(coordinate)),
    inv(a) {
      if (isZero(a)) throw new RangeError('zero has no inverse');
      return pow(a, order - 2n);
    },
    equal: (a, b) => coordinates.every((i) => a[i] === b[i]),
    isZero,
    rootOfUnity(logOrder) {
      if (!Number.isInteger(logOrder) || logOrder < 0 || logOrder > twoAdicity) {
        throw new UsageError(`no root of order 2^${logOrder}`);
      }
      return embed(base.pow(generator, (modulus - 1n) >> BigInt(logOrder)));
    },
    write(a, target, offset) {
      a.forEach((coordinate, i) => {
        for (let byte = 0; byte < baseByteLength; byte++) {
          target[offset + i * baseByteLength + byte] = Number((coordinate >> BigInt(8 * byte)) & 0xffn);
        }
      });
    },
    read(source, offset) {
      if (offset + byteLength > source.length) return undefined;
      const values = coordinates.map((i) => readInteger(source, offset + i * baseByteLength));
      return values.every((value) => value < modulus) ? values : undefined;
    },
    sample(read) {
      const first = read(byteLength);
      return coordinates.map((i) => {
        let candidate = readInteger(first, i * baseByteLength) & sampleMask;
        while (candidate >= modulus) candidate = readInteger(read(baseByteLength), 0) & sampleMask;
        return candidate;
      });
    },
  };
  return { ...scalars, tables: createGenericTables(scalars) };
}

export const koalaBearReference = createReferenceField({
  name: 'reference KoalaBear^4',
  modulus: 2n ** 31n - 2n ** 24n + 1n,
  degree: 4,
  nonresidue: 3n,
  baseByteLength: 4,
  generator: 3n,
});

export const bn254Reference = createReferenceField({
  name: 'reference BN254-scalar',
  modulus: 21888242871839275222246405745257275088548364400416034343698204186575808495617n,
  degree: 1,
  nonresidue: 0n,
  baseByteLength: 32,
  generator: 5n,
});

/** 2³¹ − 1 alone: the field of the published sumcheck vectors. */
export const mersenne31 = createReferenceField({
  name: 'Mersenne31',
  modulus: 2n ** 31n - 1n,
  degree: 1,
  nonresidue: 0n,
  baseByteLength: 4,
  generator: 7n,
});

/** F_p[i], i² = −1, over 2³¹ − 1. */
export const complexMersenne31 = createReferenceField({
  name: 'Mersenne31^2',
  modulus: 2n ** 31n - 1n,
  degree: 2,
  nonresidue: -1n,
  baseByteLength: 4,
  generator: 7n,
});
