import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createArrayEngine } from '../../src/field/array-engine.ts';
import type { CodeMatrix, Engine, Vector } from '../../src/field/engine.ts';
import type { Field } from '../../src/field/field.ts';
import { countingEngine, countingField, noOperations, type OperationCounts } from '../../src/field/index.ts';
import { seeded } from '../support/fields.ts';
import { referenceEngine, type Tagged, truthfulField } from './counting-reference.ts';
import { signedColumns, signedPairs } from './engine-cases.ts';

type Kind = Vector['kind'];
type Values = readonly bigint[];

const kind = fc.constantFrom<Kind>('base', 'extension');
const seed = fc.integer({ min: 0, max: 2 ** 30 });
const variables = fc.integer({ min: 0, max: 4 });

/** Returns the results of a computation, as values; its operands are made before the counts are read. */
type Computation = (engine: Engine<Tagged>, make: Maker) => () => unknown;

interface Maker {
  vector(kind: Kind, length: number): Vector;
  scalar(): Tagged;
  point(length: number): Tagged[];
}

function makerOf(engine: Engine<Tagged>, start: number): Maker {
  const random = seeded(start);
  const scalar = (): Tagged => ({ value: BigInt(random(2 ** 30) + 2), isBase: false });
  const point = (length: number): Tagged[] => Array.from({ length }, scalar);
  return {
    scalar,
    point,
    vector: (of, length) =>
      of === 'base'
        ? engine.fromIntegers(Array.from({ length }, () => random(2 ** 20) - 2 ** 19))
        : engine.fromElements(point(length)),
  };
}

function plain(engine: Engine<Tagged>, result: unknown): unknown {
  if (Array.isArray(result)) return result.map((entry) => plain(engine, entry));
  if (typeof result !== 'object' || result === null) return result;
  if ('isBase' in result) return (result as Tagged).value;
  if ('kind' in result) return engine.toElements(result as Vector).map(({ value }) => value) satisfies Values;
  if ('columnByteLength' in result) return [...(result as CodeMatrix).bytes()];
  return Object.values(result).map((entry) => plain(engine, entry));
}

/** Runs the computation three ways: truly counted, by formula, and on the array engine alone for its values. */
function expectExact(start: number, computation: Computation): OperationCounts {
  const truth = truthfulField();
  const reference = referenceEngine(truth.field);
  const run = computation(reference, makerOf(reference, start));
  Object.assign(truth.counter, noOperations());
  const value = plain(reference, run());
  const counted = { ...truth.counter };

  const array = createArrayEngine(truthfulField().field);
  const formula = noOperations();
  const counting = countingEngine(array, formula);
  const prepared = computation(counting, makerOf(counting, start));
  expect(formula).toEqual(noOperations());
  expect(plain(array, prepared())).toEqual(value);
  expect(formula).toEqual(counted);
  return counted;
}

