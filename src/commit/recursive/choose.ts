// The choice of a chain of levels: the shortest expected proof, in which a millisecond of the prover's time counts like
// some bytes. Dynamic programming over what is left to open, the length of the running message and the members that
// have not joined yet; each level is given the same error for its queries, then the chain found is settled exactly.
// Deterministic: both sides choose by themselves.

import { UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { logCeil } from '../../poly/point.ts';
import { MAX_WORK_BITS, NONCE_LENGTH } from '../hash/proof-of-work.ts';
import { DIGEST_LENGTH } from '../merkle/protocol.ts';
import { missProbability } from '../query-errors.ts';
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
  type RecursiveParameters,
  runBytes,
  runErrorCount,
  selectionErrorCount,
  selectorVariables,
} from './parameters.ts';
import { leastQueries, MAX_QUERIES, QueryTable } from './queries.ts';

/** What parameters are chosen from. */
export interface RecursiveRequest {
  readonly field: Field<unknown>;
  /** The errors of the opening add up to at most 2^−securityBits. */
  readonly securityBits: number;
  readonly members: readonly MemberRequest[];
  /** Bits of proof of work of every level, at most 24; chosen for each level unless given. */
  readonly grindingBits?: number;
}

const MAX_RATE_BITS = 4;
/** Codes of more than four times a vector's length have at most 2^this elements of the prime field. */
const CHEAP_CODE_VARIABLES = 23;
/** The same of vectors that are committed once for many proofs. */
const KEPT_CODE_VARIABLES = 25;
/** Positions are numbers of at most this many bits (`drawIndices`). */
const MAX_CODE_VARIABLES = 30;
/** A level makes its message at most 2^this times shorter than the one before. */
const MAX_STEP = 6;
/** Where nothing else is possible, a message of at most 2^this elements is padded to the rows of a vector that joins it. */
const SHORT_MESSAGE = 16;
const MAX_MEMBERS = 6;
/** Columns of more values than this make long proofs, whatever else is chosen. */
const MAX_ROWS = 2 ** 10;
/** How many bytes more a proof may have that is made a millisecond faster, by the length of all members together. */
const BYTES_PER_MILLISECOND = { short: 550, long: 250 };
const LONG = 2 ** 22;
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

/** Milliseconds of a hash of the proof of work. */
const WORK_TIME = 35e-6;
/** Bits of work that are tried; of the first alone where all members together are at most so long. */
const WORK_BITS = [12, 14, 15, 16, 17, 18];
const LITTLE_WORK_LENGTH = 2 ** 17;

/** A level before its queries are settled. */
interface Draft extends Shape {
  readonly grindingBits: number;
}

/** A level before its work is chosen. */
interface Shape {
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
  const { field, securityBits, members, grindingBits } = request;
  checkRequest(members, grindingBits);
  const queries = new QueryTable(securityBits + QUERY_MARGIN);
  const parameters = shortest(request, queries, -1) ?? shortest(request, queries, SHORT_MESSAGE);
  if (parameters === undefined) {
    const sizes = members.map(({ used }) => used).join(', ');
    throw new UsageError(
      `no parameters open vectors of ${sizes} elements of ${field.name} with ${securityBits} bits of security`,
    );
  }
  return parameters;
}

/** The best that any of the margins leads to. */
function shortest(
  request: RecursiveRequest,
  queries: QueryTable,
  shortMessage: number,
): RecursiveParameters | undefined {
  const { field, securityBits } = request;
  const strictest = 2 ** (field.bits - securityBits - MARGINS[MARGINS.length - 1]);
  let best: { parameters: RecursiveParameters; bytes: number } | undefined;
  for (const margin of MARGINS) {
    const search = new Search(request, queries, margin, shortMessage);
    const chain = search.shortest();
    const parameters = chain && settle(request, chain);
    if (parameters === undefined) continue;
    const bytes = expectedBytes(field, parameters);
    if (best === undefined || bytes < best.bytes) best = { parameters, bytes };
    // stricter margins would find the same
    if (chain?.every((draft) => search.fieldErrors(draft) <= strictest)) break;
  }
  return best?.parameters;
}

