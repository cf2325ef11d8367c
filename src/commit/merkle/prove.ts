// Building Merkle trees and multi-proofs (protocol.ts), four hashes at a time where the hasher can.

import { UsageError } from '../../errors.ts';
import type { Hasher } from '../../hash/hasher-contract.ts';
import { DIGEST_LENGTH, LEAF_KEY, NODE_KEY, walk } from './protocol.ts';

/**
 * All levels of a tree: the digests of the leaves first, the root last; 32 bytes each, zeros after `digestLength`.
 *
 * @example
 * ```ts
 * import { buildTree, createHasher, type MerkleTree } from 'ternary-gkr/commit';
 *
 * const tree: MerkleTree = buildTree(createHasher(), new Uint8Array(64), 16);
 * console.log(tree.digestLength); // 32
 * ```
 */
export interface MerkleTree {
  readonly levels: readonly Uint8Array[];
  /** `digestLength` bytes. */
  readonly root: Uint8Array;
  readonly digestLength: number;
}

/**
 * Returns a tree over leaves of one length that lie back to back.
 * @param digestLength - bytes that digests are truncated to, at most 32
 * @throws UsageError unless their number is a power of two
 *
 * @example
 * ```ts
 * import { buildTree, createHasher } from 'ternary-gkr/commit';
 *
 * const leaves = new Uint8Array(4 * 16); // four leaves of 16 bytes
 * const tree = buildTree(createHasher(), leaves, 16);
 * console.log(tree.root.length, tree.levels.length); // 32 3
 * ```
 */
export function buildTree(
  hasher: Hasher,
  leaves: Uint8Array,
  leafLength: number,
  digestLength: number = DIGEST_LENGTH,
): MerkleTree {
  const count = leaves.length / leafLength;
  if (!(count >= 1) || !Number.isInteger(Math.log2(count))) {
    throw new UsageError(`${leaves.length} bytes are not 2^n leaves of ${leafLength}`);
  }
  return growTree(hasher, hasher.hashMany(leaves, count, LEAF_KEY, digestLength), digestLength);
}

/** Returns the tree above the digests of its leaves, 32 bytes each. */
function growTree(hasher: Hasher, digests: Uint8Array, digestLength: number): MerkleTree {
  let level = digests;
  let count = level.length / DIGEST_LENGTH;
  const levels = [level];
  while (count > 1) {
    count /= 2;
    level = hasher.hashMany(level, count, NODE_KEY, digestLength);
    levels.push(level);
  }
  return { levels, root: level.slice(0, digestLength), digestLength };
}

/** Returns the digests of a tree's leaves, `digestLength` bytes each, from which the tree can be rebuilt. */
export function leafDigests({ levels, digestLength }: MerkleTree): Uint8Array<ArrayBuffer> {
  const [spaced] = levels;
  const count = spaced.length / DIGEST_LENGTH;
  const digests = new Uint8Array(count * digestLength);
  for (let k = 0; k < count; k++) {
    digests.set(spaced.subarray(k * DIGEST_LENGTH, k * DIGEST_LENGTH + digestLength), k * digestLength);
  }
  return digests;
}

/**
 * Returns the tree above the digests of `leafDigests`.
 * @throws UsageError unless they are 2^n digests
 */
export function treeOfDigests(hasher: Hasher, digests: Uint8Array, digestLength: number): MerkleTree {
  const count = digests.length / digestLength;
  if (!(count >= 1) || !Number.isInteger(Math.log2(count))) {
    throw new UsageError(`${digests.length} bytes are not 2^n digests of ${digestLength}`);
  }
  const spaced = new Uint8Array(count * DIGEST_LENGTH);
  for (let k = 0; k < count; k++) {
    spaced.set(digests.subarray(k * digestLength, (k + 1) * digestLength), k * DIGEST_LENGTH);
  }
  return growTree(hasher, spaced, digestLength);
}

/**
 * Returns the digests that a verifier lacks, for ascending distinct indices; `digestLength` bytes each.
 *
 * @example
 * ```ts
 * import { buildTree, createHasher, multiProof } from 'ternary-gkr/commit';
 *
 * const tree = buildTree(createHasher(), new Uint8Array(8 * 16), 16);
 * // two neighbours share their path: one sibling at each of the two levels above their parent
 * console.log(multiProof(tree, [2, 3]).length / tree.digestLength); // 2
 * ```
 */
export function multiProof({ levels, digestLength }: MerkleTree, indices: readonly number[]): Uint8Array {
  const digests = walk(indices, levels.length - 1).flatMap(({ missing }, height) =>
    missing.map((index) => levels[height].subarray(index * DIGEST_LENGTH, index * DIGEST_LENGTH + digestLength)),
  );
  const proof = new Uint8Array(digests.length * digestLength);
  for (const [k, digest] of digests.entries()) proof.set(digest, k * digestLength);
  return proof;
}
