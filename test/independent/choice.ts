/**
 * The choice of parameters, section 14, where the columns of a proof are the only member of its opening. The verifier takes
 * its parameters as text and checks that they are sound; that the page is enough to find them is shown here.
 */

import { check, P } from './field.ts';

/** A level has one matrix here: the columns, or the message of the level before. */
interface Level {
  readonly columnVariables: number;
  readonly rateBits: number;
  readonly matrices: readonly { rows: number; variables: number; kind: string; digestLength: number }[];
  readonly queries: number;
  readonly grindingBits: number;
}

/** A level without its queries, its cost, that of its message, and the count of the errors that no query lessens. */
interface Offer extends Omit<Level, 'queries'> {
  readonly cost: number;
  readonly message: number;
  readonly count: number;
}

interface Chain {
  readonly cost: number;
  readonly offers: readonly Offer[];
}

const T = [65536n, 61147n, 57052n, 53231n, 49667n, 46340n, 43237n, 40342n, 37640n, 35119n];
/** 1/|F|. */
const UNIT = (2n ** 160n + P ** 4n - 1n) / P ** 4n;
const budget = (tenths: number): bigint => (T[tenths % 10] << BigInt(160 - Math.floor(tenths / 10))) >> 16n;
const divideUp = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
type Code = Pick<Level, 'columnVariables' | 'rateBits'>;
const positions = ({ columnVariables, rateBits }: Code): number => 2 ** (columnVariables + rateBits);

/** miss(q) of each code, as far as it was needed. */
const misses = new Map<number, bigint[]>();

function miss(code: Code, queries: number): bigint {
  const n = positions(code);
  const right = n - Math.floor((n - 2 ** code.columnVariables) / 2) - 1;
  const chances = misses.get(8 * code.columnVariables + code.rateBits) ?? [2n ** 160n];
  misses.set(8 * code.columnVariables + code.rateBits, chances);
  for (let i = chances.length - 1; i < Math.min(queries, n); i++) {
    chances.push(divideUp(chances[i] * BigInt(Math.max(0, right - i)), BigInt(n - i)));
  }
  return chances[Math.min(queries, n)];
}

/** Infinite where 1024 are too few. */
function least(code: Code, error: bigint, work: number): number {
  for (let q = 1; q <= 1024; q++) if (miss(code, q) <= error << BigInt(work)) return q;
  return Number.POSITIVE_INFINITY;
}

function digests(depth: number, queries: number): number {
  let result = 2e6;
  for (let h = 1; h <= depth; h++) {
    let nodes = 0;
    for (let q = 0; q < queries; q++) nodes += 1e6 - Math.floor(nodes / 2 ** h);
    result += h < depth ? nodes : -nodes;
  }
  return result;
}

/** What a level with so many queries sends besides its message. */
function size({ columnVariables, rateBits, matrices: [matrix] }: Omit<Level, 'queries' | 'grindingBits'>, q: number) {
  const { rows, variables, kind, digestLength } = matrix;
  const opened = q * 1e6 * rows * (kind === 'base' ? 4 : 16) + digests(columnVariables + rateBits, q) * digestLength;
  return opened + 1e6 * (4 + 16 * (2 * variables + 1) + (kind === 'base' ? 0 : digestLength));
}

