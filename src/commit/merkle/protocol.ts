// Merkle trees over 2^depth leaves of one length, and multi-proofs for several leaves at once: every
// sibling that cannot be computed from the opened leaves stands in the proof once, level by level from the
// leaves, left to right. How many there are follows from the indices and the depth.
//
// Leaves and nodes are BLAKE3 under two different keys, so that neither can be taken for the other.

import { blake3 } from '@noble/hashes/blake3.js';

export const DIGEST_LENGTH = 32;

const text = new TextEncoder();
/** Keys of the two uses of the hash. */
export const LEAF_KEY: Uint8Array = blake3(text.encode('ternary-gkr merkle leaf 1'));
export const NODE_KEY: Uint8Array = blake3(text.encode('ternary-gkr merkle node 1'));

/** A level of a walk from leaves to root: which nodes are known, and which siblings must be given. */
interface Level {
  /** Ascending, distinct. */
  readonly known: readonly number[];
  /** Ascending; siblings of known nodes that are not known themselves. */
  readonly missing: readonly number[];
}

/**
 * The walk of a multi-proof, leaves first.
 *
 * @param indices - ascending and distinct, below 2^depth
 */
export function walk(indices: readonly number[], depth: number): Level[] {
  const levels: Level[] = [];
  let known = indices;
  for (let height = 0; height < depth; height++) {
    const present = new Set(known);
    levels.push({ known, missing: known.map((index) => index ^ 1).filter((index) => !present.has(index)) });
    known = [...new Set(known.map((index) => index >> 1))];
  }
  return levels;
}

/** Number of digests in a multi-proof. */
export function proofLength(indices: readonly number[], depth: number): number {
  return walk(indices, depth).reduce((sum, { missing }) => sum + missing.length, 0);
}

/** Ascending and without repetition. */
export function distinct(indices: readonly number[]): number[] {
  return [...new Set(indices)].sort((a, b) => a - b);
}
