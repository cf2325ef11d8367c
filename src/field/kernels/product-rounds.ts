// Round polynomials of sums of products over the halves of vectors: which kernel takes which products.
//
// Without weights the products are summed one after the other. With weights eq(x) = outer[x_high]·inner[x_low]
// all products of one group go through one pass, so that the weights cost one multiplication per x; products of
// two base vectors form a group of their own.

import { UsageError } from '../../errors.ts';
import type { RoundValues, SplitEq, Vector } from '../engine.ts';
import { addExtension, type KoalaElement, mulExtension } from '../koalabear-arithmetic.ts';
import { BLOCK, blocksOf, type KoalaVector, type Storage } from './storage.ts';

const WORD_BYTES = 4;
const SCALAR_BYTES = 16;
/** A term of the weighted kernels: two pairs of halves, whether the first is a base vector, three unused. */
const TERM_WORDS = 8;
/** Scratch of the weighted kernels. */
const WORK_BYTES = 384;
const ZERO: KoalaElement = [0, 0, 0, 0];
const ONE: KoalaElement = [1, 0, 0, 0];

type Product = readonly [KoalaVector, KoalaVector];

/** Weights as the kernels read them: whole blocks of `inner`, one `outer` element for each run of them. */
interface Weights {
  readonly inner: number;
  readonly innerBlocks: number;
  readonly outer: number;
  readonly outerLength: number;
  /** What the kernels' result is still to be multiplied with. */
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
  const blocks = blocksOf(half);
  const out = memory.allocate(2 * SCALAR_BYTES);
  let atZero = ZERO;
  let atInfinity = ZERO;
  for (const [a, b] of products) {
    const mixed = b.kind === 'base' ? kernels.roundBase : kernels.roundMixed;
    const kernel = a.kind === 'extension' ? kernels.roundExtension : mixed;
    kernel(
      storage.wholeBlocks(a, 0, half),
      storage.wholeBlocks(a, half, half),
      storage.wholeBlocks(b, 0, half),
      storage.wholeBlocks(b, half, half),
      blocks,
      out,
    );
    atZero = addExtension(atZero, storage.readScalar(out));
    atInfinity = addExtension(atInfinity, storage.readScalar(out + SCALAR_BYTES));
  }
  return { atZero, atInfinity };
}

function weightedRound(
  storage: Storage,
  products: readonly Product[],
  half: number,
  eq: SplitEq,
): RoundValues<KoalaElement> {
  const { memory, kernels } = storage;
  const { inner, innerBlocks, outer, outerLength, factor } = weightsOf(storage, eq, half);
  const work = memory.allocate(WORK_BYTES);
  const out = memory.allocate(2 * SCALAR_BYTES);
  let atZero = ZERO;
  let atInfinity = ZERO;
  for (const bothBase of [false, true]) {
    const group = products.filter(([, b]) => (b.kind === 'base') === bothBase);
    if (group.length === 0) continue;
    const terms = writeTerms(storage, group, half);
    const kernel = bothBase ? kernels.roundWeightedBase : kernels.roundWeighted;
    kernel(terms, group.length, inner, innerBlocks, outer, outerLength, work, out);
    atZero = addExtension(atZero, storage.readScalar(out));
    atInfinity = addExtension(atInfinity, storage.readScalar(out + SCALAR_BYTES));
  }
  return factor === ONE
    ? { atZero, atInfinity }
    : { atZero: mulExtension(factor, atZero), atInfinity: mulExtension(factor, atInfinity) };
}

function writeTerms(storage: Storage, products: readonly Product[], half: number): number {
  const { memory } = storage;
  const terms = memory.allocate(WORD_BYTES * TERM_WORDS * products.length);
  products.forEach(([a, b], j) => {
    const offsets = [
      storage.wholeBlocks(a, 0, half),
      storage.wholeBlocks(a, half, half),
      storage.wholeBlocks(b, 0, half),
      storage.wholeBlocks(b, half, half),
      a.kind === 'base' ? 1 : 0,
    ];
    memory.words.set(offsets, terms / WORD_BYTES + TERM_WORDS * j);
  });
  return terms;
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
