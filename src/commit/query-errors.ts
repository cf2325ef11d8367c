// What distinct random positions of a code miss, and about how many digests their multi-proof takes: for every code here
// whose columns are opened under a Merkle tree. A code of k columns and n positions has distance n − k + 1; a word that is
// too far from it differs in more than e = ⌊(n − k)/2⌋ positions, its unique-decoding radius.

/** log₂ of the message length, and of codeword length over message length. */
export interface CodeShape {
  readonly columnVariables: number;
  readonly rateBits: number;
}

/** The chance that `queries` distinct positions avoid e + 1 wrong ones. */
export function missProbability({ columnVariables, rateBits }: CodeShape, queries: number): number {
  const n = 2 ** (columnVariables + rateBits);
  const radius = Math.floor((n - 2 ** columnVariables) / 2);
  return missAll(n, radius + 1, Math.min(queries, n));
}

/** Mean number of digests in the multi-proof of `queries` random positions of a tree over 2^depth leaves. */
export function expectedDigests(depth: number, queries: number): number {
  const n = 2 ** depth;
  let digests = 0;
  let missed = missAll(n, 1, queries);
  for (let leaves = 1; leaves < n; leaves *= 2) {
    // a digest is sent if it covers none of the positions and its sibling does
    const missedTwice = missAll(n, 2 * leaves, queries);
    digests += (n / leaves) * (missed - missedTwice);
    missed = missedTwice;
  }
  return digests;
}

/** The chance that `queries` distinct positions of n avoid a given set of `size`. */
function missAll(n: number, size: number, queries: number): number {
  let chance = 1;
  for (let i = 0; i < queries; i++) chance *= Math.max(0, n - size - i) / (n - i);
  return chance;
}
