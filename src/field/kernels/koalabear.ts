// The raw kernels over KoalaBear vectors in a KernelMemory: one interface, compiled to WebAssembly
// (koalabear.as.ts) and in JavaScript (javascript.ts). The engine alone calls them.
//
// Arguments are byte offsets into the memory, or counts. A base vector is contiguous 32-bit words; an
// extension vector is blocks of four elements, 64 bytes: four words of coefficient 0, four of coefficient 1,
// and so on. `blocks` counts four elements. Offsets of vectors are multiples of 16. A scalar of the extension is
// passed as the offset of its four words. An output may be one of the inputs, at the same offset.
//
// The kernels choose the word of an element of F_p: Montgomery form in WebAssembly,
// the canonical value in JavaScript. `encode` and `decode` convert. Nothing is checked here.

import { KOALABEAR_MODULUS, mulMod, powMod } from '../koalabear-arithmetic.ts';
import { base64 } from './koalabear.wasm.ts';
import { instantiate } from './load.ts';
import type { KernelMemory } from './memory.ts';

type Unary = (from: number, out: number, blocks: number) => void;
type Binary = (a: number, b: number, out: number, blocks: number) => void;
type Bind = (lower: number, upper: number, out: number, blocks: number, scalar: number) => void;
type AddScaled = (accumulator: number, vector: number, blocks: number, scale: number) => void;
type Dot = (kinds: PairKinds, a: number, b: number, blocks: number, work: number, out: number) => void;
type Round = (
  kinds: PairKinds,
  aLower: number,
  aUpper: number,
  bLower: number,
  bUpper: number,
  blocks: number,
  work: number,
  out: number,
) => void;
type RoundWeighted = (
  terms: number,
  extensionCount: number,
  baseCount: number,
  inner: number,
  innerBlocks: number,
  outer: number,
  outerLength: number,
  work: number,
  out: number,
) => void;
type FoldFractions = (
  pLower: number,
  pUpper: number,
  qLower: number,
  qUpper: number,
  numerators: number,
  denominators: number,
  blocks: number,
  baseNumerators: number,
) => void;
type GatherSigned = (entries: number, ends: number, table: number, columns: number, out: number) => void;
type GatherProducts = (
  entries: number,
  ends: number,
  left: number,
  right: number,
  columns: number,
  out: number,
) => void;
type ScatterPowers = (entries: number, ends: number, ratios: number, columns: number, sums: number) => void;
type ScaleRows = (
  scales: number,
  rows: number,
  matrix: number,
  rowBlocks: number,
  repeat: number,
  isExtension: number,
  scalar: number,
  out: number,
) => void;
type Stage = (
  source: number,
  sourceGroup: number,
  sourceStep: number,
  sourceStride: number,
  out: number,
  groups: number,
  m: number,
  rowBytes: number,
  twiddles: number,
  twiddleStride: number,
) => void;

/** Kinds of a pair of vectors: a mixed pair has its base vector first. */
export const BASE_BASE = 0;
export const BASE_EXTENSION = 1;
export const EXTENSION_EXTENSION = 2;
export type PairKinds = typeof BASE_BASE | typeof BASE_EXTENSION | typeof EXTENSION_EXTENSION;

/** Scratch of the kernels that sum. */
export const WORK_BYTES = 8704;

