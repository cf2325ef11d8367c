// A sparse matrix with entries in {−1, 0, +1}, by compressed columns: the weights of a ternary layer.
// Columns are inputs, rows are outputs. The canonical bytes and their digest identify it in a statement.

import { UsageError } from '../errors.ts';
import type { SignedColumns } from '../field/field.ts';
import { blake3 } from '../hash/blake3.ts';

/**
 * An outputs × inputs matrix of signs. Immutable; build it with the functions below.
 *
 * @example
 * ```ts
 * import { ternaryFromDense, type TernaryMatrix } from 'ternary-gkr/sparse';
 *
 * const weights: TernaryMatrix = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * console.log(weights.nonzeros); // 3
 * ```
 */
export interface TernaryMatrix extends SignedColumns {
  /** Number of nonzero entries. */
  readonly nonzeros: number;
}

/**
 * Returns the matrix in a dense row-major array of −1, 0, +1.
 *
 * @param entries - rowCount · columnCount values, row after row
 * @throws UsageError if an entry is anything else or the length does not fit
 *
 * @example
 * ```ts
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * // row after row
 * const weights = ternaryFromDense([1, -1, 0, 0, 0, 1], 2, 3);
 * console.log(weights.rowCount, weights.columnCount, weights.nonzeros); // 2 3 3
 * ```
 */
export function ternaryFromDense(entries: ArrayLike<number>, rowCount: number, columnCount: number): TernaryMatrix {
  if (entries.length !== rowCount * columnCount) {
    throw new UsageError(
      `a ${rowCount} × ${columnCount} matrix has ${rowCount * columnCount} entries, not ${entries.length}`,
    );
  }
  let nonzeros = 0;
  for (let i = 0; i < entries.length; i++) if (entries[i] !== 0) nonzeros++;
  const rows = new Uint32Array(nonzeros);
  const plusEnds = new Uint32Array(columnCount);
  const ends = new Uint32Array(columnCount);
  let k = 0;
  for (let column = 0; column < columnCount; column++) {
    for (const sign of [1, -1]) {
      for (let row = 0, at = column; row < rowCount; row++, at += columnCount)
        if (entries[at] === sign) rows[k++] = row;
      if (sign === 1) plusEnds[column] = k;
    }
    ends[column] = k;
  }
  if (k !== nonzeros) {
    const at = Array.prototype.findIndex.call(entries, (entry: number) => entry !== 0 && entry !== 1 && entry !== -1);
    throw new UsageError(
      `entry (${Math.floor(at / columnCount)}, ${at % columnCount}) is ${entries[at]}; ternary entries are −1, 0, +1`,
    );
  }
  return { rowCount, columnCount, rows, plusEnds, ends, nonzeros };
}

/**
 * Returns the matrix with these entries, in any order.
 *
 * @throws UsageError if an entry lies outside, is not ±1, or stands twice
 *
 * @example
 * ```ts
 * import { ternaryFromEntries, ternaryToDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromEntries([{ row: 0, column: 1, sign: -1 }, { row: 1, column: 0, sign: 1 }], 2, 2);
 * console.log(ternaryToDense(weights)); // Int8Array(4) [ 0, -1, 1, 0 ]
 * ```
 */
export function ternaryFromEntries(
  entries: readonly { readonly row: number; readonly column: number; readonly sign: number }[],
  rowCount: number,
  columnCount: number,
): TernaryMatrix {
  const seen = new Set<number>();
  for (const { row, column, sign } of entries) {
    const inside = Number.isInteger(row) && Number.isInteger(column) && row >= 0 && column >= 0;
    if (!inside || row >= rowCount || column >= columnCount || (sign !== 1 && sign !== -1)) {
      throw new UsageError(
        `entry (${row}, ${column}) of ${sign} does not fit a ternary ${rowCount} × ${columnCount} matrix`,
      );
    }
    if (seen.has(row * columnCount + column)) throw new UsageError(`entry (${row}, ${column}) stands twice`);
    seen.add(row * columnCount + column);
  }
  const sorted = [...entries].sort((a, b) => a.column - b.column || b.sign - a.sign || a.row - b.row);
  const plusEnds = new Uint32Array(columnCount);
  const ends = new Uint32Array(columnCount);
  for (const { column, sign } of sorted) {
    ends[column]++;
    if (sign === 1) plusEnds[column]++;
  }
  for (let column = 0, start = 0; column < columnCount; column++) {
    plusEnds[column] += start;
    ends[column] += start;
    start = ends[column];
  }
  return {
    rowCount,
    columnCount,
    rows: Uint32Array.from(sorted, (entry) => entry.row),
    plusEnds,
    ends,
    nonzeros: sorted.length,
  };
}

