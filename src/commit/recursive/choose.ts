// The choice of a chain of levels: the shortest expected proof, in which a millisecond of the prover's time counts like
// some bytes. Dynamic programming over what is left to open, the length of the running message and the members that
// have not joined yet; each level is given the same error for its queries, then the chain found is settled exactly.
// Deterministic: both sides choose by themselves.

import { UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { logCeil } from '../../poly/point.ts';
import { MAX_WORK_BITS, NONCE_LENGTH } from '../hash/proof-of-work.ts';
import { DIGEST_LENGTH } from '../merkle/protocol.ts';
import { sumOfErrors } from '../scheme.ts';
import {
  boundProximity,
  codeVariables,
  elementBytes,
  errorTerms,
  expectedBytes,
  type LevelParameters,
  levelVariables,
  type MatrixParameters,
  type MemberRequest,
  missProbability,
  type RecursiveParameters,
  runBytes,
  runErrorCount,
  selectionErrorCount,
  selectorVariables,
} from './parameters.ts';

/** What parameters are chosen from. */
export interface RecursiveRequest {
  readonly field: Field<unknown>;
  /** The errors of the opening add up to at most 2^−securityBits. */
  readonly securityBits: number;
  readonly members: readonly MemberRequest[];
  /** Bits of proof of work of each level, at most 24; from the members' sizes unless given. */
  readonly grindingBits?: number;
}

const MAX_RATE_BITS = 4;
/** Codes of more than four times a vector's length have at most 2^this elements of the prime field. */
const CHEAP_CODE_VARIABLES = 23;
/** The same of vectors that are committed once for many proofs. */
const KEPT_CODE_VARIABLES = 24;
/** Positions are numbers of at most this many bits (`drawIndices`). */
const MAX_CODE_VARIABLES = 30;
/** A level makes its message at most 2^this times shorter than the one before. */
const MAX_STEP = 6;
const MAX_MEMBERS = 6;
/** Far above what rate 1/2 needs. */
const MAX_QUERIES = 1024;
/** How many bytes more a proof may have that is made a millisecond faster. */
const BYTES_PER_MILLISECOND = 300;
/** Milliseconds to encode and hash one element of the prime field. */
const CODE_TIME = 8e-6;
/** Milliseconds per element of a message and position: the next running weights and the sumcheck over them. */
const POWER_TIME = 1e-6;
/** Bits by which the errors of the field in one level must stay below the budget, one after the other. */
const MARGINS = [0.5, 1, 2, 3];
/** Bits that the queries of one level are given beyond the budget until the chain is known. */
const QUERY_MARGIN = 2.4;
/** Bits that a collision must be below the budget. */
const DIGEST_MARGIN = 2;

/** A level before its queries are settled. */
interface Draft {
  readonly columnVariables: number;
  readonly rateBits: number;
  readonly joined: readonly number[];
  readonly matrices: readonly MatrixParameters[];
}

/**
 * The parameters of one opening of all members.
 *
 * @throws UsageError if no parameters reach the security asked for
 */
export function chooseParameters(request: RecursiveRequest): RecursiveParameters {
  const { field, securityBits, members, grindingBits = grindingFor(members) } = request;
  checkRequest(members, grindingBits);
  const found = MARGINS.flatMap((margin) => {
    const chain = new Search(request, grindingBits, margin).shortest();
    const parameters = chain && settle(request, grindingBits, chain);
    return parameters === undefined ? [] : [{ parameters, bytes: expectedBytes(field, parameters) }];
  });
  if (found.length === 0) {
    const sizes = members.map(({ used }) => used).join(', ');
    throw new UsageError(
      `no parameters open vectors of ${sizes} elements of ${field.name} with ${securityBits} bits of security`,
    );
  }
  return found.reduce((best, other) => (other.bytes < best.bytes ? other : best)).parameters;
}

function checkRequest(members: readonly MemberRequest[], grindingBits: number): void {
  if (!Number.isInteger(grindingBits) || grindingBits < 0 || grindingBits > MAX_WORK_BITS) {
    throw new UsageError(`a proof of work of ${grindingBits} bits; 0 to ${MAX_WORK_BITS} are possible`);
  }
  if (members.length === 0 || members.length > MAX_MEMBERS) {
    throw new UsageError(`an opening of ${members.length} vectors; 1 to ${MAX_MEMBERS} are possible`);
  }
  for (const { used, variables } of members) {
    if (!(used >= 1) || logCeil(used) > variables) {
      throw new UsageError(`${used} used entries in a vector of 2^${variables}`);
    }
  }
  if (members.some(({ isPoint }, member) => isPoint === true && member > 0)) {
    throw new UsageError('only the first member may be opened at a given point');
  }
}

/** Work that is small beside committing to such vectors: 2^bits hashes of about 35 ns at every level. */
function grindingFor(members: readonly MemberRequest[]): number {
  const total = members.reduce((sum, { used }) => sum + used, 0);
  return total <= 2 ** 17 ? 12 : 16;
}

/** Bytes of the digests of what is committed now. */
function digestLengthFor(securityBits: number): number {
  return Math.min(DIGEST_LENGTH, Math.max(1, Math.ceil((securityBits + DIGEST_MARGIN) / 4)));
}

/** The least number of positions that all miss with a chance of at most 2^(grindingBits − bits); infinite if too many. */
function leastQueries(code: { columnVariables: number; rateBits: number }, bits: number, grindingBits: number): number {
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

/** A chain of levels and its cost in bytes, milliseconds included. */
interface Chain {
  readonly cost: number;
  readonly level: Draft;
  readonly rest: Chain | undefined;
}

/** The dynamic program for one margin. */
class Search {
  readonly #request: RecursiveRequest;
  readonly #grindingBits: number;
  readonly #digestLength: number;
  readonly #bits: number;
  /** Numerator over |F| that the errors of one level may have. */
  readonly #mostErrors: number;
  readonly #chains = new Map<number, Chain | undefined>();
  readonly #queries = new Map<number, { readonly queries: number; readonly digests: number }>();

  constructor(request: RecursiveRequest, grindingBits: number, margin: number) {
    const { field, securityBits } = request;
    this.#request = request;
    this.#grindingBits = grindingBits;
    this.#digestLength = digestLengthFor(securityBits);
    this.#bits = securityBits + QUERY_MARGIN;
    this.#mostErrors = 2 ** (field.bits - securityBits - margin);
  }

  shortest(): Draft[] | undefined {
    const { members } = this.#request;
    const all = 2 ** members.length - 1;
    const drafts: Draft[] = [];
    for (let chain = this.#best(undefined, all); chain !== undefined; chain = chain.rest) drafts.push(chain.level);
    return drafts.length === 0 ? undefined : drafts;
  }

  /** The cheapest chain that opens a message of 2^running elements and the members of the set. */
  #best(running: number | undefined, left: number): Chain | undefined {
    const key = 64 * ((running ?? -1) + 1) + left;
    if (this.#chains.has(key)) return this.#chains.get(key);
    let best: Chain | undefined;
    for (let joining = 0; joining <= left; joining++) {
      if ((joining & ~left) !== 0 || (running === undefined && joining === 0)) continue;
      for (const level of this.#levels(running, joining)) {
        const { cost, message } = this.#costs(level);
        if (cost >= (best?.cost ?? Number.POSITIVE_INFINITY)) continue;
        const remaining = left & ~joining;
        if (remaining === 0 && cost + message < (best?.cost ?? Number.POSITIVE_INFINITY)) {
          best = { cost: cost + message, level, rest: undefined };
        }
        const rest = this.#best(level.columnVariables, remaining);
        const whole = cost + (rest?.cost ?? Number.POSITIVE_INFINITY);
        if (rest !== undefined && whole < (best?.cost ?? Number.POSITIVE_INFINITY)) best = { cost: whole, level, rest };
      }
    }
    this.#chains.set(key, best);
    return best;
  }

  /** Every level at which the running message and these members may stand. */
  #levels(running: number | undefined, joining: number): Draft[] {
    const { field, members } = this.#request;
    const joined = members.map((_, member) => member).filter((member) => ((joining >> member) & 1) === 1);
    if (members[0].isPoint === true && (running === undefined ? joining !== 1 : (joining & 1) === 1)) return [];
    const fixed = joined.flatMap((member) => members[member].code ?? []);
    const free = joined.filter((member) => members[member].code === undefined);
    const largest = Math.max(...joined.map((member) => members[member].variables));
    const [lowest, highest] = running === undefined ? [0, largest] : [Math.max(0, running - MAX_STEP), running - 1];
    const drafts: Draft[] = [];
    for (let columnVariables = lowest; columnVariables <= highest; columnVariables++) {
      for (let rateBits = 1; rateBits <= MAX_RATE_BITS; rateBits++) {
        if (columnVariables + rateBits > Math.min(field.twoAdicity, MAX_CODE_VARIABLES)) break;
        if (fixed.some((code) => code.columnVariables !== columnVariables || code.rateBits !== rateBits)) continue;
        const draft = { columnVariables, rateBits, joined, matrices: this.#matrices(running, joined, columnVariables) };
        const isCheap =
          (running === undefined || field.degree * 2 ** (running + rateBits) <= 2 ** CHEAP_CODE_VARIABLES) &&
          free.every((member) => {
            const { used, isKept = false } = members[member];
            return used * 2 ** rateBits <= 2 ** (isKept ? KEPT_CODE_VARIABLES : CHEAP_CODE_VARIABLES);
          });
        if ((rateBits <= 2 || isCheap) && this.#isSound(draft)) drafts.push(draft);
      }
    }
    return drafts;
  }

  #matrices(running: number | undefined, joined: readonly number[], columnVariables: number): MatrixParameters[] {
    const { members } = this.#request;
    const matrices = joined.map((member): MatrixParameters => {
      const { used, variables, code } = members[member];
      const rows = Math.ceil(used / 2 ** columnVariables);
      return { rows, variables, kind: 'base', digestLength: code?.digestLength ?? this.#digestLength };
    });
    if (running === undefined) return matrices;
    const rows = 2 ** (running - columnVariables);
    return [{ rows, variables: running, kind: 'extension', digestLength: this.#digestLength }, ...matrices];
  }

  /** Whether the errors that no query lessens are small enough. */
  #isSound(draft: Draft): boolean {
    const variables = selectorVariables(draft) + levelVariables(draft) - draft.columnVariables;
    const proximity = variables * 2 ** codeVariables(draft);
    const { queries } = this.#query(draft);
    return proximity + runErrorCount(draft) + selectionErrorCount(draft) + queries <= this.#mostErrors;
  }

  /** What a level costs besides its message, and what it costs to send that in clear. */
  #costs(draft: Draft): { cost: number; message: number } {
    const { field, members } = this.#request;
    const { columnVariables, rateBits, joined, matrices } = draft;
    const { queries, digests } = this.#query(draft);
    const isFirstPoint = members[0].isPoint === true && joined.includes(0);
    let bytes = NONCE_LENGTH + (isFirstPoint ? 0 : runBytes(field, draft));
    let time = POWER_TIME * queries * 2 ** columnVariables + this.#workTime();
    for (const { rows, kind, digestLength } of matrices) {
      bytes += queries * rows * elementBytes(field, kind) + digests * digestLength;
      if (kind === 'extension') {
        bytes += digestLength;
        time += CODE_TIME * field.degree * rows * 2 ** (columnVariables + rateBits);
      }
    }
    for (const member of joined) {
      if (members[member].code !== undefined || members[member].isKept === true) continue;
      time += CODE_TIME * members[member].used * 2 ** rateBits;
    }
    return { cost: bytes + BYTES_PER_MILLISECOND * time, message: 2 ** columnVariables * field.byteLength };
  }

  #workTime(): number {
    return 35e-6 * 2 ** this.#grindingBits;
  }

  /** Queries of a code, and about as many digests as they take. */
  #query(code: { columnVariables: number; rateBits: number }): { readonly queries: number; readonly digests: number } {
    const key = 8 * code.columnVariables + code.rateBits;
    const known = this.#queries.get(key);
    if (known !== undefined) return known;
    const queries = leastQueries(code, this.#bits, this.#grindingBits);
    const depth = codeVariables(code);
    const missed = (leaves: number): number => Math.max(0, 1 - leaves / 2 ** depth) ** queries;
    let digests = 0;
    for (let height = 0; height < depth; height++) {
      digests += 2 ** (depth - height) * (missed(2 ** height) - missed(2 ** (height + 1)));
    }
    const found = { queries, digests };
    this.#queries.set(key, found);
    return found;
  }
}

/** The queries of each level of a chain: as few as the budget allows. */
function settle(
  { field, securityBits, members }: RecursiveRequest,
  grindingBits: number,
  drafts: readonly Draft[],
): RecursiveParameters | undefined {
  const places = members.map((_, member) => drafts.findIndex(({ joined }) => joined.includes(member)));
  const withQueries = (queries: readonly number[]): RecursiveParameters => ({
    fieldBits: field.bits,
    levels: drafts.map(({ columnVariables, rateBits, matrices }, index): LevelParameters => {
      const shape = { columnVariables, rateBits, matrices };
      return { ...shape, queries: queries[index], grindingBits, proximityBits: boundProximity(field.bits, shape) };
    }),
    places,
    isPoint: members[0].isPoint === true,
  });
  const enough = (queries: readonly number[]): boolean => sumOfErrors(errorTerms(withQueries(queries))) >= securityBits;
  // everything but the misses: as with queries that cannot miss, but counted as claims
  const codes = drafts.map((draft) => leastQueries(draft, securityBits + QUERY_MARGIN, grindingBits));
  const missed = codes.reduce((sum, queries, index) => sum + missProbability(drafts[index], queries), 0);
  const others = 2 ** -sumOfErrors(errorTerms(withQueries(codes))) - missed * 2 ** -grindingBits;
  const left = 2 ** -securityBits - others;
  if (!(left > 0)) return undefined;
  const share = -Math.log2(left / drafts.length);
  let queries = drafts.map((draft) => leastQueries(draft, share, grindingBits));
  // one more query is one more claim at a level: the share may fall short by that
  for (let tries = 0; !enough(queries); tries++) {
    if (tries > drafts.length || queries.some((count) => count > MAX_QUERIES)) return undefined;
    queries = queries.map((count) => count + 1);
  }
  for (let index = 0; index < queries.length; index++) {
    while (queries[index] > 1 && enough(queries.with(index, queries[index] - 1))) queries[index]--;
  }
  return withQueries(queries);
}
