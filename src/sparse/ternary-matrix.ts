// A sparse matrix with entries in {−1, 0, +1}, by compressed columns: what a ternary layer is made of.
// Columns are inputs, rows are outputs. The canonical bytes and their digest identify it in a statement.

import { UsageError } from '../errors.ts';
import type { SignedColumns } from '../field/field.ts';

/** An outputs × inputs matrix of signs. Immutable; build it with the functions below. */
export interface TernaryMatrix extends SignedColumns {
  /** Number of nonzero entries. */
  readonly nonzeros: number;
}

/**
 * From a dense row-major array of −1, 0, +1.
 *
 * @param entries - rowCount · columnCount values, row after row
 * @throws UsageError if an entry is anything else or the length does not fit
 */
export function ternaryFromDense(entries: ArrayLike<number>, rowCount: number, columnCount: number): TernaryMatrix {
  if (entries.length !== rowCount * columnCount) {
    throw new UsageError(`a ${rowCount} × ${columnCount} matrix has ${rowCount * columnCount} entries, not ${entries.length}`);
  }
  let nonzeros = 0;
  for (let i = 0; i < entries.length; i++) if (entries[i] !== 0) nonzeros++;
  const rows = new Uint32Array(nonzeros);
  const plusEnds = new Uint32Array(columnCount);
  const ends = new Uint32Array(columnCount);
  let k = 0;
  for (let column = 0; column < columnCount; column++) {
    for (const sign of [1, -1]) {
      for (let row = 0, at = column; row < rowCount; row++, at += columnCount) if (entries[at] === sign) rows[k++] = row;
      if (sign === 1) plusEnds[column] = k;
    }
    ends[column] = k;
  }
  if (k !== nonzeros) {
    const at = Array.prototype.findIndex.call(entries, (entry: number) => entry !== 0 && entry !== 1 && entry !== -1);
    throw new UsageError(`entry (${Math.floor(at / columnCount)}, ${at % columnCount}) is ${entries[at]}; ternary entries are −1, 0, +1`);
  }
  return { rowCount, columnCount, rows, plusEnds, ends, nonzeros };
}