function checkRequest(members: readonly MemberRequest[], grindingBits = 0): void {
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

/** Bytes of the digests of what is committed now. */
function digestLengthFor(securityBits: number): number {
  return Math.min(DIGEST_LENGTH, Math.max(1, Math.ceil((securityBits + DIGEST_MARGIN) / 4)));
}

/** Whether a code of this rate is one of at most four times the length, or short. */
function isCheap(length: number, rateBits: number, mostVariables: number): boolean {
  return rateBits <= 2 || length * 2 ** rateBits <= 2 ** mostVariables;
}

/** Whether a member may stand where rows have this length. */
function fitsRows({ used, code }: MemberRequest, columnVariables: number): boolean {
  return code === undefined ? used <= MAX_ROWS * 2 ** columnVariables : code.columnVariables === columnVariables;
}

/** Whether a member may be encoded at this rate. */
function fitsRate({ used, code, isKept }: MemberRequest, rateBits: number): boolean {
  if (code !== undefined) return code.rateBits === rateBits;
  return isCheap(used, rateBits, isKept === true ? KEPT_CODE_VARIABLES : CHEAP_CODE_VARIABLES);
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
  readonly #queries: QueryTable;
  /** log₂ of the longest message that may be padded. */
  readonly #shortMessage: number;
  /** Bits of work that may be done. */
  readonly #works: readonly number[];
  readonly #digestLength: number;
  readonly #bytesPerMillisecond: number;
  /** Numerator over |F| that the errors of one level may have. */
  readonly #mostErrors: number;
  readonly #chains = new Map<number, Chain | undefined>();

  constructor(request: RecursiveRequest, queries: QueryTable, margin: number, shortMessage: number) {
    const { field, securityBits, members, grindingBits } = request;
    this.#request = request;
    this.#queries = queries;
    this.#shortMessage = shortMessage;
    const length = members.reduce((sum, { used }) => sum + used, 0);
    const isShort = length <= LITTLE_WORK_LENGTH;
    this.#bytesPerMillisecond = length <= LONG ? BYTES_PER_MILLISECOND.short : BYTES_PER_MILLISECOND.long;
    this.#works = grindingBits !== undefined ? [grindingBits] : isShort ? WORK_BITS.slice(0, 1) : WORK_BITS;
    this.#digestLength = digestLengthFor(securityBits);
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
    // whoever joins joins before the message is shorter than a row of its own
    const isLost = this.#request.members.some(({ code }, member) => {
      if (code === undefined || ((left >> member) & 1) === 0 || running === undefined) return false;
      return code.columnVariables >= running && running > this.#shortMessage;
    });
    if (isLost) return undefined;
    for (let joining = 0; joining <= left; joining++) {
      if ((joining & ~left) !== 0 || (running === undefined && joining === 0)) continue;
      for (const shape of this.#levels(running, joining)) {
        const { level, cost, message } = this.#withWork(shape);
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
  #levels(running: number | undefined, joining: number): Shape[] {
    const { field, members } = this.#request;
    const joined = members.map((_, member) => member).filter((member) => ((joining >> member) & 1) === 1);
    if (members[0].isPoint === true && (running === undefined ? joining !== 1 : (joining & 1) === 1)) return [];
    const largest = Math.max(0, ...joined.map((member) => members[member].variables));
    const lowest = running === undefined ? 0 : Math.max(0, running - MAX_STEP);
    const canPad = joining > 0 && (running === undefined || running <= this.#shortMessage);
    const highest = Math.max(canPad ? largest : -1, (running ?? 0) - 1);
    const shapes: Shape[] = [];
    for (let columnVariables = lowest; columnVariables <= highest; columnVariables++) {
      if (joined.some((member) => !fitsRows(members[member], columnVariables))) continue;
      const matrices = this.#matrices(running, joined, columnVariables);
      for (let rateBits = 1; rateBits <= MAX_RATE_BITS; rateBits++) {
        if (columnVariables + rateBits > Math.min(field.twoAdicity, MAX_CODE_VARIABLES)) break;
        const isAllowed =
          (running === undefined || isCheap(field.degree * 2 ** running, rateBits, CHEAP_CODE_VARIABLES)) &&
          joined.every((member) => fitsRate(members[member], rateBits));
        if (!isAllowed) continue;
        const shape = { columnVariables, rateBits, joined, matrices };
        if (this.fieldErrors(shape) <= this.#mostErrors) shapes.push(shape);
      }
    }
    return shapes;
  }

  #matrices(running: number | undefined, joined: readonly number[], columnVariables: number): MatrixParameters[] {
    const { members } = this.#request;
    const matrices = joined.map((member): MatrixParameters => {
      const { used, variables, code } = members[member];
      const rows = Math.ceil(used / 2 ** columnVariables);
      return { rows, variables, kind: 'base', digestLength: code?.digestLength ?? this.#digestLength };
    });
    if (running === undefined) return matrices;
    const rows = 2 ** Math.max(0, running - columnVariables);
    return [{ rows, variables: running, kind: 'extension', digestLength: this.#digestLength }, ...matrices];
  }

  /** Numerator over |F| of the errors of a level that no query lessens. */
  fieldErrors(shape: Shape): number {
    const variables = selectorVariables(shape) + levelVariables(shape) - shape.columnVariables;
    const proximity = variables * 2 ** codeVariables(shape);
    const { queries } = this.#queries.count(shape, this.#works[0]);
    return proximity + runErrorCount(shape) + selectionErrorCount(shape) + queries;
  }

  /** The level with the work that is cheapest, what it costs, and what it costs to send its message besides. */
  #withWork(shape: Shape): { level: Draft; cost: number; message: number } {
    const { field } = this.#request;
    let columnBytes = 0;
    let digestBytes = 0;
    for (const { rows, kind, digestLength } of shape.matrices) {
      columnBytes += rows * elementBytes(field, kind);
      digestBytes += digestLength;
    }
    let [best, grindingBits] = [Number.POSITIVE_INFINITY, 0];
    for (const bits of this.#works) {
      const { queries, digests } = this.#queries.count(shape, bits);
      const time = POWER_TIME * queries * 2 ** shape.columnVariables + WORK_TIME * 2 ** bits;
      const cost = queries * columnBytes + digests * digestBytes + this.#bytesPerMillisecond * time;
      if (cost < best) [best, grindingBits] = [cost, bits];
    }
    const level = { ...shape, grindingBits };
    return { level, cost: best + this.#fixedCost(shape), message: 2 ** shape.columnVariables * field.byteLength };
  }

  /** What a level costs besides its queries: the run, and to commit to what is committed for it. */
  #fixedCost({ columnVariables, rateBits, joined, matrices }: Shape): number {
    const { field, members } = this.#request;
    const [{ kind, rows, digestLength }] = matrices;
    let bytes = NONCE_LENGTH + (members[0].isPoint === true && joined.includes(0) ? 0 : runBytes(field, { matrices }));
    let elements = 0;
    if (kind === 'extension') {
      bytes += digestLength;
      elements += field.degree * rows * 2 ** columnVariables;
    }
    for (const member of joined) {
      const { used, code, isKept } = members[member];
      if (code === undefined && isKept !== true) elements += used;
    }
    return bytes + this.#bytesPerMillisecond * CODE_TIME * elements * 2 ** rateBits;
  }
}

/** The queries of each level of a chain: as few as the budget allows. */
function settle(
  { field, securityBits, members }: RecursiveRequest,
  drafts: readonly Draft[],
): RecursiveParameters | undefined {
  const places = members.map((_, member) => drafts.findIndex(({ joined }) => joined.includes(member)));
  const withQueries = (queries: readonly number[]): RecursiveParameters => ({
    fieldBits: field.bits,
    levels: drafts.map(({ columnVariables, rateBits, matrices, grindingBits }, index): LevelParameters => {
      const shape = { columnVariables, rateBits, matrices };
      return { ...shape, queries: queries[index], grindingBits, proximityBits: boundProximity(field.bits, shape) };
    }),
    places,
    isPoint: members[0].isPoint === true,
  });
  const enough = (queries: readonly number[]): boolean => sumOfErrors(errorTerms(withQueries(queries))) >= securityBits;
  // everything but the misses: as with queries that cannot miss, but counted as claims
  const codes = drafts.map((draft) => leastQueries(draft, securityBits + QUERY_MARGIN, draft.grindingBits));
  const missed = codes.reduce((sum, queries, index) => {
    return sum + missProbability(drafts[index], queries) * 2 ** -drafts[index].grindingBits;
  }, 0);
  const others = 2 ** -sumOfErrors(errorTerms(withQueries(codes))) - missed;
  const left = 2 ** -securityBits - others;
  if (!(left > 0)) return undefined;
  const share = -Math.log2(left / drafts.length);
  let queries = drafts.map((draft) => leastQueries(draft, share, draft.grindingBits));
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
