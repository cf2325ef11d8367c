import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import type { Engine, Vector } from '../../src/field/engine.ts';
import { type Claim, logCeil, type Point } from '../../src/poly/index.ts';
import { partialEvaluation } from '../../src/poly/partial.ts';
import {
  countSigns,
  forEachNonzero,
  type IntegerMatrix,
  integerFromDense,
  isTernary,
  type LinearStatement,
  multiply,
  multiplyWeights,
  planWeights,
  proveLinear,
  type TernaryMatrix,
  ternaryBytes,
  ternaryDigest,
  ternaryFromDense,
  ternaryFromEntries,
  ternaryToDense,
  transpose,
  verifyLinear,
  type WeightMatrix,
} from '../../src/sparse/index.ts';
import { signsOf } from '../../src/sparse/ternary-matrix.ts';
import { type ProverRelation, proveRelations, verifyRelations } from '../../src/sumcheck/index.ts';
import type { ProverChannel, VerifierChannel } from '../../src/transcript/channel.ts';
import { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';
import { check, expectRejection, liesOf, proofOf } from '../support/channels.ts';
import { type AnyField, seeded, seededElements, settings } from '../support/fields.ts';

const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  columns: fc.integer({ min: 1, max: 9 }),
  seed: fc.integer(),
});

function randomMatrix(rows: number, columns: number, seed: number): TernaryMatrix {
  const random = seeded(seed);
  return ternaryFromDense(
    Array.from({ length: rows * columns }, () => [0, 0, 1, -1][random(4)]),
    rows,
    columns,
  );
}

function randomIntegers(rows: number, columns: number, seed: number): IntegerMatrix {
  const random = seeded(seed);
  return integerFromDense(
    Array.from({ length: rows * columns }, () => (random(3) === 0 ? random(256) - 128 : 0)),
    rows,
    columns,
  );
}

/** One instance: what both sides know, and tables of which the output's claim is true. */
interface Instance extends LinearStatement {
  readonly input: Int32Array;
  readonly claim: Claim<unknown>;
}

interface Sizes {
  readonly batchVariables: number;
  readonly placeVariables: number;
}

/** W·x for random inputs, every axis on its cube, and a claim on it at a random point. */
function instance(
  field: AnyField,
  weights: WeightMatrix,
  { batchVariables, placeVariables }: Sizes,
  seed: number,
  isCommitted?: boolean,
): Instance {
  const random = seeded(seed);
  const [inputs, places] = [2 ** batchVariables, 2 ** placeVariables];
  const inputWidth = 2 ** logCeil(weights.columnCount);
  const outputWidth = 2 ** logCeil(weights.rowCount);
  const input = new Int32Array(inputs * inputWidth * places);
  const output = new Int32Array(inputs * outputWidth * places);
  for (let b = 0; b < inputs; b++) {
    for (let p = 0; p < places; p++) {
      const x = Int32Array.from({ length: weights.columnCount }, () => random(511) - 255);
      for (const [i, value] of x.entries()) input[(b * inputWidth + i) * places + p] = value;
      for (const [o, value] of multiplyWeights(weights, x).entries())
        output[(b * outputWidth + o) * places + p] = value;
    }
  }
  const point = seededElements(field, Math.log2(output.length), seed + 1);
  const claim = { point, value: field.tables.evaluateIntegers(output, point) };
  return { weights, batchVariables, isCommitted, input, claim };
}

/** W̃ at (row, column), from all entries. */
function evaluateDense(field: AnyField, weights: WeightMatrix, point: Point<unknown>): unknown {
  const width = 2 ** logCeil(weights.columnCount);
  const entries = new Int32Array(2 ** logCeil(weights.rowCount) * width);
  forEachNonzero(weights, (row, column, weight) => {
    entries[row * width + column] = weight;
  });
  return field.tables.evaluateIntegers(entries, point);
}

const prover =
  (
    engine: Engine<unknown>,
    instances: readonly Instance[],
    change = (relation: ProverRelation<unknown>): ProverRelation<unknown> => relation,
  ) =>
  (channel: ProverChannel<unknown>): void => {
    const mark = engine.mark();
    proveRelations(
      engine,
      channel,
      instances.map((each) =>
        change(proveLinear(engine, each, planWeights(engine, each.weights), each.input, each.claim)),
      ),
    );
    engine.release(mark);
  };

const verifier =
  (field: AnyField, instances: readonly Instance[]) =>
  (channel: VerifierChannel<unknown>): Claim<unknown>[][] =>
    verifyRelations(
      field,
      channel,
      instances.map((each) => verifyLinear(field, channel, each, each.claim)),
    );

