// Sparse gathers: sums of a table's elements at given places, + entries and − entries, without reductions in between.
//
// The table has one extension element a 16-byte word, so that an entry costs one load and adds four coordinates at
// once. Words are below p < 2^31: two of them add up without overflow, t < 2^32. Over such pairs two sums are kept,
//   s = Σ ±t mod 2^32,   h = Σ ±⌊t/2^16⌋,   so that   Σ ±t = 2^16·h + l,   l = Σ ±(t mod 2^16) = s − 2^16·h mod 2^32;
// l is known by its residue because |l| < 2^31. Both l and h stay below p for SEGMENT entries of one sign; the sums
// are then reduced. That is one operation on 128 bits less for each entry than to reduce every sum.

import { add, fromLimbs, mulBy, quotientFactor, sub, zero } from './koalabear-lanes.lib.as';

// Entries of one sign between reductions, a multiple of four: SEGMENT/2 pairs, each below 2^16 in both halves.
// @ts-ignore: decorator
@inline const SEGMENT: usize = 1 << 14;

// The sum of the elements at two entries.
// @ts-ignore: decorator
@inline
function pair<Index>(table: usize, entries: usize): v128 {
  return i32x4.add(
    v128.load(table + (<usize>load<Index>(entries) << 4)),
    v128.load(table + (<usize>load<Index>(entries + sizeof<Index>()) << 4)),
  );
}

// Element c of `out` += Σ table[+ entries] − Σ table[− entries]. `ends` holds for each column the address where its
// + entries end and the address where its − entries end; both signs have an even number of entries.
// @ts-ignore: decorator
@inline
function gatherSigned<Index>(entries: usize, ends: usize, table: usize, columns: usize, out: usize): void {
  const two = 2 * sizeof<Index>(), four = 4 * sizeof<Index>();
  for (let last = out + (columns << 4); out < last; out += 16, ends += 8) {
    const plusEnd = <usize>load<u32>(ends), end = <usize>load<u32>(ends, 4);
    while (entries < end) {
      let s = zero(), h = zero();
      let stop = min<usize>(plusEnd, entries + SEGMENT * sizeof<Index>());
      for (; entries + four <= stop; entries += four) {
        const t = pair<Index>(table, entries), u = pair<Index>(table, entries + two);
        s = i32x4.add(s, i32x4.add(t, u));
        h = i32x4.add(h, i32x4.add(i32x4.shr_u(t, 16), i32x4.shr_u(u, 16)));
      }
      if (entries < stop) {
        const t = pair<Index>(table, entries);
        s = i32x4.add(s, t);
        h = i32x4.add(h, i32x4.shr_u(t, 16));
        entries += two;
      }
      if (entries >= plusEnd) {
        stop = min<usize>(end, entries + SEGMENT * sizeof<Index>());
        for (; entries + four <= stop; entries += four) {
          const t = pair<Index>(table, entries), u = pair<Index>(table, entries + two);
          s = i32x4.sub(s, i32x4.add(t, u));
          h = i32x4.sub(h, i32x4.add(i32x4.shr_u(t, 16), i32x4.shr_u(u, 16)));
        }
        if (entries < stop) {
          const t = pair<Index>(table, entries);
          s = i32x4.sub(s, t);
          h = i32x4.sub(h, i32x4.shr_u(t, 16));
          entries += two;
        }
      }
      v128.store(out, add(v128.load(out), fromLimbs(i32x4.sub(s, i32x4.shl(h, 16)), h)));
    }
  }
}

export function gatherSigned16(entries: usize, ends: usize, table: usize, columns: usize, out: usize): void {
  gatherSigned<u16>(entries, ends, table, columns, out);
}

export function gatherSigned32(entries: usize, ends: usize, table: usize, columns: usize, out: usize): void {
  gatherSigned<u32>(entries, ends, table, columns, out);
}

// Adds powers to the sums of rows, sixteen of them a row (64 bytes): column c adds ratio^c to the rows of its + entries
// and subtracts it from those of its − entries. `ratios` are sixteen words in Montgomery form; powers and sums are canonical.
// Entries and ends as for gathers.
// @ts-ignore: decorator
@inline
function scatterPowers<Index>(entries: usize, ends: usize, ratios: usize, columns: usize, sums: usize): void {
  const r0 = v128.load(ratios), r1 = v128.load(ratios, 16), r2 = v128.load(ratios, 32), r3 = v128.load(ratios, 48);
  const f0 = quotientFactor(r0), f1 = quotientFactor(r1), f2 = quotientFactor(r2), f3 = quotientFactor(r3);
  let p0 = i32x4.splat(1), p1 = p0, p2 = p0, p3 = p0;
  for (let last = ends + (columns << 3); ends < last; ends += 8) {
    const plusEnd = <usize>load<u32>(ends), end = <usize>load<u32>(ends, 4);
    for (; entries < plusEnd; entries += sizeof<Index>()) {
      const at = sums + (<usize>load<Index>(entries) << 6);
      v128.store(at, add(v128.load(at), p0));
      v128.store(at, add(v128.load(at, 16), p1), 16);
      v128.store(at, add(v128.load(at, 32), p2), 32);
      v128.store(at, add(v128.load(at, 48), p3), 48);
    }
    for (; entries < end; entries += sizeof<Index>()) {
      const at = sums + (<usize>load<Index>(entries) << 6);
      v128.store(at, sub(v128.load(at), p0));
      v128.store(at, sub(v128.load(at, 16), p1), 16);
      v128.store(at, sub(v128.load(at, 32), p2), 32);
      v128.store(at, sub(v128.load(at, 48), p3), 48);
    }
    p0 = mulBy(p0, r0, f0);
    p1 = mulBy(p1, r1, f1);
    p2 = mulBy(p2, r2, f2);
    p3 = mulBy(p3, r3, f3);
  }
}

export function scatterPowers16(entries: usize, ends: usize, ratios: usize, columns: usize, sums: usize): void {
  scatterPowers<u16>(entries, ends, ratios, columns, sums);
}

export function scatterPowers32(entries: usize, ends: usize, ratios: usize, columns: usize, sums: usize): void {
  scatterPowers<u32>(entries, ends, ratios, columns, sums);
}
