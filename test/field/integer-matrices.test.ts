// Products with matrices of 8-bit integers, outer products and repetitions: each engine equals the array engine.

import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { createArrayEngine } from '../../src/field/array-engine.ts';
import type { WeightedColumns } from '../../src/field/field.ts';
import { koalaBear } from '../../src/field/koalabear.ts';
import { createKoalaBearEngine } from '../../src/field/koalabear-engine.ts';
import { elements, expectSame, type Koala, largest, smallIntegers, vector, weightedColumns } from './engine-cases.ts';

const SHAPES: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 9],
  [2, 3],
  [3, 4],
  [5, 16],
  [64, 17],
  [447, 3],
  [449, 2],
  [1000, 33],
];
const KINDS = ['base', 'extension'] as const;

/** Every entry present and as large as it can be. */
function full(rowCount: number, columnCount: number, weight: number): WeightedColumns {
  const length = rowCount * columnCount;
  return {
    rowCount,
    columnCount,
    rows: Uint32Array.from({ length }, (_, k) => k % rowCount),
    weights: new Int8Array(length).fill(weight),
    ends: Uint32Array.from({ length: columnCount }, (_, column) => (column + 1) * rowCount),
  };
}

describe.each(['wasm', 'js'] as const)('integer matrices with %s kernels', (kernels) => {
  const engine: Koala = createKoalaBearEngine({ kernels });

  it.each(SHAPES)('gather %i rows to %i columns with weights', (rows, columns) => {
    for (const density of [0, 0.1, 0.5, 1]) {
      const matrix = weightedColumns(rows, columns, density, 7);
      for (const kind of KINDS) {
        expectSame(engine, (e) => {
          const gathered = e.gatherWeighted(e.weightedPlan(matrix), vector(e, kind, rows, 8));
          return [gathered.kind, gathered.length, e.toElements(gathered)];
        });
      }
    }
  });

  it('gather exactly where sums are largest', () => {
    for (const weight of [-128, 127]) {
      const matrix = full(2000, 2, weight);
      expectSame(engine, (e) => e.toElements(e.gatherWeighted(e.weightedPlan(matrix), largest(e, 'extension', 2000))));
      const limits = (e: Koala) => e.fromIntegers(new Array<number>(2000).fill(0x3f800000));
      expectSame(engine, (e) => e.toElements(e.gatherWeighted(e.weightedPlan(matrix), limits(e))));
    }
  });

  it('refuse tables that are too short, rows that are not there and plans of other engines', () => {
    const matrix = weightedColumns(9, 5, 0.5, 9);
    const plan = engine.weightedPlan(matrix);
    expect(() => engine.gatherWeighted(plan, vector(engine, 'extension', 8, 1))).toThrow(UsageError);
    expect(() => engine.weightedPlan({ ...matrix, rowCount: 3 })).toThrow(UsageError);
    const foreign = createArrayEngine(koalaBear).weightedPlan(matrix);
    expect(() => engine.gatherWeighted(foreign, vector(engine, 'extension', 9, 1))).toThrow(UsageError);
  });

  it.each(SHAPES)('fold %i rows of %i columns', (rows, columns) => {
    const entries = smallIntegers(rows * columns, 10);
    for (const kind of KINDS) {
      expectSame(engine, (e) => {
        const folded = e.foldRows(e.denseMatrix(entries, rows, columns), vector(e, kind, rows, 11));
        return [folded.kind, folded.length, e.toElements(folded)];
      });
    }
  });

  it('fold exactly where sums are largest', () => {
    for (const weight of [-128, 127]) {
      const entries = new Int8Array(2 * 2000).fill(weight);
      expectSame(engine, (e) =>
        e.toElements(e.foldRows(e.denseMatrix(entries, 2000, 2), largest(e, 'extension', 2000))),
      );
    }
  });

  it('fold nothing that does not fit', () => {
    expect(() => engine.denseMatrix(new Int8Array(5), 2, 3)).toThrow(UsageError);
    const matrix = engine.denseMatrix(new Int8Array(6), 2, 3);
    expect(() => engine.foldRows(matrix, vector(engine, 'extension', 1, 1))).toThrow(UsageError);
    const foreign = createArrayEngine(koalaBear).denseMatrix(new Int8Array(6), 2, 3);
    expect(() => engine.foldRows(foreign, vector(engine, 'extension', 2, 1))).toThrow(UsageError);
  });

  it.each(KINDS)('scale rows of %s vectors', (kind) => {
    for (const width of [1, 2, 3, 4, 8, 64, 100]) {
      for (const [rows, repeat] of [
        [1, 1],
        [1, 9],
        [4, 1],
        [3, 2],
        [8, 5],
      ] as const) {
        expectSame(engine, (e) => {
          const scaled = e.scaleRows(vector(e, kind, rows * repeat, 12), vector(e, kind, rows * width, 13), rows);
          return [scaled.kind, scaled.length, e.toElements(scaled)];
        });
      }
      expectSame(engine, (e) => e.toElements(e.scaleRows(largest(e, kind, 2), largest(e, kind, width), 1)));
    }
    expect(() => engine.scaleRows(vector(engine, kind, 3, 1), vector(engine, kind, 8, 2), 2)).toThrow(UsageError);
  });

  it('scale rows of one kind only', () => {
    const scales = engine.fromElements(elements(2, 1));
    expect(() => engine.scaleRows(scales, vector(engine, 'base', 8, 2), 2)).toThrow(UsageError);
  });

  it.each(KINDS)('repeat %s vectors', (kind) => {
    for (const length of [1, 2, 3, 4, 12, 64]) {
      for (const count of [1, 2, 5]) {
        expectSame(engine, (e) => {
          const repeated = e.repeat(vector(e, kind, length, 14), count);
          return [repeated.kind, repeated.length, e.toElements(repeated)];
        });
      }
    }
  });
});
