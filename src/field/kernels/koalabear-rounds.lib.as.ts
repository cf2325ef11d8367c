// Kernels that sum: dot products and the round polynomials of sums of products, Σ_x w(x)·Σⱼ aⱼ(X, x)·bⱼ(X, x),
// as their value at 0, Σ w·aₗ·bₗ, and their coefficient of X², Σ w·(aᵤ − aₗ)·(bᵤ − bₗ).
//
// Sums over x stay in 64 bits, below p·2^32, one for each lane and coefficient: eight vectors in memory, low and
// high lanes of coefficient 0, then 1, 2, 3. They stay in memory on purpose: locals would be spilled to the stack,
// which is aligned to 16 bytes in some processes only, and rounds take 1.4 times as long in the others. They are
// reduced once at the end; results are written as four words a scalar.
//
// Rounds run in chunks over short arrays in the scratch memory `work`. Conventions: koalabear-vectors.lib.as.ts.

import { fold, high, high4, laneSum, low, low4, reduce, sub, triple, zero } from './koalabear-lanes.lib.as';
import {
  addProductsBase, addProductsExtension, addProductsMixed, CHUNK, mulBase, mulExtension, mulMixed, subWords,
} from './koalabear-vectors.lib.as';

// Layout of the scratch memory.
// @ts-ignore: decorator
@inline const SUMS: usize = 0; // two sets of sums, 128 bytes each
// @ts-ignore: decorator
@inline const TOTALS: usize = 256; // two blocks
// @ts-ignore: decorator
@inline const FACTOR: usize = 384; // one block
// @ts-ignore: decorator
@inline const REDUCED: usize = 448; // one block
// @ts-ignore: decorator
@inline const A_DIFFERENCES: usize = 512; // chunks from here on
// @ts-ignore: decorator
@inline const B_DIFFERENCES: usize = A_DIFFERENCES + 64 * CHUNK;
// @ts-ignore: decorator
@inline const PRODUCTS: usize = B_DIFFERENCES + 64 * CHUNK; // at 0, then of the differences

// @ts-ignore: decorator
@inline const BASE_BASE: u32 = 0;
// @ts-ignore: decorator
@inline const BASE_EXTENSION: u32 = 1;

// sum + a product of four terms, in lanes 0 and 1
// @ts-ignore: decorator
@inline
function addLow4(sum: v128, a0: v128, b0: v128, a1: v128, b1: v128, a2: v128, b2: v128, a3: v128, b3: v128): v128 {
  return fold(i64x2.add(sum, fold(low4(a0, b0, a1, b1, a2, b2, a3, b3))));
}

// @ts-ignore: decorator
@inline
function addHigh4(sum: v128, a0: v128, b0: v128, a1: v128, b1: v128, a2: v128, b2: v128, a3: v128, b3: v128): v128 {
  return fold(i64x2.add(sum, fold(high4(a0, b0, a1, b1, a2, b2, a3, b3))));
}

// @ts-ignore: decorator
@inline
function addLow(sum: v128, a: v128, b: v128): v128 {
  return fold(i64x2.add(sum, low(a, b)));
}

// @ts-ignore: decorator
@inline
function addHigh(sum: v128, a: v128, b: v128): v128 {
  return fold(i64x2.add(sum, high(a, b)));
}

// sums += Σ a·b
function accumulateExtension(a: usize, b: usize, blocks: usize, sums: usize): void {
  for (let end = a + (blocks << 6); a < end; a += 64, b += 64) {
    const a0 = v128.load(a), a1 = v128.load(a, 16), a2 = v128.load(a, 32), a3 = v128.load(a, 48);
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    const w1 = triple(b1), w2 = triple(b2), w3 = triple(b3);
    v128.store(sums, addLow4(v128.load(sums), a0, b0, a1, w3, a2, w2, a3, w1));
    v128.store(sums, addHigh4(v128.load(sums, 16), a0, b0, a1, w3, a2, w2, a3, w1), 16);
    v128.store(sums, addLow4(v128.load(sums, 32), a0, b1, a1, b0, a2, w3, a3, w2), 32);
    v128.store(sums, addHigh4(v128.load(sums, 48), a0, b1, a1, b0, a2, w3, a3, w2), 48);
    v128.store(sums, addLow4(v128.load(sums, 64), a0, b2, a1, b1, a2, b0, a3, w3), 64);
    v128.store(sums, addHigh4(v128.load(sums, 80), a0, b2, a1, b1, a2, b0, a3, w3), 80);
    v128.store(sums, addLow4(v128.load(sums, 96), a0, b3, a1, b2, a2, b1, a3, b0), 96);
    v128.store(sums, addHigh4(v128.load(sums, 112), a0, b3, a1, b2, a2, b1, a3, b0), 112);
  }
}

