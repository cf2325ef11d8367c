// The choice of a chain of levels: the shortest expected proof, in which a millisecond of the prover's time counts like
// some bytes. Dynamic programming over the data that is left to open, the length of the running message and the members
// that have not joined yet; each level is given the same error for its queries, then the chain found is settled
// exactly. Both sides choose by themselves, on any engine: costs (offers.ts) and errors (security/error-budget.ts) are
// integers.

import { UsageError } from '../../errors.ts';
import { MAX_WORK_BITS } from '../../hash/proof-of-work.ts';
import { logCeil } from '../../poly/point.ts';
import { budgetOf, errorOfBits, fieldUnit, tenthsOf } from '../../security/error-budget.ts';
import { missError } from '../query-errors.ts';
import { type CommitmentRequest, type Offer, Offers, type Running, runningAfter } from './offers.ts';
import {
  boundProximity,
  COLLISION_BITS_PER_BYTE,
  type CommitmentParameters,
  fieldErrorCount,
  type LevelParameters,
  type MemberRequest,
  positionCount,
} from './parameters.ts';
import { MAX_QUERIES, mostQueries, type QueryTable } from './queries.ts';

/**
 * log₂ of the longest message that may be padded to the rows of a vector that joins it, if nothing else is possible.
 */
const SHORT_MESSAGE = 16;
const MAX_MEMBERS = 6;
/** The most bits of security for which a budget has units of errors left. */
const MAX_SECURITY_BITS = 144;
/** Tenths of bits by which the errors of the field in one level must stay below the budget, one after the other. */
const MARGINS = [5, 10, 20, 30];

/**
 * The parameters of one opening of all members.
 *
 * @throws UsageError if no parameters reach the security asked for
 *
 * @example
 * ```ts
 * import { chooseParameters } from 'ternary-gkr/commit';
 * import { koalaBear } from 'ternary-gkr/field';
 *
 * const members = [{ used: 2 ** 14, variables: 14, isPoint: true }];
 * const { levels } = chooseParameters({ field: koalaBear, securityBits: 100, members });
 * console.log(levels.length, levels[0].queries > 80); // 1 true
 * ```
 */
export function chooseParameters(request: CommitmentRequest): CommitmentParameters {
  const { field, securityBits, members, grindingBits } = request;
  checkRequest(request, grindingBits);
  const offers = new Offers(request);
  const parameters = shortest(request, offers, -1) ?? shortest(request, offers, SHORT_MESSAGE);
  if (parameters === undefined) {
    const sizes = members.map(({ used }) => used).join(', ');
    throw new UsageError(
      `no parameters open vectors of ${sizes} elements of ${field.name} with ${securityBits} bits of security`,
    );
  }
  return parameters;
}

/** Returns the best parameters over all margins. */
function shortest(request: CommitmentRequest, offers: Offers, shortMessage: number): CommitmentParameters | undefined {
  const strictest = mostErrors(request, MARGINS[MARGINS.length - 1]);
  let best: { parameters: CommitmentParameters; size: number } | undefined;
  for (const margin of MARGINS) {
    const chain = new Search(request, offers, mostErrors(request, margin), shortMessage).shortest();
    const parameters = chain && settle(request, offers.queries, chain);
    if (chain === undefined || parameters === undefined) continue;
    const sizes = parameters.levels.map(({ queries }, index) => offers.size(chain[index].level, queries));
    const size = sizes.reduce((a, b) => a + b, chain[chain.length - 1].message);
    if (best === undefined || size < best.size) best = { parameters, size };
    // stricter margins would find the same
    if (chain.every(({ errors }) => errors <= strictest)) break;
  }
  return best?.parameters;
}

/** Returns the largest numerator over |F| of the errors of one level. */
function mostErrors({ field, securityBits }: CommitmentRequest, margin: number): number {
  const most = budgetOf(tenthsOf(securityBits) + margin) / fieldUnit(field);
  return most > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(most);
}

