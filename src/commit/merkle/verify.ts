// The root that opened leaves and a multi-proof lead to (protocol.ts).

import { blake3 } from '@noble/hashes/blake3.js';
import { DIGEST_LENGTH, LEAF_KEY, NODE_KEY, walk } from './protocol.ts';

/**
 * Computes the root.
 *
 * @param leaves - the opened leaves, in the order of the indices
 * @param indices - ascending and distinct
 * @param proof - `proofLength(indices, depth)` digests
 */
export function rootOfProof(
  leaves: readonly Uint8Array[],
  indices: readonly number[],
  depth: number,
  proof: Uint8Array,
): Uint8Array {
  let nodes = new Map<number, Uint8Array>(indices.map((index, k) => [index, blake3(leaves[k], { key: LEAF_KEY })]));
  let at = 0;
  const pair = new Uint8Array(2 * DIGEST_LENGTH);
  for (const { known, missing } of walk(indices, depth)) {
    for (const index of missing) {
      nodes.set(index, proof.subarray(at, at + DIGEST_LENGTH));
      at += DIGEST_LENGTH;
    }
    const parents = new Map<number, Uint8Array>();
    for (const index of known) {
      const parent = index >> 1;
      if (parents.has(parent)) continue;
      pair.set(nodes.get(2 * parent) as Uint8Array);
      pair.set(nodes.get(2 * parent + 1) as Uint8Array, DIGEST_LENGTH);
      parents.set(parent, blake3(pair, { key: NODE_KEY }));
    }
    nodes = parents;
  }
  return nodes.get(0) as Uint8Array;
}

/** Whether two digests are the same. */
export function equalDigests(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, k) => byte === b[k]);
}
