/** The choice of parameters, section 14, for openings without a claim at a given point: of proofs about public weights. */

import { check, log2, P } from './field.ts';
import type { Code, Level, Matrix, Size } from './parameters.ts';

/** A level without its queries. */
type Shape = Code & { readonly joined: readonly number[]; readonly matrices: Matrix[] };

/** A level without its queries, its cost, that of its message, and the count of the errors that no query lessens. */
interface Offer extends Shape {
  readonly grindingBits: number;
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

const addUp = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const most = ({ matrices }: Pick<Level, 'matrices'>): number => Math.max(...matrices.map(({ variables }) => variables));

/** The bytes of a level with `queries` queries, except those of its message: columns, paths and the rest. */
function send({ columnVariables, rateBits, matrices }: Shape, q: number): number {
  const opened = matrices.map(({ rows, kind }) => rows * (kind === 'base' ? 4 : 16));
  const lengths = matrices.map(({ digestLength }) => digestLength);
  return q * 1e6 * addUp(opened) + digests(columnVariables + rateBits, q) * addUp(lengths);
}
function fixed({ matrices }: Shape): number {
  const [{ kind, digestLength }] = matrices;
  return 1e6 * (4 + 16 * (2 * most({ matrices }) + matrices.length) + (kind === 'extension' ? digestLength : 0));
}

/** The levels for these members, within a budget in tenths of bits. */
function choose(members: readonly Size[], tenths: number): { levels: Level[]; places: number[] } {
  const length = addUp(members.map(({ used }) => used));
  const works = length <= 2 ** 17 ? [12] : [12, 14, 15, 16, 17, 18];
  const perMillisecond = length <= 2 ** 22 ? 550 : 250;
  const digestLength = Math.min(32, Math.ceil((tenths + 20) / 40));
  const draft = budget(tenths + 24);
  const isCheap = (elements: number, rateBits: number): boolean => rateBits <= 2 || elements * 2 ** rateBits <= 2 ** 23;

  const weigh = (running: number, joined: readonly number[], columnVariables: number, rateBits: number): Offer[] => {
    const joining = joined.map((member) => members[member]);
    const fits = joining.every(({ used, code }) =>
      code
        ? code.columnVariables === columnVariables && code.rateBits === rateBits
        : used <= 1024 * 2 ** columnVariables && isCheap(used, rateBits),
    );
    const isFirst = running < 0;
    if (!fits || columnVariables + rateBits > 24 || (!isFirst && !isCheap(4 * 2 ** running, rateBits))) return [];
    const rows = 2 ** Math.max(0, running - columnVariables);
    const message = { rows, variables: running, kind: 'extension', digestLength };
    const own = joining.map(({ used, variables, code }) => {
      const height = Math.ceil(used / 2 ** columnVariables);
      return { rows: height, variables, kind: 'base', digestLength: code?.digestLength ?? digestLength };
    });
    const shape = { columnVariables, rateBits, joined, matrices: isFirst ? own : [message, ...own] };
    const costs = works.map((work) => {
      const q = least(shape, draft, work);
      return q > 1024 ? q : send(shape, q) + perMillisecond * (q * 2 ** columnVariables + 35 * 2 ** work);
    });
    if (least(shape, draft, works[0]) > 1024) return [];
    const cost = Math.min(...costs);
    const grindingBits = works[costs.indexOf(cost)];
    const [selectors, largest] = [log2(shape.matrices.length), most(shape)];
    const lacking = addUp(shape.matrices.map(({ variables }) => largest - variables));
    const selection = selectors + 2 * lacking;
    const run = shape.matrices.length - 1 + 2 * largest;
    const count = (selectors + largest - columnVariables) * positions(shape) + run + selection;
    const isNew = joining.filter(({ code }) => code === undefined).map(({ used }) => used);
    const elements = (isFirst ? 0 : 4 * rows * 2 ** columnVariables) + addUp(isNew);
    const all = cost + fixed(shape) + perMillisecond * 8 * elements * 2 ** rateBits;
    return [{ ...shape, grindingBits, cost: all, message: 16e6 * 2 ** columnVariables, count }];
  };

  const offers = new Map<string, Offer[]>();
  const isAllowed = (offer: Offer, margin: number): boolean =>
    BigInt(offer.count + least(offer, draft, works[0])) <= budget(tenths + margin) / UNIT;
  const offersOf = (running: number, joining: number, short: number): Offer[] => {
    const key = `${running} ${joining} ${short}`;
    const known = offers.get(key);
    if (known) return known;
    const joined = [...members.keys()].filter((member) => (joining >> member) & 1);
    const largest = running <= short ? Math.max(-1, ...joined.map((member) => members[member].variables)) : -1;
    const [lowest, highest] = running < 0 ? [0, largest] : [Math.max(0, running - 6), Math.max(largest, running - 1)];
    const ks = Array.from({ length: Math.max(0, highest - lowest + 1) }, (_, i) => lowest + i);
    const made = ks.flatMap((k) => [1, 2, 3, 4].flatMap((rateBits) => weigh(running, joined, k, rateBits)));
    offers.set(key, made);
    return made;
  };

  /** `running` is −1 without a message, `short` where no message may be padded. */
  const shortest = (
    margin: number,
    short: number,
    known: Map<string, Chain | undefined>,
    running = -1,
    left = 2 ** members.length - 1,
  ): Chain | undefined => {
    const key = `${running} ${left}`;
    if (known.has(key)) return known.get(key);
    const isLost = members.some(({ code }, member) => {
      return code && (left >> member) & 1 && running >= 0 && code.columnVariables >= running && running > short;
    });
    if (isLost) return undefined;
    let best: Chain | undefined;
    for (let joining = running < 0 ? 1 : 0; joining <= left; joining++) {
      if ((joining & left) !== joining) continue;
      for (const offer of offersOf(running, joining, short)) {
        if (!isAllowed(offer, margin)) continue;
        const remaining = left - joining;
        const ends = remaining === 0 ? [{ cost: offer.message, offers: [] }] : [];
        const rest = shortest(margin, short, known, offer.columnVariables, remaining);
        for (const next of [...ends, ...(rest ? [rest] : [])]) {
          const cost = offer.cost + next.cost;
          if (best === undefined || cost < best.cost) best = { cost, offers: [offer, ...next.offers] };
        }
      }
    }
    known.set(key, best);
    return best;
  };

  const errors = (chain: readonly Offer[], queries: readonly number[], withMisses = true): bigint => {
    const lengths = new Set(chain.flatMap(({ matrices }) => matrices.map((matrix) => matrix.digestLength)));
    const collisions = [...lengths].reduce((sum, bytes) => sum + 2n ** BigInt(160 - 4 * bytes), 0n);
    return chain.reduce((sum, level, l) => {
      const claims = l < chain.length - 1 ? Math.min(queries[l], positions(level)) : 0;
      const missed = withMisses ? divideUp(miss(level, queries[l]), 2n ** BigInt(level.grindingBits)) : 0n;
      return sum + UNIT * BigInt(level.count + claims) + missed;
    }, collisions);
  };

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

  for (const short of [-1, 16]) {
    let best: { bytes: number; levels: Level[]; chain: readonly Offer[] } | undefined;
    for (const margin of [5, 10, 20, 30]) {
      const chain = shortest(margin, short, new Map())?.offers ?? [];
      const queries = settle(chain);
      if (chain.length === 0 || queries === undefined) continue;
      const sizes = chain.map((level, l) => fixed(level) + send(level, Math.min(queries[l], positions(level))));
      const bytes = addUp(sizes) + chain[chain.length - 1].message;
      const levels = chain.map((level, l) => ({ ...level, queries: queries[l] }));
      if (best === undefined || bytes < best.bytes) best = { bytes, levels, chain };
      if (chain.every((offer) => isAllowed(offer, 30))) break;
    }
    if (best === undefined) continue;
    const { chain, levels } = best;
    return { levels, places: members.map((_, member) => chain.findIndex(({ joined }) => joined.includes(member))) };
  }
  throw new Error('no parameters are sound');
}

/** The parameters of an opening of these members as text, where all other errors have this count over |F|. */
export function parametersOf(count: number, members: readonly Size[]): string {
  const left = 2n ** 60n - UNIT * BigInt(count) - 2n ** 32n;
  check(left > 0n, 'the errors add up to more than 2^-100');
  if (members.length === 0) return 'null';
  let tenths = 1000;
  while (budget(tenths) > left) tenths++;
  const { levels, places } = choose(members, tenths);
  const written = levels.map((level) => {
    const { columnVariables, rateBits, matrices, queries, grindingBits } = level;
    const folded = BigInt(log2(matrices.length) + most(level) - columnVariables);
    let hundredths = 0n;
    while (folded ** 100n > 2n ** hundredths) hundredths++;
    const proximityBits = folded ? (12395 - Number(hundredths) - 100 * (columnVariables + rateBits)) / 100 : null;
    return { columnVariables, rateBits, matrices, queries, grindingBits, proximityBits };
  });
  return JSON.stringify({ fieldBits: 123.95, levels: written, places, isPoint: false });
}
