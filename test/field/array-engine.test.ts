// The array engine against the definitions in engine.ts: it is the oracle of the fast engines, so nothing
// here may go through another engine.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { createArrayEngine } from '../../src/field/array-engine.ts';
import { bn254 } from '../../src/field/bn254.ts';
import type { Field } from '../../src/field/field.ts';
import { koalaBear } from '../../src/field/koalabear.ts';
import { runs } from '../support/depth.ts';
import { elementOf, signedColumns } from './laws.ts';

const RUNS = { numRuns: runs(20) };

function testArrayEngine<E>(field: Field<E>): void {
  const { add, sub, mul, zero, one } = field;
  const element = elementOf(field);
  const list = (length: number): fc.Arbitrary<E[]> => fc.array(element, { minLength: length, maxLength: length });
  const integers = (length: number): fc.Arbitrary<number[]> =>
    fc.array(fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), { minLength: length, maxLength: length });
  const sum = (values: readonly E[]): E => values.reduce(add, zero);
  /** The line through (0, low) and (1, high), at r. */
  const line = (low: E, high: E, r: E): E => add(mul(sub(one, r), low), mul(r, high));
  const engine = createArrayEngine(field);

  describe(`array engine over ${field.name}`, () => {
    it('stores integers and elements, with views that share storage', () => {
      const base = engine.fromIntegers([1, -2, 3, -4]);
      expect(base).toMatchObject({ kind: 'base', length: 4 });
      expect(engine.toElements(base)).toEqual([1, -2, 3, -4].map(field.fromInteger));
      expect(engine.get(base, 3)).toEqual(field.fromInteger(-4));
      expect(() => engine.get(base, 4)).toThrow(UsageError);
      const vector = engine.fromElements([one, zero, one, zero]);
      const view = engine.view(vector, 2, 2);
      engine.copy(view, engine.fromElements([zero, one]));
      expect(engine.toElements(vector)).toEqual([one, zero, zero, one]);
      engine.copy(engine.view(view, 1, 1), engine.fromElements([zero]));
      expect(engine.toElements(vector)).toEqual([one, zero, zero, zero]);
      for (const [start, length] of [
        [1, 2],
        [4, 2],
        [-2, 2],
      ]) {
        expect(() => engine.view(vector, start, length)).toThrow(UsageError);
      }
      expect(() => engine.copy(vector, base)).toThrow(UsageError);
      expect(engine.toElements(engine.zeros('base', 2))).toEqual([zero, zero]);
    });

    it('does arithmetic entry by entry, and results are extension vectors if an operand is', () => {
      fc.assert(
        fc.property(integers(4), list(4), element, element, (small, values, c, s) => {
          const base = engine.fromIntegers(small);
          const other = engine.fromElements(values);
          const entries = small.map((value) => field.fromInteger(value));
          expect(engine.add(base, base).kind).toBe('base');
          expect(engine.mul(base, other).kind).toBe('extension');
          expect(engine.toElements(engine.add(base, other))).toEqual(entries.map((x, i) => add(x, values[i])));
          expect(engine.toElements(engine.sub(base, other))).toEqual(entries.map((x, i) => sub(x, values[i])));
          expect(engine.toElements(engine.mul(base, other))).toEqual(entries.map((x, i) => mul(x, values[i])));
          expect(engine.dot(base, other)).toEqual(sum(entries.map((x, i) => mul(x, values[i]))));
          const terms = [
            { vector: base, scale: s },
            { vector: other, scale: c },
          ];
          expect(engine.toElements(engine.affine(c, terms, 4))).toEqual(
            entries.map((x, i) => add(c, add(mul(s, x), mul(c, values[i])))),
          );
          engine.addScaled(other, base, s);
          expect(engine.toElements(other)).toEqual(values.map((x, i) => add(x, mul(s, entries[i]))));
        }),
        RUNS,
      );
      expect(engine.toElements(engine.affine(one, [], 2))).toEqual([one, one]);
      const base = engine.fromIntegers([1]);
      expect(() => engine.addScaled(base, base, one)).toThrow(UsageError);
      expect(() => engine.add(base, engine.zeros('base', 2))).toThrow(UsageError);
    });

    it('binds the first variable, in place for extension vectors', () => {
      fc.assert(
        fc.property(list(8), integers(8), element, (values, small, r) => {
          const bound = values.slice(0, 4).map((low, i) => line(low, values[i + 4], r));
          const vector = engine.fromElements(values);
          const result = engine.bind(vector, r);
          expect(engine.toElements(result)).toEqual(bound);
          expect(engine.toElements(vector).slice(0, 4)).toEqual(bound);
          const base = engine.fromIntegers(small);
          const entries = small.map((value) => field.fromInteger(value));
          const boundBase = engine.bind(base, r);
          expect(boundBase.kind).toBe('extension');
          expect(engine.toElements(boundBase)).toEqual(
            entries.slice(0, 4).map((low, i) => line(low, entries[i + 4], r)),
          );
          expect(engine.toElements(base)).toEqual(entries);
        }),
        RUNS,
      );
      expect(() => engine.bind(engine.fromElements([one]), one)).toThrow(UsageError);
    });

    it('binding all variables of eq gives eq of two points; suffixes are eq of the last variables', () => {
      fc.assert(
        fc.property(list(3), list(3), element, (point, challenges, scale) => {
          let vector = engine.eqTable(point, scale);
          for (const r of challenges) vector = engine.bind(vector, r);
          const factors = point.map((z, i) => add(mul(z, challenges[i]), mul(sub(one, z), sub(one, challenges[i]))));
          expect(engine.toElements(vector)).toEqual([factors.reduce(mul, scale)]);
          engine.eqSuffixes(point).forEach((suffix, k) => {
            expect(engine.toElements(suffix)).toEqual(engine.toElements(engine.eqTable(point.slice(3 - k))));
          });
        }),
        RUNS,
      );
    });

    it('gives the round polynomial: at 0 and its leading coefficient', () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(list(8), list(8)), { minLength: 1, maxLength: 3 }),
          list(2),
          element,
          (tables, eqPoint, X) => {
            const weights = engine.toElements(engine.eqTable(eqPoint));
            const valueAt = (x: E, weighted: boolean): E =>
              sum(
                weights.map((weight, i) => {
                  const products = tables.map(([a, b]) => mul(line(a[i], a[i + 4], x), line(b[i], b[i + 4], x)));
                  return weighted ? mul(weight, sum(products)) : sum(products);
                }),
              );
            const vectors = tables.map(([a, b]) => [engine.fromElements(a), engine.fromElements(b)] as const);
            const eq = { outer: engine.eqTable(eqPoint.slice(0, 1)), inner: engine.eqTable(eqPoint.slice(1)) };
            for (const weighted of [false, true]) {
              const { atZero, atInfinity } = engine.productRound(vectors, weighted ? eq : undefined);
              expect(atZero).toEqual(valueAt(zero, weighted));
              // s(X) = s₀ + (s₁ − s₀ − s_∞)·X + s_∞·X²
              const atOne = valueAt(one, weighted);
              const slope = sub(sub(atOne, atZero), atInfinity);
              expect(add(atZero, mul(X, add(slope, mul(X, atInfinity))))).toEqual(valueAt(X, weighted));
            }
          },
        ),
        RUNS,
      );
      expect(() => engine.productRound([])).toThrow(UsageError);
    });

    it('folds fractions: their sums as fractions do not change', () => {
      fc.assert(
        fc.property(list(4), list(4), (p, q) => {
          if (q.some((value) => field.isZero(value))) return;
          const total = (numerators: readonly E[], denominators: readonly E[]): E =>
            sum(numerators.map((value, i) => mul(value, field.inv(denominators[i]))));
          const folded = engine.foldFractions(engine.fromElements(p), engine.fromElements(q));
          expect(folded.denominators.length).toBe(2);
          expect(total(engine.toElements(folded.numerators), engine.toElements(folded.denominators))).toEqual(
            total(p, q),
          );
          const ones = engine.foldFractions(undefined, engine.fromElements(q));
          expect(total(engine.toElements(ones.numerators), engine.toElements(ones.denominators))).toEqual(
            total([one, one, one, one], q),
          );
        }),
        RUNS,
      );
    });

    it('gathers the signed sums of a matrix, zero beyond its columns', () => {
      const entries = fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 30, maxLength: 30 });
      fc.assert(
        fc.property(entries, list(8), fc.integer({ min: 1, max: 6 }), (signs, table, columns) => {
          const entry = (row: number, column: number): number => signs[row * 6 + column];
          const gathered = engine.gatherSigned(
            engine.gatherPlan(signedColumns(5, columns, entry)),
            engine.fromElements(table),
          );
          const padded = [1, 2, 4, 4, 8, 8][columns - 1];
          const expected = Array.from({ length: padded }, (_, column) =>
            column < columns
              ? sum([0, 1, 2, 3, 4].map((row) => mul(field.fromInteger(entry(row, column)), table[row])))
              : zero,
          );
          expect(engine.toElements(gathered)).toEqual(expected);
        }),
        RUNS,
      );
      const plan = engine.gatherPlan(signedColumns(5, 1, () => 1));
      expect(() => engine.gatherSigned(plan, engine.zeros('extension', 4))).toThrow(UsageError);
    });

    it('encodes rows position by position', () => {
      fc.assert(
        fc.property(integers(8), (values) => {
          // Two rows of four coefficients at eight places.
          const code = engine.encodeRows(engine.fromIntegers(values), 2, 3);
          expect(code.columns).toBe(8);
          expect(code.columnByteLength).toBe(2 * field.baseByteLength);
          const bytes = code.bytes();
          const root = field.rootOfUnity(3);
          for (let row = 0; row < 2; row++) {
            let point = one;
            for (let column = 0; column < 8; column++, point = mul(point, root)) {
              const value = values
                .slice(4 * row, 4 * row + 4)
                .reduceRight((total, c) => add(mul(total, point), field.fromInteger(c)), zero);
              const encoded = new Uint8Array(field.byteLength);
              field.write(value, encoded, 0);
              const start = column * code.columnByteLength + row * field.baseByteLength;
              expect(bytes.slice(start, start + field.baseByteLength)).toEqual(encoded.slice(0, field.baseByteLength));
            }
          }
        }),
        RUNS,
      );
      expect(() => engine.encodeRows(engine.fromIntegers([1, 2, 3]), 2, 2)).toThrow(UsageError);
    });

    it('encodes extension rows, whole elements a position', () => {
      const [a, b] = [field.fromCoefficients([2, 3].slice(0, field.degree)), field.fromInteger(5)];
      const code = engine.encodeRows(engine.fromElements([a, b]), 1, 1);
      // a + b·x at 1 and −1
      const expected = new Uint8Array(2 * field.byteLength);
      field.write(add(a, b), expected, 0);
      field.write(field.sub(a, b), expected, field.byteLength);
      expect(code.columnByteLength).toBe(field.byteLength);
      expect(code.bytes()).toEqual(expected);
    });

    it('sums powers of the root of unity', () => {
      const root = field.rootOfUnity(3);
      const power = (exponent: number): E => Array.from({ length: exponent }, () => root).reduce(mul, one);
      const coefficients = [field.fromInteger(3), field.fromInteger(-7)];
      const sums = engine.toElements(engine.powerSums([1, 6], coefficients, 3, 4));
      expect(sums).toEqual(
        [0, 1, 2, 3].map((i) => add(mul(coefficients[0], power(i)), mul(coefficients[1], power(6 * i)))),
      );
      expect(() => engine.powerSums([8], [one], 3, 4)).toThrow(UsageError);
      expect(() => engine.powerSums([1], [one, one], 3, 4)).toThrow(UsageError);
      expect(() => engine.powerSums([1], [one], 3, 16)).toThrow(UsageError);
    });

    it('evaluates columns of the encoding of a matrix of signs', () => {
      const signs = [
        [1, 0, -1, 0],
        [0, -1, -1, 1],
        [0, 0, 0, 0],
      ];
      const plan = engine.gatherPlan(signedColumns(3, 4, (row, column) => signs[row][column]));
      const code = engine.encodeRows(engine.fromIntegers(signs.flat()), 3, 4);
      const positions = [15, 0, 6];
      const expected = positions.flatMap((position) => [
        ...code.bytes().subarray(position * code.columnByteLength, (position + 1) * code.columnByteLength),
      ]);
      expect([...engine.evaluateColumns(plan, positions, 4)]).toEqual(expected);
      expect(() => engine.evaluateColumns(plan, [16], 4)).toThrow(UsageError);
    });

    it('frees what was made since a mark, and finds its later use', () => {
      const kept = engine.fromIntegers([1]);
      const mark = engine.mark();
      const freed = engine.fromIntegers([2]);
      engine.release(mark);
      expect(engine.mark()).toBe(mark);
      expect(engine.toElements(kept)).toEqual([one]);
      expect(() => engine.toElements(freed)).toThrow(UsageError);
      expect(() => engine.add(kept, freed)).toThrow(UsageError);
      expect(() => engine.release(mark + 1)).toThrow(UsageError);
      expect(() => engine.get({ kind: 'base', length: 1 }, 0)).toThrow(UsageError);
    });
  });
}

testArrayEngine(koalaBear);
testArrayEngine(bn254);
