// Merkle trees over 2^depth leaves of one length, and multi-proofs for several leaves at once: every
// sibling that cannot be computed from the opened leaves stands in the proof once, level by level from the
// leaves, left to right. Their number follows from the indices and the depth.
//
// Leaves and nodes are BLAKE3 under two different keys, so that neither can be taken for the other. Digests may be
// truncated to their first `digestLength` bytes, root included; a node is hashed from its children's digests with zeros
// in place of the bytes that were cut off, 64 bytes in all. Proofs carry `digestLength` bytes a digest.

import { blake3, DIGEST_LENGTH } from '../../hash/blake3.ts';

export { DIGEST_LENGTH };

const text = new TextEncoder();
/** Keys of the two uses of the hash. */
export const LEAF_KEY: Uint8Array = blake3(text.encode('ternary-gkr merkle leaf 1'));
export const NODE_KEY: Uint8Array = blake3(text.encode('ternary-gkr merkle node 1'));

/** A level of a walk from leaves to root: which nodes are known, and which siblings must be given. */
export interface Level {
  /** Ascending, distinct. */
  readonly known: readonly number[];
  /** Ascending; siblings of known nodes that are not known themselves. */
  readonly missing: readonly number[];
}

/**
 * Returns the walk of a multi-proof, leaves first; the root is not part of it.
 *
 * @param indices - ascending and distinct, below 2^depth
 */
export function walk(indices: readonly number[], depth: number): Level[] {
  const levels: Level[] = [];
  let known = indices;
  for (let height = 0; height < depth; height++) {
    const missing: number[] = [];
    const parents: number[] = [];
    for (let k = 0; k < known.length; k++) {
      const sibling = known[k] ^ 1;
      parents.push(known[k] >>> 1);
      if (known[k + 1] === sibling) k++;
      else missing.push(sibling);
    }
    levels.push({ known, missing });
    known = parents;
  }
  return levels;
}

/** Returns the number of digests in a multi-proof. */
export function proofLength(indices: readonly number[], depth: number): number {
  return walk(indices, depth).reduce((sum, { missing }) => sum + missing.length, 0);
}
