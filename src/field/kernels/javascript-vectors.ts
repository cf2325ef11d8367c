// The JavaScript kernels over vectors, function for function those of koalabear-vectors.lib.as.ts, on
// canonical words. Offsets are in bytes, as everywhere; `words` is the whole memory.

import { add, mul, mul4Add, mulAdd, sub } from './javascript-arithmetic.ts';

export function fromSigned(words: Int32Array, at: number, blocks: number): void {
  for (let i = at >>> 2, end = i + 4 * blocks; i < end; i++) words[i] += 0x7f000001 & (words[i] >> 31);
}

/** Canonical already: a copy. */
export function toCanonical(words: Int32Array, from: number, out: number, blocks: number): void {
  words.copyWithin(out >>> 2, from >>> 2, (from >>> 2) + 4 * blocks);
}

export function addWords(words: Int32Array, a: number, b: number, out: number, blocks: number): void {
  let i = a >>> 2;
  let j = b >>> 2;
  let o = out >>> 2;
  for (const end = i + 4 * blocks; i < end; i++, j++, o++) words[o] = add(words[i], words[j]);
}

export function subWords(words: Int32Array, a: number, b: number, out: number, blocks: number): void {
  let i = a >>> 2;
  let j = b >>> 2;
  let o = out >>> 2;
  for (const end = i + 4 * blocks; i < end; i++, j++, o++) words[o] = sub(words[i], words[j]);
}

export function mulBase(words: Int32Array, a: number, b: number, out: number, blocks: number): void {
  let i = a >>> 2;
  let j = b >>> 2;
  let o = out >>> 2;
  for (const end = i + 4 * blocks; i < end; i++, j++, o++) words[o] = mul(words[i], words[j]);
}

export function mulMixed(words: Int32Array, a: number, b: number, out: number, blocks: number): void {
  let i = a >>> 2;
  let j = b >>> 2;
  let o = out >>> 2;
  for (const end = i + 4 * blocks; i < end; j += 12, o += 12) {
    for (const lanes = i + 4; i < lanes; i++, j++, o++) {
      const x = words[i];
      words[o] = mul(x, words[j]);
      words[o + 4] = mul(x, words[j + 4]);
      words[o + 8] = mul(x, words[j + 8]);
      words[o + 12] = mul(x, words[j + 12]);
    }
  }
}

export function mulExtension(words: Int32Array, a: number, b: number, out: number, blocks: number): void {
  let i = a >>> 2;
  let j = b >>> 2;
  let o = out >>> 2;
  for (const end = i + 16 * blocks; i < end; i += 12, j += 12, o += 12) {
    for (const lanes = i + 4; i < lanes; i++, j++, o++) {
      const a0 = words[i];
      const a1 = words[i + 4];
      const a2 = words[i + 8];
      const a3 = words[i + 12];
      const b0 = words[j];
      const b1 = words[j + 4];
      const b2 = words[j + 8];
      const b3 = words[j + 12];
      words[o] = mul4Add(a0, b0, a1, 3 * b3, a2, 3 * b2, a3, 3 * b1, 0);
      words[o + 4] = mul4Add(a0, b1, a1, b0, a2, 3 * b3, a3, 3 * b2, 0);
      words[o + 8] = mul4Add(a0, b2, a1, b1, a2, b0, a3, 3 * b3, 0);
      words[o + 12] = mul4Add(a0, b3, a1, b2, a2, b1, a3, b0, 0);
    }
  }
}

/** accumulator += a·b */
function addProductsMixed(words: Int32Array, a: number, b: number, accumulator: number, blocks: number): void {
  let i = a >>> 2;
  let j = b >>> 2;
  let o = accumulator >>> 2;
  for (const end = i + 4 * blocks; i < end; j += 12, o += 12) {
    for (const lanes = i + 4; i < lanes; i++, j++, o++) {
      const x = words[i];
      words[o] = mulAdd(x, words[j], words[o]);
      words[o + 4] = mulAdd(x, words[j + 4], words[o + 4]);
      words[o + 8] = mulAdd(x, words[j + 8], words[o + 8]);
      words[o + 12] = mulAdd(x, words[j + 12], words[o + 12]);
    }
  }
}

function addProductsExtension(words: Int32Array, a: number, b: number, accumulator: number, blocks: number): void {
  let i = a >>> 2;
  let j = b >>> 2;
  let o = accumulator >>> 2;
  for (const end = i + 16 * blocks; i < end; i += 12, j += 12, o += 12) {
    for (const lanes = i + 4; i < lanes; i++, j++, o++) {
      const a0 = words[i];
      const a1 = words[i + 4];
      const a2 = words[i + 8];
      const a3 = words[i + 12];
      const b0 = words[j];
      const b1 = words[j + 4];
      const b2 = words[j + 8];
      const b3 = words[j + 12];
      words[o] = mul4Add(a0, b0, a1, 3 * b3, a2, 3 * b2, a3, 3 * b1, words[o]);
      words[o + 4] = mul4Add(a0, b1, a1, b0, a2, 3 * b3, a3, 3 * b2, words[o + 4]);
      words[o + 8] = mul4Add(a0, b2, a1, b1, a2, b0, a3, 3 * b3, words[o + 8]);
      words[o + 12] = mul4Add(a0, b3, a1, b2, a2, b1, a3, b0, words[o + 12]);
    }
  }
}