// sums += Σ (aᵤ − aₗ)·(bᵤ − bₗ): the most frequent of all, and so in one pass.
function accumulateDifferences(
  aLower: usize, aUpper: usize, bLower: usize, bUpper: usize, blocks: usize, sums: usize,
): void {
  for (let end = aLower + (blocks << 6); aLower < end; ) {
    const a0 = sub(v128.load(aUpper), v128.load(aLower)), a1 = sub(v128.load(aUpper, 16), v128.load(aLower, 16));
    const a2 = sub(v128.load(aUpper, 32), v128.load(aLower, 32)), a3 = sub(v128.load(aUpper, 48), v128.load(aLower, 48));
    const b0 = sub(v128.load(bUpper), v128.load(bLower)), b1 = sub(v128.load(bUpper, 16), v128.load(bLower, 16));
    const b2 = sub(v128.load(bUpper, 32), v128.load(bLower, 32)), b3 = sub(v128.load(bUpper, 48), v128.load(bLower, 48));
    const w1 = triple(b1), w2 = triple(b2), w3 = triple(b3);
    v128.store(sums, addLow4(v128.load(sums), a0, b0, a1, w3, a2, w2, a3, w1));
    v128.store(sums, addHigh4(v128.load(sums, 16), a0, b0, a1, w3, a2, w2, a3, w1), 16);
    v128.store(sums, addLow4(v128.load(sums, 32), a0, b1, a1, b0, a2, w3, a3, w2), 32);
    v128.store(sums, addHigh4(v128.load(sums, 48), a0, b1, a1, b0, a2, w3, a3, w2), 48);
    v128.store(sums, addLow4(v128.load(sums, 64), a0, b2, a1, b1, a2, b0, a3, w3), 64);
    v128.store(sums, addHigh4(v128.load(sums, 80), a0, b2, a1, b1, a2, b0, a3, w3), 80);
    v128.store(sums, addLow4(v128.load(sums, 96), a0, b3, a1, b2, a2, b1, a3, b0), 96);
    v128.store(sums, addHigh4(v128.load(sums, 112), a0, b3, a1, b2, a2, b1, a3, b0), 112);
    aLower += 64; aUpper += 64; bLower += 64; bUpper += 64;
  }
}

function accumulateMixed(a: usize, b: usize, blocks: usize, sums: usize): void {
  for (let end = a + (blocks << 4); a < end; a += 16, b += 64) {
    const x = v128.load(a);
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    v128.store(sums, addLow(v128.load(sums), x, b0));
    v128.store(sums, addHigh(v128.load(sums, 16), x, b0), 16);
    v128.store(sums, addLow(v128.load(sums, 32), x, b1), 32);
    v128.store(sums, addHigh(v128.load(sums, 48), x, b1), 48);
    v128.store(sums, addLow(v128.load(sums, 64), x, b2), 64);
    v128.store(sums, addHigh(v128.load(sums, 80), x, b2), 80);
    v128.store(sums, addLow(v128.load(sums, 96), x, b3), 96);
    v128.store(sums, addHigh(v128.load(sums, 112), x, b3), 112);
  }
}

function accumulateBase(a: usize, b: usize, blocks: usize, sums: usize): void {
  let l = v128.load(sums), h = v128.load(sums, 16);
  for (let end = a + (blocks << 4); a < end; a += 16, b += 16) {
    const x = v128.load(a), y = v128.load(b);
    l = addLow(l, x, y);
    h = addHigh(h, x, y);
  }
  v128.store(sums, l);
  v128.store(sums, h, 16);
}

// @ts-ignore: decorator
@inline
function clear(at: usize, byteLength: usize): void {
  for (const end = at + byteLength; at < end; at += 16) v128.store(at, zero());
}

// Sums to a block of four elements, one a lane.
function reduceSums(sums: usize, out: usize): void {
  for (let k: usize = 0; k < 4; k++, sums += 32, out += 16) v128.store(out, reduce(v128.load(sums), v128.load(sums, 16)));
}

// The sum of a block's four elements as a scalar.
function sumLanes(block: usize, out: usize): void {
  for (let k: usize = 0; k < 4; k++, block += 16, out += 4) v128.store_lane<u32>(out, laneSum(v128.load(block)), 0);
}

// Bytes of a block of each kind of a pair.
// @ts-ignore: decorator
@inline
function aShift(kinds: u32): usize {
  return kinds <= BASE_EXTENSION ? 4 : 6;
}

// @ts-ignore: decorator
@inline
function bShift(kinds: u32): usize {
  return kinds == BASE_BASE ? 4 : 6;
}

// Σ a·b as a scalar; kinds: 0 for two base vectors, 1 for base and extension, 2 for two extension vectors.
export function dot(kinds: u32, a: usize, b: usize, blocks: usize, work: usize, out: usize): void {
  clear(work + SUMS, 128);
  accumulate(kinds, a, b, blocks, work + SUMS);
  reduceSums(work + SUMS, work + TOTALS);
  sumLanes(work + TOTALS, out);
}

function accumulate(kinds: u32, a: usize, b: usize, blocks: usize, sums: usize): void {
  if (kinds == BASE_BASE) accumulateBase(a, b, blocks, sums);
  else if (kinds == BASE_EXTENSION) accumulateMixed(a, b, blocks, sums);
  else accumulateExtension(a, b, blocks, sums);
}

