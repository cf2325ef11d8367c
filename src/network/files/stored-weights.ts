// Weights in full. Of an affine layer: its multipliers, then its biases. A matrix of weights in few bits: the number of
// its rows, its kind (0 ternary, 1 of 8-bit integers), for each column its number of nonzeros (a
// varint), then one stream of bits with, for each nonzero in order of columns and rows, its gap (the number of zeros
// between it and the one before it in its column) in a Rice code, and for ternary matrices its sign. The weights of
// 8-bit matrices follow, a byte each.
//
//     Rice code of g with parameter k: ⌊g / 2^k⌋ ones, a zero, then the low k bits of g, lowest first
//     k = the largest with 3·2^k·nnz ≤ 2·zeros, or 0: close to log₂(mean gap · ln 2), the best choice
//
// About 6.4 bits per ternary nonzero at density 1/16 and 3 at density 1/2. The parameter follows from the counts, the
// last byte of bits is padded with zeros, and rows ascend by construction: every matrix has one encoding.

import { InputError } from '../../errors.ts';
import type { TernaryMatrix } from '../../sparse/ternary-matrix.ts';
import { type IntegerMatrix, isTernary, type WeightMatrix } from '../../sparse/weight-matrix.ts';
import type { ByteReader, ByteWriter } from './byte-stream.ts';
import {
  INTEGER,
  readIsTernary,
  readRowCount,
  TERNARY,
  type WeightsReader,
  type WeightsWriter,
} from './weights-codec.ts';

/** The most bytes of one stream of bits: positions of bits stay below 2³¹. */
const MAX_BITS_LENGTH = 2 ** 28;

function riceParameter(nonzeros: number, cells: number): number {
  let k = 0;
  while (k < 30 && 3 * 2 ** (k + 1) * nonzeros <= 2 * (cells - nonzeros)) k++;
  return k;
}

function writeMatrix(writer: ByteWriter, matrix: WeightMatrix): void {
  const { rowCount, columnCount, rows, ends } = matrix;
  writer.varint(rowCount);
  writer.byte(isTernary(matrix) ? TERNARY : INTEGER);
  for (let column = 0, start = 0; column < columnCount; column++) {
    writer.varint(ends[column] - start);
    start = ends[column];
  }
  const bits = new BitWriter(writer);
  const k = riceParameter(rows.length, rowCount * columnCount);
  for (let column = 0, start = 0; column < columnCount; column++) {
    let next = 0;
    const put = (row: number): void => {
      const gap = row - next;
      if (gap < 0 || row >= rowCount)
        throw new InputError(`the rows of column ${column} do not ascend below ${rowCount}`);
      bits.putGap(gap, k);
      next = row + 1;
    };
    const end = ends[column];
    if (isTernary(matrix)) {
      const middle = matrix.plusEnds[column];
      for (let plus = start, minus = middle; plus < middle || minus < end; ) {
        const isPlus = minus === end || (plus < middle && rows[plus] < rows[minus]);
        put(rows[isPlus ? plus++ : minus++]);
        bits.put(isPlus ? 0 : 1, 1);
      }
    } else {
      for (let at = start; at < end; at++) put(rows[at]);
    }
    start = end;
  }
  bits.finish();
  if (!isTernary(matrix)) writer.bytes(new Uint8Array(matrix.weights));
}

/** Reads a matrix; memory and time are bounded by the bytes that are left. */
function readMatrix(reader: ByteReader, columnCount: number): WeightMatrix {
  const rowCount = readRowCount(reader);
  const ternary = readIsTernary(reader);
  reader.require(columnCount, 'the weights');
  const ends = new Uint32Array(columnCount);
  let nonzeros = 0;
  for (let column = 0; column < columnCount; column++) {
    const count = reader.varint('a column of the weights');
    if (count > rowCount) reader.fail(`column ${column} has ${count} nonzeros in ${rowCount} rows`);
    nonzeros += count;
    // A larger number cannot fit, so the sums stay below 2³².
    reader.require(nonzeros / 8, 'the weights');
    ends[column] = nonzeros;
  }
  const k = riceParameter(nonzeros, rowCount * columnCount);
  reader.require(((ternary ? 2 + k : 9 + k) * nonzeros) / 8, 'the weights');
  const counts = { rowCount, columnCount, nonzeros, ends };
  return ternary ? readTernary(reader, counts, k) : readInteger(reader, counts, k);
}

type Counts = Pick<WeightMatrix, 'rowCount' | 'columnCount' | 'nonzeros' | 'ends'>;

