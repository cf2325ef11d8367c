// Kernels for Reed-Solomon codes.
//
// A matrix of words by positions, each position `rowBytes` contiguous bytes (a multiple of 16). The
// transform is decimation in time: coefficients in bit-reversed order, evaluations in natural order. Data are
// canonical while twiddle factors are in Montgomery form, so that their products are canonical.

import { add, modulus, mul, mulBy, quotientFactor, splatAt, sub, zero } from './koalabear-lanes.lib.as';

// The multiple of four after `column`, reversed: a carry that runs from the top bit but two down.
// @ts-ignore: decorator
@inline
function nextReversed(reversed: usize, columns: usize): usize {
  let bit = columns >> 3;
  while (bit & reversed) {
    reversed ^= bit;
    bit >>= 1;
  }
  return reversed | bit;
}

// Writes a row-major base matrix in Montgomery form, rows × columns (columns a multiple of four), by positions of
// `rowBytes`, canonical, zeros after the last row: column c goes to position c with its log₂(columns) bits reversed.
export function transposeReversed(matrix: usize, rows: usize, columns: usize, rowBytes: usize, out: usize): void {
  const one = i32x4.splat(1);
  const stride = columns << 2;
  const half = (columns >> 1) * rowBytes, quarter = (columns >> 2) * rowBytes;
  let reversed: usize = 0;
  for (let column: usize = 0; column < columns; column += 4) {
    let from = matrix + (column << 2), left = rows;
    for (let to = out + reversed * rowBytes, end = to + rowBytes; to < end; to += 16, from += stride << 2, left -= 4) {
      const r0 = mul(v128.load(from), one), r1 = left > 1 ? mul(v128.load(from + stride), one) : zero();
      const r2 = left > 2 ? mul(v128.load(from + (stride << 1)), one) : zero();
      const r3 = left > 3 ? mul(v128.load(from + stride * 3), one) : zero();
      const even = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5), odd = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
      v128.store(to, v128.shuffle<i64>(even, odd, 0, 2));
      v128.store(to + half, v128.shuffle<i64>(even, odd, 1, 3));
      const evenUpper = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7), oddUpper = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
      v128.store(to + quarter, v128.shuffle<i64>(evenUpper, oddUpper, 0, 2));
      v128.store(to + half + quarter, v128.shuffle<i64>(evenUpper, oddUpper, 1, 3));
    }
    reversed = nextReversed(reversed, columns);
  }
}

// The same for an extension matrix: a position holds one element a row, 16 bytes each.
export function transposeReversedExtension(matrix: usize, rows: usize, columns: usize, out: usize): void {
  const one = i32x4.splat(1);
  const stride = columns << 4, rowBytes = rows << 4;
  const half = (columns >> 1) * rowBytes, quarter = (columns >> 2) * rowBytes;
  let reversed: usize = 0;
  for (let column: usize = 0; column < columns; column += 4) {
    let from = matrix + (column << 4);
    for (let to = out + reversed * rowBytes, end = to + rowBytes; to < end; to += 16, from += stride) {
      const c0 = mul(v128.load(from), one), c1 = mul(v128.load(from, 16), one);
      const c2 = mul(v128.load(from, 32), one), c3 = mul(v128.load(from, 48), one);
      const even = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5), odd = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
      v128.store(to, v128.shuffle<i64>(even, odd, 0, 2));
      v128.store(to + half, v128.shuffle<i64>(even, odd, 1, 3));
      const evenUpper = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7), oddUpper = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
      v128.store(to + quarter, v128.shuffle<i64>(evenUpper, oddUpper, 0, 2));
      v128.store(to + half + quarter, v128.shuffle<i64>(evenUpper, oddUpper, 1, 3));
    }
    reversed = nextReversed(reversed, columns);
  }
}

// out[i + count] = out[i]·ratio for i < count: doubles a table of powers. count is a multiple of four.
export function extendPowers(out: usize, blocks: usize, ratio: usize): void {
  const r = splatAt(ratio), factor = quotientFactor(r);
  for (let to = out + (blocks << 4), end = to; out < end; out += 16, to += 16) {
    v128.store(to, mulBy(v128.load(out), r, factor));
  }
}

