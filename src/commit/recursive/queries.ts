// The number of queried positions of a code: the least number of distinct ones that miss every wrong one with a chance
// that a proof of work brings below the requested error (parameters.ts); and the expected number of their digests.

import { LEAST_TAIL } from '../../hiding/protocol.ts';
import { type CodeShape, MissChances } from '../query-errors.ts';
import { codeVariables } from './parameters.ts';

/** The most queries of a level; rate 1/2 needs fewer. */
export const MAX_QUERIES = 1024;

/** Costs are counted in millionths of bytes, and digests in millionths. */
export const MILLION = 1e6;

/** Returns the most queries of a level: fewer than its tails, where it hides. */
export const mostQueries = ({ tail }: CodeShape): number => (tail === undefined ? MAX_QUERIES : LEAST_TAIL - 1);

/** Queries of a code with some work, and the expected number of their digests in millionths. */
export interface QueryCount {
  readonly queries: number;
  readonly digests: number;
}

/** One number for each code: columns and rates have at most 5 and 3 bits. */
const codeKey = ({ columnVariables, rateBits, tail = 0 }: CodeShape): number =>
  256 * tail + 8 * columnVariables + rateBits;

/** Query counts of all codes. */
export class QueryTable {
  readonly #budget: bigint;
  readonly #chances = new Map<number, MissChances>();
  readonly #counts = new Map<number, QueryCount | undefined>();
  readonly #nodes: number[][] = [];

  /** @param budget - the error that `count` leaves to the queries of a level */
  constructor(budget: bigint) {
    this.#budget = budget;
  }

  /** Returns the chances that positions of a code miss all wrong ones. */
  chances(code: CodeShape): MissChances {
    const key = codeKey(code);
    const known = this.#chances.get(key) ?? new MissChances(code);
    this.#chances.set(key, known);
    return known;
  }

  /**
   * Returns the least number of positions that all miss with a chance within the error; undefined if they are too many.
   */
  least(code: CodeShape, error: bigint, grindingBits: number): number | undefined {
    return this.chances(code).least(error << BigInt(grindingBits), mostQueries(code));
  }

  /** Returns the same with the table's budget, and their digests. */
  count(code: CodeShape, grindingBits: number): QueryCount | undefined {
    const key = 32 * codeKey(code) + grindingBits;
    if (this.#counts.has(key)) return this.#counts.get(key);
    const queries = this.least(code, this.#budget, grindingBits);
    const count = queries === undefined ? undefined : { queries, digests: this.digests(codeVariables(code), queries) };
    this.#counts.set(key, count);
    return count;
  }

  /**
   * Returns 10^6 times the expected number of digests in a multi-proof: two per ancestor, minus the paths' own nodes.
   */
  digests(depth: number, queries: number): number {
    let digests = 2 * MILLION - this.#nodesAbove(depth, queries);
    for (let level = 1; level < depth; level++) digests += this.#nodesAbove(level, queries);
    return digests;
  }

  /** Returns 10^6 times the expected number of the 2^level nodes above `queries` independent random positions. */
  #nodesAbove(level: number, queries: number): number {
    this.#nodes[level] ??= [0];
    const nodes = this.#nodes[level];
    for (let q = nodes.length; q <= queries; q++) {
      nodes.push(nodes[q - 1] + MILLION - Math.floor(nodes[q - 1] / 2 ** level));
    }
    return nodes[queries];
  }
}
