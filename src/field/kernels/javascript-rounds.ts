// The JavaScript kernels that sum, function for function those of koalabear-rounds.lib.as.ts, on canonical
// words. Sums of reduced products stay exact in doubles over a chunk: adding before the reduction would make each
// product wait for the one before.
//
// Rounds run in chunks: the differences of the halves, and with weights the sums of products, go through short
// arrays, which keeps each loop small enough for the optimising compiler to inline its arithmetic.

import { mul, mul4Add, mulAdd } from './javascript-arithmetic.ts';
import type { PairKinds } from './koalabear.ts';

/** Blocks of four elements in a chunk. */
const CHUNK = 64;

// Scratch of one call, for one chunk; an extension element takes 4 words.
const aDifferences = new Int32Array(16 * CHUNK);
const bDifferences = new Int32Array(16 * CHUNK);
const atZeroProducts = new Int32Array(16 * CHUNK);
const atInfinityProducts = new Int32Array(16 * CHUNK);

type Scalar = [number, number, number, number];
/** sum += Σ a·b over at most a chunk of blocks from the indices i of a and j of b; not reduced. */
type Accumulate = (a: Int32Array, i: number, b: Int32Array, j: number, blocks: number, sum: Scalar) => void;
/** products += a·b, block by block, the products in the extension. */
type AddProducts = (a: Int32Array, i: number, b: Int32Array, j: number, blocks: number, products: Int32Array) => void;

function accumulateExtension(a: Int32Array, i: number, b: Int32Array, j: number, blocks: number, sum: Scalar): void {
  let [s0, s1, s2, s3] = sum;
  for (const end = i + 16 * blocks; i < end; i += 12, j += 12) {
    for (const lanes = i + 4; i < lanes; i++, j++) {
      const a0 = a[i];
      const a1 = a[i + 4];
      const a2 = a[i + 8];
      const a3 = a[i + 12];
      const b0 = b[j];
      const b1 = b[j + 4];
      const b2 = b[j + 8];
      const b3 = b[j + 12];
      s0 += mul4Add(a0, b0, a1, 3 * b3, a2, 3 * b2, a3, 3 * b1, 0);
      s1 += mul4Add(a0, b1, a1, b0, a2, 3 * b3, a3, 3 * b2, 0);
      s2 += mul4Add(a0, b2, a1, b1, a2, b0, a3, 3 * b3, 0);
      s3 += mul4Add(a0, b3, a1, b2, a2, b1, a3, b0, 0);
    }
  }
  sum[0] = s0;
  sum[1] = s1;
  sum[2] = s2;
  sum[3] = s3;
}

function accumulateMixed(a: Int32Array, i: number, b: Int32Array, j: number, blocks: number, sum: Scalar): void {
  let [s0, s1, s2, s3] = sum;
  for (const end = i + 4 * blocks; i < end; j += 12) {
    for (const lanes = i + 4; i < lanes; i++, j++) {
      const x = a[i];
      s0 += mul(x, b[j]);
      s1 += mul(x, b[j + 4]);
      s2 += mul(x, b[j + 8]);
      s3 += mul(x, b[j + 12]);
    }
  }
  sum[0] = s0;
  sum[1] = s1;
  sum[2] = s2;
  sum[3] = s3;
}

function accumulateBase(a: Int32Array, i: number, b: Int32Array, j: number, blocks: number, sum: Scalar): void {
  let s = sum[0];
  for (const end = i + 4 * blocks; i < end; i++, j++) s += mul(a[i], b[j]);
  sum[0] = s;
}

