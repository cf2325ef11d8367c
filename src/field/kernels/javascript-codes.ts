// The JavaScript kernels for Reed–Solomon codes, function for function those of
// koalabear-codes.lib.as.ts, on canonical words.

import { add, mul, sub } from './javascript-arithmetic.ts';

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
