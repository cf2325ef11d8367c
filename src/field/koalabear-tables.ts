// The evaluators of public tables over KoalaBear (`PublicTables`, field.ts), which take most of a verifier's
// time. Plain loops over typed arrays of canonical coordinates, four to an element, without a closure
// or an allocation per entry.
//
// Sums are lazy: doubles hold Σ of integers exactly while it stays below 2⁵³, and one reduction ends it.
// An entry of a signed matrix adds a coordinate < 2³¹, so 2²² of them fit; a product with a 16-bit half
// is below 2⁴⁷, so 64 of them fit.

import { UsageError } from '../errors.ts';
import type { PublicTables, SignedColumns, WeightedColumns } from './field.ts';
import { MAX_TABLE_VARIABLES } from './generic-tables.ts';
import {
  addMod,
  KOALABEAR_MODULUS,
  type KoalaElement,
  mulMod,
  powMod,
  reduceHalves,
  reduceSigned,
  scaleFlat,
  subMod,
} from './koalabear-arithmetic.ts';

const P = KOALABEAR_MODULUS;
const TWO_ADICITY = 24;
/** Products with 16-bit halves that one exact sum may hold. */
const LAZY_PRODUCTS = 64;
const LOG_LAZY_PRODUCTS = 6;
/** Products of elements that the sums of `mulExtension` may be carried through: 10·2⁴⁷ each, the factor 3 included. */
const LAZY_EXTENSION_PRODUCTS = 4;
/** Products of a coordinate and a weight of 8 bits that one exact sum may hold. */
const LAZY_WEIGHTS = 2 ** 14;
/** Coordinates that one exact sum may hold. */
const LAZY_COORDINATES = 2 ** 22;

/** 3^((p − 1)/2²⁴): 3 generates F_p*. */
const LARGEST_ROOT = powMod(3, (P - 1) / 2 ** TWO_ADICITY);

/** A primitive root of unity of order 2^logOrder. */
export function rootOfUnity(logOrder: number): number {
  if (!Number.isInteger(logOrder) || logOrder < 0 || logOrder > TWO_ADICITY) {
    throw new UsageError(`KoalaBear has roots of unity of order 2^0 to 2^${TWO_ADICITY}, not 2^${logOrder}`);
  }
  let root = LARGEST_ROOT;
  for (let order = TWO_ADICITY; order > logOrder; order--) root = mulMod(root, root);
  return root;
}

/** eq(point, ·) as flat coordinates, by doubling: eq(…, r; …, 1) = r·eq(…), eq(…, r; …, 0) = (1 − r)·eq(…). */
function flatEqTable(point: readonly KoalaElement[]): Int32Array {
  if (point.length > MAX_TABLE_VARIABLES) {
    throw new UsageError(`an eq table of ${point.length} variables; at most ${MAX_TABLE_VARIABLES}`);
  }
  const table = new Int32Array(4 << point.length);
  table[0] = 1;
  for (let variable = 0; variable < point.length; variable++) {
    const challenge = point[variable];
    // Downwards, so that entry i is read before 2i and 2i + 1 are written over it; its product stands at 2i + 1 first.
    for (let from = (4 << variable) - 4; from >= 0; from -= 4) {
      const to = 2 * from;
      const a0 = table[from];
      const a1 = table[from + 1];
      const a2 = table[from + 2];
      const a3 = table[from + 3];
      scaleFlat(table, from, challenge, to + 4);
      table[to] = subMod(a0, table[to + 4]);
      table[to + 1] = subMod(a1, table[to + 5]);
      table[to + 2] = subMod(a2, table[to + 6]);
      table[to + 3] = subMod(a3, table[to + 7]);
    }
  }
  return table;
}

function elementAt(flat: Int32Array, index: number): KoalaElement {
  return [flat[4 * index], flat[4 * index + 1], flat[4 * index + 2], flat[4 * index + 3]];
}

/** Flat coordinates of elements. */
function flatten(elements: readonly KoalaElement[]): Int32Array {
  const flat = new Int32Array(4 * elements.length);
  for (let i = 0, at = 0; i < elements.length; i++, at += 4) {
    const element = elements[i];
    flat[at] = element[0];
    flat[at + 1] = element[1];
    flat[at + 2] = element[2];
    flat[at + 3] = element[3];
  }
  return flat;
}

