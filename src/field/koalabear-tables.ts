// The evaluators of public tables over KoalaBear (`PublicTables`, field.ts): what verifiers spend their
// time in. Plain loops over typed arrays of canonical coordinates, four to an element, without a closure
// or an allocation per entry.
//
// Sums are lazy: doubles hold Σ of integers exactly while it stays below 2⁵³, and one reduction ends it.
// An entry of a signed matrix adds a coordinate < 2³¹, so 2²² of them fit; a product with a 16-bit half
// is below 2⁴⁷, so 64 of them fit.

import { UsageError } from '../errors.ts';
import type { PublicTables, SignedColumns } from './field.ts';
import {
  addExtension,
  addMod,
  type KoalaElement,
  KOALABEAR_MODULUS,
  mulExtension,
  mulMod,
  powMod,
  reduceHalves,
  reduceSigned,
  reduceUnsigned,
  subMod,
} from './koalabear-arithmetic.ts';

const P = KOALABEAR_MODULUS;
const TWO_ADICITY = 24;
const ZERO: KoalaElement = [0, 0, 0, 0];
/** Products with 16-bit halves that one exact sum may hold. */
const LAZY_PRODUCTS = 64;
const LOG_LAZY_PRODUCTS = 6;
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
  const table = new Int32Array(4 << point.length);
  table[0] = 1;
  for (let variable = 0; variable < point.length; variable++) {
    const [r0, r1, r2, r3] = point[variable];
    const w1 = 3 * r1;
    const w2 = 3 * r2;
    const w3 = 3 * r3;
    // Downwards, so that entry i is read before 2i and 2i + 1 are written over it.
    for (let from = (4 << variable) - 4; from >= 0; from -= 4) {
      const a0 = table[from];
      const a1 = table[from + 1];
      const a2 = table[from + 2];
      const a3 = table[from + 3];
      const l0 = a0 & 0xffff;
      const l1 = a1 & 0xffff;
      const l2 = a2 & 0xffff;
      const l3 = a3 & 0xffff;
      const h0 = a0 >>> 16;
      const h1 = a1 >>> 16;
      const h2 = a2 >>> 16;
      const h3 = a3 >>> 16;
      const c0 = reduceUnsigned(
        reduceUnsigned(h0 * r0 + h1 * w3 + h2 * w2 + h3 * w1) * 0x10000 + (l0 * r0 + l1 * w3 + l2 * w2 + l3 * w1),
      );
      const c1 = reduceUnsigned(
        reduceUnsigned(h0 * r1 + h1 * r0 + h2 * w3 + h3 * w2) * 0x10000 + (l0 * r1 + l1 * r0 + l2 * w3 + l3 * w2),
      );
      const c2 = reduceUnsigned(
        reduceUnsigned(h0 * r2 + h1 * r1 + h2 * r0 + h3 * w3) * 0x10000 + (l0 * r2 + l1 * r1 + l2 * r0 + l3 * w3),
      );
      const c3 = reduceUnsigned(
        reduceUnsigned(h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0) * 0x10000 + (l0 * r3 + l1 * r2 + l2 * r1 + l3 * r0),
      );
      const to = 2 * from;
      table[to] = subMod(a0, c0);
      table[to + 1] = subMod(a1, c1);
      table[to + 2] = subMod(a2, c2);
      table[to + 3] = subMod(a3, c3);
      table[to + 4] = c0;
      table[to + 5] = c1;
      table[to + 6] = c2;
      table[to + 7] = c3;
    }
  }
  return table;
}

