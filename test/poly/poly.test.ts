import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bn254, type Field, koalaBear } from '../../src/field/index.ts';
import {
  completePlain,
  completeWeighted,
  evaluateBelow,
  evaluateConsecutive,
  evaluateEq,
  evaluateEqAtIndex,
  evaluateEqBelow,
  evaluateEqOfThree,
  evaluateSelector,
  evaluateUnivariate,
  interpolate,
  logCeil,
  pack,
  prefixBefore,
  suffix,
} from '../../src/poly/index.ts';
import { runs } from '../support/depth.ts';

const fields: [string, Field<unknown>][] = [
  ['KoalaBear', koalaBear as Field<unknown>],
  ['BN254', bn254 as Field<unknown>],
];

/** Elements from integers that fast-check shrinks. */
const element = (field: Field<unknown>): fc.Arbitrary<unknown> =>
  fc
    .array(fc.bigInt({ min: 0n, max: field.characteristic - 1n }), { minLength: field.degree, maxLength: field.degree })
    .map((coefficients) => field.fromCoefficients(coefficients));

describe.each(fields)('over %s', (_name, field) => {
  const point = (length: number) => fc.array(element(field), { minLength: length, maxLength: length });
  const same = (a: unknown, b: unknown): void => expect(field.toCoefficients(a)).toEqual(field.toCoefficients(b));

  it('eq at a vertex is the table entry, most significant variable first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }).chain(point), (at) => {
        const table = field.tables.eqTable(at);
        expect(table).toHaveLength(2 ** at.length);
        table.forEach((value, index) => {
          same(value, evaluateEqAtIndex(field, at, index));
          const vertex = at.map((_, k) => field.fromInteger((index >> (at.length - 1 - k)) & 1));
          same(value, evaluateEq(field, at, vertex));
        });
      }),
      { numRuns: runs(20) },
    );
  });

  it('sums eq below a bound in closed form', () => {
    fc.assert(
      fc.property(point(4), fc.integer({ min: 0, max: 17 }), (at, count) => {
        const sum = field.tables.eqTable(at).slice(0, count).reduce(field.add, field.zero);
        same(evaluateBelow(field, at, count), sum);
      }),
      { numRuns: runs(40) },
    );
  });

  it('sums eq of two points below a bound, and of three points', () => {
    const points = fc
      .integer({ min: 0, max: 4 })
      .chain((n) => fc.tuple(point(n), point(n), point(n), fc.nat({ max: 2 ** n + 1 })));
    fc.assert(
      fc.property(points, ([a, b, c, count]) => {
        const [left, right, third] = [a, b, c].map((at) => field.tables.eqTable(at));
        const both = left.map((value, index) => field.mul(value, right[index]));
        same(evaluateEqBelow(field, a, b, count), both.slice(0, count).reduce(field.add, field.zero));
        same(evaluateEqOfThree(field, a, b, c), field.tables.dot(both, third));
      }),
      { numRuns: 40 },
    );
    expect(() => evaluateEqBelow(field, [field.one], [], 1)).toThrow('1 and 0 variables');
  });

  it('evaluates consecutive integers in closed form', () => {
    fc.assert(
      fc.property(point(4), fc.integer({ min: -1000, max: 1000 }), (at, start) => {
        const values = Array.from({ length: 16 }, (_, i) => start + i);
        same(evaluateConsecutive(field, at, start), field.tables.evaluateIntegers(values, at));
      }),
      { numRuns: runs(20) },
    );
  });

  it('completes round polynomials from the claim', () => {
    fc.assert(
      fc.property(point(4), element(field), (coefficients, weight) => {
        const at = (x: unknown) => evaluateUnivariate(field, coefficients, x);
        const [c0, , ...higher] = coefficients;
        const plain = completePlain(field, [c0, ...higher], field.add(at(field.zero), at(field.one)));
        coefficients.forEach((coefficient, k) => {
          same(plain[k], coefficient);
        });
        const rest = field.sub(field.one, weight);
        const claim = field.add(field.mul(rest, at(field.zero)), field.mul(weight, at(field.one)));
        const weighted = completeWeighted(field, coefficients.slice(1), claim, weight);
        coefficients.forEach((coefficient, k) => {
          same(weighted[k], coefficient);
        });
      }),
      { numRuns: runs(30) },
    );
  });

  it('interpolates at 0, 1, 2, …', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }).chain(point), (coefficients) => {
        const values = coefficients.map((_, x) => evaluateUnivariate(field, coefficients, field.fromInteger(x)));
        interpolate(field, values).forEach((coefficient, k) => {
          same(coefficient, coefficients[k]);
        });
      }),
      { numRuns: runs(30) },
    );
  });

  it('evaluates a packed vector from its blocks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.integer({ min: -50, max: 50 })),
        fc.infiniteStream(element(field)),
        (variables, integers, elements) => {
          const packing = pack(variables);
          const whole = new Int32Array(2 ** packing.variables);
          const blocks = packing.blocks.map(({ start, variables: own }) => {
            expect(start % 2 ** own).toBe(0);
            const values = Array.from({ length: 2 ** own }, () => integers.next().value as number);
            whole.set(values, start);
            return values;
          });
          const at = Array.from({ length: packing.variables }, () => elements.next().value);
          const sum = packing.blocks.reduce((total, block, index) => {
            const inner = field.tables.evaluateIntegers(blocks[index], suffix(at, block.variables));
            return field.add(total, field.mul(evaluateSelector(field, block, at), inner));
          }, field.zero);
          same(field.tables.evaluateIntegers(whole, at), sum);
        },
      ),
      { numRuns: runs(20) },
    );
  });
});

describe('points', () => {
  it('counts variables', () => {
    expect([1, 2, 3, 4, 5, 1024, 1025].map(logCeil)).toEqual([0, 1, 2, 2, 3, 10, 11]);
    expect(() => logCeil(0)).toThrow('at least one value');
  });

  it('splits', () => {
    expect(suffix([1, 2, 3], 2)).toEqual([2, 3]);
    expect(suffix([1, 2, 3], 0)).toEqual([]);
    expect(prefixBefore([1, 2, 3], 1)).toEqual([1, 2]);
    expect(() => suffix([1], 2)).toThrow('no suffix');
  });

  it('packs blocks without overlap, larger ones first', () => {
    expect(pack([1, 3, 0, 3]).blocks.map((block) => block.start)).toEqual([16, 0, 18, 8]);
    expect(pack([1, 3, 0, 3])).toMatchObject({ variables: 5, used: 19 });
    expect(() => pack([])).toThrow('at least one table');
  });
});
