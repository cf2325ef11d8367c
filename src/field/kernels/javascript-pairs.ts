// The JavaScript kernels for gathers of products, function for function those of koalabear-pairs.lib.as.ts, on
// canonical words.

import { mul4Add, mulAdd } from './javascript-arithmetic.ts';

export function gatherProductsBase(
  words: Int32Array,
  entries: number,
  ends: number,
  left: number,
  right: number,
  columns: number,
  out: number,
): void {
  let entry = entries >>> 2;
  let o = out >>> 2;
  for (let column = ends >>> 2, last = column + columns; column < last; column++, o += 4) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (const end = words[column] >>> 2; entry < end; entry += 2) {
      const a = (left >>> 2) + 4 * words[entry];
      const b = words[(right >>> 2) + words[entry + 1]];
      s0 = mulAdd(words[a], b, s0);
      s1 = mulAdd(words[a + 1], b, s1);
      s2 = mulAdd(words[a + 2], b, s2);
      s3 = mulAdd(words[a + 3], b, s3);
    }
    words[o] = s0;
    words[o + 1] = s1;
    words[o + 2] = s2;
    words[o + 3] = s3;
  }
}

export function gatherProductsExtension(
  words: Int32Array,
  entries: number,
  ends: number,
  left: number,
  right: number,
  columns: number,
  out: number,
): void {
  let entry = entries >>> 2;
  let o = out >>> 2;
  for (let column = ends >>> 2, last = column + columns; column < last; column++, o += 4) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (const end = words[column] >>> 2; entry < end; entry += 2) {
      const a = (left >>> 2) + 4 * words[entry];
      const b = (right >>> 2) + 4 * words[entry + 1];
      const a0 = words[a];
      const a1 = words[a + 1];
      const a2 = words[a + 2];
      const a3 = words[a + 3];
      const b0 = words[b];
      const b1 = words[b + 1];
      const b2 = words[b + 2];
      const b3 = words[b + 3];
      s0 = mul4Add(a0, b0, a1, 3 * b3, a2, 3 * b2, a3, 3 * b1, s0);
      s1 = mul4Add(a0, b1, a1, b0, a2, 3 * b3, a3, 3 * b2, s1);
      s2 = mul4Add(a0, b2, a1, b1, a2, b0, a3, 3 * b3, s2);
      s3 = mul4Add(a0, b3, a1, b2, a2, b1, a3, b0, s3);
    }
    words[o] = s0;
    words[o + 1] = s1;
    words[o + 2] = s2;
    words[o + 3] = s3;
  }
}
