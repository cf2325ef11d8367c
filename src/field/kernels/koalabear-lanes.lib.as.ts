// KoalaBear on 128-bit vectors: p = 2^31 - 2^24 + 1, Montgomery form with R = 2^32, extension
// X^4 - 3. Words are canonical, in [0, p), before and after every function unless it says otherwise.
//
// Reduction is delayed. Two 64-bit sums, `low` over lanes 0 and 1 and `high` over lanes 2 and 3, hold
// products of two words. Four products stay below 4·p² < 2^64. `fold` brings a sum below p·2^32 by
// subtracting p from its upper word where that does not borrow; such a sum admits two more products
// (p·2^32 + 2·p² < 2^64) or another folded sum (2·p·2^32 < 2^64).

// @ts-ignore: decorator
@inline export const P: u32 = 2130706433;
// @ts-ignore: decorator
@inline const P_INVERSE: u32 = 2164260865; // p^-1 mod 2^32

// @ts-ignore: decorator
@inline
export function modulus(): v128 {
  return i32x4.splat(P);
}

// @ts-ignore: decorator
@inline
export function zero(): v128 {
  return i32x4.splat(0);
}

// @ts-ignore: decorator
@inline
export function add(a: v128, b: v128): v128 {
  const sum = i32x4.add(a, b);
  return i32x4.min_u(sum, i32x4.sub(sum, modulus()));
}

// @ts-ignore: decorator
@inline
export function sub(a: v128, b: v128): v128 {
  const difference = i32x4.sub(a, b);
  return i32x4.min_u(difference, i32x4.add(difference, modulus()));
}

// 3·a
// @ts-ignore: decorator
@inline
export function triple(a: v128): v128 {
  return add(add(a, a), a);
}

// @ts-ignore: decorator
@inline
export function low(a: v128, b: v128): v128 {
  return i64x2.extmul_low_i32x4_u(a, b);
}

// @ts-ignore: decorator
@inline
export function high(a: v128, b: v128): v128 {
  return i64x2.extmul_high_i32x4_u(a, b);
}

// a0·b0 + a1·b1 + a2·b2 + a3·b3 of lanes 0 and 1
// @ts-ignore: decorator
@inline
export function low4(a0: v128, b0: v128, a1: v128, b1: v128, a2: v128, b2: v128, a3: v128, b3: v128): v128 {
  return i64x2.add(i64x2.add(i64x2.add(low(a0, b0), low(a1, b1)), low(a2, b2)), low(a3, b3));
}

// a0·b0 + a1·b1 + a2·b2 + a3·b3 of lanes 2 and 3
// @ts-ignore: decorator
@inline
export function high4(a0: v128, b0: v128, a1: v128, b1: v128, a2: v128, b2: v128, a3: v128, b3: v128): v128 {
  return i64x2.add(i64x2.add(i64x2.add(high(a0, b0), high(a1, b1)), high(a2, b2)), high(a3, b3));
}

// A sum below 2^64, brought below p·2^32.
// @ts-ignore: decorator
@inline
export function fold(sum: v128): v128 {
  return i32x4.min_u(sum, i32x4.sub(sum, i64x2.splat(0x7f00000100000000)));
}

// (low, high)/2^32 mod p for sums below p·2^32.
// @ts-ignore: decorator
@inline
export function reduce(low: v128, high: v128): v128 {
  const quotient = i32x4.mul(v128.shuffle<i32>(low, high, 0, 2, 4, 6), i32x4.splat(P_INVERSE));
  // The lower words cancel, so that the upper words are the difference, in (-p, p).
  const difference = v128.shuffle<i32>(
    i64x2.sub(low, i64x2.extmul_low_i32x4_u(quotient, modulus())),
    i64x2.sub(high, i64x2.extmul_high_i32x4_u(quotient, modulus())),
    1, 3, 5, 7,
  );
  return i32x4.min_u(difference, i32x4.add(difference, modulus()));
}

// (low, high)/2^32 mod p for sums below 2^64.
// @ts-ignore: decorator
@inline
export function reduceWide(low: v128, high: v128): v128 {
  const quotient = i32x4.mul(v128.shuffle<i32>(low, high, 0, 2, 4, 6), i32x4.splat(P_INVERSE));
  const multiple = v128.shuffle<i32>(
    i64x2.extmul_low_i32x4_u(quotient, modulus()),
    i64x2.extmul_high_i32x4_u(quotient, modulus()),
    1, 3, 5, 7,
  );
  const upper = v128.shuffle<i32>(low, high, 1, 3, 5, 7);
  return sub(i32x4.min_u(upper, i32x4.sub(upper, modulus())), multiple);
}

// a·b
// @ts-ignore: decorator
@inline
export function mul(a: v128, b: v128): v128 {
  return reduce(low(a, b), high(a, b));
}

// low + 2^16·high for signed words, |word| < p
// @ts-ignore: decorator
@inline
export function fromLimbs(low: v128, high: v128): v128 {
  const shift = i32x4.splat(134085624); // 2^16 in Montgomery form
  return add(
    i32x4.min_u(low, i32x4.add(low, modulus())),
    mul(i32x4.min_u(high, i32x4.add(high, modulus())), shift),
  );
}

// The quotient factor of a constant, for `mulBy`.
// @ts-ignore: decorator
@inline
export function quotientFactor(b: v128): v128 {
  return i32x4.mul(b, i32x4.splat(P_INVERSE));
}

// a·b with factor = quotientFactor(b), for any a below 2p: the quotient needs no words of the product.
// @ts-ignore: decorator
@inline
export function mulBy(a: v128, b: v128, factor: v128): v128 {
  const quotient = i32x4.mul(a, factor);
  const difference = v128.shuffle<i32>(
    i64x2.sub(low(a, b), i64x2.extmul_low_i32x4_u(quotient, modulus())),
    i64x2.sub(high(a, b), i64x2.extmul_high_i32x4_u(quotient, modulus())),
    1, 3, 5, 7,
  );
  return i32x4.min_u(difference, i32x4.add(difference, modulus()));
}

// a0·b0 + a1·b1 + a2·b2 + a3·b3: one coefficient of a product in the extension
// @ts-ignore: decorator
@inline
export function mul4(a0: v128, b0: v128, a1: v128, b1: v128, a2: v128, b2: v128, a3: v128, b3: v128): v128 {
  return reduceWide(low4(a0, b0, a1, b1, a2, b2, a3, b3), high4(a0, b0, a1, b1, a2, b2, a3, b3));
}

// The word at an address in all four lanes.
// @ts-ignore: decorator
@inline
export function splatAt(address: usize): v128 {
  return v128.load32_splat(address);
}

// The sum of the four lanes, in lane 0.
// @ts-ignore: decorator
@inline
export function laneSum(a: v128): v128 {
  const pairs = add(a, v128.shuffle<i32>(a, a, 2, 3, 0, 1));
  return add(pairs, v128.shuffle<i32>(pairs, pairs, 1, 0, 3, 2));
}
