// The contract of an engine: vectors of field elements and the operations that provers spend their
// time in. An engine owns the storage of its vectors, on a stack: `mark` and `release` free everything
// allocated in between. One engine serves one proof at a time.
//
// Variable order (poly/point.ts): the most significant variable comes first, so that "the two halves"
// of a vector are its values at first variable 0 and 1.

import type { Field, SignedColumns, SignedPairs, WeightedColumns } from './field.ts';

/**
 * A vector held by an engine. `base` vectors hold elements of F_p, `extension` vectors of F.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, type Vector } from 'ternary-gkr/field';
 *
 * const vector: Vector = createKoalaBearEngine().fromIntegers([5, -3]);
 * console.log(vector.kind, vector.length); // base 2
 * ```
 */
export interface Vector {
  readonly kind: 'base' | 'extension';
  readonly length: number;
}

/**
 * eq over the variables after the current one: eq(x) = outer[x_high]·inner[x_low].
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, type SplitEq } from 'ternary-gkr/field';
 *
 * const engine = createKoalaBearEngine();
 * const { one, zero } = engine.field;
 * // eq(point, ·) of three variables as a product of two tables
 * const eq: SplitEq = { outer: engine.eqTable([one]), inner: engine.eqTable([zero, one]) };
 * ```
 */
export interface SplitEq {
  readonly outer: Vector;
  readonly inner: Vector;
}

/**
 * A polynomial of degree ≤ 2 by its value at 0 and its leading coefficient ("its value at infinity").
 *
 * @example
 * ```ts
 * import { koalaBear, type KoalaElement, type RoundValues } from 'ternary-gkr/field';
 *
 * // of the round polynomial g(X) = 1 + X²
 * const values: RoundValues<KoalaElement> = { atZero: koalaBear.one, atInfinity: koalaBear.one };
 * ```
 */
export interface RoundValues<E> {
  readonly atZero: E;
  readonly atInfinity: E;
}

/**
 * A matrix of signs laid out for `gatherSigned`; stays valid until the mark before it is released.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, type GatherPlan } from 'ternary-gkr/field';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * // laid out once, for many products
 * const plan: GatherPlan = createKoalaBearEngine().gatherPlan(ternaryFromDense([1, -1, 0, 1], 2, 2));
 * console.log(plan.rowCount, plan.columnCount); // 2 2
 * ```
 */
export interface GatherPlan {
  readonly rowCount: number;
  readonly columnCount: number;
}

/**
 * Such a matrix laid out for `gatherWeighted`; stays valid until the mark before it is released.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, type WeightedPlan } from 'ternary-gkr/field';
 * import { integerFromDense } from 'ternary-gkr/sparse';
 *
 * const plan: WeightedPlan = createKoalaBearEngine().weightedPlan(integerFromDense([100, -7, 0, 3], 2, 2));
 * ```
 */
export interface WeightedPlan {
  readonly rowCount: number;
  readonly columnCount: number;
}

/**
 * A matrix of signs over pairs laid out for `gatherProducts`; stays valid until the mark before it is released.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, type PairPlan } from 'ternary-gkr/field';
 *
 * const engine = createKoalaBearEngine();
 * // one column: left 0 times right 1, minus left 1 times right 0
 * const plan: PairPlan = engine.pairPlan({
 *   leftCount: 2,
 *   rightCount: 2,
 *   columnCount: 1,
 *   lefts: Uint32Array.of(0, 1),
 *   rights: Uint32Array.of(1, 0),
 *   signs: Int8Array.of(1, -1),
 *   ends: Uint32Array.of(2),
 * });
 * ```
 */
export interface PairPlan {
  readonly leftCount: number;
  readonly rightCount: number;
  readonly columnCount: number;
}

/**
 * A dense matrix of 8-bit integers laid out for `foldRows`; stays valid until the mark before it is released.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, type DenseMatrix } from 'ternary-gkr/field';
 *
 * const dense: DenseMatrix = createKoalaBearEngine().denseMatrix(Int8Array.of(1, -1, 0, 1), 2, 2);
 * ```
 */
export interface DenseMatrix {
  readonly rowCount: number;
  readonly columnCount: number;
}

