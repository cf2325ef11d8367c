// Columns of a Reed–Solomon-encoded matrix of signs, recomputed from its nonzeros: at the position with x = ω^position,
// row r's symbol is Σ_c ±x^c over its entries.
//
// A walk over the columns of a gather plan, for sixteen positions at a time: the powers of their x stand in
// registers and are added to the sums of each row that the column names, 64 bytes a row. Powers and sums are
// canonical, since the ratios alone are in the kernels' own form.

import { powMod } from '../koalabear-arithmetic.ts';
import { rootOfUnity } from '../koalabear-tables.ts';
import { requirePositions } from '../positions.ts';
import type { KoalaGatherPlan } from './gather.ts';
import { BLOCK, type Storage } from './storage.ts';

const WORD_BYTES = 4;
/** Positions of a walk. */
const WALK = 16;

/**
 * Returns, for each position in codewords of length 2^logLength, the canonical words of all rows, as bytes.
 * @throws UsageError if a position is out of range, or the number of columns is not a power of two up to 2^logLength
 */
export function evaluateColumns(
  storage: Storage,
  plan: KoalaGatherPlan,
  positions: readonly number[],
  logLength: number,
): Uint8Array {
  const { memory, kernels } = storage;
  const { rowCount, columnCount, tileRows, sharesRuns } = plan;
  requirePositions(positions, logLength, columnCount);
  const root = rootOfUnity(logLength);
  const points = positions.map((position) => powMod(root, position));
  const evaluated = new Uint32Array(points.length * rowCount);
  const mark = memory.mark();
  const ratios = memory.allocate(WORD_BYTES * WALK);
  // an odd entry of a column names the row after the tile's last, where the − entries of shared runs come after it
  const sumBytes = WORD_BYTES * WALK * (sharesRuns ? 2 * tileRows + 1 : tileRows + 1);
  const sums = memory.allocate(sumBytes);
  const { words } = memory;
  const kernel = plan.hasShortEntries ? kernels.scatterPowers16 : kernels.scatterPowers32;
  for (let first = 0; first < points.length; first += WALK) {
    const count = Math.min(WALK, points.length - first);
    for (let j = 0; j < WALK; j++) words[ratios / WORD_BYTES + j] = kernels.encode(j < count ? points[first + j] : 0);
    plan.entries.forEach((entries, tile) => {
      memory.bytes.fill(0, sums, sums + sumBytes);
      kernel(entries, plan.ends + 2 * WORD_BYTES * columnCount * tile, ratios, columnCount, sums);
      if (sharesRuns) {
        const rowBytes = WORD_BYTES * WALK;
        kernels.subWords(sums, sums + rowBytes * (tileRows + 1), sums, (WALK / BLOCK) * tileRows);
      }
      const firstRow = tile * tileRows;
      const rows = Math.min(tileRows, rowCount - firstRow);
      for (let j = 0; j < count; j++) {
        const to = (first + j) * rowCount + firstRow;
        for (let row = 0; row < rows; row++) evaluated[to + row] = words[sums / WORD_BYTES + WALK * row + j];
      }
    });
  }
  memory.release(mark);
  return new Uint8Array(evaluated.buffer);
}