// Upper minus lower halves of a chunk of a and of b to the scratch memory.
function takeDifferences(
  kinds: u32, aLower: usize, aUpper: usize, bLower: usize, bUpper: usize, count: usize, work: usize,
): void {
  subWords(aUpper, aLower, work + A_DIFFERENCES, count << (aShift(kinds) - 4));
  subWords(bUpper, bLower, work + B_DIFFERENCES, count << (bShift(kinds) - 4));
}

// The round polynomial of one product without weights: two scalars, at 0 and the coefficient of X².
export function round(
  kinds: u32, aLower: usize, aUpper: usize, bLower: usize, bUpper: usize, blocks: usize, work: usize, out: usize,
): void {
  clear(work + SUMS, 256);
  for (let block: usize = 0; block < blocks; block += CHUNK) {
    const count = min<usize>(CHUNK, blocks - block);
    const a = block << aShift(kinds), b = block << bShift(kinds);
    accumulate(kinds, aLower + a, bLower + b, count, work + SUMS);
    if (kinds > BASE_EXTENSION) {
      accumulateDifferences(aLower + a, aUpper + a, bLower + b, bUpper + b, count, work + SUMS + 128);
    } else {
      takeDifferences(kinds, aLower + a, aUpper + a, bLower + b, bUpper + b, count, work);
      accumulate(kinds, work + A_DIFFERENCES, work + B_DIFFERENCES, count, work + SUMS + 128);
    }
  }
  for (let k: usize = 0; k < 2; k++) {
    reduceSums(work + SUMS + (k << 7), work + TOTALS);
    sumLanes(work + TOTALS, out + (k << 4));
  }
}

// products = a·b if `first`, += otherwise.
function multiply(kinds: u32, first: bool, a: usize, b: usize, products: usize, count: usize): void {
  if (kinds == BASE_BASE) {
    if (first) mulBase(a, b, products, count);
    else addProductsBase(a, b, products, count);
  } else if (kinds == BASE_EXTENSION) {
    if (first) mulMixed(a, b, products, count);
    else addProductsMixed(a, b, products, count);
  } else {
    if (first) mulExtension(a, b, products, count);
    else addProductsExtension(a, b, products, count);
  }
}

// Products of a chunk, at 0 and of the differences, summed over the terms.
function multiplyTerms(terms: usize, end: usize, block: usize, count: usize, work: usize): void {
  for (let term = terms; term < end; term += 32) {
    const kinds = load<u32>(term, 16);
    const a = block << aShift(kinds), b = block << bShift(kinds);
    const aLower = <usize>load<u32>(term) + a, bLower = <usize>load<u32>(term, 8) + b;
    const first = term == terms;
    multiply(kinds, first, aLower, bLower, work + PRODUCTS, count);
    takeDifferences(kinds, aLower, <usize>load<u32>(term, 4) + a, bLower, <usize>load<u32>(term, 12) + b, count, work);
    multiply(kinds, first, work + A_DIFFERENCES, work + B_DIFFERENCES, work + PRODUCTS + 64 * CHUNK, count);
  }
}

// The round polynomial of Σⱼ aⱼ·bⱼ with weights outer[⌊x/n⌋]·inner[x mod n], n = 4·innerBlocks. Term j is 32 bytes:
// the offsets of a's lower and upper half, of b's lower and upper half, and the kinds. Terms with an extension
// vector come first, then `baseCount` terms of base vectors.
export function roundWeighted(
  terms: usize, extensionCount: usize, baseCount: usize, inner: usize, innerBlocks: usize,
  outer: usize, outerLength: usize, work: usize, out: usize,
): void {
  const extensionEnd = terms + (extensionCount << 5), end = extensionEnd + (baseCount << 5);
  clear(work + TOTALS, 128);
  let start: usize = 0;
  for (let o: usize = 0; o < outerLength; o++, start += innerBlocks) {
    clear(work + SUMS, 256);
    for (let block: usize = 0; block < innerBlocks; block += CHUNK) {
      const count = min<usize>(CHUNK, innerBlocks - block);
      const weights = inner + (block << 6);
      if (extensionCount) {
        multiplyTerms(terms, extensionEnd, start + block, count, work);
        accumulateExtension(work + PRODUCTS, weights, count, work + SUMS);
        accumulateExtension(work + PRODUCTS + 64 * CHUNK, weights, count, work + SUMS + 128);
      }
      if (baseCount) {
        multiplyTerms(extensionEnd, end, start + block, count, work);
        accumulateMixed(work + PRODUCTS, weights, count, work + SUMS);
        accumulateMixed(work + PRODUCTS + 64 * CHUNK, weights, count, work + SUMS + 128);
      }
    }
    const element = outer + ((o >> 2) << 6) + ((o & 3) << 2);
    for (let k: usize = 0; k < 64; k += 16) v128.store(work + FACTOR + k, v128.load32_splat(element + k));
    for (let k: usize = 0; k < 2; k++) {
      reduceSums(work + SUMS + (k << 7), work + REDUCED);
      addProductsExtension(work + REDUCED, work + FACTOR, work + TOTALS + (k << 6), 1);
    }
  }
  sumLanes(work + TOTALS, out);
  sumLanes(work + TOTALS + 64, out + 16);
}