/** Returns the matrix of a map that writes a vector at the rows from `firstRow` on; the identity if it has no other rows. */
export function embedding(rowCount: number, firstRow: number, columnCount: number): TernaryMatrix {
  const rows = Uint32Array.from({ length: columnCount }, (_, column) => firstRow + column);
  const ends = Uint32Array.from(rows, (_, column) => column + 1);
  return { rowCount, columnCount, rows, plusEnds: ends, ends, nonzeros: columnCount };
}

/**
 * The dense row-major entries; only for small matrices and tests.
 *
 * @example
 * ```ts
 * import { ternaryFromDense, ternaryToDense } from 'ternary-gkr/sparse';
 *
 * console.log(ternaryToDense(ternaryFromDense([1, -1, 0, 1], 2, 2))); // Int8Array(4) [ 1, -1, 0, 1 ]
 * ```
 */
export function ternaryToDense(matrix: SignedColumns): Int8Array {
  const dense = new Int8Array(matrix.rowCount * matrix.columnCount);
  forEachEntry(matrix, (row, column, sign) => {
    dense[row * matrix.columnCount + column] = sign;
  });
  return dense;
}

/** The entry ±1 of each row index of `rows`: the matrix as one of integers has these weights. */
export function signsOf({ columnCount, rows, plusEnds, ends }: SignedColumns): Int8Array {
  const signs = new Int8Array(rows.length);
  for (let column = 0, start = 0; column < columnCount; column++) {
    signs.fill(1, start, plusEnds[column]).fill(-1, plusEnds[column], ends[column]);
    start = ends[column];
  }
  return signs;
}

/**
 * Wᵀ, in time linear in the nonzeros: the compressed rows of W.
 *
 * @example
 * ```ts
 * import { ternaryFromDense, ternaryToDense, transpose } from 'ternary-gkr/sparse';
 *
 * console.log(ternaryToDense(transpose(ternaryFromDense([1, -1, 0, 1], 2, 2)))); // Int8Array(4) [ 1, 0, -1, 1 ]
 * ```
 */
export function transpose(matrix: SignedColumns): TernaryMatrix {
  return ternaryFromVisits(matrix.columnCount, matrix.rowCount, (visit) => {
    forEachEntry(matrix, (row, column, sign) => {
      visit(column, row, sign);
    });
  });
}

/**
 * A matrix from its entries in two walks over them. Rows within a column and a sign keep the order of the walk, which
 * ascends where the canonical form is wanted.
 *
 * @param walk - visits every entry once, in the same order each time
 */
export function ternaryFromVisits(
  rowCount: number,
  columnCount: number,
  walk: (visit: (row: number, column: number, sign: 1 | -1) => void) => void,
): TernaryMatrix {
  const plusCounts = new Uint32Array(columnCount);
  const counts = new Uint32Array(columnCount);
  walk((_row, column, sign) => {
    counts[column]++;
    if (sign === 1) plusCounts[column]++;
  });
  const plusEnds = new Uint32Array(columnCount);
  const ends = new Uint32Array(columnCount);
  const nextPlus = new Uint32Array(columnCount);
  const nextMinus = new Uint32Array(columnCount);
  let nonzeros = 0;
  for (let column = 0; column < columnCount; column++) {
    nextPlus[column] = nonzeros;
    nextMinus[column] = plusEnds[column] = nonzeros + plusCounts[column];
    nonzeros = ends[column] = nonzeros + counts[column];
  }
  const rows = new Uint32Array(nonzeros);
  walk((row, column, sign) => {
    rows[sign === 1 ? nextPlus[column]++ : nextMinus[column]++] = row;
  });
  return { rowCount, columnCount, rows, plusEnds, ends, nonzeros };
}

