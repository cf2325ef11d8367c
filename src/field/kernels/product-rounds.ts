// Round polynomials of sums of products over the halves of vectors: which kernel takes which products.
//
// Without weights the products are summed one after the other. With weights eq(x) = outer[x_high]·inner[x_low] all
// products go through one pass, so that the weights cost one multiplication per x; those of two base vectors are
// weighed apart, at a quarter of the price.

import { UsageError } from '../../errors.ts';
import type { RoundValues, SplitEq, Vector } from '../engine.ts';
import { addExtension, type KoalaElement, mulExtension } from '../koalabear-arithmetic.ts';
import { BLOCK, blocksOf, type KoalaVector, type Storage } from './storage.ts';

const WORD_BYTES = 4;
const SCALAR_BYTES = 16;
/** A term of the weighted kernel: two pairs of halves, the kinds, three unused. */
const TERM_WORDS = 8;
const ZERO: KoalaElement = [0, 0, 0, 0];
const ONE: KoalaElement = [1, 0, 0, 0];

type Product = readonly [KoalaVector, KoalaVector];

/** Weights as the kernels read them: whole blocks of `inner`, one `outer` element for each run of them. */
interface Weights {
  readonly inner: number;
  readonly innerBlocks: number;
  readonly outer: number;
  readonly outerLength: number;
  /** The factor with which the kernels' result is still to be multiplied. */
  readonly factor: KoalaElement;
}

/**
 * Value at 0 and coefficient of X² of Σ_x w(x)·Σⱼ aⱼ(X, x)·bⱼ(X, x).
 * @throws UsageError if lengths differ or are odd, or the weights do not have half that length
 */
export function productRound(
  storage: Storage,
  products: readonly (readonly [Vector, Vector])[],
  eq: SplitEq | undefined,
): RoundValues<KoalaElement> {
  if (products.length === 0) throw new UsageError('productRound of no products');
  const length = products[0][0].length;
  const half = length / 2;
  const owned = products.map(([a, b]): Product => {
    if (a.length !== length || b.length !== length || half < 1 || !Number.isInteger(half)) {
      throw new UsageError(`productRound over vectors of lengths ${a.length} and ${b.length}, the first has ${length}`);
    }
    const [first, second] = [storage.own(a), storage.own(b)];
    return first.kind === 'extension' && second.kind === 'base' ? [second, first] : [first, second];
  });
  const mark = storage.memory.mark();
  const values = eq === undefined ? plainRound(storage, owned, half) : weightedRound(storage, owned, half, eq);
  storage.memory.release(mark);
  return values;
}

function plainRound(storage: Storage, products: readonly Product[], half: number): RoundValues<KoalaElement> {
  const { memory, kernels } = storage;
  const out = memory.allocate(2 * SCALAR_BYTES);
  let values: RoundValues<KoalaElement> | undefined;
  for (const [a, b] of products) {
    const aLower = storage.wholeBlocks(a, 0, half);
    const aUpper = storage.wholeBlocks(a, half, half);
    const bLower = storage.wholeBlocks(b, 0, half);
    const bUpper = storage.wholeBlocks(b, half, half);
    kernels.round(storage.pairKinds(a, b), aLower, aUpper, bLower, bUpper, blocksOf(half), storage.work, out);
    const atZero = storage.readScalar(out);
    const atInfinity = storage.readScalar(out + SCALAR_BYTES);
    values =
      values === undefined
        ? { atZero, atInfinity }
        : { atZero: addExtension(values.atZero, atZero), atInfinity: addExtension(values.atInfinity, atInfinity) };
  }
  return values ?? { atZero: ZERO, atInfinity: ZERO };
}

function weightedRound(
  storage: Storage,
  products: readonly Product[],
  half: number,
  eq: SplitEq,
): RoundValues<KoalaElement> {
  const { memory, kernels } = storage;
  const { inner, innerBlocks, outer, outerLength, factor } = weightsOf(storage, eq, half);
  const out = memory.allocate(2 * SCALAR_BYTES);
  const terms = memory.allocate(WORD_BYTES * TERM_WORDS * products.length);
  let count = 0;
  let baseCount = 0;
  for (const [a, b] of products) {
    // Products of two base vectors come last.
    const position = b.kind === 'base' ? products.length - 1 - baseCount : count - baseCount;
    if (b.kind === 'base') baseCount++;
    count++;
    writeTerm(storage, terms / WORD_BYTES + TERM_WORDS * position, a, b, half);
  }
  const { work } = storage;
  kernels.roundWeighted(terms, count - baseCount, baseCount, inner, innerBlocks, outer, outerLength, work, out);
  const atZero = storage.readScalar(out);
  const atInfinity = storage.readScalar(out + SCALAR_BYTES);
  return factor === ONE
    ? { atZero, atInfinity }
    : { atZero: mulExtension(factor, atZero), atInfinity: mulExtension(factor, atInfinity) };
}

function writeTerm(storage: Storage, at: number, a: KoalaVector, b: KoalaVector, half: number): void {
  const aLower = storage.wholeBlocks(a, 0, half);
  const aUpper = storage.wholeBlocks(a, half, half);
  const bLower = storage.wholeBlocks(b, 0, half);
  const bUpper = storage.wholeBlocks(b, half, half);
  const { words } = storage.memory;
  words[at] = aLower;
  words[at + 1] = aUpper;
  words[at + 2] = bLower;
  words[at + 3] = bUpper;
  words[at + 4] = storage.pairKinds(a, b);
}

function weightsOf(storage: Storage, eq: SplitEq, half: number): Weights {
  const outer = storage.own(eq.outer);
  const inner = storage.own(eq.inner);
  if (outer.kind === 'base' || inner.kind === 'base' || outer.length * inner.length !== half) {
    throw new UsageError(
      `weights ${outer.kind} ${outer.length} × ${inner.kind} ${inner.length} over halves of ${half}`,
    );
  }
  if (storage.isWhole(inner, 0, inner.length)) {
    return {
      inner: storage.wholeBlocks(inner, 0, inner.length),
      innerBlocks: inner.length / BLOCK,
      outer: storage.aligned(outer),
      outerLength: outer.length,
      factor: ONE,
    };
  }
  // Shorter than a block: with a single inner weight the outer ones take its place; else they are multiplied out.
  const single = inner.length === 1;
  const weights = single ? outer : multipliedOut(storage, outer, inner);
  const unit = storage.allocate('extension', 1);
  storage.set(unit, 0, ONE);
  return {
    inner: storage.wholeBlocks(weights, 0, half),
    innerBlocks: blocksOf(half),
    outer: unit.offset,
    outerLength: 1,
    factor: single ? storage.get(inner, 0) : ONE,
  };
}

function multipliedOut(storage: Storage, outer: KoalaVector, inner: KoalaVector): KoalaVector {
  const weights = storage.allocate('extension', outer.length * inner.length);
  for (let high = 0; high < outer.length; high++) {
    const factor = storage.get(outer, high);
    for (let low = 0; low < inner.length; low++) {
      storage.set(weights, high * inner.length + low, mulExtension(factor, storage.get(inner, low)));
    }
  }
  return weights;
}
