// Kernels that sum: dot products and the round polynomials of sums of products, Σ_x w(x)·Σⱼ aⱼ(X, x)·bⱼ(X, x),
// as their value at 0, Σ w·aₗ·bₗ, and their coefficient of X², Σ w·(aᵤ − aₗ)·(bᵤ − bₗ).
//
// Results are written as four words a scalar. Sums over x stay in 64 bits, below p·2^32, one for each
// lane and coefficient, and are reduced once at the end. Conventions: koalabear-vectors.lib.as.ts.

import { add, fold, high, high4, laneSum, low, low4, mul, mul4, reduce, splatAt, sub, triple, zero } from './koalabear-lanes.lib.as';

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

// @ts-ignore: decorator
@inline
function storeScalar(out: usize, c0: v128, c1: v128, c2: v128, c3: v128): void {
  v128.store_lane<u32>(out, laneSum(c0), 0);
  v128.store_lane<u32>(out + 4, laneSum(c1), 0);
  v128.store_lane<u32>(out + 8, laneSum(c2), 0);
  v128.store_lane<u32>(out + 12, laneSum(c3), 0);
}

export function dotExtension(a: usize, b: usize, blocks: usize, out: usize): void {
  let l0 = zero(), l1 = zero(), l2 = zero(), l3 = zero(), h0 = zero(), h1 = zero(), h2 = zero(), h3 = zero();
  for (let end = a + (blocks << 6); a < end; a += 64, b += 64) {
    const a0 = v128.load(a), a1 = v128.load(a, 16), a2 = v128.load(a, 32), a3 = v128.load(a, 48);
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    const w1 = triple(b1), w2 = triple(b2), w3 = triple(b3);
    l0 = addLow4(l0, a0, b0, a1, w3, a2, w2, a3, w1);
    h0 = addHigh4(h0, a0, b0, a1, w3, a2, w2, a3, w1);
    l1 = addLow4(l1, a0, b1, a1, b0, a2, w3, a3, w2);
    h1 = addHigh4(h1, a0, b1, a1, b0, a2, w3, a3, w2);
    l2 = addLow4(l2, a0, b2, a1, b1, a2, b0, a3, w3);
    h2 = addHigh4(h2, a0, b2, a1, b1, a2, b0, a3, w3);
    l3 = addLow4(l3, a0, b3, a1, b2, a2, b1, a3, b0);
    h3 = addHigh4(h3, a0, b3, a1, b2, a2, b1, a3, b0);
  }
  storeScalar(out, reduce(l0, h0), reduce(l1, h1), reduce(l2, h2), reduce(l3, h3));
}

// base·extension
export function dotMixed(a: usize, b: usize, blocks: usize, out: usize): void {
  let l0 = zero(), l1 = zero(), l2 = zero(), l3 = zero(), h0 = zero(), h1 = zero(), h2 = zero(), h3 = zero();
  for (let end = a + (blocks << 4); a < end; a += 16, b += 64) {
    const x = v128.load(a);
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    l0 = addLow(l0, x, b0);
    h0 = addHigh(h0, x, b0);
    l1 = addLow(l1, x, b1);
    h1 = addHigh(h1, x, b1);
    l2 = addLow(l2, x, b2);
    h2 = addHigh(h2, x, b2);
    l3 = addLow(l3, x, b3);
    h3 = addHigh(h3, x, b3);
  }
  storeScalar(out, reduce(l0, h0), reduce(l1, h1), reduce(l2, h2), reduce(l3, h3));
}

export function dotBase(a: usize, b: usize, blocks: usize, out: usize): void {
  let l = zero(), h = zero();
  for (let end = a + (blocks << 4); a < end; a += 16, b += 16) {
    const x = v128.load(a), y = v128.load(b);
    l = addLow(l, x, y);
    h = addHigh(h, x, y);
  }
  storeScalar(out, reduce(l, h), zero(), zero(), zero());
}