/** The levels for a vector with so many entries in use, within so many tenths of bits. */
function choose(used: number, variables: number, tenths: number): Level[] {
  const works = used <= 2 ** 17 ? [12] : [12, 14, 15, 16, 17, 18];
  const perMillisecond = used <= 2 ** 22 ? 550 : 250;
  const digestLength = Math.min(32, Math.ceil((tenths + 20) / 40));
  const draft = budget(tenths + 24);

  const weigh = (running: number | undefined, columnVariables: number, rateBits: number): Offer[] => {
    const [kind, most] = running === undefined ? ['base', variables] : ['extension', running];
    const length = kind === 'base' ? used : 4 * 2 ** most;
    const rows = Math.ceil(kind === 'base' ? used / 2 ** columnVariables : 2 ** (most - columnVariables));
    if (columnVariables + rateBits > 24 || rows > 1024 || (rateBits > 2 && length * 2 ** rateBits > 2 ** 23)) return [];
    const code = { columnVariables, rateBits, matrices: [{ rows, variables: most, kind, digestLength }] };
    const costs = works.map((work) => {
      const q = least(code, draft, work);
      if (q > 1024) return q;
      return size(code, q) + perMillisecond * (q * 2 ** columnVariables + 35 * 2 ** work);
    });
    if (least(code, draft, works[0]) > 1024) return [];
    const cost = Math.min(...costs);
    const grindingBits = works[costs.indexOf(cost)];
    const count = (most - columnVariables) * positions(code) + 2 * most;
    const message = 16e6 * 2 ** columnVariables;
    return [{ ...code, grindingBits, cost: cost + perMillisecond * 8 * length * 2 ** rateBits, message, count }];
  };

  const offers = new Map<number | undefined, Offer[]>();
  const isAllowed = (offer: Offer, margin: number): boolean =>
    BigInt(offer.count + least(offer, draft, works[0])) <= budget(tenths + margin) / UNIT;

  const shortest = (margin: number, known: Map<number | undefined, Chain | undefined>, running?: number) => {
    if (known.has(running)) return known.get(running);
    if (!offers.has(running)) {
      const lowest = running === undefined ? 0 : Math.max(0, running - 6);
      const ks = Array.from({ length: (running ?? variables + 1) - lowest }, (_, i) => lowest + i);
      offers.set(
        running,
        ks.flatMap((k) => [1, 2, 3, 4].flatMap((rateBits) => weigh(running, k, rateBits))),
      );
    }
    let best: Chain | undefined;
    for (const offer of offers.get(running) ?? []) {
      if (!isAllowed(offer, margin)) continue;
      const rest: Chain | undefined = shortest(margin, known, offer.columnVariables);
      for (const next of [{ cost: offer.message, offers: [] }, ...(rest ? [rest] : [])]) {
        const cost = offer.cost + next.cost;
        if (best === undefined || cost < best.cost) best = { cost, offers: [offer, ...next.offers] };
      }
    }
    known.set(running, best);
    return best;
  };

  const errors = (chain: readonly Offer[], queries: readonly number[], withMisses = true): bigint =>
    chain.reduce(
      (sum, level, l) => {
        const claims = l < chain.length - 1 ? Math.min(queries[l], positions(level)) : 0;
        const missed = withMisses ? divideUp(miss(level, queries[l]), 2n ** BigInt(level.grindingBits)) : 0n;
        return sum + UNIT * BigInt(level.count + claims) + missed;
      },
      2n ** BigInt(160 - 4 * digestLength),
    );

  const settle = (chain: readonly Offer[]): number[] | undefined => {
    const first = chain.map((level) => least(level, draft, level.grindingBits));
    const left = budget(tenths) - errors(chain, first, false);
    if (left <= 0n) return undefined;
    let queries = chain.map((level) => least(level, left / BigInt(chain.length), level.grindingBits));
    if (queries.some((q) => q > 1024)) return undefined;
    for (let tries = 0; errors(chain, queries) > budget(tenths); tries++) {
      if (tries > chain.length || queries.some((q) => q >= 1024)) return undefined;
      queries = queries.map((q) => q + 1);
    }
    for (const l of queries.keys()) {
      while (queries[l] > 1 && errors(chain, queries.with(l, queries[l] - 1)) <= budget(tenths)) queries[l]--;
    }
    return queries;
  };

  let best: { bytes: number; levels: Level[] } | undefined;
  for (const margin of [5, 10, 20, 30]) {
    const chain = shortest(margin, new Map())?.offers ?? [];
    const queries = settle(chain);
    if (chain.length === 0 || queries === undefined) continue;
    const sizes = chain.map((level, l) => size(level, Math.min(queries[l], positions(level))));
    const bytes = sizes.reduce((a, b) => a + b, chain[chain.length - 1].message);
    const levels = chain.map((level, l) => ({ ...level, queries: queries[l] }));
    if (best === undefined || bytes < best.bytes) best = { bytes, levels };
    if (chain.every((offer) => isAllowed(offer, 30))) break;
  }
  if (best === undefined) throw new Error('no parameters are sound');
  return best.levels;
}

/** The parameters of an opening of the columns as text, where all other errors have this count over |F|. */
export function parametersOf(count: number, columns: { used: number; variables: number }): string {
  const left = 2n ** 60n - UNIT * BigInt(count) - 2n ** 32n;
  check(left > 0n, 'the errors add up to more than 2^-100');
  if (columns.used === 0) return 'null';
  let tenths = 1000;
  while (budget(tenths) > left) tenths++;
  const levels = choose(columns.used, columns.variables, tenths).map((level) => {
    const { columnVariables, rateBits, matrices, queries, grindingBits } = level;
    const folded = BigInt(matrices[0].variables - columnVariables);
    let hundredths = 0n;
    while (folded ** 100n > 2n ** hundredths) hundredths++;
    const proximityBits = folded ? (12395 - Number(hundredths) - 100 * (columnVariables + rateBits)) / 100 : null;
    return { columnVariables, rateBits, matrices, queries, grindingBits, proximityBits };
  });
  return JSON.stringify({ fieldBits: 123.95, levels, places: [0], isPoint: false });
}