/**
 * W·x for small integers; exact while every partial sum stays below 2³¹.
 *
 * @example
 * ```ts
 * import { multiply, ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * console.log(multiply(ternaryFromDense([1, -1, 0, 1], 2, 2), [5, 3])); // Int32Array(2) [ 2, 3 ]
 * ```
 */
export function multiply(matrix: SignedColumns, input: ArrayLike<number>): Int32Array {
  if (input.length !== matrix.columnCount) {
    throw new UsageError(`a matrix of ${matrix.columnCount} columns times a vector of ${input.length} values`);
  }
  const output = new Int32Array(matrix.rowCount);
  const { rows, plusEnds, ends } = matrix;
  for (let column = 0, k = 0; column < input.length; column++) {
    const value = input[column];
    if (value === 0) {
      k = ends[column];
      continue;
    }
    for (const end = plusEnds[column]; k < end; k++) output[rows[k]] += value;
    for (const end = ends[column]; k < end; k++) output[rows[k]] -= value;
  }
  return output;
}

/**
 * How many +1 and −1 entries each row has.
 *
 * @example
 * ```ts
 * import { countSigns, ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const { plus, minus } = countSigns(ternaryFromDense([1, -1, 1, 0, 0, 1], 2, 3));
 * // of each row
 * console.log(plus, minus); // Uint32Array(2) [ 2, 1 ] Uint32Array(2) [ 1, 0 ]
 * ```
 */
export function countSigns(matrix: SignedColumns): { plus: Uint32Array; minus: Uint32Array } {
  const plus = new Uint32Array(matrix.rowCount);
  const minus = new Uint32Array(matrix.rowCount);
  forEachEntry(matrix, (row, _column, sign) => {
    if (sign === 1) plus[row]++;
    else minus[row]++;
  });
  return { plus, minus };
}

/**
 * The one byte form of a matrix: row count, column count and nonzeros, then `plusEnds`, `ends` and `rows`,
 * all 32-bit little-endian. Injective: a matrix has one compressed form because rows ascend within a sign.
 *
 * @example
 * ```ts
 * import { ternaryBytes, ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * console.log(ternaryBytes(ternaryFromDense([1, -1, 0, 1], 2, 2)).length); // 40
 * ```
 */
export function ternaryBytes(matrix: SignedColumns): Uint8Array {
  const { rowCount, columnCount, rows, plusEnds, ends } = matrix;
  const bytes = new Uint8Array(4 * (3 + 2 * columnCount + rows.length));
  const view = new DataView(bytes.buffer);
  let at = 0;
  const put = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  [rowCount, columnCount, rows.length].forEach(put);
  for (const list of [plusEnds, ends, rows]) for (let i = 0; i < list.length; i++) put(list[i]);
  return bytes;
}

/**
 * BLAKE3 of the canonical bytes.
 *
 * @example
 * ```ts
 * import { ternaryDigest, ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const digestOf = (entries: number[]): string => ternaryDigest(ternaryFromDense(entries, 2, 2)).join();
 * console.log(digestOf([1, -1, 0, 1]) === digestOf([1, -1, 0, -1])); // false
 * ```
 */
export function ternaryDigest(matrix: SignedColumns): Uint8Array {
  return blake3(ternaryBytes(matrix));
}

/** Visits every nonzero entry, column after column, within each the plus signs first. */
export function forEachEntry(matrix: SignedColumns, visit: (row: number, column: number, sign: 1 | -1) => void): void {
  const { rows, plusEnds, ends, columnCount } = matrix;
  for (let column = 0, k = 0; column < columnCount; column++) {
    for (; k < plusEnds[column]; k++) visit(rows[k], column, 1);
    for (; k < ends[column]; k++) visit(rows[k], column, -1);
  }
}