function checkRequest({ members, securityBits }: CommitmentRequest, grindingBits = 0): void {
  if (!(securityBits >= 0 && securityBits <= MAX_SECURITY_BITS)) {
    throw new UsageError(`${securityBits} bits of security; 0 to ${MAX_SECURITY_BITS} may be asked for`);
  }
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

/** A chain of levels and its cost in millionths of a byte, milliseconds included. */
interface Chain {
  readonly cost: number;
  readonly offer: Offer;
  readonly rest: Chain | undefined;
}

/** The dynamic program for one margin. */
class Search {
  readonly #members: readonly MemberRequest[];
  readonly #offers: Offers;
  /** Numerator over |F| that the errors of one level may have. */
  readonly #mostErrors: number;
  /** log₂ of the longest message that may be padded. */
  readonly #shortMessage: number;
  readonly #isOneLevel: boolean;
  readonly #chains = new Map<string, Chain | undefined>();

  constructor(request: CommitmentRequest, offers: Offers, mostErrors: number, shortMessage: number) {
    this.#members = request.members;
    this.#isOneLevel = request.isOneLevel === true;
    this.#offers = offers;
    this.#mostErrors = mostErrors;
    this.#shortMessage = shortMessage;
  }

  shortest(): Offer[] | undefined {
    const all = 2 ** this.#members.length - 1;
    const offers: Offer[] = [];
    for (let chain = this.#best(undefined, all); chain !== undefined; chain = chain.rest) offers.push(chain.offer);
    return offers.length === 0 ? undefined : offers;
  }

  /**
   * Returns the cheapest chain that opens a running message and the members of the set; the first of equals.
   */
  #best(running: Running | undefined, left: number): Chain | undefined {
    const key = [left, running?.variables, running?.used].join();
    if (this.#chains.has(key)) return this.#chains.get(key);
    // a member must join before the message becomes shorter than one of its rows
    const isLost = this.#members.some(({ code }, member) => {
      if (code === undefined || ((left >> member) & 1) === 0 || running === undefined) return false;
      return code.columnVariables >= running.variables && running.variables > this.#shortMessage;
    });
    if (isLost) return undefined;
    const canPad = running === undefined || running.variables <= this.#shortMessage;
    let best: Chain | undefined;
    const consider = (cost: number, offer: Offer, rest: Chain | undefined): void => {
      if (cost < (best?.cost ?? Number.POSITIVE_INFINITY)) best = { cost, offer, rest };
    };
    for (let joining = running === undefined ? 1 : 0; joining <= left; joining++) {
      if ((joining & ~left) !== 0) continue;
      const remaining = left & ~joining;
      for (const offer of this.#offers.of(running, joining, canPad, remaining)) {
        if (offer.errors > this.#mostErrors) continue;
        if (remaining === 0) consider(offer.cost + offer.message, offer, undefined);
        if (this.#isOneLevel) continue;
        const rest = this.#best(runningAfter(offer.level), remaining);
        if (rest !== undefined) consider(offer.cost + rest.cost, offer, rest);
      }
    }
    this.#chains.set(key, best);
    return best;
  }
}

const addUp = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);

/** Returns the queries of each level of a chain: as few as the budget allows. */
function settle(
  { field, securityBits, members, hiding }: CommitmentRequest,
  table: QueryTable,
  chain: readonly Offer[],
): CommitmentParameters | undefined {
  const drafts = chain.map(({ level }) => level);
  const isPoint = members[0].isPoint === true;
  const unit = fieldUnit(field);
  const budget = budgetOf(tenthsOf(securityBits));
  // everything but the misses and the claims that queries become
  const lengths = new Set(drafts.flatMap(({ matrices }) => matrices.map(({ digestLength }) => digestLength)));
  const collisions = [...lengths].map((length) => errorOfBits(COLLISION_BITS_PER_BYTE * length));
  const counts = drafts.map((draft, index) =>
    fieldErrorCount(draft, isPoint && index === 0, index === drafts.length - 1, hiding),
  );
  const fixed = counts.reduce((sum, count) => sum + unit * BigInt(count), addUp(collisions));
  const claims = (queries: readonly number[]): bigint => {
    const positions = drafts.slice(0, -1).map((draft, index) => positionCount({ ...draft, queries: queries[index] }));
    return unit * addUp(positions.map(BigInt));
  };
  const isEnough = (queries: readonly number[]): boolean => {
    const misses = drafts.map((draft, index) => missError(table.chances(draft), queries[index], draft.grindingBits));
    return fixed + claims(queries) + addUp(misses) <= budget;
  };
  const first = drafts.map((draft) => table.count(draft, draft.grindingBits)?.queries ?? MAX_QUERIES);
  const left = budget - fixed - claims(first);
  if (left <= 0n) return undefined;
  const share = left / BigInt(drafts.length);
  let queries = drafts.flatMap((draft) => table.least(draft, share, draft.grindingBits) ?? []);
  if (queries.length < drafts.length) return undefined;
  // one more query is one more claim at a level: the share may fall short by that
  for (let tries = 0; !isEnough(queries); tries++) {
    if (tries > drafts.length || queries.some((count, index) => count >= mostQueries(drafts[index]))) return undefined;
    queries = queries.map((count) => count + 1);
  }
  for (let index = 0; index < queries.length; index++) {
    while (queries[index] > 1 && isEnough(queries.with(index, queries[index] - 1))) queries[index]--;
  }
  return {
    fieldBits: field.bits,
    levels: drafts.map(({ joined: _, grindingBits, ...shape }, index): LevelParameters => {
      return { ...shape, queries: queries[index], grindingBits, proximityBits: boundProximity(field.bits, shape) };
    }),
    places: members.map((_, member) => drafts.findIndex(({ joined }) => joined.includes(member))),
    isPoint,
    ...(hiding === undefined ? {} : { hiding: { pads: hiding.pads, equations: hiding.equations } }),
  };
}