/** Σᵢ left[i]·right[i] of flat elements: `mulExtension` with its sums carried through four products. */
function dotFlat(left: Int32Array, right: Int32Array): KoalaElement {
  let c0 = 0;
  let c1 = 0;
  let c2 = 0;
  let c3 = 0;
  for (let start = 0; start < left.length; start += 4 * LAZY_EXTENSION_PRODUCTS) {
    const end = Math.min(start + 4 * LAZY_EXTENSION_PRODUCTS, left.length);
    let low0 = 0;
    let low1 = 0;
    let low2 = 0;
    let low3 = 0;
    let high0 = 0;
    let high1 = 0;
    let high2 = 0;
    let high3 = 0;
    for (let at = start; at < end; at += 4) {
      const b0 = right[at];
      const b1 = right[at + 1];
      const b2 = right[at + 2];
      const b3 = right[at + 3];
      const w1 = 3 * b1;
      const w2 = 3 * b2;
      const w3 = 3 * b3;
      const l0 = left[at] & 0xffff;
      const l1 = left[at + 1] & 0xffff;
      const l2 = left[at + 2] & 0xffff;
      const l3 = left[at + 3] & 0xffff;
      const h0 = left[at] >>> 16;
      const h1 = left[at + 1] >>> 16;
      const h2 = left[at + 2] >>> 16;
      const h3 = left[at + 3] >>> 16;
      low0 += l0 * b0 + l1 * w3 + l2 * w2 + l3 * w1;
      low1 += l0 * b1 + l1 * b0 + l2 * w3 + l3 * w2;
      low2 += l0 * b2 + l1 * b1 + l2 * b0 + l3 * w3;
      low3 += l0 * b3 + l1 * b2 + l2 * b1 + l3 * b0;
      high0 += h0 * b0 + h1 * w3 + h2 * w2 + h3 * w1;
      high1 += h0 * b1 + h1 * b0 + h2 * w3 + h3 * w2;
      high2 += h0 * b2 + h1 * b1 + h2 * b0 + h3 * w3;
      high3 += h0 * b3 + h1 * b2 + h2 * b1 + h3 * b0;
    }
    c0 = addMod(c0, reduceHalves(high0, low0));
    c1 = addMod(c1, reduceHalves(high1, low1));
    c2 = addMod(c2, reduceHalves(high2, low2));
    c3 = addMod(c3, reduceHalves(high3, low3));
  }
  return [c0, c1, c2, c3];
}

function eqTable(point: readonly KoalaElement[]): KoalaElement[] {
  const flat = flatEqTable(point);
  const table = new Array<KoalaElement>(flat.length / 4);
  for (let i = 0; i < table.length; i++) table[i] = elementAt(flat, i);
  return table;
}

function requireCube(length: number, variables: number, what: string): void {
  if (length > 2 ** variables) throw new UsageError(`${what}: ${length} entries in a cube of ${variables} variables`);
}

/**
 * Blocks of 64 values against the eq table of the last six variables, each block times eq of the others.
 * A value is high·2¹⁶ + low with −2¹⁵ ≤ low < 2¹⁵; blocks of small values have no high halves to sum.
 */
function evaluateIntegers(values: ArrayLike<number>, point: readonly KoalaElement[]): KoalaElement {
  requireCube(values.length, point.length, 'evaluateIntegers');
  const innerVariables = Math.min(LOG_LAZY_PRODUCTS, point.length);
  const outer = flatEqTable(point.slice(0, point.length - innerVariables));
  const inner = new Float64Array(flatEqTable(point.slice(point.length - innerVariables)));
  const blockLength = 2 ** innerVariables;
  const blockSums = new Int32Array(outer.length);
  for (let block = 0, start = 0; start < values.length; block++, start += blockLength) {
    const end = Math.min(start + blockLength, values.length);
    let low0 = 0;
    let low1 = 0;
    let low2 = 0;
    let low3 = 0;
    let highBits = 0;
    for (let i = start, at = 0; i < end; i++, at += 4) {
      const value = values[i];
      const low = (value << 16) >> 16;
      highBits |= value - low;
      low0 += low * inner[at];
      low1 += low * inner[at + 1];
      low2 += low * inner[at + 2];
      low3 += low * inner[at + 3];
    }
    let high0 = 0;
    let high1 = 0;
    let high2 = 0;
    let high3 = 0;
    if (highBits !== 0) {
      for (let i = start, at = 0; i < end; i++, at += 4) {
        const value = values[i];
        const high = (value - ((value << 16) >> 16)) / 0x10000;
        high0 += high * inner[at];
        high1 += high * inner[at + 1];
        high2 += high * inner[at + 2];
        high3 += high * inner[at + 3];
      }
    }
    blockSums[4 * block] = reduceHalves(high0, low0);
    blockSums[4 * block + 1] = reduceHalves(high1, low1);
    blockSums[4 * block + 2] = reduceHalves(high2, low2);
    blockSums[4 * block + 3] = reduceHalves(high3, low3);
  }
  return dotFlat(blockSums, outer);
}

