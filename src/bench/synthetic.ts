// Layers to measure with: ternary matrices of a given density and inputs of eight bits, always the same for
// the same seed. Each entry is nonzero with probability `density`, independently, and then either sign with
// equal probability; the number of nonzeros therefore differs a little from density · entries.

import { UsageError } from '../errors.ts';
import type { TernaryMatrix } from '../sparse/ternary-matrix.ts';

/**
 * A random outputs × inputs matrix of signs, in time linear in its entries.
 *
 * @param density - expected share of nonzero entries, in (0, 1]
 * @throws UsageError if the density lies outside
 */
export function syntheticTernary(outputs: number, inputs: number, density: number, seed: number): TernaryMatrix {
  if (!(density > 0 && density <= 1)) throw new UsageError(`a density lies in (0, 1]; ${density} does not`);
  const random = randomWords(seed);
  const present = density * 2 ** 32;
  const plusEnds = new Uint32Array(inputs);
  const ends = new Uint32Array(inputs);
  const minus = new Uint32Array(outputs);
  let rows = new Uint32Array(Math.ceil(outputs * inputs * density * 1.01) + outputs);
  let k = 0;
  for (let column = 0; column < inputs; column++) {
    if (k + outputs > rows.length) {
      const longer = new Uint32Array(Math.max(k + outputs, Math.ceil(rows.length * 1.2)));
      longer.set(rows);
      rows = longer;
    }
    let minusCount = 0;
    for (let row = 0; row < outputs; row++) {
      const word = random();
      if (word >= present) continue;
      if (2 * word < present) rows[k++] = row;
      else minus[minusCount++] = row;
    }
    plusEnds[column] = k;
    rows.set(minus.subarray(0, minusCount), k);
    k += minusCount;
    ends[column] = k;
  }
  return { rowCount: outputs, columnCount: inputs, rows: rows.subarray(0, k), plusEnds, ends, nonzeros: k };
}

/** `batch` inputs one after the other, values in [−128, 127]. */
export function syntheticInputs(inputs: number, batch: number, seed: number): Int32Array {
  const random = randomWords(seed);
  return Int32Array.from({ length: inputs * batch }, () => (random() >>> 24) - 128);
}

/** Uniform 32-bit words: a Weyl sequence through the finaliser of MurmurHash3. */
function randomWords(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) >>> 0;
  };
}
