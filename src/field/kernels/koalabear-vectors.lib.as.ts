// Kernels over vectors: conversions, element-wise arithmetic, binding, eq tables, fractions.
//
// All arguments are byte offsets into the memory, or counts. A base vector is contiguous words, handled
// sixteen bytes at a time; an extension vector is blocks of four elements, 64 bytes, coefficient by
// coefficient. `blocks` counts four elements of either kind. A scalar of the extension is passed as the
// offset of its four words. Outputs may be one of the inputs, at the same offset.

import {
  add, fold, high, low, modulus, mul, mul4, mulBy, quotientFactor, reduce, splatAt, sub, triple, zero,
} from './koalabear-lanes.lib.as';

// Blocks that a composed kernel takes at a time, so that what one pass writes is still in the first-level
// cache when the next one reads it.
// @ts-ignore: decorator
@inline export const CHUNK: usize = 32;

// Signed integers, |x| < p, to Montgomery form, in place.
export function fromSigned(at: usize, blocks: usize): void {
  const square = i32x4.splat(402124772); // 2^64 mod p
  for (let end = at + (blocks << 4); at < end; at += 16) {
    const x = v128.load(at);
    v128.store(at, mul(i32x4.min_u(x, i32x4.add(x, modulus())), square));
  }
}

// Montgomery form to canonical.
export function toCanonical(from: usize, out: usize, blocks: usize): void {
  const one = i32x4.splat(1);
  for (let end = from + (blocks << 4); from < end; from += 16, out += 16) v128.store(out, mul(v128.load(from), one));
}

// Either kind, word by word: blocks of 16 bytes.
export function addWords(a: usize, b: usize, out: usize, blocks: usize): void {
  for (let end = a + (blocks << 4); a < end; a += 16, b += 16, out += 16) {
    v128.store(out, add(v128.load(a), v128.load(b)));
  }
}

export function subWords(a: usize, b: usize, out: usize, blocks: usize): void {
  for (let end = a + (blocks << 4); a < end; a += 16, b += 16, out += 16) {
    v128.store(out, sub(v128.load(a), v128.load(b)));
  }
}

export function mulBase(a: usize, b: usize, out: usize, blocks: usize): void {
  for (let end = a + (blocks << 4); a < end; a += 16, b += 16, out += 16) {
    v128.store(out, mul(v128.load(a), v128.load(b)));
  }
}

// base·extension
export function mulMixed(a: usize, b: usize, out: usize, blocks: usize): void {
  for (let end = a + (blocks << 4); a < end; a += 16, b += 64, out += 64) {
    const x = v128.load(a);
    v128.store(out, mul(x, v128.load(b)));
    v128.store(out, mul(x, v128.load(b, 16)), 16);
    v128.store(out, mul(x, v128.load(b, 32)), 32);
    v128.store(out, mul(x, v128.load(b, 48)), 48);
  }
}

export function mulExtension(a: usize, b: usize, out: usize, blocks: usize): void {
  for (let end = a + (blocks << 6); a < end; a += 64, b += 64, out += 64) {
    const a0 = v128.load(a), a1 = v128.load(a, 16), a2 = v128.load(a, 32), a3 = v128.load(a, 48);
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    const w1 = triple(b1), w2 = triple(b2), w3 = triple(b3);
    v128.store(out, mul4(a0, b0, a1, w3, a2, w2, a3, w1));
    v128.store(out, mul4(a0, b1, a1, b0, a2, w3, a3, w2), 16);
    v128.store(out, mul4(a0, b2, a1, b1, a2, b0, a3, w3), 32);
    v128.store(out, mul4(a0, b3, a1, b2, a2, b1, a3, b0), 48);
  }
}

// out += a·b
export function addProductsBase(a: usize, b: usize, out: usize, blocks: usize): void {
  for (let end = a + (blocks << 4); a < end; a += 16, b += 16, out += 16) {
    v128.store(out, add(v128.load(out), mul(v128.load(a), v128.load(b))));
  }
}

export function addProductsMixed(a: usize, b: usize, out: usize, blocks: usize): void {
  for (let end = a + (blocks << 4); a < end; a += 16, b += 64, out += 64) {
    const x = v128.load(a);
    v128.store(out, add(v128.load(out), mul(x, v128.load(b))));
    v128.store(out, add(v128.load(out, 16), mul(x, v128.load(b, 16))), 16);
    v128.store(out, add(v128.load(out, 32), mul(x, v128.load(b, 32))), 32);
    v128.store(out, add(v128.load(out, 48), mul(x, v128.load(b, 48))), 48);
  }
}