/** Whether each claim that is left is true: on the input, and on a committed W. */
function truths(field: AnyField, { input, weights }: Instance, [onInput, onWeights]: Claim<unknown>[]): boolean[] {
  return [
    field.equal(field.tables.evaluateIntegers(input, onInput.point), onInput.value),
    ...(onWeights === undefined ? [] : [field.equal(evaluateDense(field, weights, onWeights.point), onWeights.value)]),
  ];
}

describe.each(settings)('the sparse linear relation over %s', (_name, field, createEngine) => {
  const engine = createEngine();

  it('leaves true claims, for any shape, batch, places and holder of W (property)', () => {
    const cases = fc.record({
      shape: shapes,
      sizes: fc.record({ batchVariables: fc.nat({ max: 3 }), placeVariables: fc.nat({ max: 2 }) }),
      isTernary: fc.boolean(),
      isCommitted: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, ({ shape: { rows, columns, seed }, sizes, isTernary, isCommitted }) => {
        const weights = (isTernary ? randomMatrix : randomIntegers)(rows, columns, seed);
        const own = instance(field, weights, sizes, seed + 1, isCommitted);
        const [left] = check(field, proofOf(field, prover(engine, [own])), verifier(field, [own]));
        expect(left[0].point).toHaveLength(Math.log2(own.input.length));
        expect(truths(field, own, left)).toEqual(isCommitted ? [true, true] : [true]);
      }),
      { numRuns: 30 },
    );
  });

  it('proves layers of different sizes in one run', () => {
    const instances = [
      [5, 30],
      [16, 4],
      [3, 1],
    ].map(([rows, columns], k) => {
      const sizes = { batchVariables: k, placeVariables: 2 - k };
      return instance(field, randomMatrix(rows, columns, k), sizes, k + 10, k === 1);
    });
    const claims = check(field, proofOf(field, prover(engine, instances)), verifier(field, instances));
    expect(claims.map((left, k) => truths(field, instances[k], left))).toEqual([[true], [true, true], [true]]);
  });

  const single = { batchVariables: 1, placeVariables: 1 };

  it('refuses other weights, a wrong output claim, and every message changed in any value', () => {
    for (const weights of [randomMatrix(6, 7, 3), randomIntegers(6, 7, 3)]) {
      const own = instance(field, weights, single, 4);
      const run = prover(engine, [own]);
      const proof = proofOf(field, run);
      const dense = new Int8Array(6 * 7);
      forEachNonzero(weights, (row, column, weight) => {
        dense[row * 7 + column] = weight;
      });
      dense[10] = dense[10] === 0 ? 1 : 0;
      const other = isTernary(weights) ? ternaryFromDense(dense, 6, 7) : integerFromDense(dense, 6, 7);
      expectRejection(() => check(field, proof, verifier(field, [{ ...own, weights: other }])), 'sumcheck');
      const wrong = { point: own.claim.point, value: field.add(own.claim.value, field.one) };
      expectRejection(() => check(field, proof, verifier(field, [{ ...own, claim: wrong }])), 'sumcheck');
      for (const lie of liesOf(field, run)) {
        expectRejection(() => check(field, proofOf(field, run, lie), verifier(field, [own])), 'sumcheck');
      }
    }
  });

  it('refuses every message changed in any value where W is committed', () => {
    const own = instance(field, randomMatrix(6, 7, 3), single, 4, true);
    const run = prover(engine, [own]);
    for (const lie of liesOf(field, run)) {
      expectRejection(() => check(field, proofOf(field, run, lie), verifier(field, [own])), 'sumcheck');
    }
  });

  it('leaves false claims on W and x where a prover moves a factor from one to the other', () => {
    const three = field.fromInteger(3);
    const shift = (relation: ProverRelation<unknown>): ProverRelation<unknown> => ({
      ...relation,
      factors: () => {
        const [value, ...weight] = relation.factors();
        return [field.mul(value, three), ...weight.map((each) => field.mul(each, field.inv(three)))];
      },
    });
    const committed = instance(field, randomMatrix(6, 7, 3), single, 4, true);
    const proof = proofOf(field, prover(engine, [committed], shift));
    const [left] = check(field, proof, verifier(field, [committed]));
    expect(truths(field, committed, left)).toEqual([false, false]);
    const held = instance(field, randomMatrix(6, 7, 3), single, 4);
    expectRejection(
      () => check(field, proofOf(field, prover(engine, [held], shift)), verifier(field, [held])),
      'sumcheck',
    );
  });

  it('keeps the folded rows for a caller, and takes the input from one that holds no table of it', () => {
    const own = instance(field, randomIntegers(6, 7, 3), single, 4);
    const mark = engine.mark();
    const kept = engine.zeros('extension', 8);
    const input = (batch: Point<unknown>, place: Point<unknown>): Vector =>
      partialEvaluation(engine, own.input, batch, place);
    const proof = proofOf(field, (channel) => {
      const plan = planWeights(engine, own.weights);
      proveRelations(engine, channel, [proveLinear(engine, own, plan, input, own.claim, kept)]);
    });
    expect(proof).toEqual(proofOf(field, prover(engine, [own])));
    const row = own.claim.point.slice(1, 4);
    const vertex = (column: number) => [4, 2, 1].map((bit) => field.fromInteger((column & bit) === 0 ? 0 : 1));
    engine.toElements(kept).forEach((value, column) => {
      expect(field.equal(value, evaluateDense(field, own.weights, [...row, ...vertex(column)]))).toBe(true);
    });
    engine.release(mark);
  });

  it('throws for a claim or an input that does not fit the statement', () => {
    const own = instance(field, randomMatrix(6, 7, 3), single, 4);
    const plan = planWeights(engine, own.weights);
    const short = { ...own.claim, point: own.claim.point.slice(0, 3) };
    const channel = createVerifierChannel(field, new Uint8Array());
    expect(() => verifyLinear(field, channel, own, short)).toThrow('a claim at 3 variables on 2^1 times 6 outputs');
    expect(() => verifyLinear(field, channel, { ...own, batchVariables: -1 }, own.claim)).toThrow(UsageError);
    expect(() => proveLinear(engine, own, plan, own.input, short)).toThrow(UsageError);
    expect(() => proveLinear(engine, own, plan, own.input.slice(1), own.claim)).toThrow(
      '2 inputs of 16 padded values are expected, not 31 values',
    );
  });
});

