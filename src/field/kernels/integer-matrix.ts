// Matrices of 8-bit integers in an engine's memory, sparse and dense, and their products with a table of elements:
// what the kernels of koalabear-integers.lib.as.ts read.

import { UsageError } from '../../errors.ts';
import type { DenseMatrix, WeightedPlan } from '../engine.ts';
import type { WeightedColumns } from '../field.ts';
import { BLOCK, blocksOf, type KoalaVector, type Storage } from './storage.ts';

const WORD_BYTES = 4;
const ELEMENT_BYTES = 16;
const PAIR_WORDS = 3;
/** Bytes of four columns and four rows. */
const TILE_BYTES = 16;

const paddedLength = (columnCount: number): number => 2 ** Math.ceil(Math.log2(Math.max(columnCount, 1)));

/** Each column's entries in pairs, the odd one with an entry of weight zero: two byte offsets, two weights. */
export class KoalaWeightedPlan implements WeightedPlan {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Length of what it gathers: a power of two. */
  readonly length: number;
  readonly pairs: number;
  readonly ends: number;

  constructor({ memory }: Storage, { rowCount, columnCount, rows, weights, ends }: WeightedColumns) {
    this.rowCount = rowCount;
    this.columnCount = columnCount;
    this.length = paddedLength(columnCount);
    const columns = BLOCK * blocksOf(this.length);
    this.ends = memory.allocate(WORD_BYTES * columns);
    let pairCount = 0;
    for (let column = 0; column < columnCount; column++) {
      pairCount += (ends[column] - (column === 0 ? 0 : ends[column - 1]) + 1) >>> 1;
    }
    this.pairs = memory.allocate(PAIR_WORDS * WORD_BYTES * pairCount);
    const { words } = memory;
    let at = this.pairs / WORD_BYTES;
    for (let column = 0, k = 0; column < columns; column++) {
      const end = column < columnCount ? ends[column] : k;
      for (; k < end; k += 2, at += PAIR_WORDS) {
        const hasSecond = k + 1 < end;
        const second = hasSecond ? rows[k + 1] : 0;
        if (rows[k] >= rowCount || (hasSecond && second >= rowCount)) {
          throw new UsageError(`entries ${k} and ${k + 1} name rows ${rows[k]} and ${second} of ${rowCount}`);
        }
        words[at] = ELEMENT_BYTES * rows[k];
        words[at + 1] = ELEMENT_BYTES * second;
        words[at + 2] = (weights[k] & 0xffff) | (hasSecond ? weights[k + 1] << 16 : 0);
      }
      k = end;
      words[this.ends / WORD_BYTES + column] = WORD_BYTES * at;
    }
  }
}

/** Gathers from a table of at least `rowCount` elements; a new extension vector. */
export function gatherWeighted(storage: Storage, plan: KoalaWeightedPlan, table: KoalaVector): KoalaVector {
  const { memory, kernels } = storage;
  const gathered = storage.allocate('extension', plan.length);
  const mark = memory.mark();
  const rowBlocks = blocksOf(plan.rowCount);
  const elementWords = memory.allocate(ELEMENT_BYTES * BLOCK * rowBlocks);
  kernels.toElementWords(storage.alignedExtension(table), elementWords, rowBlocks);
  kernels.splitWords(elementWords, elementWords, BLOCK * rowBlocks);
  kernels.gatherWeighted(plan.pairs, plan.ends, elementWords, blocksOf(plan.length), gathered.offset);
  memory.release(mark);
  return gathered;
}

/** Strips of four columns, in each strip tiles of four rows: rows 0 and 1 of each column, then rows 2 and 3. */
export class KoalaDenseMatrix implements DenseMatrix {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Length of what it folds to: a power of two. */
  readonly length: number;
  readonly offset: number;

  constructor({ memory }: Storage, entries: Int8Array, rowCount: number, columnCount: number) {
    if (entries.length !== rowCount * columnCount) {
      throw new UsageError(`${entries.length} entries for ${rowCount} rows of ${columnCount}`);
    }
    this.rowCount = rowCount;
    this.columnCount = columnCount;
    this.length = paddedLength(columnCount);
    const stripBytes = TILE_BYTES * blocksOf(rowCount);
    const byteLength = stripBytes * blocksOf(columnCount);
    this.offset = memory.allocate(byteLength);
    memory.bytes.fill(0, this.offset, this.offset + byteLength);
    const { bytes } = memory;
    for (let row = 0, k = 0; row < rowCount; row++) {
      const tileRow = this.offset + TILE_BYTES * (row >>> 2) + 8 * ((row >>> 1) & 1) + (row & 1);
      for (let column = 0; column < columnCount; column++, k++) {
        bytes[tileRow + stripBytes * (column >>> 2) + 2 * (column & 3)] = entries[k];
      }
    }
  }
}

/** Folds the rows with at least `rowCount` weights; a new extension vector. */
export function foldRows(storage: Storage, matrix: KoalaDenseMatrix, weights: KoalaVector): KoalaVector {
  const { memory, kernels } = storage;
  const folded = storage.allocate('extension', matrix.length);
  const strips = blocksOf(matrix.columnCount);
  const mark = memory.mark();
  const rowBlocks = blocksOf(matrix.rowCount);
  const limbs = memory.allocate(ELEMENT_BYTES * BLOCK * rowBlocks);
  kernels.splitWords(storage.alignedExtension(weights), limbs, BLOCK * rowBlocks);
  memory.words.fill(
    0,
    (folded.offset + 64 * strips) / WORD_BYTES,
    (folded.offset + 64 * blocksOf(matrix.length)) / WORD_BYTES,
  );
  kernels.foldIntegers(matrix.offset, strips, limbs, rowBlocks, folded.offset);
  memory.release(mark);
  return folded;
}
