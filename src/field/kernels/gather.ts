// Sparse gathers: v[c] = Σ over column c's entries of ±table[row], one modular addition an entry.
//
// A plan keeps the matrix as the kernel reads it: each entry is the byte offset of its row in a table of one
// extension element a 16-byte word, each column the addresses where its + and its − entries end. Columns are
// filled up to whole blocks with empty ones.

import { UsageError } from '../../errors.ts';
import type { GatherPlan } from '../engine.ts';
import type { SignedColumns } from '../field.ts';
import { BLOCK, blocksOf, type KoalaVector, type Storage } from './storage.ts';

const WORD_BYTES = 4;
const ELEMENT_BYTES = 16;

/** A matrix of signs in an engine's memory. */
export class KoalaGatherPlan implements GatherPlan {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Length of what it gathers: a power of two. */
  readonly length: number;
  readonly entries: number;
  readonly ends: number;

  constructor({ memory }: Storage, matrix: SignedColumns) {
    const { rowCount, columnCount, rows, plusEnds, ends } = matrix;
    this.rowCount = rowCount;
    this.columnCount = columnCount;
    this.length = 2 ** Math.ceil(Math.log2(Math.max(columnCount, 1)));
    const columns = BLOCK * blocksOf(this.length);
    this.entries = memory.allocate(WORD_BYTES * rows.length);
    this.ends = memory.allocate(2 * WORD_BYTES * columns);
    const { words } = memory;
    const firstEntry = this.entries / WORD_BYTES;
    for (let k = 0; k < rows.length; k++) {
      if (rows[k] >= rowCount) throw new UsageError(`entry ${k} names row ${rows[k]} of ${rowCount}`);
      words[firstEntry + k] = ELEMENT_BYTES * rows[k];
    }
    const firstEnd = this.ends / WORD_BYTES;
    for (let column = 0; column < columns; column++) {
      const inside = column < columnCount;
      words[firstEnd + 2 * column] = this.entries + WORD_BYTES * (inside ? plusEnds[column] : rows.length);
      words[firstEnd + 2 * column + 1] = this.entries + WORD_BYTES * (inside ? ends[column] : rows.length);
    }
  }
}

/** Gathers from a table of at least `rowCount` elements; a new extension vector. */
export function gatherSigned(storage: Storage, plan: KoalaGatherPlan, table: KoalaVector): KoalaVector {
  const { memory, kernels } = storage;
  const gathered = storage.allocate('extension', plan.length);
  const mark = memory.mark();
  const rowBlocks = blocksOf(plan.rowCount);
  const elementWords = memory.allocate(ELEMENT_BYTES * BLOCK * rowBlocks);
  kernels.toElementWords(storage.alignedExtension(table), elementWords, rowBlocks);
  kernels.gatherSigned(plan.entries, plan.ends, elementWords, blocksOf(plan.length), gathered.offset);
  memory.release(mark);
  return gathered;
}