// The round polynomial of one product of extension vectors without weights: at 0, then the coefficient of X².
export function roundExtension(
  aLower: usize, aUpper: usize, bLower: usize, bUpper: usize, blocks: usize, out: usize,
): void {
  dotExtension(aLower, bLower, blocks, out);
  let l0 = zero(), l1 = zero(), l2 = zero(), l3 = zero(), h0 = zero(), h1 = zero(), h2 = zero(), h3 = zero();
  for (let end = aLower + (blocks << 6); aLower < end; ) {
    const a0 = sub(v128.load(aUpper), v128.load(aLower));
    const a1 = sub(v128.load(aUpper, 16), v128.load(aLower, 16));
    const a2 = sub(v128.load(aUpper, 32), v128.load(aLower, 32));
    const a3 = sub(v128.load(aUpper, 48), v128.load(aLower, 48));
    const b0 = sub(v128.load(bUpper), v128.load(bLower));
    const b1 = sub(v128.load(bUpper, 16), v128.load(bLower, 16));
    const b2 = sub(v128.load(bUpper, 32), v128.load(bLower, 32));
    const b3 = sub(v128.load(bUpper, 48), v128.load(bLower, 48));
    const w1 = triple(b1), w2 = triple(b2), w3 = triple(b3);
    l0 = addLow4(l0, a0, b0, a1, w3, a2, w2, a3, w1);
    h0 = addHigh4(h0, a0, b0, a1, w3, a2, w2, a3, w1);
    l1 = addLow4(l1, a0, b1, a1, b0, a2, w3, a3, w2);
    h1 = addHigh4(h1, a0, b1, a1, b0, a2, w3, a3, w2);
    l2 = addLow4(l2, a0, b2, a1, b1, a2, b0, a3, w3);
    h2 = addHigh4(h2, a0, b2, a1, b1, a2, b0, a3, w3);
    l3 = addLow4(l3, a0, b3, a1, b2, a2, b1, a3, b0);
    h3 = addHigh4(h3, a0, b3, a1, b2, a2, b1, a3, b0);
    aLower += 64; aUpper += 64; bLower += 64; bUpper += 64;
  }
  storeScalar(out + 16, reduce(l0, h0), reduce(l1, h1), reduce(l2, h2), reduce(l3, h3));
}

// The same for a base and an extension vector.
export function roundMixed(
  aLower: usize, aUpper: usize, bLower: usize, bUpper: usize, blocks: usize, out: usize,
): void {
  dotMixed(aLower, bLower, blocks, out);
  let l0 = zero(), l1 = zero(), l2 = zero(), l3 = zero(), h0 = zero(), h1 = zero(), h2 = zero(), h3 = zero();
  for (let end = aLower + (blocks << 4); aLower < end; ) {
    const x = sub(v128.load(aUpper), v128.load(aLower));
    const b0 = sub(v128.load(bUpper), v128.load(bLower));
    const b1 = sub(v128.load(bUpper, 16), v128.load(bLower, 16));
    const b2 = sub(v128.load(bUpper, 32), v128.load(bLower, 32));
    const b3 = sub(v128.load(bUpper, 48), v128.load(bLower, 48));
    l0 = addLow(l0, x, b0);
    h0 = addHigh(h0, x, b0);
    l1 = addLow(l1, x, b1);
    h1 = addHigh(h1, x, b1);
    l2 = addLow(l2, x, b2);
    h2 = addHigh(h2, x, b2);
    l3 = addLow(l3, x, b3);
    h3 = addHigh(h3, x, b3);
    aLower += 16; aUpper += 16; bLower += 64; bUpper += 64;
  }
  storeScalar(out + 16, reduce(l0, h0), reduce(l1, h1), reduce(l2, h2), reduce(l3, h3));
}

// The same for two base vectors.
export function roundBase(
  aLower: usize, aUpper: usize, bLower: usize, bUpper: usize, blocks: usize, out: usize,
): void {
  let l = zero(), h = zero(), m = zero(), n = zero();
  for (let end = aLower + (blocks << 4); aLower < end; ) {
    const a = v128.load(aLower), b = v128.load(bLower);
    l = addLow(l, a, b);
    h = addHigh(h, a, b);
    const x = sub(v128.load(aUpper), a), y = sub(v128.load(bUpper), b);
    m = addLow(m, x, y);
    n = addHigh(n, x, y);
    aLower += 16; aUpper += 16; bLower += 16; bUpper += 16;
  }
  storeScalar(out, reduce(l, h), zero(), zero(), zero());
  storeScalar(out + 16, reduce(m, n), zero(), zero(), zero());
}

