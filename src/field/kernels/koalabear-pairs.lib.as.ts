// Gathers of products: each column sums left[l]·right[r] over pairs (l, r) of places, and is reduced once.
//
// The left table has one extension element a 16-byte word, the right table too, or it is a base vector. The products
// of an element's four coordinates are summed in 64 bits, two coordinates a vector, below p·2^32 after each entry.

import { fold, high, high4, low, low4, reduce, triple, zero } from './koalabear-lanes.lib.as';

// The element of the left table that an entry names.
// @ts-ignore: decorator
@inline
function leftOf(entry: usize, left: usize): v128 {
  return v128.load(left + (<usize>load<u32>(entry) << 4));
}

// Element c of `out` = Σ left[l]·right[r] over column c's entries, which end at the address ends[c].
export function gatherProductsBase(
  entries: usize, ends: usize, left: usize, right: usize, columns: usize, out: usize,
): void {
  for (let last = out + (columns << 4); out < last; out += 16, ends += 4) {
    let l = zero(), h = zero();
    for (const end = <usize>load<u32>(ends); entries < end; entries += 8) {
      const a = leftOf(entries, left);
      const b = v128.load32_splat(right + (<usize>load<u32>(entries, 4) << 2));
      l = fold(i64x2.add(l, low(a, b)));
      h = fold(i64x2.add(h, high(a, b)));
    }
    v128.store(out, reduce(l, h));
  }
}

// The same with a right table of elements: coefficient k of a product is Σ_j a_j·c_{j,k}, where row j of c is b times
// X^j, X^4 = 3.
export function gatherProductsExtension(
  entries: usize, ends: usize, left: usize, right: usize, columns: usize, out: usize,
): void {
  for (let last = out + (columns << 4); out < last; out += 16, ends += 4) {
    let l = zero(), h = zero();
    for (const end = <usize>load<u32>(ends); entries < end; entries += 8) {
      const a = leftOf(entries, left);
      const b = v128.load(right + (<usize>load<u32>(entries, 4) << 4)), w = triple(b);
      const a0 = v128.shuffle<i32>(a, a, 0, 0, 0, 0), a1 = v128.shuffle<i32>(a, a, 1, 1, 1, 1);
      const a2 = v128.shuffle<i32>(a, a, 2, 2, 2, 2), a3 = v128.shuffle<i32>(a, a, 3, 3, 3, 3);
      const b1 = v128.shuffle<i32>(b, w, 7, 0, 1, 2), b2 = v128.shuffle<i32>(b, w, 6, 7, 0, 1);
      const b3 = v128.shuffle<i32>(b, w, 5, 6, 7, 0);
      l = fold(i64x2.add(l, fold(low4(a0, b, a1, b1, a2, b2, a3, b3))));
      h = fold(i64x2.add(h, fold(high4(a0, b, a1, b1, a2, b2, a3, b3))));
    }
    v128.store(out, reduce(l, h));
  }
}
