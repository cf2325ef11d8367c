// The levels that a chain may have, and the cost of each: bytes, in which a millisecond of the prover's time counts
// like some. Costs are integers below 2^53, in millionths of a byte, so that every engine compares them alike.

import type { Field } from '../../field/field.ts';
import { NONCE_LENGTH } from '../../hash/proof-of-work.ts';
import { blindRows, chunkCount, type HidingShape, LEAST_TAIL } from '../../hiding/protocol.ts';
import { budgetOf, tenthsOf } from '../../security/error-budget.ts';
import { MAX_INDEX_BITS } from '../../transcript/transcript.ts';
import { DIGEST_LENGTH } from '../merkle/protocol.ts';
import {
  COLLISION_BITS_PER_BYTE,
  codeVariables,
  elementBytes,
  fieldErrorCount,
  lineBytes,
  type MatrixParameters,
  type MemberRequest,
  messageLength,
  positionCount,
  runBytes,
} from './parameters.ts';
import { MILLION, type QueryCount, QueryTable } from './queries.ts';

/**
 * The request for which parameters are chosen.
 *
 * @example
 * ```ts
 * import type { CommitmentRequest } from 'ternary-gkr/commit';
 * import { koalaBear } from 'ternary-gkr/field';
 *
 * // one vector of 2^12 entries, opened at a point
 * const request: CommitmentRequest = {
 *   field: koalaBear,
 *   securityBits: 100,
 *   members: [{ used: 2 ** 12, variables: 12, isPoint: true }],
 * };
 * ```
 */
export interface CommitmentRequest {
  readonly field: Field<unknown>;
  /** The errors of the opening add up to at most 2^−securityBits, which are rounded up to a tenth. */
  readonly securityBits: number;
  readonly members: readonly MemberRequest[];
  /** Bits of proof of work of every level, at most 24; chosen for each level unless given. */
  readonly grindingBits?: number;
  /** Whether there is one level only, whose message is sent: the code of Ligero, for comparison. */
  readonly isOneLevel?: boolean;
  /** The opening hides all members; `secrets` is the one that brings mask, pads and noise. */
  readonly hiding?: HidingShape & { readonly secrets: number };
}

/** The message that a level opens: of 2^variables entries, zero from `used` on. */
export interface Running {
  readonly variables: number;
  readonly used: number;
}

/** Returns the message that a level leaves. */
export function runningAfter(level: Shape): Running {
  // a tail adds a variable
  return { variables: level.columnVariables + (level.tail === undefined ? 0 : 1), used: messageLength(level) };
}

/** A level before its work is chosen. */
interface Shape {
  readonly columnVariables: number;
  readonly rateBits: number;
  readonly joined: readonly number[];
  readonly matrices: readonly MatrixParameters[];
  readonly tail?: number;
  readonly chunks?: number;
}

/** A level before its queries are settled. */
export interface Draft extends Shape {
  readonly grindingBits: number;
}

/** A level with its cost in millionths of a byte. */
export interface Offer {
  readonly level: Draft;
  /** Cost of everything except the message that the level makes. */
  readonly cost: number;
  /** Cost of sending that message. */
  readonly message: number;
  /** Numerator over |F| of the errors that no query lessens, and of the queries. */
  readonly errors: number;
}

const MAX_RATE_BITS = 4;
/** log₂ of the most elements of the prime field in a code of more than four times a vector's length. */
const CHEAP_CODE_VARIABLES = 23;
/** The same for vectors that are committed once for many proofs. */
const KEPT_CODE_VARIABLES = 25;
/** log₂ of the largest factor by which a level's message is shorter than the one before. */
const MAX_STEP = 6;
/** The most rows: longer columns always make long proofs. */
const MAX_ROWS = 2 ** 10;
/** Bytes that a proof may grow by for a millisecond less of proving, by the length of all members together. */
const BYTES_PER_MILLISECOND = { short: 550, long: 250 };
const LONG = 2 ** 22;
/** Nanoseconds to encode and hash one element of the prime field. */
const CODE_TIME = 8;
/** Nanoseconds per element of a message and position: the next running weights and the sumcheck over them. */
const POWER_TIME = 1;
/** Nanoseconds of a hash of the proof of work. */
const WORK_TIME = 35;
/** Tenths of bits that the queries of one level are given beyond the budget until the chain is known. */
const QUERY_MARGIN = 24;
/** Tenths of bits that a collision must be below the budget. */
const DIGEST_MARGIN = 20;
/** Bits of work that are tried; only the first of them if all members together are short. */
const WORK_BITS = [12, 14, 15, 16, 17, 18];
const LITTLE_WORK_LENGTH = 2 ** 17;