// Adds e·s to the sum over x that stands at `sum`: per coefficient, 32 bytes of 64-bit sums.
// @ts-ignore: decorator
@inline
function weigh(sum: usize, inner: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  const e0 = v128.load(inner), e1 = v128.load(inner, 16), e2 = v128.load(inner, 32), e3 = v128.load(inner, 48);
  const w1 = triple(e1), w2 = triple(e2), w3 = triple(e3);
  v128.store(sum, addLow4(v128.load(sum), s0, e0, s1, w3, s2, w2, s3, w1));
  v128.store(sum, addHigh4(v128.load(sum, 16), s0, e0, s1, w3, s2, w2, s3, w1), 16);
  v128.store(sum, addLow4(v128.load(sum, 32), s0, e1, s1, e0, s2, w3, s3, w2), 32);
  v128.store(sum, addHigh4(v128.load(sum, 48), s0, e1, s1, e0, s2, w3, s3, w2), 48);
  v128.store(sum, addLow4(v128.load(sum, 64), s0, e2, s1, e1, s2, e0, s3, w3), 64);
  v128.store(sum, addHigh4(v128.load(sum, 80), s0, e2, s1, e1, s2, e0, s3, w3), 80);
  v128.store(sum, addLow4(v128.load(sum, 96), s0, e3, s1, e2, s2, e1, s3, e0), 96);
  v128.store(sum, addHigh4(v128.load(sum, 112), s0, e3, s1, e2, s2, e1, s3, e0), 112);
}

// The same where s lies in the base field.
// @ts-ignore: decorator
@inline
function weighBase(sum: usize, inner: usize, s: v128): void {
  for (let coefficient: usize = 0; coefficient < 4; coefficient++) {
    const e = v128.load(inner + (coefficient << 4));
    const at = sum + (coefficient << 5);
    v128.store(at, addLow(v128.load(at), s, e));
    v128.store(at, addHigh(v128.load(at, 16), s, e), 16);
  }
}

// Reduces the 64-bit sums at `sum`, multiplies them with one element of `outer` and adds to the block `total`.
// @ts-ignore: decorator
@inline
function closeInner(sum: usize, total: usize, outer: usize): void {
  const s0 = reduce(v128.load(sum), v128.load(sum, 16));
  const s1 = reduce(v128.load(sum, 32), v128.load(sum, 48));
  const s2 = reduce(v128.load(sum, 64), v128.load(sum, 80));
  const s3 = reduce(v128.load(sum, 96), v128.load(sum, 112));
  const e0 = splatAt(outer), e1 = splatAt(outer + 16), e2 = splatAt(outer + 32), e3 = splatAt(outer + 48);
  const w1 = triple(e1), w2 = triple(e2), w3 = triple(e3);
  v128.store(total, add(v128.load(total), mul4(s0, e0, s1, w3, s2, w2, s3, w1)));
  v128.store(total, add(v128.load(total, 16), mul4(s0, e1, s1, e0, s2, w3, s3, w2)), 16);
  v128.store(total, add(v128.load(total, 32), mul4(s0, e2, s1, e1, s2, e0, s3, w3)), 32);
  v128.store(total, add(v128.load(total, 48), mul4(s0, e3, s1, e2, s2, e1, s3, e0)), 48);
}

// @ts-ignore: decorator
@inline
function clear(at: usize, byteLength: usize): void {
  for (let offset: usize = 0; offset < byteLength; offset += 16) v128.store(at + offset, zero());
}

// @ts-ignore: decorator
@inline
function storeTotal(out: usize, total: usize): void {
  storeScalar(out, v128.load(total), v128.load(total, 16), v128.load(total, 32), v128.load(total, 48));
}