function evaluateSigned(
  matrix: SignedColumns,
  rowPoint: readonly KoalaElement[],
  columnPoint: readonly KoalaElement[],
): KoalaElement {
  const { rowCount, columnCount, rows, plusEnds, ends } = matrix;
  requireCube(rowCount, rowPoint.length, 'rows of evaluateSigned');
  requireCube(columnCount, columnPoint.length, 'columns of evaluateSigned');
  if (rowCount > LAZY_COORDINATES) throw new UsageError(`evaluateSigned takes at most ${LAZY_COORDINATES} rows`);
  const rowTable = new Float64Array(flatEqTable(rowPoint));
  const columnTable = flatEqTable(columnPoint);
  const columnSums = new Int32Array(columnTable.length);
  let k = 0;
  for (let column = 0; column < columnCount; column++) {
    const plusEnd = plusEnds[column];
    const end = ends[column];
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (; k < plusEnd; k++) {
      const at = 4 * rows[k];
      s0 += rowTable[at];
      s1 += rowTable[at + 1];
      s2 += rowTable[at + 2];
      s3 += rowTable[at + 3];
    }
    for (; k < end; k++) {
      const at = 4 * rows[k];
      s0 -= rowTable[at];
      s1 -= rowTable[at + 1];
      s2 -= rowTable[at + 2];
      s3 -= rowTable[at + 3];
    }
    columnSums[4 * column] = reduceSigned(s0);
    columnSums[4 * column + 1] = reduceSigned(s1);
    columnSums[4 * column + 2] = reduceSigned(s2);
    columnSums[4 * column + 3] = reduceSigned(s3);
  }
  return dotFlat(columnSums, columnTable);
}

function evaluateWeighted(
  matrix: WeightedColumns,
  rowPoint: readonly KoalaElement[],
  columnPoint: readonly KoalaElement[],
): KoalaElement {
  const { rowCount, columnCount, rows, weights, ends } = matrix;
  requireCube(rowCount, rowPoint.length, 'rows of evaluateWeighted');
  requireCube(columnCount, columnPoint.length, 'columns of evaluateWeighted');
  const rowTable = new Float64Array(flatEqTable(rowPoint));
  const columnTable = flatEqTable(columnPoint);
  const columnSums = new Int32Array(columnTable.length);
  for (let column = 0, k = 0; column < columnCount; column++) {
    const at = 4 * column;
    while (k < ends[column]) {
      const stop = Math.min(ends[column], k + LAZY_WEIGHTS);
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (; k < stop; k++) {
        const weight = weights[k];
        const from = 4 * rows[k];
        s0 += weight * rowTable[from];
        s1 += weight * rowTable[from + 1];
        s2 += weight * rowTable[from + 2];
        s3 += weight * rowTable[from + 3];
      }
      columnSums[at] = addMod(columnSums[at], reduceSigned(s0));
      columnSums[at + 1] = addMod(columnSums[at + 1], reduceSigned(s1));
      columnSums[at + 2] = addMod(columnSums[at + 2], reduceSigned(s2));
      columnSums[at + 3] = addMod(columnSums[at + 3], reduceSigned(s3));
    }
  }
  return dotFlat(columnSums, columnTable);
}

function dot(values: readonly KoalaElement[], weights: readonly KoalaElement[]): KoalaElement {
  if (values.length !== weights.length) throw new UsageError(`dot of lengths ${values.length} and ${weights.length}`);
  return dotFlat(flatten(values), flatten(weights));
}

