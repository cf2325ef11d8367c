// The laws that every field of this library passes, and what "equal to its reference" means. Adding a
// field is one line in laws.test.ts.

import { turboshake128 } from '@noble/hashes/sha3-addons.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import type { Field, SignedColumns } from '../../src/field/field.ts';
import { runs } from '../support/depth.ts';

/** Coordinates of an element: edge values as often as uniform ones. */
export function coordinatesOf(field: { characteristic: bigint; degree: number }): fc.Arbitrary<bigint[]> {
  const p = field.characteristic;
  const edges = [0n, 1n, 2n, 0xffffn, 0x10000n, 0x7effffffn, (p - 1n) / 2n, (p + 1n) / 2n, p - 2n, p - 1n];
  const coordinate = fc.oneof(
    fc.constantFrom(...edges.filter((edge) => edge < p)),
    fc.bigInt({ min: 0n, max: p - 1n }),
  );
  return fc.array(coordinate, { minLength: field.degree, maxLength: field.degree });
}

export function elementOf<E>(field: Field<E>): fc.Arbitrary<E> {
  return coordinatesOf(field).map((coordinates) => field.fromCoefficients(coordinates));
}

/** A matrix of signs with compressed columns, from a dense one. */
export function signedColumns(
  rowCount: number,
  columnCount: number,
  entry: (row: number, column: number) => number,
): SignedColumns {
  const rows: number[] = [];
  const plusEnds: number[] = [];
  const ends: number[] = [];
  for (let column = 0; column < columnCount; column++) {
    for (const sign of [1, -1]) {
      for (let row = 0; row < rowCount; row++) if (entry(row, column) === sign) rows.push(row);
      if (sign === 1) plusEnds.push(rows.length);
    }
    ends.push(rows.length);
  }
  return {
    rowCount,
    columnCount,
    rows: Uint32Array.from(rows),
    plusEnds: Uint32Array.from(plusEnds),
    ends: Uint32Array.from(ends),
  };
}

/** The bytes of an extendable output, one after another. */
export function byteStream(seed: string): (length: number) => Uint8Array {
  const hash = turboshake128.create({}).update(new TextEncoder().encode(seed));
  return (length) => hash.xof(length);
}

function sumOf<E>(field: Field<E>, values: readonly E[]): E {
  return values.reduce((sum, value) => field.add(sum, value), field.zero);
}

function power<E>(field: Field<E>, a: E, exponent: bigint): E {
  let result = field.one;
  for (const bit of exponent.toString(2)) {
    result = field.mul(result, result);
    if (bit === '1') result = field.mul(result, a);
  }
  return result;
}

/** eq(point, index) by its definition: Π rᵢ or 1 − rᵢ, the first variable against the highest bit. */
function eqAt<E>(field: Field<E>, point: readonly E[], index: number): E {
  return point.reduce((product, r, i) => {
    const bit = (index >> (point.length - 1 - i)) & 1;
    return field.mul(product, bit === 1 ? r : field.sub(field.one, r));
  }, field.one);
}

const RUNS = { numRuns: runs(60) };
const FEW_RUNS = { numRuns: 15 };

