// The particulars of KoalaBear: the constants of its definition and its scalar arithmetic at the edges
// of the exact sums.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { KOALABEAR_MODULUS, koalaBear, koalaBearMultiply } from '../../src/field/koalabear.ts';
import {
  addMod,
  powMod,
  reduceHalves,
  reduceSigned,
  reduceUnsigned,
  subMod,
} from '../../src/field/koalabear-arithmetic.ts';
import { runs } from '../support/depth.ts';
import { signedColumns } from './laws.ts';

const P = KOALABEAR_MODULUS;
const p = BigInt(P);
const modulo = (x: bigint): number => Number(((x % p) + p) % p);
const edges = [0, 1, 2, 0xffff, 0x10000, 0x10001, (P - 1) / 2, (P + 1) / 2, 0x7effffff, P - 0x10000, P - 2, P - 1];
const residue = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: P - 1 }));

describe('the prime', () => {
  it('is 2^31 − 2^24 + 1, and 3 generates its group', () => {
    expect(P).toBe(2 ** 31 - 2 ** 24 + 1);
    // p − 1 = 2^24 · 127
    expect(P - 1).toBe(2 ** 24 * 127);
    expect(powMod(3, (P - 1) / 2)).toBe(P - 1);
    expect(powMod(3, (P - 1) / 127)).not.toBe(1);
  });

  it('has X^4 − 3 irreducible: 4 divides p − 1 and 3 is not a square', () => {
    expect((P - 1) % 4).toBe(0);
    const x = koalaBear.fromCoefficients([0, 1]);
    const square = koalaBear.mul(x, x);
    expect(koalaBear.mul(square, square)).toEqual(koalaBear.fromInteger(3));
  });
});

describe('scalar operations', () => {
  it('are exact on all pairs of edge values and on random ones', () => {
    const check = (a: number, b: number): void => {
      expect(addMod(a, b)).toBe(modulo(BigInt(a) + BigInt(b)));
      expect(subMod(a, b)).toBe(modulo(BigInt(a) - BigInt(b)));
      expect(koalaBearMultiply(a, b)).toBe(modulo(BigInt(a) * BigInt(b)));
    };
    for (const a of edges) for (const b of edges) check(a, b);
    fc.assert(fc.property(residue, residue, check), { numRuns: runs(2000) });
  });

  it('multiply exactly where a·b is near a multiple of p', () => {
    // b = k/a mod p makes a·b ≡ k: the quotient lies just above an integer for small k, just below for negative.
    const near = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: P - 1 }), near, (a, k) => {
        const [inverse] = koalaBear.inv(koalaBear.fromInteger(a));
        const b = modulo(BigInt(inverse) * BigInt(k));
        expect(koalaBearMultiply(a, b)).toBe(modulo(BigInt(k)));
      }),
      { numRuns: runs(2000) },
    );
  });

  it('reduce exactly up to 2^53 − 2^31', () => {
    const check = (x: number): void => {
      expect(reduceSigned(x)).toBe(modulo(BigInt(x)));
      expect(reduceSigned(-x)).toBe(modulo(-BigInt(x)));
      expect(reduceUnsigned(x)).toBe(modulo(BigInt(x)));
      expect(Object.is(reduceSigned(-x), -0)).toBe(false);
    };
    const top = 2 ** 53 - 2 ** 31;
    const largestMultiple = top - (top % P);
    for (const multiple of [0, P, 2 * P, 2 ** 21 * P, largestMultiple - P, largestMultiple]) {
      for (const x of [-2, -1, 0, 1, 2].map((offset) => multiple + offset)) if (x >= 0 && x <= top) check(x);
    }
    check(top);
    const large = fc.integer({ min: -top, max: top });
    fc.assert(fc.property(fc.integer({ min: 0, max: top }), check), { numRuns: runs(2000) });
    fc.assert(
      fc.property(large, large, (high, low) => {
        expect(reduceHalves(high, low)).toBe(modulo(BigInt(high) * 65536n + BigInt(low)));
      }),
      { numRuns: runs(2000) },
    );
  });
});

describe('public tables', () => {
  it('evaluateSigned carries long columns of either sign: eq sums to 1 over the cube', () => {
    const point = Array.from({ length: 16 }, (_, i) => koalaBear.fromCoefficients([-1, -i, -2, 1 - i]));
    for (const sign of [1, -1]) {
      const matrix = signedColumns(2 ** 16, 1, () => sign);
      expect(koalaBear.tables.evaluateSigned(matrix, point, [])).toEqual(koalaBear.fromInteger(sign));
    }
  });

  it('evaluateSigned refuses more rows than one exact sum holds', () => {
    const matrix = { ...signedColumns(1, 1, () => 1), rowCount: 2 ** 22 + 1 };
    const point = Array.from({ length: 23 }, () => koalaBear.one);
    expect(() => koalaBear.tables.evaluateSigned(matrix, point, [])).toThrow(UsageError);
  });

  it('encodes 2^10 coefficients at 2^12 places like Horner at some of them', () => {
    const message = Array.from({ length: 1024 }, (_, i) =>
      koalaBear.fromCoefficients([i * i, -i, 7 ** (i % 9), i << 20]),
    );
    const codeword = koalaBear.tables.encode(message, 12);
    const root = koalaBear.rootOfUnity(12);
    let point = koalaBear.one;
    codeword.forEach((value, place) => {
      if (place % 97 === 0) {
        const horner = message.reduceRight((sum, c) => koalaBear.add(koalaBear.mul(sum, point), c), koalaBear.zero);
        expect(value).toEqual(horner);
      }
      point = koalaBear.mul(point, root);
    });
  });
});