/** The exports of the compiled module. */
export interface RawKernels {
  /** Signed integers, |x| < p, to words, in place; base. */
  readonly fromSigned: (at: number, blocks: number) => void;
  /** Words to canonical values; base. */
  readonly toCanonical: Unary;
  /** The embedding of a base vector. */
  readonly lift: Unary;
  /** Blocks to one element a 16-byte word, and the other way: it is its own inverse. */
  readonly toElementWords: Unary;
  /** Word by word, either kind: a block is 16 bytes. */
  readonly addWords: Binary;
  readonly subWords: Binary;
  readonly mulBase: Binary;
  /** base · extension */
  readonly mulMixed: Binary;
  readonly mulExtension: Binary;
  /** lower + r·(upper − lower) */
  readonly bindExtension: Bind;
  /** The same from base vectors to an extension vector. */
  readonly bindBase: Bind;
  /** upper = r·table, lower = table − upper. */
  readonly eqStep: (table: number, lower: number, upper: number, blocks: number, scalar: number) => void;
  readonly addScaledExtension: AddScaled;
  readonly addScaledBase: AddScaled;
  /** accumulator += Σⱼ scales[j]·vectorⱼ for four base vectors `stride` bytes apart. */
  readonly addScaledBase4: (
    accumulator: number,
    vector: number,
    stride: number,
    blocks: number,
    scales: number,
  ) => void;
  /** constant + Σ scaleⱼ·vectorⱼ over base vectors; a term is 32 bytes: the offset, 12 unused, the scale. */
  readonly affineBase: (out: number, blocks: number, constant: number, terms: number, count: number) => void;
  /** Numerators are a base vector if the last argument is 1, not 0. */
  readonly foldFractions: FoldFractions;
  /** Σ a·b, one scalar. `work`: WORK_BYTES of scratch, here and below. */
  readonly dot: Dot;
  /** Σ aₗ·bₗ and Σ (aᵤ − aₗ)·(bᵤ − bₗ), two scalars. */
  readonly round: Round;
  /**
   * The same of Σⱼ aⱼ·bⱼ with the weights outer[⌊x/n⌋]·inner[x mod n], n = 4·innerBlocks. A term is 32 bytes:
   * the offsets of a's halves and of b's halves, then the kinds; terms of two base vectors come last.
   */
  readonly roundWeighted: RoundWeighted;
  /**
   * Adds to each column's element, one a 16-byte word, its + entries of the table less its − entries. Entries are
   * indices of 16 or 32 bits, an even number for each sign; `ends`: two addresses a column.
   */
  readonly gatherSigned16: GatherSigned;
  readonly gatherSigned32: GatherSigned;
  /**
   * Each column's sum of products left[l]·right[r], one element a 16-byte word. An entry is two indices of 32 bits;
   * `ends`: one address a column. `left` holds one element a 16-byte word, and so does `right`, or it is a base vector.
   */
  readonly gatherProductsBase: GatherProducts;
  readonly gatherProductsExtension: GatherProducts;
  /**
   * Adds ratio^c to each row of column c's + entries, subtracts it from those of its − entries, for sixteen ratios; a
   * row has sixteen sums, 64 bytes. Sums are canonical words, `ratios` are not; entries and ends as for gathers.
   */
  readonly scatterPowers16: ScatterPowers;
  readonly scatterPowers32: ScatterPowers;
  /** Words to limbs of 16 bits, 16 bytes to 16 bytes (koalabear-integers.lib.as.ts). */
  readonly splitWords: (from: number, out: number, words: number) => void;
  /** Per column pairs of entries, 12 bytes each: two byte offsets into a table of limbs, two 16-bit weights. */
  readonly gatherWeighted: (pairs: number, ends: number, table: number, blocks: number, out: number) => void;
  /** Σ_r weight[r]·M[r, c], four columns a strip; `weights` in limbs. */
  readonly foldIntegers: (matrix: number, strips: number, weights: number, rowBlocks: number, out: number) => void;
  /** Row r of the output is scales[r] times row ⌊r/repeat⌋ of the matrix; `scalar`: 16 bytes of scratch. */
  readonly scaleRows: ScaleRows;
  /**
   * A row-major base matrix to canonical columns of `rowBytes`, in bit-reversed order, zeros after the last row; the
   * number of columns a multiple of 4.
   */
  readonly transposeReversed: (matrix: number, rows: number, columns: number, rowBytes: number, out: number) => void;
  /** The same of an extension matrix, one element a 16-byte word. */
  readonly transposeReversedExtension: (matrix: number, rows: number, columns: number, out: number) => void;
  /** words[i + 4·blocks] = words[i]·ratio */
  readonly extendPowers: (at: number, blocks: number, ratio: number) => void;
  /** u + w·v and u − w·v of an extension vector's halves, w = twiddles[i], a base vector; `blocks`: of a half. */
  readonly butterflies: (vector: number, blocks: number, twiddles: number) => void;
  /** lower += w·upper */
  readonly addTwisted: (lower: number, upper: number, blocks: number, twiddles: number) => void;
  /** One and two stages of a number-theoretic transform over canonical data; see koalabear-codes.lib.as.ts. */
  readonly radix2: Stage;
  readonly radix4: Stage;
}

export interface KoalaKernels extends RawKernels {
  readonly name: 'wasm' | 'js';
  /** A canonical value as a word. */
  readonly encode: (value: number) => number;
  /** A word's canonical value. */
  readonly decode: (word: number) => number;
}

/** R = 2³², the factor of the Montgomery form. */
const R = 2 ** 32 % KOALABEAR_MODULUS;
const R_INVERSE = powMod(R, KOALABEAR_MODULUS - 2);

/** The WebAssembly kernels; undefined where WebAssembly or its 128-bit vectors are not available. */
export function wasmKernels(memory: KernelMemory): KoalaKernels | undefined {
  const raw = instantiate<RawKernels>(base64, memory);
  if (raw === undefined) return undefined;
  return {
    ...raw,
    name: 'wasm',
    encode: (value) => mulMod(value, R),
    decode: (word) => mulMod(word, R_INVERSE),
  };
}