function addProductsExtension(
  a: Int32Array,
  i: number,
  b: Int32Array,
  j: number,
  blocks: number,
  products: Int32Array,
): void {
  for (let o = 0; o < 16 * blocks; i += 12, j += 12, o += 12) {
    for (const lanes = o + 4; o < lanes; i++, j++, o++) {
      const a0 = a[i];
      const a1 = a[i + 4];
      const a2 = a[i + 8];
      const a3 = a[i + 12];
      const b0 = b[j];
      const b1 = b[j + 4];
      const b2 = b[j + 8];
      const b3 = b[j + 12];
      const previous = products[o];
      products[o] = mul4Add(a0, b0, a1, 3 * b3, a2, 3 * b2, a3, 3 * b1, previous);
      products[o + 4] = mul4Add(a0, b1, a1, b0, a2, 3 * b3, a3, 3 * b2, products[o + 4]);
      products[o + 8] = mul4Add(a0, b2, a1, b1, a2, b0, a3, 3 * b3, products[o + 8]);
      products[o + 12] = mul4Add(a0, b3, a1, b2, a2, b1, a3, b0, products[o + 12]);
    }
  }
}

function addProductsMixed(
  a: Int32Array,
  i: number,
  b: Int32Array,
  j: number,
  blocks: number,
  products: Int32Array,
): void {
  for (let o = 0; o < 16 * blocks; j += 12, o += 12) {
    for (const lanes = o + 4; o < lanes; i++, j++, o++) {
      const x = a[i];
      products[o] = mulAdd(x, b[j], products[o]);
      products[o + 4] = mulAdd(x, b[j + 4], products[o + 4]);
      products[o + 8] = mulAdd(x, b[j + 8], products[o + 8]);
      products[o + 12] = mulAdd(x, b[j + 12], products[o + 12]);
    }
  }
}

function addProductsBase(
  a: Int32Array,
  i: number,
  b: Int32Array,
  j: number,
  blocks: number,
  products: Int32Array,
): void {
  for (let o = 0; o < 16 * blocks; o += 12) {
    for (const lanes = o + 4; o < lanes; i++, j++, o++) products[o] = mulAdd(a[i], b[j], products[o]);
  }
}

/** upper − lower, not reduced: in (−p, p). */
function differences(words: Int32Array, lower: number, upper: number, length: number, out: Int32Array): void {
  for (let k = 0; k < length; k++) out[k] = words[upper + k] - words[lower + k];
}

function store(words: Int32Array, out: number, [c0, c1, c2, c3]: Readonly<Scalar>): void {
  const at = out >>> 2;
  words[at] = c0;
  words[at + 1] = c1;
  words[at + 2] = c2;
  words[at + 3] = c3;
}

/** Brings sums of less than 2²¹ products back below p. */
function reduce(sum: Scalar): void {
  for (let coefficient = 0; coefficient < 4; coefficient++) sum[coefficient] %= 0x7f000001;
}

/** By the kinds of a pair (`PairKinds`): sums, products, and words in a block of either vector. */
const ACCUMULATE: readonly Accumulate[] = [accumulateBase, accumulateMixed, accumulateExtension];
const ADD_PRODUCTS: readonly AddProducts[] = [addProductsBase, addProductsMixed, addProductsExtension];
const A_WORDS = [4, 4, 16] as const;
const B_WORDS = [4, 16, 16] as const;

export function dot(
  words: Int32Array,
  kinds: PairKinds,
  a: number,
  b: number,
  blocks: number,
  _work: number,
  out: number,
): void {
  const sum: Scalar = [0, 0, 0, 0];
  for (let block = 0; block < blocks; block += CHUNK) {
    const i = (a >>> 2) + A_WORDS[kinds] * block;
    const j = (b >>> 2) + B_WORDS[kinds] * block;
    ACCUMULATE[kinds](words, i, words, j, Math.min(CHUNK, blocks - block), sum);
    reduce(sum);
  }
  store(words, out, sum);
}

