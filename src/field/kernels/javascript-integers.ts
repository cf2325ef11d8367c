// The JavaScript kernels for matrices of 8-bit integers, function for function those of
// koalabear-integers.lib.as.ts, on canonical words. Products with small integers are summed in doubles, which are
// exact for 2^15 of them; limbs are not needed, so that splitting is a copy.

import { add, modulo } from './javascript-arithmetic.ts';

/** Terms |word · weight| ≤ 2^38 that are summed before they are reduced. */
const RUN = 2 ** 14;

export function splitWords(words: Int32Array, from: number, out: number, count: number): void {
  words.copyWithin(out >>> 2, from >>> 2, (from >>> 2) + 4 * count);
}

export function gatherWeighted(
  words: Int32Array,
  pairs: number,
  ends: number,
  table: number,
  blocks: number,
  out: number,
): void {
  const from = table >>> 2;
  let pair = pairs >>> 2;
  for (let column = 0, last = 4 * blocks; column < last; column++) {
    const end = words[(ends >>> 2) + column] >>> 2;
    const o = (out >>> 2) + 16 * (column >>> 2) + (column & 3);
    for (let k = 0; k < 16; k += 4) words[o + k] = 0;
    while (pair < end) {
      const stop = Math.min(end, pair + 3 * (RUN / 2));
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (; pair < stop; pair += 3) {
        const a = from + (words[pair] >>> 2);
        const b = from + (words[pair + 1] >>> 2);
        const v = (words[pair + 2] << 16) >> 16;
        const w = words[pair + 2] >> 16;
        s0 += v * words[a] + w * words[b];
        s1 += v * words[a + 1] + w * words[b + 1];
        s2 += v * words[a + 2] + w * words[b + 2];
        s3 += v * words[a + 3] + w * words[b + 3];
      }
      addSums(words, o, s0, s1, s2, s3);
    }
  }
}

export function foldIntegers(
  words: Int32Array,
  matrix: number,
  strips: number,
  weights: number,
  rowBlocks: number,
  out: number,
): void {
  const entries = new Int8Array(words.buffer);
  for (let strip = 0; strip < strips; strip++) {
    const first = matrix + 16 * rowBlocks * strip;
    for (let lane = 0; lane < 4; lane++) {
      const o = (out >>> 2) + 16 * strip + lane;
      for (let k = 0; k < 16; k += 4) words[o + k] = 0;
      for (let start = 0; start < rowBlocks; start += RUN / 4) {
        let s0 = 0;
        let s1 = 0;
        let s2 = 0;
        let s3 = 0;
        for (let block = start, stop = Math.min(rowBlocks, start + RUN / 4); block < stop; block++) {
          for (let row = 0; row < 4; row++) {
            const entry = entries[first + 16 * block + 8 * (row >> 1) + 2 * lane + (row & 1)];
            const w = (weights >>> 2) + 16 * block + row;
            s0 += entry * words[w];
            s1 += entry * words[w + 4];
            s2 += entry * words[w + 8];
            s3 += entry * words[w + 12];
          }
        }
        addSums(words, o, s0, s1, s2, s3);
      }
    }
  }
}

/** Adds four sums, one a coefficient, to the element of a block at word `at`. */
function addSums(words: Int32Array, at: number, s0: number, s1: number, s2: number, s3: number): void {
  words[at] = add(words[at], modulo(s0));
  words[at + 4] = add(words[at + 4], modulo(s1));
  words[at + 8] = add(words[at + 8], modulo(s2));
  words[at + 12] = add(words[at + 12], modulo(s3));
}