export function lift(words: Int32Array, a: number, out: number, blocks: number): void {
  let i = a >>> 2;
  let o = out >>> 2;
  for (const end = i + 4 * blocks; i < end; o += 12) {
    for (const lanes = i + 4; i < lanes; i++, o++) {
      words[o] = words[i];
      words[o + 4] = 0;
      words[o + 8] = 0;
      words[o + 12] = 0;
    }
  }
}

export function bindExtension(
  words: Int32Array,
  lower: number,
  upper: number,
  out: number,
  blocks: number,
  challenge: number,
): void {
  const r = challenge >>> 2;
  const r0 = words[r];
  const r1 = words[r + 1];
  const r2 = words[r + 2];
  const r3 = words[r + 3];
  let i = lower >>> 2;
  let j = upper >>> 2;
  let o = out >>> 2;
  for (const end = i + 16 * blocks; i < end; i += 12, j += 12, o += 12) {
    for (const lanes = i + 4; i < lanes; i++, j++, o++) {
      const l0 = words[i];
      const l1 = words[i + 4];
      const l2 = words[i + 8];
      const l3 = words[i + 12];
      const a0 = words[j] - l0;
      const a1 = words[j + 4] - l1;
      const a2 = words[j + 8] - l2;
      const a3 = words[j + 12] - l3;
      words[o] = mul4Add(a0, r0, a1, 3 * r3, a2, 3 * r2, a3, 3 * r1, l0);
      words[o + 4] = mul4Add(a0, r1, a1, r0, a2, 3 * r3, a3, 3 * r2, l1);
      words[o + 8] = mul4Add(a0, r2, a1, r1, a2, r0, a3, 3 * r3, l2);
      words[o + 12] = mul4Add(a0, r3, a1, r2, a2, r1, a3, r0, l3);
    }
  }
}

export function bindBase(
  words: Int32Array,
  lower: number,
  upper: number,
  out: number,
  blocks: number,
  challenge: number,
): void {
  const r = challenge >>> 2;
  const r0 = words[r];
  const r1 = words[r + 1];
  const r2 = words[r + 2];
  const r3 = words[r + 3];
  let i = lower >>> 2;
  let j = upper >>> 2;
  let o = out >>> 2;
  for (const end = i + 4 * blocks; i < end; o += 12) {
    for (const lanes = i + 4; i < lanes; i++, j++, o++) {
      const l = words[i];
      const a = words[j] - l;
      words[o] = mulAdd(a, r0, l);
      words[o + 4] = mul(a, r1);
      words[o + 8] = mul(a, r2);
      words[o + 12] = mul(a, r3);
    }
  }
}

export function eqStep(
  words: Int32Array,
  table: number,
  lower: number,
  upper: number,
  blocks: number,
  challenge: number,
): void {
  const r = challenge >>> 2;
  const r0 = words[r];
  const r1 = words[r + 1];
  const r2 = words[r + 2];
  const r3 = words[r + 3];
  let i = table >>> 2;
  let j = lower >>> 2;
  let o = upper >>> 2;
  for (const end = i + 16 * blocks; i < end; i += 12, j += 12, o += 12) {
    for (const lanes = i + 4; i < lanes; i++, j++, o++) {
      const a0 = words[i];
      const a1 = words[i + 4];
      const a2 = words[i + 8];
      const a3 = words[i + 12];
      const u0 = mul4Add(a0, r0, a1, 3 * r3, a2, 3 * r2, a3, 3 * r1, 0);
      const u1 = mul4Add(a0, r1, a1, r0, a2, 3 * r3, a3, 3 * r2, 0);
      const u2 = mul4Add(a0, r2, a1, r1, a2, r0, a3, 3 * r3, 0);
      const u3 = mul4Add(a0, r3, a1, r2, a2, r1, a3, r0, 0);
      words[o] = u0;
      words[o + 4] = u1;
      words[o + 8] = u2;
      words[o + 12] = u3;
      words[j] = sub(a0, u0);
      words[j + 4] = sub(a1, u1);
      words[j + 8] = sub(a2, u2);
      words[j + 12] = sub(a3, u3);
    }
  }
}

export function addScaledExtension(
  words: Int32Array,
  accumulator: number,
  vector: number,
  blocks: number,
  scale: number,
): void {
  const r = scale >>> 2;
  const r0 = words[r];
  const r1 = words[r + 1];
  const r2 = words[r + 2];
  const r3 = words[r + 3];
  let i = vector >>> 2;
  let o = accumulator >>> 2;
  for (const end = i + 16 * blocks; i < end; i += 12, o += 12) {
    for (const lanes = i + 4; i < lanes; i++, o++) {
      const a0 = words[i];
      const a1 = words[i + 4];
      const a2 = words[i + 8];
      const a3 = words[i + 12];
      words[o] = mul4Add(a0, r0, a1, 3 * r3, a2, 3 * r2, a3, 3 * r1, words[o]);
      words[o + 4] = mul4Add(a0, r1, a1, r0, a2, 3 * r3, a3, 3 * r2, words[o + 4]);
      words[o + 8] = mul4Add(a0, r2, a1, r1, a2, r0, a3, 3 * r3, words[o + 8]);
      words[o + 12] = mul4Add(a0, r3, a1, r2, a2, r1, a3, r0, words[o + 12]);
    }
  }
}