/**
 * Radix-2 transform of each coordinate. In bit-reversed order a coefficient stands at the start of a block
 * whose other places belong to coefficients beyond the message; the block's transform is that coefficient
 * repeated, so that the first log₂(length/message length) stages are a fill.
 */
function encode(message: readonly KoalaElement[], logLength: number): KoalaElement[] {
  const root = rootOfUnity(logLength);
  const length = 2 ** logLength;
  if (message.length > length) throw new UsageError(`encode: ${message.length} coefficients, ${length} positions`);
  const logMessage = Math.ceil(Math.log2(Math.max(message.length, 1)));
  const block = 2 ** (logLength - logMessage);
  const planes = Array.from({ length: 4 }, () => new Int32Array(length));
  for (let i = 0; i < message.length; i++) {
    const start = block * reverseBits(i, logMessage);
    for (let coordinate = 0; coordinate < 4; coordinate++) {
      planes[coordinate].fill(message[i][coordinate], start, start + block);
    }
  }
  const powers = new Int32Array(length / 2);
  for (let i = 0, power = 1; i < powers.length; i++, power = mulMod(power, root)) powers[i] = power;
  for (const plane of planes) transform(plane, powers, block);
  const [plane0, plane1, plane2, plane3] = planes;
  const codeword = new Array<KoalaElement>(length);
  for (let i = 0; i < length; i++) codeword[i] = [plane0[i], plane1[i], plane2[i], plane3[i]];
  return codeword;
}

/** The stages of a decimation in time that join transforms of `half` values and more. */
function transform(plane: Int32Array, powers: Int32Array, half: number): void {
  for (let size = half; size < plane.length; size *= 2) {
    const stride = plane.length / (2 * size);
    for (let start = 0; start < plane.length; start += 2 * size) {
      for (let low = start, power = 0; low < start + size; low++, power += stride) {
        const high = low + size;
        const a = plane[low];
        const b = mulMod(plane[high], powers[power]);
        plane[low] = addMod(a, b);
        plane[high] = subMod(a, b);
      }
    }
  }
}

function reverseBits(value: number, bits: number): number {
  let reversed = 0;
  for (let i = 0, rest = value; i < bits; i++, rest >>>= 1) reversed = (reversed << 1) | (rest & 1);
  return reversed;
}

function dotBaseBytes(column: Uint8Array, weights: readonly KoalaElement[]): KoalaElement | undefined {
  if (column.length !== 4 * weights.length) {
    throw new UsageError(`dotBaseBytes: ${column.length} bytes against ${weights.length} weights`);
  }
  let c0 = 0;
  let c1 = 0;
  let c2 = 0;
  let c3 = 0;
  for (let start = 0; start < weights.length; start += LAZY_PRODUCTS) {
    const end = Math.min(start + LAZY_PRODUCTS, weights.length);
    let low0 = 0;
    let low1 = 0;
    let low2 = 0;
    let low3 = 0;
    let high0 = 0;
    let high1 = 0;
    let high2 = 0;
    let high3 = 0;
    for (let j = start, at = 4 * start; j < end; j++, at += 4) {
      const low = column[at] | (column[at + 1] << 8);
      const high = column[at + 2] | (column[at + 3] << 8);
      if (high * 0x10000 + low >= P) return undefined;
      const weight = weights[j];
      const w0 = weight[0];
      const w1 = weight[1];
      const w2 = weight[2];
      const w3 = weight[3];
      low0 += low * w0;
      low1 += low * w1;
      low2 += low * w2;
      low3 += low * w3;
      high0 += high * w0;
      high1 += high * w1;
      high2 += high * w2;
      high3 += high * w3;
    }
    c0 = addMod(c0, reduceHalves(high0, low0));
    c1 = addMod(c1, reduceHalves(high1, low1));
    c2 = addMod(c2, reduceHalves(high2, low2));
    c3 = addMod(c3, reduceHalves(high3, low3));
  }
  return [c0, c1, c2, c3];
}

export const koalaBearTables: PublicTables<KoalaElement> = {
  eqTable,
  evaluateIntegers,
  evaluateSigned,
  evaluateWeighted,
  dot,
  encode,
  dotBaseBytes,
};
