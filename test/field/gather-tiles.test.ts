// Gathers over matrices that the plan cuts into tiles, whose entries need 32 bits, or whose sums are reduced more
// than once: each engine equals sums over the table in exact integers.

import { describe, expect, it } from 'vitest';
import type { SignedColumns } from '../../src/field/field.ts';
import { createKoalaBearEngine } from '../../src/field/koalabear-engine.ts';
import { elements, type Koala, largest } from './engine-cases.ts';

/** Columns by their + rows and their − rows. */
function signedColumns(rowCount: number, columns: readonly (readonly [number[], number[]])[]): SignedColumns {
  const rows: number[] = [];
  const plusEnds: number[] = [];
  const ends: number[] = [];
  for (const [plus, minus] of columns) {
    for (const row of plus) rows.push(row);
    plusEnds.push(rows.length);
    for (const row of minus) rows.push(row);
    ends.push(rows.length);
  }
  const columnCount = columns.length;
  const typed = { rows: Uint32Array.from(rows), plusEnds: Uint32Array.from(plusEnds), ends: Uint32Array.from(ends) };
  return { rowCount, columnCount, ...typed };
}

const P = 2130706433n;

function expectGather(engine: Koala, matrix: SignedColumns, table: ReturnType<Koala['zeros']>): void {
  const values = engine.toElements(table);
  const mark = engine.mark();
  const gathered = engine.toElements(engine.gatherSigned(engine.gatherPlan(matrix), table));
  engine.release(mark);
  const { rows, plusEnds, ends, columnCount } = matrix;
  for (let column = 0, k = 0; column < columnCount; column++) {
    const sums = [0n, 0n, 0n, 0n];
    for (; k < ends[column]; k++) {
      const sign = k < plusEnds[column] ? 1n : -1n;
      for (let c = 0; c < 4; c++) sums[c] += sign * BigInt(values[rows[k]][c]);
    }
    const expected = sums.map((sum) => Number(((sum % P) + P) % P));
    expect(Array.from(gathered[column]), `column ${column}`).toEqual(expected);
  }
}

const range = (start: number, end: number, step = 1): number[] =>
  Array.from({ length: Math.max(0, Math.ceil((end - start) / step)) }, (_, k) => start + k * step);

describe.each(['wasm', 'js'] as const)('gathers with %s kernels', (kernels) => {
  const engine: Koala = createKoalaBearEngine({ kernels });

  it('cut tall dense matrices into tiles', () => {
    const rowCount = 5003;
    const columns: [number[], number[]][] = [
      [range(0, rowCount), []],
      [[], range(0, rowCount)],
      [range(0, rowCount, 2), range(1, rowCount, 2)],
      [[], []],
      // one tile only, odd numbers, rows out of order
      [[4099, 4098, 4097], [5002]],
      [range(3, rowCount, 3), [0, 1023, 1024, 2047, 2048]],
    ];
    const matrix = signedColumns(rowCount, columns);
    expectGather(engine, matrix, engine.fromElements(elements(rowCount, 7)));
    expectGather(engine, matrix, largest(engine, 'extension', rowCount));
  });

  it('reduce sums of many entries of one sign in time', () => {
    // 2^14 entries are summed before a reduction
    for (const count of [2 ** 14 - 1, 2 ** 14, 2 ** 14 + 1, 3 * 2 ** 14 + 3]) {
      const rows = Array.from({ length: count }, (_, k) => k % 1000);
      const matrix = signedColumns(1000, [
        [rows, []],
        [[], rows],
        [rows, rows.slice(1)],
        [[5], rows],
      ]);
      expectGather(engine, matrix, largest(engine, 'extension', 1000));
      expectGather(engine, matrix, engine.fromElements(elements(1000, 3)));
    }
  });

  it('address tables of more than 2^16 rows', () => {
    for (const rowCount of [65_532, 65_533, 65_536, 70_001]) {
      const matrix = signedColumns(rowCount, [
        [[rowCount - 1], [0]],
        [[], [rowCount - 2, rowCount - 1, 1]],
        [range(5, rowCount, 1009), range(7, rowCount, 2003)],
      ]);
      expectGather(engine, matrix, engine.fromElements(elements(rowCount, 11)));
    }
  });
});