/**
 * The Reed–Solomon codewords of a matrix's rows, stored position by position.
 *
 * @example
 * ```ts
 * import { type CodeMatrix, createKoalaBearEngine } from 'ternary-gkr/field';
 *
 * const engine = createKoalaBearEngine();
 * // two rows of two entries, as codewords of length 2^3
 * const code: CodeMatrix = engine.encodeRows(engine.fromIntegers([1, 2, 3, 4]), 2, 3);
 * console.log(code.columns, code.columnByteLength); // 8 8
 * ```
 */
export interface CodeMatrix {
  /** 2^logLength columns of `rows` canonical encodings each (of elements of F_p, or of F), back to back; valid until memory is next allocated. */
  bytes(): Uint8Array;
  readonly columnByteLength: number;
  readonly columns: number;
}

/**
 * Vector arithmetic over one field.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, type Engine } from 'ternary-gkr/field';
 *
 * // Σ of the squares of integers.
 * function sumOfSquares<E>(engine: Engine<E>, values: readonly number[]): E {
 *   const mark = engine.mark();
 *   const vector = engine.fromIntegers(values);
 *   const sum = engine.dot(vector, vector);
 *   engine.release(mark);
 *   return sum;
 * }
 * console.log(sumOfSquares(createKoalaBearEngine(), [3, 4])); // [ 25, 0, 0, 0 ]
 * ```
 */
export interface Engine<E> {
  readonly field: Field<E>;
  /** `wasm`, `js` or `bigint`: shown in reports. */
  readonly name: string;

  /** The current top of the stack of vectors. */
  mark(): number;
  /** Frees every vector, plan and code matrix made since `mark` returned this value. */
  release(mark: number): void;

  /** A base vector of small integers, |value| < p, negative ones too; zero beyond them, up to `length`. */
  fromIntegers(values: ArrayLike<number>, length?: number): Vector;
  /** An extension vector. */
  fromElements(values: readonly E[]): Vector;
  /** Canonical encodings of the prime field, back to back, as a base vector. */
  fromBaseBytes(bytes: Uint8Array): Vector;
  /** All zeros. */
  zeros(kind: Vector['kind'], length: number): Vector;
  /** Elements [start, start + length) of a vector, sharing its storage; start is a multiple of length. */
  view(vector: Vector, start: number, length: number): Vector;
  /** Copies `source` into `target`; equal kind and length. */
  copy(target: Vector, source: Vector): void;
  get(vector: Vector, index: number): E;
  toElements(vector: Vector): E[];

  /** Element-wise a + b, a − b, a·b as a new vector; extension if either is. */
  add(a: Vector, b: Vector): Vector;
  sub(a: Vector, b: Vector): Vector;
  mul(a: Vector, b: Vector): Vector;
  /** constant + Σ scaleⱼ·vectorⱼ as a new extension vector; all of one length; terms of either kind. */
  affine(constant: E, terms: readonly { readonly vector: Vector; readonly scale: E }[], length: number): Vector;
  /** accumulator += scale·vector, in place; accumulator is an extension vector. */
  addScaled(accumulator: Vector, vector: Vector, scale: E): void;
  /** Σᵢ a[i]·b[i]. */
  dot(a: Vector, b: Vector): E;
  /**
   * The sum along one axis, each place of it with a weight: v[i, k] = Σⱼ weights[j]·vector[i, j, k] with k < `inner`;
   * a new extension vector. `weights` is an extension vector, whose length times `inner` divides that of `vector`.
   */
  contract(vector: Vector, weights: Vector, inner: number): Vector;

  /** The tables eq(point's last k variables, ·), k = 0 … point.length: entry k has length 2^k. */
  eqSuffixes(point: readonly E[]): Vector[];
  /** scale·eq(point, ·), length 2^point.length. */
  eqTable(point: readonly E[], scale?: E): Vector;

