// The chance that distinct random positions of a code miss all wrong ones, and the expected number of digests in their
// multi-proof: for codes whose columns are opened under a Merkle tree. A code of dimension k and n positions has distance
// n − k + 1; a word that is too far from it differs in more than e = ⌊(n − k)/2⌋ positions, its unique-decoding radius.
// All of it in integers.

import { errorOfBits } from '../security/error-budget.ts';

/** log₂ of the row length, and of codeword length over row length. */
export interface CodeShape {
  readonly columnVariables: number;
  readonly rateBits: number;
  /** Random coefficients that follow each row; none if absent. */
  readonly tail?: number;
}

/**
 * The chances that q distinct positions avoid e + 1 wrong ones, q = 0, 1, …, in units of errors, rounded up after each:
 * c_0 = 1, c_{q+1} = ⌈c_q·(n − e − 1 − q)/(n − q)⌉. They are computed on demand.
 */
export class MissChances {
  readonly #positions: number;
  readonly #right: number;
  readonly #chances = [errorOfBits(0)];

  constructor({ columnVariables, rateBits, tail = 0 }: CodeShape) {
    const k = 2 ** columnVariables + tail;
    const n = 2 ** (columnVariables + rateBits);
    this.#positions = n;
    this.#right = n - Math.floor((n - k) / 2) - 1;
  }

  /** Returns the chance for `queries` positions, at most all of them. */
  at(queries: number): bigint {
    const count = Math.min(queries, this.#positions);
    for (let q = this.#chances.length - 1; q < count; q++) {
      const left = BigInt(this.#positions - q);
      const product = this.#chances[q] * BigInt(Math.max(0, this.#right - q));
      this.#chances.push((product + left - 1n) / left);
    }
    return this.#chances[count];
  }

  /**
   * Returns the least number of positions, from 1 to `most`, with a chance of at most `target`; undefined if none is
   * enough.
   */
  least(target: bigint, most: number): number | undefined {
    for (let queries = 1; queries <= most; queries++) if (this.at(queries) <= target) return queries;
    return undefined;
  }
}

/**
 * Returns the chance that distinct positions avoid e + 1 wrong ones, after a proof of work: units of errors, rounded
 * up.
 */
export function missError(chances: MissChances, queries: number, grindingBits: number): bigint {
  const work = 1n << BigInt(grindingBits);
  return (chances.at(queries) + work - 1n) / work;
}

/**
 * Returns the mean number of digests in the multi-proof of `queries` random positions of a tree over 2^depth leaves.
 */
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

/** Returns the chance that `queries` distinct positions of n avoid a given set of `size`. */
function missAll(n: number, size: number, queries: number): number {
  let chance = 1;
  for (let i = 0; i < queries; i++) chance *= Math.max(0, n - size - i) / (n - i);
  return chance;
}