/** Registers the law suite for one field. */
export function testFieldLaws<E>(field: Field<E>): void {
  const p = field.characteristic;
  const element = elementOf(field);
  const expectEqual = (a: E, b: E): void => expect(field.toCoefficients(a)).toEqual(field.toCoefficients(b));
  const encode = (a: E): Uint8Array => {
    const bytes = new Uint8Array(field.byteLength);
    field.write(a, bytes, 0);
    return bytes;
  };
  const pointOf = (variables: number): fc.Arbitrary<E[]> =>
    fc.array(element, { minLength: variables, maxLength: variables });

  describe(`laws of ${field.name}`, () => {
    it('is a commutative ring', () => {
      const { add, sub, mul, neg, zero, one } = field;
      fc.assert(
        fc.property(element, element, element, (a, b, c) => {
          expectEqual(add(a, b), add(b, a));
          expectEqual(add(add(a, b), c), add(a, add(b, c)));
          expectEqual(mul(a, b), mul(b, a));
          expectEqual(mul(mul(a, b), c), mul(a, mul(b, c)));
          expectEqual(mul(a, add(b, c)), add(mul(a, b), mul(a, c)));
          expectEqual(add(a, zero), a);
          expectEqual(mul(a, one), a);
          expectEqual(add(a, neg(a)), zero);
          expectEqual(sub(a, b), add(a, neg(b)));
        }),
        RUNS,
      );
    });

    it('has an inverse of everything but zero, and p^degree elements', () => {
      fc.assert(
        fc.property(element, (a) => {
          if (field.isZero(a)) return;
          expectEqual(field.mul(a, field.inv(a)), field.one);
          expectEqual(power(field, a, p ** BigInt(field.degree)), a);
        }),
        FEW_RUNS,
      );
      expect(() => field.inv(field.zero)).toThrow(RangeError);
    });

    it('compares by value', () => {
      fc.assert(
        fc.property(element, element, (a, b) => {
          const same = field.toCoefficients(a).every((x, i) => x === field.toCoefficients(b)[i]);
          expect(field.equal(a, b)).toBe(same);
          expect(field.equal(a, field.add(a, field.zero))).toBe(true);
          expect(field.isZero(a)).toBe(field.equal(a, field.zero));
          expect(field.isZero(field.sub(a, a))).toBe(true);
        }),
        RUNS,
      );
      for (let i = 0; i < field.degree; i++) {
        const unit = field.fromCoefficients(Array.from({ length: i + 1 }, (_, j) => (j === i ? 1 : 0)));
        expect(field.isZero(unit)).toBe(false);
        expect(field.equal(unit, field.zero)).toBe(false);
      }
    });

    it('states its size', () => {
      // log₂p from the 53 highest bits, so that numbers of 254 bits work too.
      const shift = Math.max(0, p.toString(2).length - 53);
      const log = field.degree * (Math.log2(Number(p >> BigInt(shift))) + shift);
      expect(field.bits).toBe(Math.floor(log * 100) / 100);
      expect(field.byteLength).toBe(field.degree * field.baseByteLength);
      expect(256n ** BigInt(field.baseByteLength)).toBeGreaterThan(p);
      expect((p - 1n) % 2n ** BigInt(field.twoAdicity)).toBe(0n);
    });

    it('takes integers of any size and sign', () => {
      fc.assert(
        fc.property(fc.bigInt({ min: -(2n ** 600n), max: 2n ** 600n }), fc.bigInt(), (a, b) => {
          expectEqual(field.fromInteger(a + b), field.add(field.fromInteger(a), field.fromInteger(b)));
          expectEqual(field.fromInteger(a * b), field.mul(field.fromInteger(a), field.fromInteger(b)));
          expect(field.toCoefficients(field.fromInteger(a))[0]).toBe(((a % p) + p) % p);
        }),
        RUNS,
      );
      for (const value of [
        0,
        -0,
        1,
        -1,
        2 ** 31,
        -(2 ** 31),
        2 ** 53,
        -(2 ** 53),
        1e300,
        -1e300,
        Number(p),
        -Number(p),
      ]) {
        expectEqual(field.fromInteger(value), field.fromInteger(BigInt(value)));
      }
      expect(Object.is(Number(field.toCoefficients(field.fromInteger(-0))[0]), 0)).toBe(true);
      for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(() => field.fromInteger(value)).toThrow(UsageError);
      }
    });

    it('takes and gives coordinates', () => {
      fc.assert(
        fc.property(coordinatesOf(field), (coordinates) => {
          expect(field.toCoefficients(field.fromCoefficients(coordinates))).toEqual(coordinates);
          const shifted = coordinates.map((x) => x - 3n * p);
          expect(field.toCoefficients(field.fromCoefficients(shifted))).toEqual(coordinates);
        }),
        RUNS,
      );
      expectEqual(field.fromCoefficients([]), field.zero);
      expect(() => field.fromCoefficients(new Array<number>(field.degree + 1).fill(0))).toThrow(UsageError);
    });

    it('has one encoding per element', () => {
      fc.assert(
        fc.property(element, fc.nat(5), (a, offset) => {
          const bytes = new Uint8Array(offset + field.byteLength + 3).fill(0xa5);
          field.write(a, bytes, offset);
          const back = field.read(bytes, offset);
          expect(back).toBeDefined();
          expectEqual(back as E, a);
          expect(bytes.subarray(0, offset).every((byte) => byte === 0xa5)).toBe(true);
          expect(bytes.subarray(offset + field.byteLength).every((byte) => byte === 0xa5)).toBe(true);
          expect(field.read(bytes.subarray(0, offset + field.byteLength - 1), offset)).toBeUndefined();
        }),
        RUNS,
      );
    });

    it('refuses every coordinate from p on', () => {
      const size = field.baseByteLength;
      const littleEndian = (value: bigint): Uint8Array =>
        Uint8Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
      for (let i = 0; i < field.degree; i++) {
        for (const value of [p, p + 1n, p + 2n ** 16n, 256n ** BigInt(size) - 1n]) {
          const bytes = new Uint8Array(field.byteLength);
          bytes.set(littleEndian(value), i * size);
          expect(field.read(bytes, 0), `coordinate ${i} = ${value}`).toBeUndefined();
        }
        const largest = new Uint8Array(field.byteLength);
        largest.set(littleEndian(p - 1n), i * size);
        expect(field.toCoefficients(field.read(largest, 0) as E)[i]).toBe(p - 1n);
      }
    });

    it('has roots of unity, each the square of the next', () => {
      expectEqual(field.rootOfUnity(0), field.one);
      for (let k = 1; k <= field.twoAdicity; k++) {
        const root = field.rootOfUnity(k);
        expectEqual(field.mul(root, root), field.rootOfUnity(k - 1));
        expect(
          field
            .toCoefficients(root)
            .slice(1)
            .every((coordinate) => coordinate === 0n),
        ).toBe(true);
      }
      expectEqual(field.rootOfUnity(1), field.neg(field.one));
      for (const order of [-1, field.twoAdicity + 1, 0.5]) expect(() => field.rootOfUnity(order)).toThrow(UsageError);
    });

    it('samples by rejection', () => {
      // A first block of 0xff is rejected in every coordinate; each replacement is read on its own.
      const replies = [0xff, ...Array.from({ length: field.degree }, (_, i) => i + 1)];
      const lengths: number[] = [];
      const sampled = field.sample((length) => {
        const bytes = new Uint8Array(length);
        const reply = replies[lengths.length];
        if (reply === 0xff) bytes.fill(0xff);
        else bytes[0] = reply;
        lengths.push(length);
        return bytes;
      });
      expect(field.toCoefficients(sampled)).toEqual(Array.from({ length: field.degree }, (_, i) => BigInt(i + 1)));
      expect(lengths).toEqual([field.byteLength, ...new Array<number>(field.degree).fill(field.baseByteLength)]);
    });

    it('samples uniformly over [0, p)', () => {
      const read = byteStream(`uniform ${field.name}`);
      const samples = 2048;
      const counts = Array.from({ length: field.degree }, () => new Array<number>(8).fill(0));
      for (let i = 0; i < samples; i++) {
        field.toCoefficients(field.sample(read)).forEach((coordinate, j) => {
          expect(coordinate).toBeLessThan(p);
          counts[j][Number((coordinate * 8n) / p)]++;
        });
      }
      // Each eighth holds 256 on average with deviation 15; the stream is fixed, so this cannot vary.
      for (const count of counts.flat()) expect(Math.abs(count - samples / 8)).toBeLessThan(75);
    });
  });

  describe(`public tables of ${field.name}`, () => {
    const { tables } = field;

    it('eqTable is the definition', () => {
      fc.assert(
        fc.property(fc.nat(5).chain(pointOf), (point) => {
          const table = tables.eqTable(point);
          expect(table).toHaveLength(2 ** point.length);
          table.forEach((value, index) => {
            expectEqual(value, eqAt(field, point, index));
          });
        }),
        FEW_RUNS,
      );
    });

    it('evaluateIntegers is the sum, zero beyond the values', () => {
      const value = fc.oneof(
        fc.integer({ min: -9, max: 9 }),
        fc.constantFrom(2 ** 31 - 1, -(2 ** 31 - 1), 0xffff, -0xffff, -0x10000),
        fc.integer({ min: -(2 ** 31 - 1), max: 2 ** 31 - 1 }),
      );
      const inputs = fc
        .nat(8)
        .chain((variables) =>
          fc.tuple(fc.array(value, { maxLength: 2 ** variables, size: 'max' }), pointOf(variables)),
        );
      fc.assert(
        fc.property(inputs, ([values, point]) => {
          const terms = values.map((v, i) => field.mul(eqAt(field, point, i), field.fromInteger(v)));
          expectEqual(tables.evaluateIntegers(values, point), sumOf(field, terms));
          expectEqual(tables.evaluateIntegers(Int32Array.from(values), point), sumOf(field, terms));
        }),
        FEW_RUNS,
      );
      expect(() => tables.evaluateIntegers([1, 2, 3], [field.one])).toThrow(UsageError);
    });

    it('evaluateSigned is the sum over the entries', () => {
      const inputs = fc.record({
        rowVariables: fc.nat(4),
        columnVariables: fc.nat(4),
        entries: fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 256, maxLength: 256 }),
        shortRows: fc.nat(3),
        shortColumns: fc.nat(3),
        rowPoint: pointOf(4),
        columnPoint: pointOf(4),
      });
      fc.assert(
        fc.property(inputs, ({ rowVariables, columnVariables, entries, shortRows, shortColumns, ...points }) => {
          const rowPoint = points.rowPoint.slice(0, rowVariables);
          const columnPoint = points.columnPoint.slice(0, columnVariables);
          const rows = Math.max(1, 2 ** rowVariables - shortRows);
          const columns = Math.max(1, 2 ** columnVariables - shortColumns);
          let expected = field.zero;
          for (let row = 0; row < rows; row++) {
            for (let column = 0; column < columns; column++) {
              const weight = field.mul(eqAt(field, rowPoint, row), eqAt(field, columnPoint, column));
              expected = field.add(expected, field.mul(weight, field.fromInteger(entries[row * 16 + column])));
            }
          }
          const matrix = signedColumns(rows, columns, (row, column) => entries[row * 16 + column]);
          expectEqual(tables.evaluateSigned(matrix, rowPoint, columnPoint), expected);
        }),
        FEW_RUNS,
      );
      const matrix = signedColumns(3, 3, () => 1);
      const two = [field.one, field.one];
      expect(() => tables.evaluateSigned(matrix, [field.one], two)).toThrow(UsageError);
      expect(() => tables.evaluateSigned(matrix, two, [field.one])).toThrow(UsageError);
    });

    it('dot is the sum of products', () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(element, element), { maxLength: 20 }), (pairs) => {
          const products = pairs.map(([a, b]) => field.mul(a, b));
          const [left, right] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
          expectEqual(tables.dot(left, right), sumOf(field, products));
        }),
        FEW_RUNS,
      );
      expect(() => tables.dot([field.one], [])).toThrow(UsageError);
    });

    it('encode evaluates the polynomial at the powers of the root', () => {
      const inputs = fc
        .integer({ min: 0, max: Math.min(5, field.twoAdicity) })
        .chain((log) => fc.tuple(fc.constant(log), fc.array(element, { maxLength: 2 ** log })));
      fc.assert(
        fc.property(inputs, ([logLength, message]) => {
          const root = field.rootOfUnity(logLength);
          let point = field.one;
          const codeword = tables.encode(message, logLength);
          expect(codeword).toHaveLength(2 ** logLength);
          for (const value of codeword) {
            expectEqual(
              value,
              message.reduceRight((sum, coefficient) => field.add(field.mul(sum, point), coefficient), field.zero),
            );
            point = field.mul(point, root);
          }
        }),
        FEW_RUNS,
      );
      expect(() => tables.encode([field.one, field.one], 0)).toThrow(UsageError);
    });

    const baseBytes = (values: readonly bigint[]): Uint8Array => {
      const bytes = new Uint8Array(values.length * field.baseByteLength);
      values.forEach((value, i) => {
        bytes.set(encode(field.fromInteger(value)).subarray(0, field.baseByteLength), i * field.baseByteLength);
      });
      return bytes;
    };

    it('dotBaseBytes is the weighted sum of encoded values', () => {
      const pair = fc.tuple(coordinatesOf({ characteristic: p, degree: 1 }), element);
      fc.assert(
        fc.property(fc.array(pair, { maxLength: 150, size: 'max' }), (pairs) => {
          const values = pairs.map(([[value]]) => value);
          const weights = pairs.map(([, weight]) => weight);
          const products = values.map((value, i) => field.mul(field.fromInteger(value), weights[i]));
          expectEqual(tables.dotBaseBytes(baseBytes(values), weights) as E, sumOf(field, products));
        }),
        FEW_RUNS,
      );
      expect(() => tables.dotBaseBytes(new Uint8Array(field.baseByteLength), [])).toThrow(UsageError);
    });

    it('dotBaseBytes and evaluateIntegers hold the largest sums', () => {
      // 0x7effffff is the value below a 31-bit prime of this library whose 16-bit halves are both largest.
      const near = (top: bigint): fc.Arbitrary<bigint> => fc.bigInt({ min: top - 3n, max: top });
      const weight = fc
        .array(near(p - 1n), { minLength: field.degree, maxLength: field.degree })
        .map((coordinates) => field.fromCoefficients(coordinates));
      const pairs = fc.array(fc.tuple(near(0x7effffffn), weight), { minLength: 64, maxLength: 130 });
      fc.assert(
        fc.property(pairs, (terms) => {
          const values = terms.map(([value]) => value);
          const weights = terms.map(([, w]) => w);
          const products = values.map((value, i) => field.mul(field.fromInteger(value), weights[i]));
          expectEqual(tables.dotBaseBytes(baseBytes(values), weights) as E, sumOf(field, products));
        }),
        FEW_RUNS,
      );
      const integers = fc.array(fc.integer({ min: 2 ** 31 - 2 ** 16, max: 2 ** 31 - 1 }), {
        minLength: 128,
        maxLength: 128,
      });
      const point = fc.array(weight, { minLength: 7, maxLength: 7 });
      fc.assert(
        fc.property(integers, point, fc.constantFrom(1, -1), (values, r, sign) => {
          const signed = values.map((value) => sign * value);
          const terms = signed.map((value, i) => field.mul(eqAt(field, r, i), field.fromInteger(value)));
          expectEqual(tables.evaluateIntegers(signed, r), sumOf(field, terms));
        }),
        FEW_RUNS,
      );
    });

    it('dotBaseBytes refuses a non-canonical value at any place', () => {
      const length = 70;
      const weights = new Array<E>(length).fill(field.one);
      for (const place of [0, 1, 63, 64, length - 1]) {
        for (const value of [p, p + 1n, 256n ** BigInt(field.baseByteLength) - 1n]) {
          const bytes = baseBytes(new Array<bigint>(length).fill(p - 1n));
          for (let i = 0; i < field.baseByteLength; i++) {
            bytes[place * field.baseByteLength + i] = Number((value >> BigInt(8 * i)) & 0xffn);
          }
          expect(tables.dotBaseBytes(bytes, weights)).toBeUndefined();
        }
      }
    });
  });
}

