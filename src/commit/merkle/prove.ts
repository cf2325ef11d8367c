// Building Merkle trees and multi-proofs (protocol.ts), four hashes at a time where the hasher can.

import type { Hasher } from '../hash/hasher.ts';
import { DIGEST_LENGTH, LEAF_KEY, NODE_KEY, walk } from './protocol.ts';

/** All levels of a tree: the digests of the leaves first, the root last. */
export interface MerkleTree {
  readonly levels: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** A tree over leaves of one length that lie back to back; their number is a power of two. */
export function buildTree(hasher: Hasher, leaves: Uint8Array, leafLength: number): MerkleTree {
  const levels = [hasher.hashMany(leaves, leaves.length / leafLength, LEAF_KEY)];
  while (levels[levels.length - 1].length > DIGEST_LENGTH) {
    levels.push(
      hasher.hashMany(levels[levels.length - 1], levels[levels.length - 1].length / (2 * DIGEST_LENGTH), NODE_KEY),
    );
  }
  return { levels, root: levels[levels.length - 1] };
}

/** The digests that a verifier lacks, for ascending distinct indices. */
export function multiProof({ levels }: MerkleTree, indices: readonly number[]): Uint8Array {
  const digests = walk(indices, levels.length - 1).flatMap(({ missing }, height) =>
    missing.map((index) => levels[height].subarray(index * DIGEST_LENGTH, (index + 1) * DIGEST_LENGTH)),
  );
  const proof = new Uint8Array(digests.length * DIGEST_LENGTH);
  digests.forEach((digest, k) => {
    proof.set(digest, k * DIGEST_LENGTH);
  });
  return proof;
}
