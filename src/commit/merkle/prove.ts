// Building Merkle trees and multi-proofs (protocol.ts), four hashes at a time where the hasher can.

import { UsageError } from '../../errors.ts';
import type { Hasher } from '../hash/hasher-contract.ts';
import { DIGEST_LENGTH, LEAF_KEY, NODE_KEY, walk } from './protocol.ts';

/** All levels of a tree: the digests of the leaves first, the root last. */
export interface MerkleTree {
  readonly levels: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/**
 * A tree over leaves of one length that lie back to back.
 * @throws UsageError unless their number is a power of two
 */
export function buildTree(hasher: Hasher, leaves: Uint8Array, leafLength: number): MerkleTree {
  let count = leaves.length / leafLength;
  if (!(count >= 1) || !Number.isInteger(Math.log2(count))) {
    throw new UsageError(`${leaves.length} bytes are not 2^n leaves of ${leafLength}`);
  }
  let root = hasher.hashMany(leaves, count, LEAF_KEY);
  const levels = [root];
  while (count > 1) {
    count /= 2;
    root = hasher.hashMany(root, count, NODE_KEY);
    levels.push(root);
  }
  return { levels, root };
}

/** The digests that a verifier lacks, for ascending distinct indices. */
export function multiProof({ levels }: MerkleTree, indices: readonly number[]): Uint8Array {
  const digests = walk(indices, levels.length - 1).flatMap(({ missing }, height) =>
    missing.map((index) => levels[height].subarray(index * DIGEST_LENGTH, (index + 1) * DIGEST_LENGTH)),
  );
  const proof = new Uint8Array(digests.length * DIGEST_LENGTH);
  for (const [k, digest] of digests.entries()) proof.set(digest, k * DIGEST_LENGTH);
  return proof;
}