function readTernary(reader: ByteReader, counts: Counts, k: number): TernaryMatrix {
  const { rowCount, columnCount, nonzeros, ends } = counts;
  const bits = new BitReader(reader);
  const rows = new Uint32Array(nonzeros);
  const plusEnds = new Uint32Array(columnCount);
  const minus: number[] = [];
  for (let column = 0, at = 0; column < columnCount; column++) {
    const end = ends[column];
    let row = -1;
    minus.length = 0;
    for (let left = end - at; left > 0; left--) {
      row += bits.gap(k) + 1;
      if (row >= rowCount) reader.fail(`column ${column} of the weights leaves the matrix of ${rowCount} rows`);
      if (bits.bit() === 1) minus.push(row);
      else rows[at++] = row;
    }
    plusEnds[column] = at;
    for (const negative of minus) rows[at++] = negative;
  }
  bits.finish();
  return { rowCount, columnCount, rows, plusEnds, ends, nonzeros };
}

function readInteger(reader: ByteReader, counts: Counts, k: number): IntegerMatrix {
  const { rowCount, columnCount, nonzeros, ends } = counts;
  const bits = new BitReader(reader);
  const rows = new Uint32Array(nonzeros);
  for (let column = 0, at = 0; column < columnCount; column++) {
    for (let row = -1; at < ends[column]; at++) {
      row += bits.gap(k) + 1;
      if (row >= rowCount) reader.fail(`column ${column} of the weights leaves the matrix of ${rowCount} rows`);
      rows[at] = row;
    }
  }
  bits.finish();
  // a copy of its own: the file's bytes may change
  const weights = new Int8Array(reader.bytes(nonzeros, 'the weights'));
  if (weights.includes(0)) reader.fail('a weight that is said to be nonzero is zero');
  return { rowCount, columnCount, nonzeros, rows, weights, ends };
}

export const storedWeights: WeightsReader & WeightsWriter = {
  writeMatrix,
  readMatrix,
  writeScale(writer, { multipliers, biases }) {
    for (const values of [multipliers, biases]) for (const value of values) writer.signed(value);
  },
  readScale(reader, channels) {
    reader.require(2 * channels, 'the multipliers and biases');
    return {
      multipliers: reader.signedMany(channels, 'a multiplier'),
      biases: reader.signedMany(channels, 'a bias'),
    };
  },
};

/** Packs bits into bytes, lowest first. */
class BitWriter {
  private readonly writer: ByteWriter;
  private pending = 0;
  private count = 0;

  constructor(writer: ByteWriter) {
    this.writer = writer;
  }

  /** Appends the low `count` ≤ 16 bits of a value below 2^count. */
  put(value: number, count: number): void {
    this.pending |= value << this.count;
    this.count += count;
    for (; this.count >= 8; this.count -= 8) {
      this.writer.byte(this.pending & 0xff);
      this.pending >>>= 8;
    }
  }

  /** Appends a number below 2³² in a Rice code. */
  putGap(gap: number, k: number): void {
    let ones = Math.floor(gap / 2 ** k);
    for (; ones >= 15; ones -= 15) this.put(0x7fff, 15);
    this.put(2 ** ones - 1, ones + 1);
    const low = gap % 2 ** k;
    this.put(low & 0xffff, Math.min(k, 16));
    if (k > 16) this.put(low >>> 16, k - 16);
  }

  /** Fills the last byte with zeros. */
  finish(): void {
    if (this.count > 0) this.writer.byte(this.pending);
  }
}

/** Reads the bits of `BitWriter` from the rest of a reader; after `finish` the reader continues behind them. */
class BitReader {
  private readonly reader: ByteReader;
  private readonly bytes: Uint8Array;
  /** Position in bits. */
  private position = 0;

  constructor(reader: ByteReader) {
    this.reader = reader;
    this.bytes = reader.rest().subarray(0, MAX_BITS_LENGTH);
  }

  bit(): number {
    const bit = this.window() & 1;
    this.position++;
    return bit;
  }

  /** Reads a number in a Rice code: a sum of at most 16 bits for each byte that is left. */
  gap(k: number): number {
    let ones = 0;
    for (;;) {
      // zeros above, so that a run of ones ends within the window
      const zeros = ~(this.window() & 0xffff);
      const run = 31 - Math.clz32(zeros & -zeros);
      ones += run;
      this.position += run;
      if (run < 16) break;
    }
    this.position++;
    if (k === 0) return ones;
    let low = this.window() & (2 ** Math.min(k, 16) - 1);
    this.position += Math.min(k, 16);
    if (k > 16) {
      low += (this.window() & (2 ** (k - 16) - 1)) * 2 ** 16;
      this.position += k - 16;
    }
    return ones * 2 ** k + low;
  }

  /** Returns at least the next 16 bits. */
  private window(): number {
    const { bytes, position } = this;
    const at = position >>> 3;
    if (at + 3 <= bytes.length) return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16)) >>> (position & 7);
    if (at >= bytes.length) this.reader.fail('the file ends before the weights does');
    return (bytes[at] | ((bytes[at + 1] ?? 0) << 8)) >>> (position & 7);
  }

  finish(): void {
    const length = Math.ceil(this.position / 8);
    const bytes = this.reader.bytes(length, 'the weights');
    const used = this.position - 8 * (length - 1);
    if (length > 0 && bytes[length - 1] >>> used !== 0) this.reader.fail('the bits after the weights are not zero');
  }
}