// The round polynomial of Σⱼ aⱼ·bⱼ with weights outer[⌊x/inner⌋]·inner[x mod inner]. Term j is 32 bytes: the
// offsets of a's lower and upper half, of b's lower and upper half, and 1 if a is a base vector (b is not).
// `innerBlocks` is the number of blocks of `inner`; `work` is 384 bytes of scratch memory.
export function roundWeighted(
  terms: usize, count: usize, inner: usize, innerBlocks: usize, outer: usize, outerLength: usize, work: usize, out: usize,
): void {
  const termsEnd = terms + (count << 5);
  const totals = work + 256;
  clear(totals, 128);
  let block: usize = 0;
  for (let o: usize = 0; o < outerLength; o++) {
    clear(work, 256);
    for (let weight = inner, end = inner + (innerBlocks << 6); weight < end; weight += 64, block++) {
      let s0 = zero(), s1 = zero(), s2 = zero(), s3 = zero();
      let t0 = zero(), t1 = zero(), t2 = zero(), t3 = zero();
      for (let term = terms; term < termsEnd; term += 32) {
        const bLower = <usize>load<u32>(term, 8) + (block << 6);
        const bUpper = <usize>load<u32>(term, 12) + (block << 6);
        let b0 = v128.load(bLower), b1 = v128.load(bLower, 16), b2 = v128.load(bLower, 32), b3 = v128.load(bLower, 48);
        if (load<u32>(term, 16)) {
          const aLower = v128.load(<usize>load<u32>(term) + (block << 4));
          s0 = add(s0, mul(aLower, b0));
          s1 = add(s1, mul(aLower, b1));
          s2 = add(s2, mul(aLower, b2));
          s3 = add(s3, mul(aLower, b3));
          const a = sub(v128.load(<usize>load<u32>(term, 4) + (block << 4)), aLower);
          t0 = add(t0, mul(a, sub(v128.load(bUpper), b0)));
          t1 = add(t1, mul(a, sub(v128.load(bUpper, 16), b1)));
          t2 = add(t2, mul(a, sub(v128.load(bUpper, 32), b2)));
          t3 = add(t3, mul(a, sub(v128.load(bUpper, 48), b3)));
        } else {
          const aLower = <usize>load<u32>(term) + (block << 6);
          const aUpper = <usize>load<u32>(term, 4) + (block << 6);
          let a0 = v128.load(aLower), a1 = v128.load(aLower, 16), a2 = v128.load(aLower, 32), a3 = v128.load(aLower, 48);
          let w1 = triple(b1), w2 = triple(b2), w3 = triple(b3);
          s0 = add(s0, mul4(a0, b0, a1, w3, a2, w2, a3, w1));
          s1 = add(s1, mul4(a0, b1, a1, b0, a2, w3, a3, w2));
          s2 = add(s2, mul4(a0, b2, a1, b1, a2, b0, a3, w3));
          s3 = add(s3, mul4(a0, b3, a1, b2, a2, b1, a3, b0));
          a0 = sub(v128.load(aUpper), a0);
          a1 = sub(v128.load(aUpper, 16), a1);
          a2 = sub(v128.load(aUpper, 32), a2);
          a3 = sub(v128.load(aUpper, 48), a3);
          b0 = sub(v128.load(bUpper), b0);
          b1 = sub(v128.load(bUpper, 16), b1);
          b2 = sub(v128.load(bUpper, 32), b2);
          b3 = sub(v128.load(bUpper, 48), b3);
          w1 = triple(b1), w2 = triple(b2), w3 = triple(b3);
          t0 = add(t0, mul4(a0, b0, a1, w3, a2, w2, a3, w1));
          t1 = add(t1, mul4(a0, b1, a1, b0, a2, w3, a3, w2));
          t2 = add(t2, mul4(a0, b2, a1, b1, a2, b0, a3, w3));
          t3 = add(t3, mul4(a0, b3, a1, b2, a2, b1, a3, b0));
        }
      }
      weigh(work, weight, s0, s1, s2, s3);
      weigh(work + 128, weight, t0, t1, t2, t3);
    }
    const outerAt = outer + ((o >> 2) << 6) + ((o & 3) << 2);
    closeInner(work, totals, outerAt);
    closeInner(work + 128, totals + 64, outerAt);
  }
  storeTotal(out, totals);
  storeTotal(out + 16, totals + 64);
}

// The same where all vectors are base vectors; a term's last word is not read.
export function roundWeightedBase(
  terms: usize, count: usize, inner: usize, innerBlocks: usize, outer: usize, outerLength: usize, work: usize, out: usize,
): void {
  const termsEnd = terms + (count << 5);
  const totals = work + 256;
  clear(totals, 128);
  let position: usize = 0;
  for (let o: usize = 0; o < outerLength; o++) {
    clear(work, 256);
    for (let weight = inner, end = inner + (innerBlocks << 6); weight < end; weight += 64, position += 16) {
      let sl = zero(), sh = zero(), tl = zero(), th = zero();
      for (let term = terms; term < termsEnd; term += 32) {
        const a = v128.load(<usize>load<u32>(term) + position), b = v128.load(<usize>load<u32>(term, 8) + position);
        sl = addLow(sl, a, b);
        sh = addHigh(sh, a, b);
        const x = sub(v128.load(<usize>load<u32>(term, 4) + position), a);
        const y = sub(v128.load(<usize>load<u32>(term, 12) + position), b);
        tl = addLow(tl, x, y);
        th = addHigh(th, x, y);
      }
      weighBase(work, weight, reduce(sl, sh));
      weighBase(work + 128, weight, reduce(tl, th));
    }
    const outerAt = outer + ((o >> 2) << 6) + ((o & 3) << 2);
    closeInner(work, totals, outerAt);
    closeInner(work + 128, totals + 64, outerAt);
  }
  storeTotal(out, totals);
  storeTotal(out + 16, totals + 64);
}