function elementAt(flat: Int32Array, index: number): KoalaElement {
  return [flat[4 * index], flat[4 * index + 1], flat[4 * index + 2], flat[4 * index + 3]];
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

/** Blocks of 64 values against the eq table of the last six variables, each block times eq of the others. */
function evaluateIntegers(values: ArrayLike<number>, point: readonly KoalaElement[]): KoalaElement {
  requireCube(values.length, point.length, 'evaluateIntegers');
  const innerVariables = Math.min(LOG_LAZY_PRODUCTS, point.length);
  const outer = flatEqTable(point.slice(0, point.length - innerVariables));
  const inner = Float64Array.from(flatEqTable(point.slice(point.length - innerVariables)));
  const blockLength = 2 ** innerVariables;
  let sum = ZERO;
  for (let block = 0, start = 0; start < values.length; block++, start += blockLength) {
    const end = Math.min(start + blockLength, values.length);
    let low0 = 0;
    let low1 = 0;
    let low2 = 0;
    let low3 = 0;
    let high0 = 0;
    let high1 = 0;
    let high2 = 0;
    let high3 = 0;
    for (let i = start, at = 0; i < end; i++, at += 4) {
      const value = values[i];
      const low = value & 0xffff;
      const high = value >> 16;
      const e0 = inner[at];
      const e1 = inner[at + 1];
      const e2 = inner[at + 2];
      const e3 = inner[at + 3];
      low0 += low * e0;
      low1 += low * e1;
      low2 += low * e2;
      low3 += low * e3;
      high0 += high * e0;
      high1 += high * e1;
      high2 += high * e2;
      high3 += high * e3;
    }
    const blockSum: KoalaElement = [
      reduceHalves(high0, low0),
      reduceHalves(high1, low1),
      reduceHalves(high2, low2),
      reduceHalves(high3, low3),
    ];
    sum = addExtension(sum, mulExtension(blockSum, elementAt(outer, block)));
  }
  return sum;
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
  const rowTable = Float64Array.from(flatEqTable(rowPoint));
  const columnTable = flatEqTable(columnPoint);
  let sum = ZERO;
  let k = 0;
  for (let column = 0; column < columnCount; column++) {
    const plusEnd = plusEnds[column];
    const end = ends[column];
    if (k === end) continue;
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
    const columnSum: KoalaElement = [reduceSigned(s0), reduceSigned(s1), reduceSigned(s2), reduceSigned(s3)];
    sum = addExtension(sum, mulExtension(columnSum, elementAt(columnTable, column)));
  }
  return sum;
}

function dot(values: readonly KoalaElement[], weights: readonly KoalaElement[]): KoalaElement {
  if (values.length !== weights.length) throw new UsageError(`dot of lengths ${values.length} and ${weights.length}`);
  let sum = ZERO;
  for (let i = 0; i < values.length; i++) sum = addExtension(sum, mulExtension(values[i], weights[i]));
  return sum;
}

/** In-place radix-2 transform of bit-reversed input, four planes of base coordinates side by side. */
function encode(message: readonly KoalaElement[], logLength: number): KoalaElement[] {
  const root = rootOfUnity(logLength);
  const length = 2 ** logLength;
  if (message.length > length) throw new UsageError(`encode: ${message.length} coefficients, ${length} positions`);
  const flat = new Int32Array(4 * length);
  for (let i = 0; i < message.length; i++) flat.set(message[i], 4 * reverseBits(i, logLength));
  const powers = new Int32Array(length / 2);
  for (let i = 0, power = 1; i < powers.length; i++, power = mulMod(power, root)) powers[i] = power;
  for (let half = 1; half < length; half *= 2) {
    const stride = length / (2 * half);
    for (let start = 0; start < length; start += 2 * half) {
      for (let i = 0; i < half; i++) {
        const twiddle = powers[i * stride];
        const low = 4 * (start + i);
        const high = low + 4 * half;
        for (let coordinate = 0; coordinate < 4; coordinate++) {
          const a = flat[low + coordinate];
          const b = mulMod(flat[high + coordinate], twiddle);
          flat[low + coordinate] = addMod(a, b);
          flat[high + coordinate] = subMod(a, b);
        }
      }
    }
  }
  const codeword = new Array<KoalaElement>(length);
  for (let i = 0; i < length; i++) codeword[i] = elementAt(flat, i);
  return codeword;
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
  dot,
  encode,
  dotBaseBytes,
};
