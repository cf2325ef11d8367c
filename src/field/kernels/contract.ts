// Sums along one axis of a vector, each place of it with a weight of the extension.

import { UsageError } from '../../errors.ts';
import { addExtension, type KoalaElement, mulExtension } from '../koalabear-arithmetic.ts';
import { BLOCK, BLOCK_BYTES, blocksOf, type KoalaVector, type Storage } from './storage.ts';

const ELEMENT_BYTES = 16;
/** Base lines that a kernel adds at once. */
const TOGETHER = 4;
/** Blocks of a strip: 16 KiB of sums, 4 KiB of each line. */
const STRIP_BLOCKS = 256;

/** v[i, k] = Σ_j weights[j]·vector[i, j, k], k < inner. */
export function contract(storage: Storage, vector: KoalaVector, weights: KoalaVector, inner: number): KoalaVector {
  const count = vector.length / (weights.length * inner);
  if (!Number.isInteger(count) || weights.kind !== 'extension') {
    throw new UsageError(`contract: ${vector.length} elements, ${weights.length} weights, ${inner} inner ones`);
  }
  const sums = storage.allocate('extension', count * inner);
  const mark = storage.memory.mark();
  if (inner % BLOCK === 0) addLines(storage, vector, weights, inner, sums);
  else if (inner === 1 && weights.length % BLOCK === 0) sumLines(storage, vector, weights, sums);
  else addElements(storage, vector, weights, inner, sums);
  storage.memory.release(mark);
  return sums;
}

/** Lines of whole blocks, each added with its weight. */
function addLines(storage: Storage, vector: KoalaVector, weights: KoalaVector, inner: number, sums: KoalaVector): void {
  const { memory, kernels } = storage;
  const from = storage.aligned(vector);
  const factors = elementWords(storage, weights);
  const kernel = vector.kind === 'base' ? kernels.addScaledBase : kernels.addScaledExtension;
  const blocks = inner / BLOCK;
  const lineBytes = BLOCK_BYTES[vector.kind] * blocks;
  const sumBytes = BLOCK_BYTES.extension * blocks;
  memory.bytes.fill(0, sums.offset, sums.offset + BLOCK_BYTES.extension * blocksOf(sums.length));
  const count = sums.length / inner;
  // Base lines are taken four at a time, in strips whose sums stay in the first-level cache.
  const together = vector.kind === 'base' ? weights.length - (weights.length % TOGETHER) : 0;
  for (let i = 0, line = from; i < count; i++) {
    const sum = sums.offset + sumBytes * i;
    for (let strip = 0; together > 0 && strip < blocks; strip += STRIP_BLOCKS) {
      const width = Math.min(STRIP_BLOCKS, blocks - strip);
      const [to, at] = [sum + BLOCK_BYTES.extension * strip, line + BLOCK_BYTES.base * strip];
      for (let j = 0; j < together; j += TOGETHER) {
        kernels.addScaledBase4(to, at + lineBytes * j, lineBytes, width, factors + ELEMENT_BYTES * j);
      }
    }
    line += lineBytes * together;
    for (let j = together; j < weights.length; j++, line += lineBytes) {
      kernel(sum, line, blocks, factors + ELEMENT_BYTES * j);
    }
  }
}

/** One inner product for each line. */
function sumLines(storage: Storage, vector: KoalaVector, weights: KoalaVector, sums: KoalaVector): void {
  const { memory, kernels } = storage;
  const kinds = storage.pairKinds(vector, weights);
  const [from, factors] = [storage.aligned(vector), storage.aligned(weights)];
  const blocks = weights.length / BLOCK;
  const lineBytes = BLOCK_BYTES[vector.kind] * blocks;
  const results = memory.allocate(ELEMENT_BYTES * BLOCK * blocksOf(sums.length));
  for (let i = 0; i < sums.length; i++) {
    kernels.dot(kinds, from + lineBytes * i, factors, blocks, storage.work, results + ELEMENT_BYTES * i);
  }
  // the transposition of four elements is its own inverse
  kernels.toElementWords(results, sums.offset, blocksOf(sums.length));
}

/** Lines shorter than a block. */
function addElements(
  storage: Storage,
  vector: KoalaVector,
  weights: KoalaVector,
  inner: number,
  sums: KoalaVector,
): void {
  const factors = Array.from({ length: weights.length }, (_, j) => storage.get(weights, j));
  for (let index = 0; index < sums.length; index++) {
    const first = Math.floor(index / inner) * weights.length * inner + (index % inner);
    let sum: KoalaElement = [0, 0, 0, 0];
    for (let j = 0; j < factors.length; j++) {
      sum = addExtension(sum, mulExtension(factors[j], storage.get(vector, first + j * inner)));
    }
    storage.set(sums, index, sum);
  }
}

/** The elements of a vector as scalars, one after the other. */
function elementWords(storage: Storage, vector: KoalaVector): number {
  const blocks = blocksOf(vector.length);
  const words = storage.memory.allocate(ELEMENT_BYTES * BLOCK * blocks);
  storage.kernels.toElementWords(storage.aligned(vector), words, blocks);
  return words;
}