describe('formulas of the counting engine equal a field that counts', () => {
  it('element-wise operations and inner products', () => {
    fc.assert(
      fc.property(kind, kind, fc.nat({ max: 9 }), seed, (a, b, length, start) => {
        for (const name of ['add', 'sub', 'mul', 'dot'] as const) {
          expectExact(start, (engine, make) => {
            const [x, y] = [make.vector(a, length), make.vector(b, length)];
            return () => engine[name](x, y);
          });
        }
      }),
    );
  });

  it('affine combinations, with scale one too', () => {
    const term = fc.record({ of: kind, isOne: fc.boolean() });
    fc.assert(
      fc.property(fc.array(term, { maxLength: 3 }), fc.nat({ max: 9 }), seed, (terms, length, start) => {
        expectExact(start, (engine, make) => {
          const made = terms.map(({ of, isOne }) => ({
            vector: make.vector(of, length),
            scale: isOne ? engine.field.one : make.scalar(),
          }));
          const constant = make.scalar();
          return () => engine.affine(constant, made, length);
        });
        for (const { of, isOne } of terms) {
          expectExact(start, (engine, make) => {
            const [sum, vector] = [make.vector('extension', length), make.vector(of, length)];
            const scale = isOne ? engine.field.one : make.scalar();
            return () => {
              engine.addScaled(sum, vector, scale);
              return sum;
            };
          });
        }
      }),
    );
  });

  it('eq tables', () => {
    fc.assert(
      fc.property(variables, seed, (length, start) => {
        expectExact(start, (engine, make) => {
          const point = make.point(length);
          return () => engine.eqSuffixes(point);
        });
        expectExact(start, (engine, make) => {
          const [point, scale] = [make.point(length), make.scalar()];
          return () => [engine.eqTable(point, scale)];
        });
      }),
    );
  });

  it('rounds and binding', () => {
    const products = fc.array(fc.tuple(kind, kind), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(products, variables, variables, fc.boolean(), seed, (kinds, outer, inner, isWeighted, start) => {
        const half = 2 ** (outer + inner);
        expectExact(start, (engine, make) => {
          const pairs = kinds.map(([a, b]): [Vector, Vector] => [make.vector(a, 2 * half), make.vector(b, 2 * half)]);
          const eq = {
            outer: make.vector('extension', 2 ** outer),
            inner: make.vector('extension', 2 ** inner),
          };
          return () => engine.productRound(pairs, isWeighted ? eq : undefined);
        });
        expectExact(start, (engine, make) => {
          const [vector, challenge] = [make.vector(kinds[0][0], 2 * half), make.scalar()];
          return () => engine.bind(vector, challenge);
        });
      }),
    );
  });

  it('sums of fractions', () => {
    fc.assert(
      fc.property(fc.option(kind), kind, variables, seed, (numerators, denominators, log, start) => {
        expectExact(start, (engine, make) => {
          const p = numerators === null ? undefined : make.vector(numerators, 2 ** (log + 1));
          const q = make.vector(denominators, 2 ** (log + 1));
          return () => engine.foldFractions(p, q);
        });
      }),
    );
  });

  it('gathers', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), kind, seed, ([m, n], density, of, start) => {
        const matrix = signedColumns(m, n, density, start);
        const counts = expectExact(start, (engine, make) => {
          const [plan, table] = [engine.gatherPlan(matrix), make.vector(of, m)];
          return () => engine.gatherSigned(plan, table);
        });
        expect(counts.extensionAdditions).toBe(matrix.rows.length);
      }),
    );
  });

  it('gathers of products', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.nat({ max: 5 }));
    fc.assert(
      fc.property(sizes, kind, kind, seed, (size, a, b, start) => {
        const matrix = signedPairs(size, 2, 'both', start);
        expectExact(start, (engine, make) => {
          const [plan, left, right] = [engine.pairPlan(matrix), make.vector(a, size[0]), make.vector(b, size[1])];
          return () => engine.gatherProducts(plan, left, right);
        });
      }),
    );
  });

  it('gathers of weights, folds and scaled rows', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }));
    fc.assert(
      fc.property(sizes, kind, variables, seed, ([m, n], of, repeat, start) => {
        const random = seeded(start);
        const entries = Int8Array.from({ length: m * n }, () => random(255) - 127);
        const { rows, ends, rowCount, columnCount } = signedColumns(m, n, 0.5, start);
        const weights = Int8Array.from(rows, () => 1 + random(100));
        expectExact(start, (engine, make) => {
          const plan = engine.weightedPlan({ rowCount, columnCount, rows, weights, ends });
          const table = make.vector('extension', m);
          return () => engine.gatherWeighted(plan, table);
        });
        expectExact(start, (engine, make) => {
          const [matrix, table] = [engine.denseMatrix(entries, m, n), make.vector('extension', m)];
          return () => engine.foldRows(matrix, table);
        });
        expectExact(start, (engine, make) => {
          const [scales, matrix] = [make.vector(of, m * (repeat + 1)), make.vector(of, m * n)];
          return () => engine.scaleRows(scales, matrix, m);
        });
      }),
    );
  });

  it('encodings', () => {
    const shape = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat({ max: 3 }), fc.nat({ max: 2 }));
    fc.assert(
      fc.property(shape, kind, seed, ([rows, logWidth, rate], of, start) => {
        expectExact(start, (engine, make) => {
          const matrix = make.vector(of, rows * 2 ** logWidth);
          return () => engine.encodeRows(matrix, rows, logWidth + rate);
        });
      }),
    );
  });

  it('sums of powers', () => {
    const shape = fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 2 }));
    fc.assert(
      fc.property(shape, fc.array(fc.nat(), { maxLength: 8 }), seed, ([logLength, rate], picks, start) => {
        const positions = picks.map((pick) => pick % 2 ** (logLength + rate));
        expectExact(start, (engine, make) => {
          const coefficients = make.point(positions.length);
          return () => engine.powerSums(positions, coefficients, logLength + rate, 2 ** logLength);
        });
      }),
    );
  });

  it('columns from nonzeros', () => {
    const shape = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat({ max: 3 }), fc.nat({ max: 2 }));
    fc.assert(
      fc.property(shape, fc.array(fc.nat(), { maxLength: 4 }), seed, ([m, logColumns, rate], picks, start) => {
        const matrix = signedColumns(m, 2 ** logColumns, 0.5, start);
        const positions = picks.map((pick) => pick % 2 ** (logColumns + rate));
        const counts = expectExact(start, (engine) => {
          const plan = engine.gatherPlan(matrix);
          return () => [...engine.evaluateColumns(plan, positions, logColumns + rate)];
        });
        expect(counts.baseAdditions).toBe(matrix.rows.length * positions.length);
      }),
    );
  });

  it('refuses to gather by a plan whose nonzeros it has not seen', () => {
    const engine = createArrayEngine(truthfulField().field);
    const plan = engine.gatherPlan(signedColumns(2, 2, 1, 1));
    const counting = countingEngine(engine, noOperations());
    expect(() => counting.gatherSigned(plan, engine.zeros('extension', 2))).toThrow('plans of its own');
  });
});

