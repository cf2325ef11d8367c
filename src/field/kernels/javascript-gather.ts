// The JavaScript kernels for sparse gathers, function for function those of koalabear-gather.lib.as.ts, on canonical
// words.

import { add, modulo, mul, sub } from './javascript-arithmetic.ts';

/** Sums of coordinates < 2³¹ in doubles: exact for 2²² entries, reduced after each run of this length. */
const RUN = 2 ** 20;

export function gatherSigned16(
  words: Int32Array,
  entries: number,
  ends: number,
  table: number,
  columns: number,
  out: number,
): void {
  gather(words, new Uint16Array(words.buffer), entries >>> 1, ends, table, columns, out);
}

export function gatherSigned32(
  words: Int32Array,
  entries: number,
  ends: number,
  table: number,
  columns: number,
  out: number,
): void {
  gather(words, words, entries >>> 2, ends, table, columns, out);
}

function gather(
  words: Int32Array,
  indices: Int32Array | Uint16Array,
  firstEntry: number,
  ends: number,
  table: number,
  columns: number,
  out: number,
): void {
  const from = table >>> 2;
  const bytesShift = indices.BYTES_PER_ELEMENT >> 1;
  let entry = firstEntry;
  for (let column = 0; column < columns; column++) {
    const end = (ends >>> 2) + 2 * column;
    const plusEnd = words[end] >>> bytesShift;
    const minusEnd = words[end + 1] >>> bytesShift;
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
        const at = from + 4 * indices[entry];
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
    const o = (out >>> 2) + 4 * column;
    words[o] = add(words[o], modulo(s0));
    words[o + 1] = add(words[o + 1], modulo(s1));
    words[o + 2] = add(words[o + 2], modulo(s2));
    words[o + 3] = add(words[o + 3], modulo(s3));
  }
}

export function scatterPowers16(
  words: Int32Array,
  entries: number,
  ends: number,
  ratios: number,
  columns: number,
  sums: number,
): void {
  scatter(words, new Uint16Array(words.buffer), entries >>> 1, ends, ratios, columns, sums);
}

export function scatterPowers32(
  words: Int32Array,
  entries: number,
  ends: number,
  ratios: number,
  columns: number,
  sums: number,
): void {
  scatter(words, words, entries >>> 2, ends, ratios, columns, sums);
}

function scatter(
  words: Int32Array,
  indices: Int32Array | Uint16Array,
  firstEntry: number,
  ends: number,
  ratios: number,
  columns: number,
  sums: number,
): void {
  const factors = words.slice(ratios >>> 2, (ratios >>> 2) + 16);
  const powers = new Int32Array(16).fill(1);
  const bytesShift = indices.BYTES_PER_ELEMENT >> 1;
  let entry = firstEntry;
  for (let column = 0; column < columns; column++) {
    const plusEnd = words[(ends >>> 2) + 2 * column] >>> bytesShift;
    const end = words[(ends >>> 2) + 2 * column + 1] >>> bytesShift;
    for (; entry < plusEnd; entry++) {
      const at = (sums >>> 2) + 16 * indices[entry];
      for (let j = 0; j < 16; j++) words[at + j] = add(words[at + j], powers[j]);
    }
    for (; entry < end; entry++) {
      const at = (sums >>> 2) + 16 * indices[entry];
      for (let j = 0; j < 16; j++) words[at + j] = sub(words[at + j], powers[j]);
    }
    for (let j = 0; j < 16; j++) powers[j] = mul(powers[j], factors[j]);
  }
}