describe('ternary matrices', () => {
  it('are the matrices of integers with the same entries (property)', () => {
    fc.assert(
      fc.property(shapes, ({ rows, columns, seed }) => {
        const { rows: indices, ends, nonzeros, ...matrix } = randomMatrix(rows, columns, seed);
        const signs = signsOf({ rows: indices, ends, ...matrix });
        const integers = { rowCount: rows, columnCount: columns, nonzeros, rows: indices, ends, weights: signs };
        const entries = (of: WeightMatrix): string[] => {
          const seen: string[] = [];
          forEachNonzero(of, (row, column, weight) => seen.push(`${row} ${column} ${weight}`));
          return seen;
        };
        expect(entries(integers)).toEqual(entries({ rows: indices, ends, nonzeros, ...matrix }));
      }),
    );
  });

  it('agree between dense, entries, columns and rows (property)', () => {
    fc.assert(
      fc.property(shapes, ({ rows, columns, seed }) => {
        const matrix = randomMatrix(rows, columns, seed);
        const dense = ternaryToDense(matrix);
        expect(ternaryFromDense(dense, rows, columns)).toEqual(matrix);
        const entries = [...dense].flatMap((sign, at) =>
          sign === 0 ? [] : [{ row: Math.floor(at / columns), column: at % columns, sign }],
        );
        expect(ternaryFromEntries(entries.reverse(), rows, columns)).toEqual(matrix);
        expect(transpose(transpose(matrix))).toEqual(matrix);
        const x = Array.from({ length: columns }, (_, i) => 3 * i - 7);
        const product = Array.from({ length: rows }, (_, o) =>
          x.reduce((sum, v, i) => sum + v * dense[o * columns + i], 0),
        );
        expect([...multiply(matrix, x)]).toEqual(product);
        const { plus, minus } = countSigns(matrix);
        expect(plus.reduce((a, b) => a + b, 0) + minus.reduce((a, b) => a + b, 0)).toBe(matrix.nonzeros);
      }),
    );
  });

  it('have canonical bytes that differ for different matrices', () => {
    fc.assert(
      fc.property(shapes, shapes, (a, b) => {
        const [first, second] = [a, b].map(({ rows, columns, seed }) => randomMatrix(rows, columns, seed));
        const same = JSON.stringify([...ternaryBytes(first)]) === JSON.stringify([...ternaryBytes(second)]);
        const equal = first.rowCount === second.rowCount && first.columnCount === second.columnCount;
        expect(same).toBe(equal && `${ternaryToDense(first)}` === `${ternaryToDense(second)}`);
      }),
    );
    expect(ternaryDigest(randomMatrix(2, 2, 1))).toHaveLength(32);
  });

  it('refuse what is not ternary or lies outside', () => {
    expect(() => ternaryFromDense([0, 2], 1, 2)).toThrow('entry (0, 1) is 2');
    expect(() => ternaryFromDense([0], 1, 2)).toThrow(UsageError);
    expect(() => ternaryFromEntries([{ row: 1, column: 0, sign: 1 }], 1, 1)).toThrow('does not fit');
    const twice = [
      { row: 0, column: 0, sign: 1 },
      { row: 0, column: 0, sign: -1 },
    ];
    expect(() => ternaryFromEntries(twice, 1, 1)).toThrow('stands twice');
    expect(() => multiply(randomMatrix(2, 3, 1), [1])).toThrow('3 columns');
  });
});
