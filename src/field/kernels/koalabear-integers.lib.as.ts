// Kernels for matrices of 8-bit integers: sums of table elements times small weights, without a modular
// multiplication. Products with small integers are far below p, so that many of them are summed first.
//
// An element's coordinates are centred, in (−p/2, p/2), and split into limbs of 16 bits, x = low + 2^16·high; a
// 16-bit dot product then multiplies two limbs with two weights and adds. |low| ≤ 2^15 and |weight| ≤ 2^7, so
// that 448 of them stay below p in absolute value; after 448, both sums are reduced.

import { add, fromLimbs, modulus, splatAt, zero } from './koalabear-lanes.lib.as';

// Entries that are summed before they are reduced: 448·2^22 < p.
// @ts-ignore: decorator
@inline const RUN: usize = 448;

// Four words as eight limbs: low limbs of the four, then high limbs.
// @ts-ignore: decorator
@inline
function limbs(word: v128): v128 {
  const aboveHalf = i32x4.gt_s(word, i32x4.splat(0x3f800000));
  const centred = i32x4.sub(word, v128.and(aboveHalf, modulus()));
  const low = i32x4.shr_s(i32x4.shl(centred, 16), 16);
  return i16x8.narrow_i32x4_s(low, i32x4.shr_s(i32x4.sub(centred, low), 16));
}

// Words to limbs, 16 bytes to 16 bytes. Of a table of one element a word: the four coordinates' limbs. Of blocks:
// for each coefficient those of four consecutive elements.
export function splitWords(from: usize, out: usize, words: usize): void {
  for (let end = from + (words << 4); from < end; from += 16, out += 16) v128.store(out, limbs(v128.load(from)));
}

// Blocks of four columns: out[c] = Σ weight·table[row], for a table of limbs, an element a word. Entries come in
// pairs of 12 bytes: the two byte offsets into the table, then the two weights as 16-bit integers. `ends` holds the
// address where each column ends.
export function gatherWeighted(pairs: usize, ends: usize, table: usize, blocks: usize, out: usize): void {
  for (let last = out + (blocks << 6); out < last; out += 64) {
    for (let column: usize = 0; column < 64; column += 16, ends += 4) {
      const end = <usize>load<u32>(ends);
      let total = zero();
      while (pairs < end) {
        const stop = min<usize>(end, pairs + 12 * (RUN >> 1));
        let low = zero(), high = zero();
        for (; pairs < stop; pairs += 12) {
          const a = v128.load(table + <usize>load<u32>(pairs)), b = v128.load(table + <usize>load<u32>(pairs, 4));
          const weights = splatAt(pairs + 8);
          low = i32x4.add(low, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), weights));
          high = i32x4.add(high, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), weights));
        }
        total = add(total, fromLimbs(low, high));
      }
      v128.store(out + column, total);
    }
    const c0 = v128.load(out), c1 = v128.load(out, 16), c2 = v128.load(out, 32), c3 = v128.load(out, 48);
    const even = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5), odd = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
    v128.store(out, v128.shuffle<i64>(even, odd, 0, 2));
    v128.store(out, v128.shuffle<i64>(even, odd, 1, 3), 16);
    const evenUpper = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7), oddUpper = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<i64>(evenUpper, oddUpper, 0, 2), 32);
    v128.store(out, v128.shuffle<i64>(evenUpper, oddUpper, 1, 3), 48);
  }
}

// Σ_r weight[r]·M[r, c] for strips of four columns. `matrix` holds for each strip and four rows 16 bytes: rows 0 and
// 1 of each column, then rows 2 and 3. `weights` are limbs of blocks: 64 bytes for four rows.
export function foldIntegers(matrix: usize, strips: usize, weights: usize, rowBlocks: usize, out: usize): void {
  for (let last = out + (strips << 6); out < last; out += 64) {
    v128.store(out, zero());
    v128.store(out, zero(), 16);
    v128.store(out, zero(), 32);
    v128.store(out, zero(), 48);
    const end = matrix + (rowBlocks << 4);
    let w = weights;
    while (matrix < end) {
      const stop = min<usize>(end, matrix + ((RUN >> 2) << 4));
      let l0 = zero(), l1 = zero(), l2 = zero(), l3 = zero();
      let h0 = zero(), h1 = zero(), h2 = zero(), h3 = zero();
      for (; matrix < stop; matrix += 16, w += 64) {
        const m = v128.load_ext<i8>(matrix), n = v128.load_ext<i8>(matrix, 8);
        l0 = i32x4.add(l0, i32x4.dot_i16x8_s(m, splatAt(w)));
        l0 = i32x4.add(l0, i32x4.dot_i16x8_s(n, splatAt(w + 4)));
        h0 = i32x4.add(h0, i32x4.dot_i16x8_s(m, splatAt(w + 8)));
        h0 = i32x4.add(h0, i32x4.dot_i16x8_s(n, splatAt(w + 12)));
        l1 = i32x4.add(l1, i32x4.dot_i16x8_s(m, splatAt(w + 16)));
        l1 = i32x4.add(l1, i32x4.dot_i16x8_s(n, splatAt(w + 20)));
        h1 = i32x4.add(h1, i32x4.dot_i16x8_s(m, splatAt(w + 24)));
        h1 = i32x4.add(h1, i32x4.dot_i16x8_s(n, splatAt(w + 28)));
        l2 = i32x4.add(l2, i32x4.dot_i16x8_s(m, splatAt(w + 32)));
        l2 = i32x4.add(l2, i32x4.dot_i16x8_s(n, splatAt(w + 36)));
        h2 = i32x4.add(h2, i32x4.dot_i16x8_s(m, splatAt(w + 40)));
        h2 = i32x4.add(h2, i32x4.dot_i16x8_s(n, splatAt(w + 44)));
        l3 = i32x4.add(l3, i32x4.dot_i16x8_s(m, splatAt(w + 48)));
        l3 = i32x4.add(l3, i32x4.dot_i16x8_s(n, splatAt(w + 52)));
        h3 = i32x4.add(h3, i32x4.dot_i16x8_s(m, splatAt(w + 56)));
        h3 = i32x4.add(h3, i32x4.dot_i16x8_s(n, splatAt(w + 60)));
      }
      v128.store(out, add(v128.load(out), fromLimbs(l0, h0)));
      v128.store(out, add(v128.load(out, 16), fromLimbs(l1, h1)), 16);
      v128.store(out, add(v128.load(out, 32), fromLimbs(l2, h2)), 32);
      v128.store(out, add(v128.load(out, 48), fromLimbs(l3, h3)), 48);
    }
  }
}
