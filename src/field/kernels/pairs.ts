// Gathers of products: v[c] = Σ over column c's pairs of ±left[l]·right[r].
//
// A plan keeps the pairs as the kernels read them (koalabear-pairs.lib.as.ts). Minus signs are indices of the left
// table's negatives, which follow it.

import { UsageError } from '../../errors.ts';
import type { PairPlan } from '../engine.ts';
import type { SignedPairs } from '../field.ts';
import { BLOCK, blocksOf, type KoalaVector, type Storage } from './storage.ts';

const WORD_BYTES = 4;
const ELEMENT_BYTES = 16;
const ENTRY_BYTES = 8;

/** A matrix of signs over pairs in an engine's memory. */
export class KoalaPairPlan implements PairPlan {
  readonly leftCount: number;
  readonly rightCount: number;
  readonly columnCount: number;
  /** Two indices an entry. */
  readonly entries: number;
  /** One address a column. */
  readonly ends: number;
  /** Whether an entry has a minus sign: its index is counted from the negatives on. */
  readonly hasMinus: boolean;

  constructor({ memory }: Storage, matrix: SignedPairs) {
    const { leftCount, rightCount, columnCount, lefts, rights, signs, ends } = matrix;
    this.leftCount = leftCount;
    this.rightCount = rightCount;
    this.columnCount = columnCount;
    this.hasMinus = signs?.includes(-1) ?? false;
    this.entries = memory.allocate(ENTRY_BYTES * lefts.length);
    this.ends = memory.allocate(WORD_BYTES * columnCount);
    const { words } = memory;
    const negatives = negativesAt(leftCount);
    for (let k = 0, at = this.entries / WORD_BYTES; k < lefts.length; k++, at += 2) {
      if (lefts[k] >= leftCount || rights[k] >= rightCount) {
        throw new UsageError(`entry ${k} names places ${lefts[k]}, ${rights[k]} of ${leftCount}, ${rightCount}`);
      }
      words[at] = lefts[k] + (signs?.[k] === -1 ? negatives : 0);
      words[at + 1] = rights[k];
    }
    for (let column = 0, at = this.ends / WORD_BYTES; column < columnCount; column++) {
      words[at + column] = this.entries + ENTRY_BYTES * ends[column];
    }
  }
}

/** Where a left table's negatives begin: after whole blocks. */
function negativesAt(leftCount: number): number {
  return BLOCK * blocksOf(leftCount);
}

/** Sums over tables no shorter than the plan's counts; a new extension vector. */
export function gatherProducts(
  storage: Storage,
  plan: KoalaPairPlan,
  left: KoalaVector,
  right: KoalaVector,
): KoalaVector {
  const { memory, kernels } = storage;
  const { columnCount, leftCount, rightCount, hasMinus } = plan;
  const length = 2 ** Math.ceil(Math.log2(Math.max(columnCount, 1)));
  const gathered = storage.allocate('extension', length);
  const mark = memory.mark();
  const leftBytes = ELEMENT_BYTES * negativesAt(leftCount);
  const leftWords = memory.allocate((hasMinus ? 2 : 1) * leftBytes);
  kernels.toElementWords(storage.alignedExtension(left), leftWords, blocksOf(leftCount));
  if (hasMinus) {
    const zeros = memory.allocate(leftBytes);
    memory.bytes.fill(0, zeros, zeros + leftBytes);
    kernels.subWords(zeros, leftWords, leftWords + leftBytes, leftBytes / ELEMENT_BYTES);
  }
  const sums = gathered.offset;
  memory.bytes.fill(0, sums + ELEMENT_BYTES * columnCount, sums + ELEMENT_BYTES * BLOCK * blocksOf(length));
  if (right.kind === 'base') {
    kernels.gatherProductsBase(plan.entries, plan.ends, leftWords, storage.aligned(right), columnCount, sums);
  } else {
    const rightWords = memory.allocate(ELEMENT_BYTES * BLOCK * blocksOf(rightCount));
    kernels.toElementWords(storage.aligned(right), rightWords, blocksOf(rightCount));
    kernels.gatherProductsExtension(plan.entries, plan.ends, leftWords, rightWords, columnCount, sums);
  }
  // the transposition of four elements is its own inverse, block by block
  kernels.toElementWords(sums, sums, blocksOf(length));
  memory.release(mark);
  return gathered;
}