export function round(
  words: Int32Array,
  kinds: PairKinds,
  aLower: number,
  aUpper: number,
  bLower: number,
  bUpper: number,
  blocks: number,
  _work: number,
  out: number,
): void {
  const accumulate = ACCUMULATE[kinds];
  const atZero: Scalar = [0, 0, 0, 0];
  const atInfinity: Scalar = [0, 0, 0, 0];
  for (let block = 0; block < blocks; block += CHUNK) {
    const count = Math.min(CHUNK, blocks - block);
    const i = (aLower >>> 2) + A_WORDS[kinds] * block;
    const j = (bLower >>> 2) + B_WORDS[kinds] * block;
    accumulate(words, i, words, j, count, atZero);
    differences(words, i, (aUpper >>> 2) + A_WORDS[kinds] * block, A_WORDS[kinds] * count, aDifferences);
    differences(words, j, (bUpper >>> 2) + B_WORDS[kinds] * block, B_WORDS[kinds] * count, bDifferences);
    accumulate(aDifferences, 0, bDifferences, 0, count, atInfinity);
    reduce(atZero);
    reduce(atInfinity);
  }
  store(words, out, atZero);
  store(words, out + 16, atInfinity);
}

/** Adds one term's products over a chunk to both arrays of products. */
function addTerm(words: Int32Array, term: number, block: number, count: number): void {
  const kinds = words[term + 4];
  const aLower = (words[term] >>> 2) + A_WORDS[kinds] * block;
  const bLower = (words[term + 2] >>> 2) + B_WORDS[kinds] * block;
  ADD_PRODUCTS[kinds](words, aLower, words, bLower, count, atZeroProducts);
  differences(words, aLower, (words[term + 1] >>> 2) + A_WORDS[kinds] * block, A_WORDS[kinds] * count, aDifferences);
  differences(words, bLower, (words[term + 3] >>> 2) + B_WORDS[kinds] * block, B_WORDS[kinds] * count, bDifferences);
  ADD_PRODUCTS[kinds](aDifferences, 0, bDifferences, 0, count, atInfinityProducts);
}

/** total += sum·element, the element's coefficients four words apart. */
function addMultiple(total: Scalar, [s0, s1, s2, s3]: Readonly<Scalar>, words: Int32Array, element: number): void {
  const e0 = words[element];
  const e1 = words[element + 4];
  const e2 = words[element + 8];
  const e3 = words[element + 12];
  total[0] = mul4Add(s0, e0, s1, 3 * e3, s2, 3 * e2, s3, 3 * e1, total[0]);
  total[1] = mul4Add(s0, e1, s1, e0, s2, 3 * e3, s3, 3 * e2, total[1]);
  total[2] = mul4Add(s0, e2, s1, e1, s2, e0, s3, 3 * e3, total[2]);
  total[3] = mul4Add(s0, e3, s1, e2, s2, e1, s3, e0, total[3]);
}

export function roundWeighted(
  words: Int32Array,
  terms: number,
  extensionCount: number,
  baseCount: number,
  inner: number,
  innerBlocks: number,
  outer: number,
  outerLength: number,
  _work: number,
  out: number,
): void {
  const atZero: Scalar = [0, 0, 0, 0];
  const atInfinity: Scalar = [0, 0, 0, 0];
  for (let o = 0; o < outerLength; o++) {
    const innerAtZero: Scalar = [0, 0, 0, 0];
    const innerAtInfinity: Scalar = [0, 0, 0, 0];
    for (let block = 0; block < innerBlocks; block += CHUNK) {
      const blocks = Math.min(CHUNK, innerBlocks - block);
      atZeroProducts.fill(0, 0, 16 * blocks);
      atInfinityProducts.fill(0, 0, 16 * blocks);
      for (let term = 0; term < extensionCount + baseCount; term++) {
        addTerm(words, (terms >>> 2) + 8 * term, o * innerBlocks + block, blocks);
      }
      const weights = (inner >>> 2) + 16 * block;
      accumulateExtension(atZeroProducts, 0, words, weights, blocks, innerAtZero);
      accumulateExtension(atInfinityProducts, 0, words, weights, blocks, innerAtInfinity);
      reduce(innerAtZero);
      reduce(innerAtInfinity);
    }
    const element = (outer >>> 2) + 16 * (o >> 2) + (o & 3);
    addMultiple(atZero, innerAtZero, words, element);
    addMultiple(atInfinity, innerAtInfinity, words, element);
  }
  store(words, out, atZero);
  store(words, out + 16, atInfinity);
}
