// The root that opened leaves and a multi-proof lead to (protocol.ts).

import { type Hash, keyedBlake3 } from '../../hash/blake3.ts';
import { DIGEST_LENGTH, LEAF_KEY, NODE_KEY, walk } from './protocol.ts';

/**
 * Computes the root, of `digestLength` bytes.
 *
 * @param leaves - the opened leaves, in the order of the indices
 * @param indices - ascending and distinct, at least one
 * @param proof - `proofLength(indices, depth)` digests of `digestLength` bytes
 *
 * @example
 * ```ts
 * import { buildTree, createHasher, multiProof, rootOfProof } from 'ternary-gkr/commit';
 *
 * const leaves = Uint8Array.from({ length: 64 }, (_, k) => k);
 * const tree = buildTree(createHasher(), leaves, 16);
 * const opened = [leaves.subarray(16, 32)];
 * const root = rootOfProof(opened, [1], 2, multiProof(tree, [1]));
 * console.log(root.join() === tree.root.join()); // true
 * ```
 */
export function rootOfProof(
  leaves: readonly Uint8Array[],
  indices: readonly number[],
  depth: number,
  proof: Uint8Array,
  digestLength: number = DIGEST_LENGTH,
): Uint8Array {
  const truncated =
    (hash: Hash): Hash =>
    (message) =>
      hash(message).subarray(0, digestLength);
  const hashNode = truncated(keyedBlake3(NODE_KEY));
  let digests = leaves.map(truncated(keyedBlake3(LEAF_KEY)));
  let at = 0;
  for (const { known, missing } of walk(indices, depth)) {
    const siblings = missing.map((_, k) => proof.subarray(at + k * digestLength, at + (k + 1) * digestLength));
    at += missing.length * digestLength;
    digests = parents(hashNode, known, digests, siblings);
  }
  return digests[0];
}

/** Returns the digests one level up: of pairs of known nodes, or of one known node and the next of the siblings. */
function parents(
  hashNode: Hash,
  known: readonly number[],
  digests: readonly Uint8Array[],
  siblings: readonly Uint8Array[],
): Uint8Array[] {
  // truncated digests leave zeros after them
  const pair = new Uint8Array(2 * DIGEST_LENGTH);
  const result: Uint8Array[] = [];
  let sibling = 0;
  for (let k = 0; k < known.length; k++) {
    const isRight = known[k] % 2 === 1;
    const bothKnown = !isRight && known[k + 1] === known[k] + 1;
    const other = bothKnown ? digests[k + 1] : siblings[sibling++];
    pair.set(isRight ? other : digests[k]);
    pair.set(isRight ? digests[k] : other, DIGEST_LENGTH);
    result.push(hashNode(pair));
    if (bothKnown) k++;
  }
  return result;
}
