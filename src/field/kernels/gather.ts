// Sparse gathers: v[c] = Σ over column c's entries of ±table[row], one addition an entry.
//
// A plan keeps the matrix as the kernels read it (koalabear-gather.lib.as.ts). Rows are cut into tiles, so that a
// tile's part of the table stays in the first-level cache, as long as a column has enough entries in each tile to
// pay for visiting it; the time of a gather is then a line in the number of entries. A tile has, column after
// column, its + entries and its − entries, each as an index into the tile's part of the table, in 16 bits where
// that is enough; an odd number of them is made even by the index of a zero that follows the tile's part.
//
// The ends of runs cost a short column as much as its entries. Where tiles are small, one run serves both signs: − entries
// are indices of the table's negatives, which follow the zero.

import { UsageError } from '../../errors.ts';
import type { GatherPlan } from '../engine.ts';
import type { SignedColumns } from '../field.ts';
import { BLOCK, blocksOf, type KoalaVector, type Storage } from './storage.ts';

const WORD_BYTES = 4;
const ELEMENT_BYTES = 16;
/** Tiles are halved down to this many rows, 8 KiB of the table … */
const LEAST_TILE_ROWS = 512;
/** … as long as a column keeps this number of entries in a tile on average. */
const LEAST_TILE_ENTRIES = 256;
/** The most rows of a tile whose signs share a run: with their negatives 32 KiB of the table. */
const MOST_SHARED_ROWS = 1024;
/** The zero after a tile's rows has an index too. */
const MOST_SHORT_ROWS = 2 ** 16 - 1;

/** A matrix of signs in an engine's memory. */
export class KoalaGatherPlan implements GatherPlan {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Length of what it gathers: a power of two. */
  readonly length: number;
  /** Rows of a tile, whole blocks. */
  readonly tileRows: number;
  /** Where each tile's entries start. */
  readonly entries: readonly number[];
  /** Two addresses a column, tile after tile. */
  readonly ends: number;
  readonly hasShortEntries: boolean;
  /** Whether − entries stand in one run with + entries, as indices from `tileRows` + 1 on. */
  readonly sharesRuns: boolean;

  constructor({ memory }: Storage, matrix: SignedColumns) {
    const { rowCount, columnCount, rows, plusEnds, ends } = matrix;
    this.rowCount = rowCount;
    this.columnCount = columnCount;
    this.length = 2 ** Math.ceil(Math.log2(Math.max(columnCount, 1)));
    const tileShift = tileShiftOf(rowCount, rows.length / Math.max(columnCount, 1));
    const tileCount = Math.max(1, Math.ceil(rowCount / 2 ** tileShift));
    this.tileRows = tileCount === 1 ? BLOCK * blocksOf(rowCount) : 2 ** tileShift;
    this.hasShortEntries = this.tileRows <= MOST_SHORT_ROWS;

    this.sharesRuns = this.tileRows <= MOST_SHARED_ROWS;

    // entries of tile t, column c and sign s, counted at 2·(t·columnCount + c) + s, those of a shared run at s = 0
    const counts = new Uint32Array(2 * tileCount * columnCount);
    const minusRun = this.sharesRuns ? 0 : 1;
    for (let column = 0, k = 0; column < columnCount; column++) {
      for (let sign = 0; sign < 2; sign++) {
        const end = sign === 0 ? plusEnds[column] : ends[column];
        for (; k < end; k++) {
          if (rows[k] >= rowCount) throw new UsageError(`entry ${k} names row ${rows[k]} of ${rowCount}`);
          counts[2 * ((rows[k] >>> tileShift) * columnCount + column) + sign * minusRun]++;
        }
      }
    }
    let padded = 0;
    for (const count of counts) padded += count + (count & 1);
    const entryBytes = this.hasShortEntries ? 2 : WORD_BYTES;
    const first = memory.allocate(entryBytes * padded);
    this.ends = memory.allocate(WORD_BYTES * counts.length);
    const { words } = memory;
    const indices = this.hasShortEntries ? new Uint16Array(words.buffer) : words;
    const endWord = this.ends / WORD_BYTES;

    // each count becomes the place of the next entry of its kind
    const starts: number[] = [];
    let at = first / entryBytes;
    for (let tile = 0, run = 0; tile < tileCount; tile++) {
      starts.push(at * entryBytes);
      for (const tileEnd = run + 2 * columnCount; run < tileEnd; run++) {
        const count = counts[run];
        const end = at + count + (count & 1);
        if (count & 1) indices[end - 1] = this.tileRows;
        words[endWord + run] = end * entryBytes;
        counts[run] = at;
        at = end;
      }
    }
    this.entries = starts;
    const { tileRows } = this;
    const minusOffset = this.sharesRuns ? tileRows + 1 : 0;
    for (let column = 0, k = 0; column < columnCount; column++) {
      for (let sign = 0; sign < 2; sign++) {
        const end = sign === 0 ? plusEnds[column] : ends[column];
        for (; k < end; k++) {
          const tile = rows[k] >>> tileShift;
          const run = 2 * (tile * columnCount + column) + sign * minusRun;
          indices[counts[run]++] = rows[k] - tile * tileRows + sign * minusOffset;
        }
      }
    }
  }
}

/** log₂ of the rows of a tile; a single tile may have fewer. */
function tileShiftOf(rowCount: number, entriesPerColumn: number): number {
  let shift = Math.ceil(Math.log2(Math.max(rowCount, BLOCK)));
  let entries = entriesPerColumn;
  while (2 ** shift > LEAST_TILE_ROWS && entries >= 2 * LEAST_TILE_ENTRIES) {
    shift--;
    entries /= 2;
  }
  return shift;
}

/** Gathers from a table of at least `rowCount` elements; a new extension vector. */
export function gatherSigned(storage: Storage, plan: KoalaGatherPlan, table: KoalaVector): KoalaVector {
  const { memory, kernels } = storage;
  const { tileRows, columnCount } = plan;
  const gathered = storage.allocate('extension', plan.length);
  const mark = memory.mark();
  const blocks = blocksOf(plan.length);
  const sums = memory.allocate(ELEMENT_BYTES * BLOCK * blocks);
  memory.bytes.fill(0, sums, sums + ELEMENT_BYTES * BLOCK * blocks);
  const partBytes = ELEMENT_BYTES * tileRows;
  const zeros = memory.allocate(plan.sharesRuns ? partBytes : 0);
  memory.bytes.fill(0, zeros, zeros + (plan.sharesRuns ? partBytes : 0));
  const part = memory.allocate((plan.sharesRuns ? 2 : 1) * partBytes + ELEMENT_BYTES);
  const zero = part + partBytes;
  memory.bytes.fill(0, zero, zero + ELEMENT_BYTES);
  const kernel = plan.hasShortEntries ? kernels.gatherSigned16 : kernels.gatherSigned32;
  const source = storage.alignedExtension(table);
  plan.entries.forEach((entries, tile) => {
    const row = tile * tileRows;
    kernels.toElementWords(source + ELEMENT_BYTES * row, part, blocksOf(Math.min(tileRows, plan.rowCount - row)));
    if (plan.sharesRuns) kernels.subWords(zeros, part, zero + ELEMENT_BYTES, tileRows);
    kernel(entries, plan.ends + 2 * WORD_BYTES * columnCount * tile, part, columnCount, sums);
  });
  kernels.toElementWords(sums, gathered.offset, blocks);
  memory.release(mark);
  return gathered;
}
