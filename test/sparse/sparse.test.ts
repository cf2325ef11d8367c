import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import type { Engine } from '../../src/field/engine.ts';
import { type Claim, logCeil } from '../../src/poly/index.ts';
import {
  countSigns,
  multiply,
  proveLinear,
  type TernaryMatrix,
  ternaryBytes,
  ternaryDigest,
  ternaryFromDense,
  ternaryFromEntries,
  ternaryToDense,
  transpose,
  verifyLinear,
} from '../../src/sparse/index.ts';
import { proveRelations, verifyRelations } from '../../src/sumcheck/index.ts';
import type { ProverChannel, VerifierChannel } from '../../src/transcript/channel.ts';
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

/** A batch of inputs on its cube, and the outputs on theirs. */
function batchOf(
  matrix: TernaryMatrix,
  batchVariables: number,
  seed: number,
): { input: Int32Array; output: Int32Array } {
  const random = seeded(seed);
  const inputWidth = 2 ** logCeil(matrix.columnCount);
  const outputWidth = 2 ** logCeil(matrix.rowCount);
  const input = new Int32Array(inputWidth * 2 ** batchVariables);
  const output = new Int32Array(outputWidth * 2 ** batchVariables);
  for (let b = 0; b < 2 ** batchVariables; b++) {
    const x = Int32Array.from({ length: matrix.columnCount }, () => random(511) - 255);
    input.set(x, b * inputWidth);
    output.set(multiply(matrix, x), b * outputWidth);
  }
  return { input, output };
}

function claimOn(field: AnyField, output: Int32Array, seed: number): Claim<unknown> {
  const point = seededElements(field, Math.log2(output.length), seed);
  return { point, value: field.tables.evaluateIntegers(output, point) };
}

const prover =
  (engine: Engine<unknown>, layers: readonly { matrix: TernaryMatrix; input: Int32Array; claim: Claim<unknown> }[]) =>
  (channel: ProverChannel<unknown>): void => {
    const mark = engine.mark();
    proveRelations(
      engine,
      channel,
      layers.map(({ matrix, input, claim }) => proveLinear(engine, engine.gatherPlan(matrix), input, claim)),
    );
    engine.release(mark);
  };

const verifier =
  (field: AnyField, layers: readonly { matrix: TernaryMatrix; claim: Claim<unknown> }[]) =>
  (channel: VerifierChannel<unknown>): Claim<unknown>[] =>
    verifyRelations(
      field,
      channel,
      layers.map(({ matrix, claim }) => verifyLinear(field, matrix, claim)),
    ).map(([claim]) => claim);

describe.each(settings)('the ternary linear relation over %s', (_name, field, createEngine) => {
  const engine = createEngine();

  it('leaves a true claim on the input, for any shape and batch (property)', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 0, max: 3 }), ({ rows, columns, seed }, batch) => {
        const matrix = randomMatrix(rows, columns, seed);
        const { input, output } = batchOf(matrix, batch, seed + 1);
        const claim = claimOn(field, output, seed + 2);
        const [left] = check(
          field,
          proofOf(field, prover(engine, [{ matrix, input, claim }])),
          verifier(field, [{ matrix, claim }]),
        );
        expect(left.point).toHaveLength(Math.log2(input.length));
        expect(field.equal(field.tables.evaluateIntegers(input, left.point), left.value)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it('proves layers of different sizes in one run', () => {
    const layers = [
      [5, 30],
      [16, 4],
      [3, 1],
    ].map(([rows, columns], k) => {
      const matrix = randomMatrix(rows, columns, k);
      const { input, output } = batchOf(matrix, k, k + 10);
      return { matrix, input, claim: claimOn(field, output, k + 20) };
    });
    const claims = check(field, proofOf(field, prover(engine, layers)), verifier(field, layers));
    claims.forEach(({ point, value }, k) => {
      expect(field.equal(field.tables.evaluateIntegers(layers[k].input, point), value)).toBe(true);
    });
  });

  it('refuses other weights, a wrong output claim, and every message changed in any value', () => {
    const matrix = randomMatrix(6, 7, 3);
    const { input, output } = batchOf(matrix, 1, 4);
    const claim = claimOn(field, output, 5);
    const run = prover(engine, [{ matrix, input, claim }]);
    const proof = proofOf(field, run);
    const dense = ternaryToDense(matrix);
    dense[10] = dense[10] === 0 ? 1 : 0;
    const swapped = ternaryFromDense(dense, 6, 7);
    expectRejection(() => check(field, proof, verifier(field, [{ matrix: swapped, claim }])), 'sumcheck');
    const wrong = { point: claim.point, value: field.add(claim.value, field.one) };
    expectRejection(() => check(field, proof, verifier(field, [{ matrix, claim: wrong }])), 'sumcheck');
    for (const lie of liesOf(field, run)) {
      expectRejection(() => check(field, proofOf(field, run, lie), verifier(field, [{ matrix, claim }])), 'sumcheck');
    }
  });
});

describe('ternary matrices', () => {
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