// One stage of the transform: for each of `groups` groups and j < m, positions j and j + m of the group become
// u + w·v and u − w·v with w = twiddles[j·twiddleStride]. Sources step separately: u of (group, j) is read at
// group·sourceGroup + j·sourceStep, v `sourceHalf` further, so that a step of 0 reads a vector that is
// constant over j (the zero-padding of a message makes it so). All steps in bytes.
export function radix2(
  source: usize, sourceGroup: usize, sourceStep: usize, sourceHalf: usize,
  out: usize, groups: usize, m: usize, rowBytes: usize, twiddles: usize, twiddleStride: usize,
): void {
  const half = m * rowBytes;
  for (let group: usize = 0; group < groups; group++, source += sourceGroup, out += half << 1) {
    let from = source, to = out, twiddle = twiddles;
    for (let j: usize = 0; j < m; j++, from += sourceStep, to += rowBytes, twiddle += twiddleStride) {
      const w = splatAt(twiddle), factor = quotientFactor(w);
      for (let row: usize = 0; row < rowBytes; row += 16) {
        const u = v128.load(from + row);
        const v = mulBy(v128.load(from + sourceHalf + row), w, factor);
        v128.store(to + row, add(u, v));
        v128.store(to + half + row, sub(u, v));
      }
    }
  }
}

// Two stages at once: positions j, j + m, j + 2m, j + 3m of a group. With w = twiddles[j·twiddleStride] the
// factor of the second stage at j, that of the first is w² and that of the second at j + m stands
// m·twiddleStride further. Other arguments as for radix2.
export function radix4(
  source: usize, sourceGroup: usize, sourceStep: usize, sourceQuarter: usize,
  out: usize, groups: usize, m: usize, rowBytes: usize, twiddles: usize, twiddleStride: usize,
): void {
  const quarter = m * rowBytes;
  for (let group: usize = 0; group < groups; group++, source += sourceGroup, out += quarter << 2) {
    let from = source, to = out, twiddle = twiddles, square = twiddles;
    for (let j: usize = 0; j < m; j++) {
      const w = splatAt(twiddle), w2 = splatAt(square), iw = splatAt(twiddle + m * twiddleStride);
      const f = quotientFactor(w), f2 = quotientFactor(w2), fi = quotientFactor(iw);
      for (let row: usize = 0; row < rowBytes; row += 16) {
        const x0 = v128.load(from + row), x1 = mulBy(v128.load(from + sourceQuarter + row), w2, f2);
        const x2 = v128.load(from + (sourceQuarter << 1) + row), x3 = mulBy(v128.load(from + sourceQuarter * 3 + row), w2, f2);
        const y0 = add(x0, x1), y1 = sub(x0, x1);
        // Factors may be below 2p.
        const y2 = mulBy(i32x4.add(x2, x3), w, f);
        const y3 = mulBy(i32x4.add(i32x4.sub(x2, x3), modulus()), iw, fi);
        v128.store(to + row, add(y0, y2));
        v128.store(to + quarter + row, add(y1, y3));
        v128.store(to + (quarter << 1) + row, sub(y0, y2));
        v128.store(to + quarter * 3 + row, sub(y1, y3));
      }
      from += sourceStep; to += rowBytes; twiddle += twiddleStride; square += twiddleStride << 1;
    }
  }
}

// One stage over blocks of four elements of the extension, each element with a twiddle factor of its own: elements i
// and i + 4·blocks become u + w·v and u − w·v, w = twiddles[i]. In the form of the data.
export function butterflies(vector: usize, blocks: usize, twiddles: usize): void {
  const half = blocks << 6;
  for (let end = vector + half; vector < end; vector += 64, twiddles += 16) {
    const w = v128.load(twiddles), factor = quotientFactor(w);
    const other = vector + half;
    const u0 = v128.load(vector), v0 = mulBy(v128.load(other), w, factor);
    const u1 = v128.load(vector, 16), v1 = mulBy(v128.load(other, 16), w, factor);
    const u2 = v128.load(vector, 32), v2 = mulBy(v128.load(other, 32), w, factor);
    const u3 = v128.load(vector, 48), v3 = mulBy(v128.load(other, 48), w, factor);
    v128.store(vector, add(u0, v0));
    v128.store(vector, add(u1, v1), 16);
    v128.store(vector, add(u2, v2), 32);
    v128.store(vector, add(u3, v3), 48);
    v128.store(other, sub(u0, v0));
    v128.store(other, sub(u1, v1), 16);
    v128.store(other, sub(u2, v2), 32);
    v128.store(other, sub(u3, v3), 48);
  }
}

// lower[i] += twiddles[i]·upper[i] over blocks of four elements.
export function addTwisted(lower: usize, upper: usize, blocks: usize, twiddles: usize): void {
  for (let end = lower + (blocks << 6); lower < end; lower += 64, upper += 64, twiddles += 16) {
    const w = v128.load(twiddles), factor = quotientFactor(w);
    v128.store(lower, add(v128.load(lower), mulBy(v128.load(upper), w, factor)));
    v128.store(lower, add(v128.load(lower, 16), mulBy(v128.load(upper, 16), w, factor)), 16);
    v128.store(lower, add(v128.load(lower, 32), mulBy(v128.load(upper, 32), w, factor)), 32);
    v128.store(lower, add(v128.load(lower, 48), mulBy(v128.load(upper, 48), w, factor)), 48);
  }
}