export function addProductsExtension(a: usize, b: usize, out: usize, blocks: usize): void {
  for (let end = a + (blocks << 6); a < end; a += 64, b += 64, out += 64) {
    const a0 = v128.load(a), a1 = v128.load(a, 16), a2 = v128.load(a, 32), a3 = v128.load(a, 48);
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    const w1 = triple(b1), w2 = triple(b2), w3 = triple(b3);
    v128.store(out, add(v128.load(out), mul4(a0, b0, a1, w3, a2, w2, a3, w1)));
    v128.store(out, add(v128.load(out, 16), mul4(a0, b1, a1, b0, a2, w3, a3, w2)), 16);
    v128.store(out, add(v128.load(out, 32), mul4(a0, b2, a1, b1, a2, b0, a3, w3)), 32);
    v128.store(out, add(v128.load(out, 48), mul4(a0, b3, a1, b2, a2, b1, a3, b0)), 48);
  }
}

// The embedding of a base vector.
export function lift(a: usize, out: usize, blocks: usize): void {
  for (let end = a + (blocks << 4); a < end; a += 16, out += 64) {
    v128.store(out, v128.load(a));
    v128.store(out, zero(), 16);
    v128.store(out, zero(), 32);
    v128.store(out, zero(), 48);
  }
}

// low + r·(high − low)
export function bindExtension(lower: usize, upper: usize, out: usize, blocks: usize, challenge: usize): void {
  const r0 = splatAt(challenge), r1 = splatAt(challenge + 4), r2 = splatAt(challenge + 8), r3 = splatAt(challenge + 12);
  const w1 = triple(r1), w2 = triple(r2), w3 = triple(r3);
  for (let end = lower + (blocks << 6); lower < end; lower += 64, upper += 64, out += 64) {
    // The lower half is read twice rather than kept: there are not enough registers.
    const a0 = sub(v128.load(upper), v128.load(lower)), a1 = sub(v128.load(upper, 16), v128.load(lower, 16));
    const a2 = sub(v128.load(upper, 32), v128.load(lower, 32)), a3 = sub(v128.load(upper, 48), v128.load(lower, 48));
    v128.store(out, add(v128.load(lower), mul4(a0, r0, a1, w3, a2, w2, a3, w1)));
    v128.store(out, add(v128.load(lower, 16), mul4(a0, r1, a1, r0, a2, w3, a3, w2)), 16);
    v128.store(out, add(v128.load(lower, 32), mul4(a0, r2, a1, r1, a2, r0, a3, w3)), 32);
    v128.store(out, add(v128.load(lower, 48), mul4(a0, r3, a1, r2, a2, r1, a3, r0)), 48);
  }
}

// The same from a base vector to an extension vector.
export function bindBase(lower: usize, upper: usize, out: usize, blocks: usize, challenge: usize): void {
  const r0 = splatAt(challenge), r1 = splatAt(challenge + 4), r2 = splatAt(challenge + 8), r3 = splatAt(challenge + 12);
  for (let end = lower + (blocks << 4); lower < end; lower += 16, upper += 16, out += 64) {
    const l = v128.load(lower);
    const a = sub(v128.load(upper), l);
    v128.store(out, add(l, mul(a, r0)));
    v128.store(out, mul(a, r1), 16);
    v128.store(out, mul(a, r2), 32);
    v128.store(out, mul(a, r3), 48);
  }
}

// upper = r·table, lower = table − upper: an eq table gains a most significant variable.
export function eqStep(table: usize, lower: usize, upper: usize, blocks: usize, challenge: usize): void {
  const r0 = splatAt(challenge), r1 = splatAt(challenge + 4), r2 = splatAt(challenge + 8), r3 = splatAt(challenge + 12);
  const w1 = triple(r1), w2 = triple(r2), w3 = triple(r3);
  for (let end = table + (blocks << 6); table < end; table += 64, lower += 64, upper += 64) {
    const a0 = v128.load(table), a1 = v128.load(table, 16), a2 = v128.load(table, 32), a3 = v128.load(table, 48);
    const u0 = mul4(a0, r0, a1, w3, a2, w2, a3, w1);
    v128.store(upper, u0);
    v128.store(lower, sub(a0, u0));
    const u1 = mul4(a0, r1, a1, r0, a2, w3, a3, w2);
    v128.store(upper, u1, 16);
    v128.store(lower, sub(a1, u1), 16);
    const u2 = mul4(a0, r2, a1, r1, a2, r0, a3, w3);
    v128.store(upper, u2, 32);
    v128.store(lower, sub(a2, u2), 32);
    const u3 = mul4(a0, r3, a1, r2, a2, r1, a3, r0);
    v128.store(upper, u3, 48);
    v128.store(lower, sub(a3, u3), 48);
  }
}