/** Returns the bytes of the digests of new commitments. */
function digestLengthFor(securityBits: number): number {
  const tenths = tenthsOf(securityBits) + DIGEST_MARGIN;
  return Math.min(DIGEST_LENGTH, Math.max(1, Math.ceil(tenths / (10 * COLLISION_BITS_PER_BYTE))));
}

/** Whether a code of this rate is one of at most four times the length, or short. */
function isCheap(length: number, rateBits: number, mostVariables: number): boolean {
  return rateBits <= 2 || length * 2 ** rateBits <= 2 ** mostVariables;
}

/** Whether a member may stand where rows have this length. */
function fitsRows({ used, code }: MemberRequest, columnVariables: number): boolean {
  return code === undefined ? used <= MAX_ROWS * 2 ** columnVariables : code.columnVariables === columnVariables;
}

/** Whether a member may be encoded at this rate, with these tails. */
function fitsCode({ used, code, isKept }: MemberRequest, { rateBits, tail }: Shape): boolean {
  if (code !== undefined) return code.rateBits === rateBits && code.tail === tail;
  return isCheap(used, rateBits, isKept === true ? KEPT_CODE_VARIABLES : CHEAP_CODE_VARIABLES);
}

/**
 * Whether a level of this shape can hide: a tail is at most as long as a row, enough positions stay unopened, and every leaf
 * holds an element of F at least, so that nobody can guess its digest.
 */
function canHide(field: Field<unknown>, shape: Shape): boolean {
  const { columnVariables, rateBits, tail = 0, matrices } = shape;
  const fits = 2 ** columnVariables >= tail && 5 * messageLength(shape) <= 3 * 2 ** (columnVariables + rateBits);
  return fits && matrices.every(({ rows, kind }) => kind === 'extension' || rows >= field.degree);
}

/** All levels of one request, each weighed once. */
export class Offers {
  readonly queries: QueryTable;
  readonly #request: CommitmentRequest;
  /** Bits of work that may be done. */
  readonly #works: readonly number[];
  readonly #digestLength: number;
  readonly #bytesPerMillisecond: number;
  readonly #known = new Map<string, readonly Offer[]>();

  constructor(request: CommitmentRequest) {
    const { securityBits, members, grindingBits } = request;
    this.#request = request;
    this.queries = new QueryTable(budgetOf(tenthsOf(securityBits) + QUERY_MARGIN));
    const length = members.reduce((sum, { used }) => sum + used, 0);
    const isShort = length <= LITTLE_WORK_LENGTH;
    this.#bytesPerMillisecond = length <= LONG ? BYTES_PER_MILLISECOND.short : BYTES_PER_MILLISECOND.long;
    this.#works = grindingBits !== undefined ? [grindingBits] : isShort ? WORK_BITS.slice(0, 1) : WORK_BITS;
    this.#digestLength = digestLengthFor(securityBits);
  }

  /**
   * Returns every level at which a running message and these members may stand, by ascending row length and rate.
   *
   * @param canPad - whether rows may be longer than the message
   * @param remaining - the members that join later
   */
  of(running: Running | undefined, joining: number, canPad: boolean, remaining: number): readonly Offer[] {
    const key = [joining, remaining, canPad, running?.variables, running?.used].join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const offers = this.#shapes(running, joining, canPad, remaining).flatMap((shape) => this.#weigh(shape) ?? []);
    this.#known.set(key, offers);
    return offers;
  }

