// Layers to measure with: ternary matrices of a given density and inputs of eight bits, always the same for
// the same seed. Each entry is nonzero with probability `density`, independently, and then either sign with
// equal probability; the number of nonzeros therefore differs a little from density · entries.

import { UsageError } from '../../src/errors.ts';
import type { TernaryMatrix } from '../../src/sparse/ternary-matrix.ts';

/**
 * A random outputs × inputs matrix of signs, in time linear in its entries.
 *
 * @param density - expected share of nonzero entries, in (0, 1]
 * @param groups - blocks along the diagonal, outside of which everything is zero and takes no time
 * @throws UsageError if the density lies outside, or the groups do not divide both sizes
 */
export function syntheticTernary(
  outputs: number,
  inputs: number,
  density: number,
  seed: number,
  groups = 1,
): TernaryMatrix {
  if (!(density > 0 && density <= 1)) throw new UsageError(`a density lies in (0, 1]; ${density} does not`);
  const [height, width] = [outputs / groups, inputs / groups];
  if (!Number.isInteger(height) || !Number.isInteger(width)) {
    throw new UsageError(`${groups} groups do not divide ${outputs} outputs and ${inputs} inputs`);
  }
  const random = randomWords(seed);
  const present = density * 2 ** 32;
  const plusEnds = new Uint32Array(inputs);
  const ends = new Uint32Array(inputs);
  const minus = new Uint32Array(height);
  let rows = new Uint32Array(Math.ceil(height * inputs * density * 1.01) + height);
  let k = 0;
  for (let column = 0; column < inputs; column++) {
    if (k + height > rows.length) {
      const longer = new Uint32Array(Math.max(k + height, Math.ceil(rows.length * 1.2)));
      longer.set(rows);
      rows = longer;
    }
    let minusCount = 0;
    const first = Math.floor(column / width) * height;
    for (let row = first; row < first + height; row++) {
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

/** Uniform 32-bit words, always the same for the same seed: a Weyl sequence through the finaliser of MurmurHash3. */
export function randomWords(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) >>> 0;
  };
}