describe('formulas of the counting field equal a field that counts', () => {
  it('scalar operations', () => {
    const counter = noOperations();
    const field = countingField(truthfulField().field, counter);
    const [a, b] = [
      { value: 5n, isBase: false },
      { value: 7n, isBase: false },
    ];
    expect(field.add(a, field.sub(b, field.neg(field.mul(a, field.inv(a)))))).toMatchObject({ value: 13n });
    expect(counter).toEqual({
      ...noOperations(),
      extensionAdditions: 3,
      extensionMultiplications: 1,
      inversions: 1,
    });
  });

  it('tables that provers evaluate', () => {
    const bit = fc.constantFrom(-3, 0, 0, 1, 2);
    const shape = fc.tuple(variables, variables, seed);
    fc.assert(
      fc.property(shape, fc.array(bit, { minLength: 16, maxLength: 16 }), ([m, n, start], integers) => {
        const evaluations: ((field: Field<Tagged>) => unknown)[] = [];
        const random = seeded(start);
        const elements = (length: number): Tagged[] =>
          Array.from({ length }, () => ({ value: BigInt(random(1000) + 2), isBase: false }));
        const [rows, columns] = [elements(m), elements(n)];
        const matrix = signedColumns(2 ** m, 2 ** n, 0.8, start);
        // an empty column's sum is this field's zero of F_p, where the formula has one of F
        fc.pre([...matrix.ends].every((end, column) => end > (matrix.ends[column - 1] ?? 0)));
        evaluations.push(
          (field) => field.tables.eqTable(rows),
          (field) => field.tables.evaluateIntegers(integers.slice(0, 2 ** m), rows),
          (field) => field.tables.evaluateSigned(matrix, rows, columns),
          (field) => field.tables.dot(elements(0), elements(0)),
          (field) => field.tables.dot(rows, rows),
        );
        for (const evaluate of evaluations) {
          const truth = truthfulField();
          const formula = noOperations();
          const expected = evaluate(truth.field);
          expect(evaluate(countingField(truthfulField().field, formula))).toEqual(expected);
          expect(formula).toEqual(truth.counter);
        }
      }),
    );
  });
});
