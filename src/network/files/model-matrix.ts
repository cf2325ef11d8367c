// A ternary matrix in few bits: for each column its number of nonzeros (a varint), then one stream of bits
// with, for each nonzero in order of columns and rows, its gap (the number of zeros between it and the one
// before it in its column) in a Rice code, and its sign.
//
//     Rice code of g with parameter k: ⌊g / 2^k⌋ ones, a zero, then the low k bits of g, lowest first
//     k = the largest with 3·2^k·nnz ≤ 2·zeros, or 0: close to log₂(mean gap · ln 2), the best choice
//
// About 6.4 bits per nonzero at density 1/16 and 3 at density 1/2. The parameter follows from the counts, the
// last byte is padded with zeros, and rows ascend by construction: every matrix has one encoding.

import { InputError } from '../../errors.ts';
import type { TernaryMatrix } from '../../sparse/ternary-matrix.ts';
import type { ByteReader, ByteWriter } from './byte-stream.ts';

function riceParameter(nonzeros: number, cells: number): number {
  let k = 0;
  while (k < 30 && 3 * 2 ** (k + 1) * nonzeros <= 2 * (cells - nonzeros)) k++;
  return k;
}

/** Writes a matrix; its size is not part of it. */
export function writeMatrix(writer: ByteWriter, matrix: TernaryMatrix): void {
  const { rowCount, columnCount, rows, plusEnds, ends } = matrix;
  for (let column = 0, start = 0; column < columnCount; column++) {
    writer.varint((ends[column] as number) - start);
    start = ends[column] as number;
  }
  const k = riceParameter(rows.length, rowCount * columnCount);
  let pending = 0;
  let pendingBits = 0;
  const bit = (value: number) => {
    pending |= value << pendingBits++;
    if (pendingBits === 8) {
      writer.byte(pending);
      pending = pendingBits = 0;
    }
  };
  for (let column = 0, start = 0; column < columnCount; column++) {
    const middle = plusEnds[column] as number;
    const end = ends[column] as number;
    let next = 0;
    for (let plus = start, minus = middle; plus < middle || minus < end; ) {
      const positive = minus === end || (plus < middle && (rows[plus] as number) < (rows[minus] as number));
      const row = rows[positive ? plus++ : minus++] as number;
      const gap = row - next;
      if (gap < 0 || row >= rowCount)
        throw new InputError(`the rows of column ${column} do not ascend below ${rowCount}`);
      for (let ones = Math.floor(gap / 2 ** k); ones > 0; ones--) bit(1);
      bit(0);
      for (let i = 0; i < k; i++) bit((gap >>> i) & 1);
      bit(positive ? 0 : 1);
      next = row + 1;
    }
    start = end;
  }
  if (pendingBits > 0) writer.byte(pending);
}

/** Reads a rowCount × columnCount matrix; memory and time are bounded by the bytes that are there. */
export function readMatrix(reader: ByteReader, rowCount: number, columnCount: number): TernaryMatrix {
  reader.require(columnCount, 'the weights');
  const ends = new Uint32Array(columnCount);
  const plusEnds = new Uint32Array(columnCount);
  let nonzeros = 0;
  for (let column = 0; column < columnCount; column++) {
    const count = reader.varint('a column of the weights');
    if (count > rowCount) reader.fail(`column ${column} has ${count} nonzeros in ${rowCount} rows`);
    nonzeros += count;
    // More than this cannot fit, so that the sums stay below 2³².
    reader.require((2 * nonzeros) / 8, 'the weights');
    ends[column] = nonzeros;
  }
  const k = riceParameter(nonzeros, rowCount * columnCount);
  reader.require(((2 + k) * nonzeros) / 8, 'the weights');

  const rows = new Uint32Array(nonzeros);
  const minus: number[] = [];
  let current = 0;
  let mask = 0x100;
  const bit = (): boolean => {
    if (mask === 0x100) {
      current = reader.byte('the weights');
      mask = 1;
    }
    const set = (current & mask) !== 0;
    mask <<= 1;
    return set;
  };
  for (let column = 0, at = 0; column < columnCount; column++) {
    const end = ends[column] as number;
    let row = -1;
    minus.length = 0;
    for (let left = end - at; left > 0; left--) {
      let gap = 0;
      while (bit()) gap += 2 ** k;
      for (let i = 0; i < k; i++) if (bit()) gap += 2 ** i;
      row += gap + 1;
      if (row >= rowCount) reader.fail(`column ${column} of the weights leaves the matrix of ${rowCount} rows`);
      if (bit()) minus.push(row);
      else rows[at++] = row;
    }
    plusEnds[column] = at;
    for (const negative of minus) rows[at++] = negative;
  }
  if (mask !== 0x100 && current >= mask) reader.fail('the bits after the weights are not zero');
  return { rowCount, columnCount, rows, plusEnds, ends, nonzeros };
}