  /**
   * Binds the first variable: v[i] + r·(v[i + h] − v[i]), h = length/2. An extension vector is
   * overwritten (the result is its first half); a base vector is left alone and the result is new.
   */
  bind(vector: Vector, challenge: E): Vector;
  /**
   * The round polynomial of Σ_x w(x)·Σⱼ aⱼ(X, x)·bⱼ(X, x) over the halves of the vectors: its value at
   * 0 and its coefficient of X²; w is `eq`, or 1 where there is none. All vectors have one length ≥ 2.
   */
  productRound(products: readonly (readonly [Vector, Vector])[], eq?: SplitEq): RoundValues<E>;
  /**
   * One layer of a tree of fractions: from numerators p (undefined: all ones) and denominators q, both
   * of length 2h, the sums p[i]/q[i] + p[i + h]/q[i + h] = (p[i]·q[i + h] + p[i + h]·q[i]) / (q[i]·q[i + h]).
   */
  foldFractions(numerators: Vector | undefined, denominators: Vector): { numerators: Vector; denominators: Vector };

  /** Lays out a matrix for gathers. */
  gatherPlan(matrix: SignedColumns): GatherPlan;
  /** v[c] = Σ over column c's entries of ±table[row], one addition each; length 2^⌈log₂ columnCount⌉, zero beyond; extension. */
  gatherSigned(plan: GatherPlan, table: Vector): Vector;

  /** Lays out a sparse matrix of small integers. */
  weightedPlan(matrix: WeightedColumns): WeightedPlan;
  /**
   * v[c] = Σ over column c's entries of weight·table[row], one multiplication by a small integer each; length
   * 2^⌈log₂ columnCount⌉, zero beyond; extension.
   */
  gatherWeighted(plan: WeightedPlan, table: Vector): Vector;
  /** Lays out a matrix of signs over pairs. */
  pairPlan(matrix: SignedPairs): PairPlan;
  /**
   * v[c] = Σ over column c's entries of ±left[l]·right[r], one multiplication and one addition each; length
   * 2^⌈log₂ columnCount⌉, zero beyond; extension. Tables of either kind, no shorter than the plan's counts.
   */
  gatherProducts(plan: PairPlan, left: Vector, right: Vector): Vector;
  /** Lays out a dense matrix, `entries` row after row. */
  denseMatrix(entries: Int8Array, rowCount: number, columnCount: number): DenseMatrix;
  /**
   * v[c] = Σ_r weights[r]·M[r, c], one multiplication by a small integer for each entry, whatever its value;
   * length 2^⌈log₂ columnCount⌉, zero beyond; extension.
   */
  foldRows(matrix: DenseMatrix, weights: Vector): Vector;
  /**
   * Scales rows: scales[r] times row ⌊r·rowCount/n⌋ of a row-major matrix of `rowCount` rows, for r < n, the number
   * of scales, a multiple of rowCount. With a single row it is the outer product of two vectors. Of one kind.
   */
  scaleRows(scales: Vector, matrix: Vector, rowCount: number): Vector;
  /** `count` copies of a vector, one after the other. */
  repeat(vector: Vector, count: number): Vector;

  /**
   * Reed–Solomon-encodes the rows of a row-major matrix (a vector of rows·2^logColumns elements of either kind):
   * row polynomials by their coefficients, at the 2^logLength powers of ω = `rootOfUnity(logLength)`. Columns hold
   * elements of the vector's kind.
   */
  encodeRows(matrix: Vector, rows: number, logLength: number): CodeMatrix;
  /**
   * v[i] = Σⱼ coefficients[j]·ω^(positions[j]·i), i < length, with the ω of `encodeRows`: the sum of the linear forms
   * that evaluate a row of `length` coefficients at these positions. `length` is a power of two, at most
   * 2^logLength; positions are below 2^logLength.
   */
  powerSums(positions: readonly number[], coefficients: readonly E[], logLength: number, length: number): Vector;
  /**
   * The columns of `encodeRows` at some positions, of a matrix of signs whose columns are the plan's (their number a
   * power of two, at most 2^logLength): Σ_c ±ω^(position·c) over row r's entries, for each position one canonical
   * encoding in F_p a row, back to back; in memory of its own. One addition for each entry and position.
   */
  evaluateColumns(plan: GatherPlan, positions: readonly number[], logLength: number): Uint8Array;
}
