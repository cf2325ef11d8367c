// Reed–Solomon encoding of the rows of a matrix: evaluations of the row polynomials at the powers of a root
// of unity, by a number-theoretic transform over vectors of one word per row: an extension row, whose transform is
// that of its coordinates, is four rows of words.
//
// Codeword position j holds the evaluations of all rows at ωʲ, so that each butterfly is a vector operation
// with one twiddle factor and each position's bytes are contiguous. Coefficients enter in bit-reversed
// order; of a message of C coefficients padded to N, the first log₂(N/C) stages only repeat values, and the
// first real stage reads the C coefficients directly. Two stages go over memory at once (radix 4).
//
// Data are canonical while twiddle factors are in the kernels' own form: the codeword comes out canonical.

import { UsageError } from '../../errors.ts';
import type { CodeMatrix } from '../engine.ts';
import { mulMod, powMod } from '../koalabear-arithmetic.ts';
import type { KoalaVector, Storage } from './storage.ts';

const WORD_BYTES = 4;
const DEGREE = 4;
/** Kernels take four words at a time. */
const LANES = 4;

/**
 * The codewords of `rows` rows at the powers of `root`, of order 2^logLength.
 * @throws UsageError if the row length is not a power of two, or rows are longer than codewords
 */
export function encodeRows(
  storage: Storage,
  matrix: KoalaVector,
  rows: number,
  logLength: number,
  root: number,
): CodeMatrix {
  const { memory } = storage;
  const width = matrix.length / rows;
  const length = 2 ** logLength;
  if (!isPowerOfTwo(width) || width > length) {
    throw new UsageError(
      `no codewords of length ${length} for ${rows} rows in a ${matrix.kind} vector of ${matrix.length}`,
    );
  }
  const columnWords = matrix.kind === 'base' ? rows : DEGREE * rows;
  const columnByteLength = WORD_BYTES * columnWords;
  const rowBytes = WORD_BYTES * LANES * Math.ceil(columnWords / LANES);
  const out = memory.allocate(length * rowBytes);
  const mark = memory.mark();
  const coefficients = memory.allocate(width * rowBytes);
  transpose(storage, matrix, rows, width, rowBytes, coefficients);
  transform(storage, coefficients, width, out, length, rowBytes, twiddleFactors(storage, length, root));
  memory.release(mark);
  if (rowBytes !== columnByteLength) {
    compact(memory.words, out / WORD_BYTES, columnWords, rowBytes / WORD_BYTES, length);
    memory.release(out);
    memory.allocate(length * columnByteLength);
  }
  return {
    bytes: () => memory.bytes.subarray(out, out + length * columnByteLength),
    columnByteLength,
    columns: length,
  };
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && Number.isInteger(Math.log2(value));
}

/** Columns of canonical coefficients in bit-reversed order, `rowBytes` each, zeros after the last row. */
function transpose(
  storage: Storage,
  matrix: KoalaVector,
  rows: number,
  width: number,
  rowBytes: number,
  out: number,
): void {
  const { memory, kernels } = storage;
  if (width >= LANES && matrix.lane === 0) {
    if (matrix.kind === 'base') kernels.transposeReversed(matrix.offset, rows, width, rowBytes, out);
    else kernels.transposeReversedExtension(matrix.offset, rows, width, out);
    return;
  }
  const { words } = memory;
  const degree = matrix.kind === 'base' ? 1 : DEGREE;
  const bits = Math.log2(width);
  words.fill(0, out / WORD_BYTES, (out + width * rowBytes) / WORD_BYTES);
  for (let column = 0; column < width; column++) {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) reversed |= ((column >>> bit) & 1) << (bits - 1 - bit);
    const to = (out + reversed * rowBytes) / WORD_BYTES;
    for (let row = 0; row < rows; row++) {
      const from = storage.wordIndex(matrix, row * width + column);
      for (let k = 0; k < degree; k++) words[to + degree * row + k] = kernels.decode(words[from + LANES * k]);
    }
  }
}

/** The first length/2 powers of the root, at the offset returned. */
function twiddleFactors(storage: Storage, length: number, root: number): number {
  return powersOf(storage, root, Math.max(length / 2, LANES));
}

/** `count` powers of an element of F_p, from its zeroth on, as words; `count` is a power of two ≥ 4. */
export function powersOf({ memory, kernels }: Storage, root: number, count: number): number {
  const offset = memory.allocate(WORD_BYTES * count);
  const ratio = memory.allocate(WORD_BYTES);
  for (let i = 0, power = 1; i < 4; i++, power = mulMod(power, root)) {
    memory.words[offset / WORD_BYTES + i] = kernels.encode(power);
  }
  for (let known = 4; known < count; known *= 2) {
    memory.words[ratio / WORD_BYTES] = kernels.encode(powMod(root, known));
    kernels.extendPowers(offset, known / 4, ratio);
  }
  return offset;
}

function transform(
  { memory, kernels }: Storage,
  coefficients: number,
  width: number,
  out: number,
  length: number,
  rowBytes: number,
  twiddles: number,
): void {
  const blowup = length / width;
  if (width === 1) {
    for (let j = 0; j < length; j++) {
      memory.bytes.copyWithin(out + j * rowBytes, coefficients, coefficients + rowBytes);
    }
    return;
  }
  // Positions that a group of the next stage takes from each of its parts.
  let m = blowup;
  if (Math.log2(width) % 2 === 1) {
    const stride = (WORD_BYTES * length) / (2 * m);
    kernels.radix2(coefficients, 2 * rowBytes, 0, rowBytes, out, width / 2, m, rowBytes, twiddles, stride);
    m *= 2;
  } else {
    const stride = (WORD_BYTES * length) / (4 * m);
    kernels.radix4(coefficients, 4 * rowBytes, 0, rowBytes, out, width / 4, m, rowBytes, twiddles, stride);
    m *= 4;
  }
  for (; m < length; m *= 4) {
    const part = m * rowBytes;
    const stride = (WORD_BYTES * length) / (4 * m);
    kernels.radix4(out, 4 * part, rowBytes, part, out, length / (4 * m), m, rowBytes, twiddles, stride);
  }
}

/** Moves the first `used` words of each position, `stride` words apart, together. */
function compact(words: Uint32Array, at: number, used: number, stride: number, length: number): void {
  for (let j = 1, from = at + stride, to = at + used; j < length; j++, from += stride, to += used) {
    for (let row = 0; row < used; row++) words[to + row] = words[from + row];
  }
}
