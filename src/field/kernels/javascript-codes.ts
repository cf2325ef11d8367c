// The JavaScript kernels for Reed–Solomon codes, function for function those of
// koalabear-codes.lib.as.ts, on canonical words.

import { add, mul, sub } from './javascript-arithmetic.ts';

export function transposeReversed(
  words: Int32Array,
  matrix: number,
  rows: number,
  columns: number,
  rowBytes: number,
  out: number,
): void {
  for (let column = 0; column < columns; column++) {
    let from = (matrix >>> 2) + column;
    const to = (out + reverseIndex(column, columns) * rowBytes) >>> 2;
    for (let row = 0; row < rows; row++, from += columns) words[to + row] = words[from];
    words.fill(0, to + rows, to + (rowBytes >>> 2));
  }
}

export function transposeReversedExtension(
  words: Int32Array,
  matrix: number,
  rows: number,
  columns: number,
  out: number,
): void {
  for (let column = 0; column < columns; column++) {
    let from = (matrix >>> 2) + 16 * (column >>> 2) + (column & 3);
    let to = (out >>> 2) + 4 * reverseIndex(column, columns) * rows;
    for (let row = 0; row < rows; row++, from += 4 * columns, to += 4) {
      words[to] = words[from];
      words[to + 1] = words[from + 4];
      words[to + 2] = words[from + 8];
      words[to + 3] = words[from + 12];
    }
  }
}

/** An index below a power of two with its bits reversed. */
function reverseIndex(index: number, count: number): number {
  const bits = 31 - Math.clz32(count);
  let reversed = 0;
  for (let bit = 0; bit < bits; bit++) reversed |= ((index >>> bit) & 1) << (bits - 1 - bit);
  return reversed;
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

export function butterflies(words: Int32Array, vector: number, blocks: number, twiddles: number): void {
  const half = 16 * blocks;
  const first = vector >>> 2;
  for (let i = 0; i < half; i++) {
    const u = words[first + i];
    const v = mul(words[first + half + i], words[(twiddles >>> 2) + 4 * (i >>> 4) + (i & 3)]);
    words[first + i] = add(u, v);
    words[first + half + i] = sub(u, v);
  }
}

export function addTwisted(words: Int32Array, lower: number, upper: number, blocks: number, twiddles: number): void {
  for (let i = 0; i < 16 * blocks; i++) {
    const v = mul(words[(upper >>> 2) + i], words[(twiddles >>> 2) + 4 * (i >>> 4) + (i & 3)]);
    words[(lower >>> 2) + i] = add(words[(lower >>> 2) + i], v);
  }
}