// accumulator += scale·vector
export function addScaledExtension(accumulator: usize, vector: usize, blocks: usize, scale: usize): void {
  const r0 = splatAt(scale), r1 = splatAt(scale + 4), r2 = splatAt(scale + 8), r3 = splatAt(scale + 12);
  const w1 = triple(r1), w2 = triple(r2), w3 = triple(r3);
  for (let end = vector + (blocks << 6); vector < end; vector += 64, accumulator += 64) {
    const a0 = v128.load(vector), a1 = v128.load(vector, 16), a2 = v128.load(vector, 32), a3 = v128.load(vector, 48);
    v128.store(accumulator, add(v128.load(accumulator), mul4(a0, r0, a1, w3, a2, w2, a3, w1)));
    v128.store(accumulator, add(v128.load(accumulator, 16), mul4(a0, r1, a1, r0, a2, w3, a3, w2)), 16);
    v128.store(accumulator, add(v128.load(accumulator, 32), mul4(a0, r2, a1, r1, a2, r0, a3, w3)), 32);
    v128.store(accumulator, add(v128.load(accumulator, 48), mul4(a0, r3, a1, r2, a2, r1, a3, r0)), 48);
  }
}

// The same for a base vector.
export function addScaledBase(accumulator: usize, vector: usize, blocks: usize, scale: usize): void {
  const r0 = splatAt(scale), r1 = splatAt(scale + 4), r2 = splatAt(scale + 8), r3 = splatAt(scale + 12);
  for (let end = vector + (blocks << 4); vector < end; vector += 16, accumulator += 64) {
    const a = v128.load(vector);
    v128.store(accumulator, add(v128.load(accumulator), mul(a, r0)));
    v128.store(accumulator, add(v128.load(accumulator, 16), mul(a, r1)), 16);
    v128.store(accumulator, add(v128.load(accumulator, 32), mul(a, r2)), 32);
    v128.store(accumulator, add(v128.load(accumulator, 48), mul(a, r3)), 48);
  }
}

// The same for four base vectors, `stride` bytes apart, and four scales one after the other: one reduction for all.
export function addScaledBase4(accumulator: usize, vector: usize, stride: usize, blocks: usize, scales: usize): void {
  for (let k: usize = 0; k < 16; k += 4) {
    const r0 = splatAt(scales + k), r1 = splatAt(scales + 16 + k);
    const r2 = splatAt(scales + 32 + k), r3 = splatAt(scales + 48 + k);
    let to = accumulator + (k << 2);
    for (let from = vector, end = vector + (blocks << 4); from < end; from += 16, to += 64) {
      const a0 = v128.load(from), a1 = v128.load(from + stride);
      const a2 = v128.load(from + (stride << 1)), a3 = v128.load(from + stride * 3);
      v128.store(to, add(v128.load(to), mul4(a0, r0, a1, r1, a2, r2, a3, r3)));
    }
  }
}

// One coefficient of constant + Σ scaleⱼ·vectorⱼ: term j is 32 bytes, the offset of its base vector in the
// first word and the scale in the last four. `position` is the offset of the block within each vector.
// @ts-ignore: decorator
@inline
function affineCoefficient(position: usize, constant: usize, terms: usize, end: usize, coefficient: usize): v128 {
  // The constant times 2^32, so that the reduction leaves the constant itself.
  let sumLow = i64x2.shl(v128.load32_splat(constant + coefficient), 32);
  let sumHigh = sumLow;
  for (let term = terms; term < end; term += 32) {
    const a = v128.load(<usize>load<u32>(term) + position);
    const r = v128.load32_splat(term + 16 + coefficient);
    sumLow = fold(i64x2.add(sumLow, low(a, r)));
    sumHigh = fold(i64x2.add(sumHigh, high(a, r)));
  }
  return reduce(sumLow, sumHigh);
}

// constant + Σ scaleⱼ·vectorⱼ over base vectors
export function affineBase(out: usize, blocks: usize, constant: usize, terms: usize, count: usize): void {
  const end = terms + (count << 5);
  for (let position: usize = 0; position < blocks << 4; position += 16, out += 64) {
    for (let k: usize = 0; k < 4; k++) {
      v128.store(out + (k << 4), affineCoefficient(position, constant, terms, end, k << 2));
    }
  }
}

