// The JavaScript kernels for gathers and Reed–Solomon codes, function for function those of
// koalabear-codes.lib.as.ts, on canonical words.

import { add, mul, sub } from './javascript-arithmetic.ts';

/** Sums of coordinates < 2³¹ in doubles: exact for 2²² entries, reduced after each run of so many. */
const RUN = 2 ** 20;

export function gatherSigned(
  words: Int32Array,
  entries: number,
  ends: number,
  table: number,
  blocks: number,
  out: number,
): void {
  const from = table >>> 2;
  let entry = entries >>> 2;
  for (let column = 0, last = 4 * blocks; column < last; column++) {
    const end = (ends >>> 2) + 2 * column;
    const plusEnd = words[end] >>> 2;
    const minusEnd = words[end + 1] >>> 2;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    while (entry < minusEnd) {
      const sign = entry < plusEnd ? 1 : -1;
      const stop = Math.min(entry + RUN, entry < plusEnd ? plusEnd : minusEnd);
      let r0 = 0;
      let r1 = 0;
      let r2 = 0;
      let r3 = 0;
      for (; entry < stop; entry++) {
        const at = from + (words[entry] >>> 2);
        r0 += words[at];
        r1 += words[at + 1];
        r2 += words[at + 2];
        r3 += words[at + 3];
      }
      s0 += sign * modulo(r0);
      s1 += sign * modulo(r1);
      s2 += sign * modulo(r2);
      s3 += sign * modulo(r3);
    }
    const o = (out >>> 2) + 16 * (column >>> 2) + (column & 3);
    words[o] = modulo(s0);
    words[o + 4] = modulo(s1);
    words[o + 8] = modulo(s2);
    words[o + 12] = modulo(s3);
  }
}

/** x mod p in [0, p) for an integer |x| < 2⁵². */
function modulo(x: number): number {
  const rest = x % 0x7f000001;
  return rest < 0 ? rest + 0x7f000001 : rest;
}

export function transposeReversed(words: Int32Array, matrix: number, rows: number, columns: number, out: number): void {
  const logColumns = 31 - Math.clz32(columns);
  for (let column = 0; column < columns; column++) {
    let reversed = 0;
    for (let bit = 0; bit < logColumns; bit++) reversed |= ((column >>> bit) & 1) << (logColumns - 1 - bit);
    let from = (matrix >>> 2) + column;
    const to = (out >>> 2) + reversed * rows;
    for (let row = 0; row < rows; row++, from += columns) words[to + row] = words[from];
  }
}

export function extendPowers(words: Int32Array, at: number, blocks: number, ratio: number): void {
  const r = words[ratio >>> 2];
  const from = at >>> 2;
  for (let i = from, end = from + 4 * blocks; i < end; i++) words[i + 4 * blocks] = mul(words[i], r);
}

export function radix2(
  words: Int32Array,
  source: number,
  sourceGroup: number,
  sourceStep: number,
  sourceHalf: number,
  out: number,
  groups: number,
  m: number,
  rowBytes: number,
  twiddles: number,
  twiddleStride: number,
): void {
  const rows = rowBytes >>> 2;
  const half = m * rows;
  const upper = sourceHalf >>> 2;
  for (let group = 0; group < groups; group++) {
    for (let j = 0; j < m; j++) {
      const w = words[(twiddles + j * twiddleStride) >>> 2];
      let from = (source + group * sourceGroup + j * sourceStep) >>> 2;
      let to = (out >>> 2) + 2 * half * group + j * rows;
      for (const end = to + rows; to < end; from++, to++) {
        const u = words[from];
        const v = mul(words[from + upper], w);
        words[to] = add(u, v);
        words[to + half] = sub(u, v);
      }
    }
  }
}

export function radix4(
  words: Int32Array,
  source: number,
  sourceGroup: number,
  sourceStep: number,
  sourceQuarter: number,
  out: number,
  groups: number,
  m: number,
  rowBytes: number,
  twiddles: number,
  twiddleStride: number,
): void {
  const rows = rowBytes >>> 2;
  const quarter = m * rows;
  const step = sourceQuarter >>> 2;
  for (let group = 0; group < groups; group++) {
    for (let j = 0; j < m; j++) {
      const w = words[(twiddles + j * twiddleStride) >>> 2];
      const square = words[(twiddles + 2 * j * twiddleStride) >>> 2];
      const imaginary = words[(twiddles + (j + m) * twiddleStride) >>> 2];
      let from = (source + group * sourceGroup + j * sourceStep) >>> 2;
      let to = (out >>> 2) + 4 * quarter * group + j * rows;
      for (const end = to + rows; to < end; from++, to++) {
        const x0 = words[from];
        const x1 = mul(words[from + step], square);
        const x2 = words[from + 2 * step];
        const x3 = mul(words[from + 3 * step], square);
        const y0 = add(x0, x1);
        const y1 = sub(x0, x1);
        const y2 = mul(add(x2, x3), w);
        const y3 = mul(sub(x2, x3), imaginary);
        words[to] = add(y0, y2);
        words[to + quarter] = add(y1, y3);
        words[to + 2 * quarter] = sub(y0, y2);
        words[to + 3 * quarter] = sub(y1, y3);
      }
    }
  }
}