/** Registers the comparison of a field with its reference: the same coordinates and the same bytes. */
export function testEqualsReference<E, R>(field: Field<E>, reference: Field<R>): void {
  const expectSame = (a: E, b: R): void => expect(field.toCoefficients(a)).toEqual(reference.toCoefficients(b));
  const pair = coordinatesOf(field).map((coordinates): [E, R] => [
    field.fromCoefficients(coordinates),
    reference.fromCoefficients(coordinates),
  ]);

  describe(`${field.name} equals its reference`, () => {
    it('in its parameters', () => {
      const { characteristic, degree, bits, byteLength, baseByteLength, twoAdicity } = reference;
      expect(field).toMatchObject({ characteristic, degree, bits, byteLength, baseByteLength, twoAdicity });
    });

    it('in every scalar operation', () => {
      fc.assert(
        fc.property(pair, pair, ([a, ra], [b, rb]) => {
          expectSame(field.add(a, b), reference.add(ra, rb));
          expectSame(field.sub(a, b), reference.sub(ra, rb));
          expectSame(field.mul(a, b), reference.mul(ra, rb));
          expectSame(field.mul(a, a), reference.mul(ra, ra));
          expectSame(field.neg(a), reference.neg(ra));
          const [bytes, referenceBytes] = [new Uint8Array(field.byteLength), new Uint8Array(field.byteLength)];
          field.write(a, bytes, 0);
          reference.write(ra, referenceBytes, 0);
          expect(bytes).toEqual(referenceBytes);
        }),
        { numRuns: runs(300) },
      );
      fc.assert(
        fc.property(pair, ([a, ra]) => {
          if (!field.isZero(a)) expectSame(field.inv(a), reference.inv(ra));
        }),
        RUNS,
      );
    });

    it('in products of all pairs of edge coordinates', () => {
      const p = field.characteristic;
      const edges = [0n, 1n, 0xffffn, 0x10000n, p - 0x10000n, p - 1n];
      for (const x of edges) {
        for (const y of edges) {
          const [xs, ys] = [new Array<bigint>(field.degree).fill(x), new Array<bigint>(field.degree).fill(y)];
          expectSame(
            field.mul(field.fromCoefficients(xs), field.fromCoefficients(ys)),
            reference.mul(reference.fromCoefficients(xs), reference.fromCoefficients(ys)),
          );
        }
      }
    });

    it('in roots of unity and samples', () => {
      for (let k = 0; k <= field.twoAdicity; k++) expectSame(field.rootOfUnity(k), reference.rootOfUnity(k));
      const [read, referenceRead] = [byteStream('samples'), byteStream('samples')];
      for (let i = 0; i < 500; i++) expectSame(field.sample(read), reference.sample(referenceRead));
    });

    it('in public tables', () => {
      const read = byteStream('tables');
      const elements = (count: number): [E[], R[]] => {
        const drawn = Array.from({ length: count }, () => field.sample(read));
        return [drawn, drawn.map((a) => reference.fromCoefficients(field.toCoefficients(a)))];
      };
      const [rowPoint, referenceRowPoint] = elements(6);
      const [columnPoint, referenceColumnPoint] = elements(7);
      const matrix = signedColumns(61, 100, (row, column) => ((row * 7 + column * 5 + ((row * column) % 11)) % 3) - 1);
      expectSame(
        field.tables.evaluateSigned(matrix, rowPoint, columnPoint),
        reference.tables.evaluateSigned(matrix, referenceRowPoint, referenceColumnPoint),
      );
      const [message, referenceMessage] = elements(64);
      const referenceCodeword = reference.tables.encode(referenceMessage, 8);
      field.tables.encode(message, 8).forEach((value, i) => {
        expectSame(value, referenceCodeword[i]);
      });
      const referenceTable = reference.tables.eqTable(referenceColumnPoint);
      field.tables.eqTable(columnPoint).forEach((value, i) => {
        expectSame(value, referenceTable[i]);
      });
    });
  });
}