export function addScaledBase(
  words: Int32Array,
  accumulator: number,
  vector: number,
  blocks: number,
  scale: number,
): void {
  const r = scale >>> 2;
  const r0 = words[r];
  const r1 = words[r + 1];
  const r2 = words[r + 2];
  const r3 = words[r + 3];
  let i = vector >>> 2;
  let o = accumulator >>> 2;
  for (const end = i + 4 * blocks; i < end; o += 12) {
    for (const lanes = i + 4; i < lanes; i++, o++) {
      const a = words[i];
      words[o] = mulAdd(a, r0, words[o]);
      words[o + 4] = mulAdd(a, r1, words[o + 4]);
      words[o + 8] = mulAdd(a, r2, words[o + 8]);
      words[o + 12] = mulAdd(a, r3, words[o + 12]);
    }
  }
}

export function addScaledBase4(
  words: Int32Array,
  accumulator: number,
  vector: number,
  stride: number,
  blocks: number,
  scales: number,
): void {
  const line = stride >>> 2;
  for (let k = 0; k < 4; k++) {
    const r = (scales >>> 2) + k;
    const [r0, r1, r2, r3] = [words[r], words[r + 4], words[r + 8], words[r + 12]];
    let i = vector >>> 2;
    let o = (accumulator >>> 2) + 4 * k;
    for (const end = i + 4 * blocks; i < end; o += 12) {
      for (const lanes = i + 4; i < lanes; i++, o++) {
        const j = i + line;
        const l = j + line;
        words[o] = mul4Add(words[i], r0, words[j], r1, words[l], r2, words[l + line], r3, words[o]);
      }
    }
  }
}

export function affineBase(
  words: Int32Array,
  out: number,
  blocks: number,
  constant: number,
  terms: number,
  count: number,
): void {
  const from = out >>> 2;
  const c = constant >>> 2;
  for (let i = from, end = from + 16 * blocks; i < end; i += 16) {
    for (let coefficient = 0; coefficient < 4; coefficient++) {
      words.fill(words[c + coefficient], i + 4 * coefficient, i + 4 * coefficient + 4);
    }
  }
  for (let term = terms; term < terms + 32 * count; term += 32) {
    addScaledBase(words, out, words[term >>> 2], blocks, term + 16);
  }
}

export function foldFractions(
  words: Int32Array,
  pLower: number,
  pUpper: number,
  qLower: number,
  qUpper: number,
  numerators: number,
  denominators: number,
  blocks: number,
  baseNumerators: number,
): void {
  if (baseNumerators === 1) {
    mulMixed(words, pLower, qUpper, numerators, blocks);
    addProductsMixed(words, pUpper, qLower, numerators, blocks);
  } else {
    mulExtension(words, pLower, qUpper, numerators, blocks);
    addProductsExtension(words, pUpper, qLower, numerators, blocks);
  }
  mulExtension(words, qLower, qUpper, denominators, blocks);
}

export function toElementWords(words: Int32Array, blocked: number, out: number, blocks: number): void {
  let i = blocked >>> 2;
  let o = out >>> 2;
  for (const end = i + 16 * blocks; i < end; i += 16, o += 16) {
    // a pair at a time, so that the output may be the input
    for (let lane = 0; lane < 4; lane++) {
      for (let k = lane; k < 4; k++) {
        const word = words[i + 4 * lane + k];
        words[o + 4 * lane + k] = words[i + 4 * k + lane];
        words[o + 4 * k + lane] = word;
      }
    }
  }
}

export function scaleRows(
  words: Int32Array,
  scales: number,
  rows: number,
  matrix: number,
  rowBlocks: number,
  repeat: number,
  isExtension: number,
  scalar: number,
  out: number,
): void {
  const rowBytes = (isExtension ? 64 : 16) * rowBlocks;
  for (let row = 0; row < rows; row++) {
    const from = matrix + rowBytes * Math.floor(row / repeat);
    const to = out + rowBytes * row;
    if (isExtension) {
      const element = (scales >>> 2) + 16 * (row >>> 2) + (row & 3);
      for (let k = 0; k < 4; k++) words[(scalar >>> 2) + k] = words[element + 4 * k];
      words.fill(0, to >>> 2, (to + rowBytes) >>> 2);
      addScaledExtension(words, to, from, rowBlocks, scalar);
    } else {
      const scale = words[(scales >>> 2) + row];
      let i = from >>> 2;
      let o = to >>> 2;
      for (const end = i + 4 * rowBlocks; i < end; i++, o++) words[o] = mul(words[i], scale);
    }
  }
}