// numerators pₗ·qᵤ + pᵤ·qₗ, denominators qₗ·qᵤ, where l and u are the lower and the upper half; p is a base
// vector if `baseNumerators` is not 0.
export function foldFractions(
  pLower: usize, pUpper: usize, qLower: usize, qUpper: usize, numerators: usize, denominators: usize, blocks: usize,
  baseNumerators: usize,
): void {
  const pBytes = baseNumerators ? 16 * CHUNK : 64 * CHUNK;
  for (let left: isize = <isize>blocks; left > 0; left -= <isize>CHUNK) {
    const count = min<usize>(CHUNK, <usize>left);
    if (baseNumerators) {
      mulMixed(pLower, qUpper, numerators, count);
      addProductsMixed(pUpper, qLower, numerators, count);
    } else {
      mulExtension(pLower, qUpper, numerators, count);
      addProductsExtension(pUpper, qLower, numerators, count);
    }
    mulExtension(qLower, qUpper, denominators, count);
    pLower += pBytes; pUpper += pBytes;
    qLower += 64 * CHUNK; qUpper += 64 * CHUNK; numerators += 64 * CHUNK; denominators += 64 * CHUNK;
  }
}

// Writes one extension element a 16-byte word.
export function toElementWords(blocked: usize, out: usize, blocks: usize): void {
  for (let end = blocked + (blocks << 6); blocked < end; blocked += 64, out += 64) {
    const c0 = v128.load(blocked), c1 = v128.load(blocked, 16), c2 = v128.load(blocked, 32), c3 = v128.load(blocked, 48);
    const even = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5), odd = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
    v128.store(out, v128.shuffle<i64>(even, odd, 0, 2));
    v128.store(out, v128.shuffle<i64>(even, odd, 1, 3), 16);
    const evenUpper = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7), oddUpper = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<i64>(evenUpper, oddUpper, 0, 2), 32);
    v128.store(out, v128.shuffle<i64>(evenUpper, oddUpper, 1, 3), 48);
  }
}

// Row r of the output is scales[r] times row ⌊r/repeat⌋ of the matrix; base vectors, or extension vectors if
// `isExtension` is not 0. Rows are whole blocks.
export function scaleRows(
  scales: usize, rows: usize, matrix: usize, rowBlocks: usize, repeat: usize, isExtension: u32, scalar: usize, out: usize,
): void {
  const rowBytes = isExtension ? rowBlocks << 6 : rowBlocks << 4;
  let left = repeat;
  for (let row: usize = 0; row < rows; row++, out += rowBytes) {
    if (isExtension) {
      const element = scales + ((row >> 2) << 6) + ((row & 3) << 2);
      for (let k: usize = 0; k < 16; k += 4) store<u32>(scalar + k, load<u32>(element + (k << 2)));
      scaleExtension(matrix, out, rowBlocks, scalar);
    } else {
      scaleBase(matrix, out, rowBlocks, scales + (row << 2));
    }
    if (--left == 0) {
      left = repeat;
      matrix += rowBytes;
    }
  }
}

function scaleBase(vector: usize, out: usize, blocks: usize, scale: usize): void {
  const s = splatAt(scale), factor = quotientFactor(s);
  for (let end = vector + (blocks << 4); vector < end; vector += 16, out += 16) {
    v128.store(out, mulBy(v128.load(vector), s, factor));
  }
}

function scaleExtension(vector: usize, out: usize, blocks: usize, scale: usize): void {
  const r0 = splatAt(scale), r1 = splatAt(scale + 4), r2 = splatAt(scale + 8), r3 = splatAt(scale + 12);
  const w1 = triple(r1), w2 = triple(r2), w3 = triple(r3);
  for (let end = vector + (blocks << 6); vector < end; vector += 64, out += 64) {
    const a0 = v128.load(vector), a1 = v128.load(vector, 16), a2 = v128.load(vector, 32), a3 = v128.load(vector, 48);
    v128.store(out, mul4(a0, r0, a1, w3, a2, w2, a3, w1));
    v128.store(out, mul4(a0, r1, a1, r0, a2, w3, a3, w2), 16);
    v128.store(out, mul4(a0, r2, a1, r1, a2, r0, a3, w3), 32);
    v128.store(out, mul4(a0, r3, a1, r2, a2, r1, a3, r0), 48);
  }
}
