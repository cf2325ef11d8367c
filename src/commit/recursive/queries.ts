// How many positions of a code are queried: the least number of distinct ones that miss every wrong one with a chance
// that a proof of work brings below the error asked for (parameters.ts), and about how many digests they take.

import type { CodeShape } from '../query-errors.ts';
import { codeVariables } from './parameters.ts';

/** Far above what rate 1/2 needs. */
export const MAX_QUERIES = 1024;

/** The least number of positions that all miss with a chance of at most 2^(grindingBits − bits); infinite if too many. */
export function leastQueries(code: CodeShape, bits: number, grindingBits: number): number {
  const n = 2 ** codeVariables(code);
  const right = n - Math.floor((n - 2 ** code.columnVariables) / 2) - 1;
  const target = 2 ** (grindingBits - bits);
  let chance = 1;
  for (let queries = 0; queries < MAX_QUERIES; ) {
    chance *= Math.max(0, right - queries) / (n - queries);
    queries++;
    if (chance <= target) return queries;
  }
  return Number.POSITIVE_INFINITY;
}

/** Queries of a code with some work, and about as many digests as they take. */
export interface QueryCount {
  readonly queries: number;
  readonly digests: number;
}

/** Query counts at one error. */
export class QueryTable {
  readonly #bits: number;
  readonly #counts = new Map<number, QueryCount>();

  constructor(bits: number) {
    this.#bits = bits;
  }

  count(code: CodeShape, grindingBits: number): QueryCount {
    const key = 256 * code.columnVariables + 32 * code.rateBits + grindingBits;
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const queries = leastQueries(code, this.#bits, grindingBits);
    const depth = codeVariables(code);
    const missed = (leaves: number): number => Math.max(0, 1 - leaves / 2 ** depth) ** queries;
    let digests = 0;
    for (let height = 0; height < depth; height++) {
      digests += 2 ** (depth - height) * (missed(2 ** height) - missed(2 ** (height + 1)));
    }
    const count = { queries, digests };
    this.#counts.set(key, count);
    return count;
  }
}