  #shapes(running: Running | undefined, joining: number, canPad: boolean, remaining: number): Shape[] {
    const { field, members, hiding } = this.#request;
    const hides = hiding !== undefined && (joining | remaining) !== 0;
    const discloses = hides && remaining === 0;
    const joined = members.map((_, member) => member).filter((member) => ((joining >> member) & 1) === 1);
    if (members[0].isPoint === true && (running === undefined ? joining !== 1 : (joining & 1) === 1)) return [];
    // the secrets join last, and never alone with vectors that are opened without a run
    if (hides && joined.includes(hiding.secrets) !== discloses) return [];
    const before = running?.variables ?? 0;
    const largest = canPad ? Math.max(-1, ...joined.map((member) => members[member].variables)) : -1;
    const lowest = running === undefined ? 0 : Math.max(0, before - MAX_STEP);
    // rows are shorter than those of the level before; a tail has added a variable
    const highest = Math.max(largest, before - (running !== undefined && running.used < 2 ** before ? 2 : 1));
    const tail = hides ? Math.max(LEAST_TAIL, ...joined.map((member) => members[member].code?.tail ?? 0)) : 0;
    const shapes: Shape[] = [];
    for (let columnVariables = lowest; columnVariables <= highest; columnVariables++) {
      if (joined.some((member) => !fitsRows(members[member], columnVariables))) continue;
      const chunks = discloses ? chunkCount(hiding.pads, columnVariables) : undefined;
      const matrices = this.#matrices(running, joined, columnVariables, chunks);
      for (let rateBits = 1; rateBits <= MAX_RATE_BITS; rateBits++) {
        if (columnVariables + rateBits > Math.min(field.twoAdicity, MAX_INDEX_BITS)) break;
        const shape: Shape = {
          ...{ columnVariables, rateBits, joined, matrices },
          ...(hides && { tail }),
          ...(chunks !== undefined && { chunks }),
        };
        const isAllowed =
          (running === undefined || isCheap(field.degree * 2 ** before, rateBits, CHEAP_CODE_VARIABLES)) &&
          joined.every((member) => fitsCode(members[member], shape)) &&
          (!hides || canHide(field, shape));
        if (isAllowed) shapes.push(shape);
      }
    }
    return shapes;
  }

  #matrices(
    running: Running | undefined,
    joined: readonly number[],
    columnVariables: number,
    chunks: number | undefined,
  ): MatrixParameters[] {
    const { members, field, hiding } = this.#request;
    const matrices = joined.map((member): MatrixParameters => {
      const { used, variables, code } = members[member];
      const blinds = chunks !== undefined && member === hiding?.secrets ? blindRows(field.degree, chunks) : 0;
      const rows = Math.ceil(used / 2 ** columnVariables) + blinds;
      const digestLength = code?.digestLength ?? this.#digestLength;
      return { rows, variables, kind: 'base', digestLength, ...(blinds > 0 && { blinds }) };
    });
    if (running === undefined) return matrices;
    const { variables, used } = running;
    const rows = Math.ceil(used / 2 ** columnVariables);
    return [{ rows, variables, kind: 'extension', digestLength: this.#digestLength }, ...matrices];
  }

  /** Returns the level with the cheapest work; undefined if its queries are too many. */
  #weigh(shape: Shape): Offer | undefined {
    const { field, hiding } = this.#request;
    const least = this.queries.count(shape, this.#works[0])?.queries;
    if (least === undefined) return undefined;
    let [best, grindingBits] = [Number.POSITIVE_INFINITY, 0];
    for (const bits of this.#works) {
      const count = this.queries.count(shape, bits);
      if (count === undefined) continue;
      const time = POWER_TIME * count.queries * 2 ** shape.columnVariables + WORK_TIME * 2 ** bits;
      const cost = this.#openingSize(shape, count) + this.#bytesPerMillisecond * time;
      if (cost < best) [best, grindingBits] = [cost, bits];
    }
    return {
      level: { ...shape, grindingBits },
      cost: best + this.#fixedSize(shape) + this.#bytesPerMillisecond * CODE_TIME * this.#codeLength(shape),
      message: MILLION * messageLength(shape) * field.byteLength,
      errors: fieldErrorCount(shape, false, false, hiding) + least,
    };
  }

  /** Returns the size of a level's data besides its message, in millionths of a byte, for a number of queries. */
  size(shape: Shape, count: number): number {
    const queries = positionCount({ ...shape, queries: count });
    const digests = this.queries.digests(codeVariables(shape), queries);
    return this.#fixedSize(shape) + this.#openingSize(shape, { queries, digests });
  }

  /** Returns the size of the columns and paths. */
  #openingSize({ matrices }: Shape, { queries, digests }: QueryCount): number {
    const { field } = this.#request;
    return matrices.reduce((size, { rows, kind, digestLength }) => {
      return size + MILLION * queries * rows * elementBytes(field, kind) + digests * digestLength;
    }, 0);
  }

  /** Returns the size of the run, of the nonce and of the root of the message that is opened here. */
  #fixedSize({ joined, matrices, chunks }: Shape): number {
    const { field, members, hiding } = this.#request;
    const [{ kind, digestLength }] = matrices;
    const run = members[0].isPoint === true && joined.includes(0) ? 0 : runBytes(field, { matrices });
    const line = hiding === undefined ? 0 : lineBytes(field, chunks, hiding);
    return MILLION * (NONCE_LENGTH + run + line + (kind === 'extension' ? digestLength : 0));
  }

  /** Returns the number of elements of the prime field that are encoded for a level. */
  #codeLength({ columnVariables, rateBits, joined, matrices }: Shape): number {
    const { field, members } = this.#request;
    const [{ kind, rows }] = matrices;
    let elements = kind === 'extension' ? field.degree * rows * 2 ** columnVariables : 0;
    for (const member of joined) {
      const { used, code, isKept } = members[member];
      if (code === undefined && isKept !== true) elements += used;
    }
    for (const { blinds = 0 } of matrices) elements += blinds * 2 ** columnVariables;
    return elements * 2 ** rateBits;
  }
}
