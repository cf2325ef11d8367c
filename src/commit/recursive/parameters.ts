// Parameters of the recursive tensor code and the errors that they leave.
//
// At a level stands a stack of matrices with k columns, whose rows are encoded to n = k·2^rateBits positions, a
// Reed–Solomon code of distance n − k + 1. Let e = ⌊(n − k)/2⌋, its unique-decoding radius. The level combines all
// rows of all matrices with one tensor of challenges that are drawn after the matrices were committed, over
// `proximityVariables` variables. The errors of a level:
//   - the columns are not jointly within e positions of code words, yet their combination is:
//     proximityVariables·n/|F| (Diamond–Gruen, ePrint 2024/1351);
//   - otherwise a message that is not the combination of the rows nearby disagrees with it in more than e
//     positions, and q distinct ones all miss them: Π_{i < q} (g − i)/(n − i) with g = n − e − 1, nothing once
//     q exceeds g; a proof of work of w bits divides the chance of each try by 2^w;
//   - q values and one claim of the next matrix become one claim with powers of a challenge: q/|F|;
//   - the run of sumcheck: (instances − 1 + 2·rounds)/|F|;
//   - values of several matrices become one with a tensor of challenges, in which a smaller matrix has the factor
//     Π (1 − y) over the variables that it lacks: (selectors + 2·Σ lacking)/|F|, for a factor of zero, and for what lies
//     beyond the matrix, which enters as a polynomial in these variables;
//   - at a level that hides, which has a tail: k above is 2^columnVariables + tail, and its message is zero from there on, by
//     a claim at a random point: (its variables + 1)/|F|;
//   - at the level that discloses: the mask is one more row, and each chunk's pads and noise are a line of their own:
//     (1 + chunks)·n/|F|; the equations between hidden values, on a line: (equations + degree)/|F|;
// and once for each length of digests: a collision. Nothing is conjectured: no list decoding, no capacity.

import type { Field } from '../../field/field.ts';
import { NONCE_LENGTH } from '../../hash/proof-of-work.ts';
import { BLINDS, type HidingShape, lineErrorCount, shownCount } from '../../hiding/protocol.ts';
import { logCeil } from '../../poly/point.ts';
import { bitsOf, hundredthsOfLog, ofBits, overField } from '../../security/error-budget.ts';
import type { ErrorTerm } from '../../security/error-terms.ts';
import { sumcheckErrorCount } from '../../sumcheck/protocol.ts';
import { type CodeShape, expectedDigests, MissChances, missError } from '../query-errors.ts';

/**
 * The code of a matrix's rows, and its digests.
 *
 * @example
 * ```ts
 * import type { CodeParameters } from 'ternary-gkr/commit';
 *
 * // rows of 2^9 entries, encoded at rate 1/4
 * const code: CodeParameters = { columnVariables: 9, rateBits: 2, digestLength: 26 };
 * ```
 */
export interface CodeParameters {
  /** log₂ of the row length. */
  readonly columnVariables: number;
  /** log₂ of codeword length over row length. */
  readonly rateBits: number;
  /** Bytes of a digest of its Merkle tree. */
  readonly digestLength: number;
  /** Random coefficients that follow each row's entries, at most as many; none if absent. */
  readonly tail?: number;
}

/**
 * A committed vector of base elements that is to be opened.
 *
 * @example
 * ```ts
 * import type { MemberRequest } from 'ternary-gkr/commit';
 *
 * // 3,000 entries of a cube of 12 variables, opened at a point
 * const member: MemberRequest = { used: 3000, variables: 12, isPoint: true };
 * ```
 */
export interface MemberRequest {
  /** Entries from here on are zero; at least 1. An opening proves this from the end of the last row on, not within it. */
  readonly used: number;
  /** The vector has 2^variables entries. */
  readonly variables: number;
  /** Its code, if it was committed before. */
  readonly code?: CodeParameters;
  /** It is opened at a point that is given, drawn after its root was absorbed: the first member only, alone at level 0. */
  readonly isPoint?: boolean;
  /** It is committed once for many proofs: the time that this takes does not count. */
  readonly isKept?: boolean;
}

/**
 * One matrix of a level's stack: a vector of 2^variables elements, all zero after the last of its rows.
 *
 * @example
 * ```ts
 * import type { MatrixParameters } from 'ternary-gkr/commit';
 *
 * // 2^12 entries of the prime field in 8 rows
 * const matrix: MatrixParameters = { rows: 8, variables: 12, kind: 'base', digestLength: 26 };
 * ```
 */
export interface MatrixParameters {
  readonly rows: number;
  readonly variables: number;
  readonly kind: 'base' | 'extension';
  readonly digestLength: number;
  /** Of the rows, those at the end that are mask, pads and noise (hiding/protocol.ts), and no part of the vector. */
  readonly blinds?: number;
}

/**
 * One level of an opening.
 *
 * @example
 * ```ts
 * import { chooseParameters, type LevelParameters } from 'ternary-gkr/commit';
 * import { koalaBear } from 'ternary-gkr/field';
 *
 * const members = [{ used: 2 ** 12, variables: 12, isPoint: true }];
 * const [level]: readonly LevelParameters[] = chooseParameters({ field: koalaBear, securityBits: 100, members }).levels;
 * console.log(level.matrices.length); // 1
 * ```
 */
export interface LevelParameters {
  readonly columnVariables: number;
  readonly rateBits: number;
  /** The level hides: random coefficients that follow the rows of all its matrices, at most as many. */
  readonly tail?: number;
  /** The level discloses: rows over F that the pads fill. */
  readonly chunks?: number;
  /** Distinct positions that are opened in every matrix; all of them if there are fewer. */
  readonly queries: number;
  /** Leading zero bits of the proof of work. */
  readonly grindingBits: number;
  /** −log₂ of the proximity error, rounded down to a hundredth; infinite where a single row stands. */
  readonly proximityBits: number;
  /** The message of the level before first, if there is one; then the members that stand here, in their order. */
  readonly matrices: readonly MatrixParameters[];
}

/**
 * Sizes of one opening; part of the statement.
 *
 * @example
 * ```ts
 * import { chooseParameters, type CommitmentParameters } from 'ternary-gkr/commit';
 * import { koalaBear } from 'ternary-gkr/field';
 *
 * const members = [{ used: 2 ** 12, variables: 12, isPoint: true }];
 * const parameters: CommitmentParameters = chooseParameters({ field: koalaBear, securityBits: 100, members });
 * console.log(parameters.places); // [ 0 ]
 * ```
 */
export interface CommitmentParameters {
  /** log₂|F|, rounded down. */
  readonly fieldBits: number;
  readonly levels: readonly LevelParameters[];
  /** For each member, the level at which it stands. */
  readonly places: readonly number[];
  /** Whether the first member is opened at a point that is given: alone at level 0, without a run. */
  readonly isPoint: boolean;
  /** The sizes of an opening that hides. */
  readonly hiding?: HidingShape;
}

/** Bits of security against collisions, per byte of a digest. */
export const COLLISION_BITS_PER_BYTE = 4;

/** Returns log₂ of the codeword length. */
export function codeVariables({ columnVariables, rateBits }: CodeShape): number {
  return columnVariables + rateBits;
}

/** Returns the number of elements of the level's message. */
export function messageLength({ columnVariables, tail = 0 }: CodeShape): number {
  return 2 ** columnVariables + tail;
}

/** Returns the variables of the level's relations: those of its largest matrix. */
export function levelVariables({ matrices }: Pick<LevelParameters, 'matrices'>): number {
  return Math.max(...matrices.map(({ variables }) => variables));
}

/** Returns the variables that select a matrix of a level: zero where one stands alone. */
export function selectorVariables({ matrices }: Pick<LevelParameters, 'matrices'>): number {
  return logCeil(matrices.length);
}

/** Returns the number of positions that a level opens. */
export function positionCount(level: CodeShape & { readonly queries: number }): number {
  return Math.min(level.queries, 2 ** codeVariables(level));
}

/** Returns −log₂ of the proximity error of a stack, rounded down to a hundredth, from that of |F|. */
export function boundProximity(
  fieldBits: number,
  level: CodeShape & Pick<LevelParameters, 'matrices' | 'chunks'>,
): number {
  const variables = foldedVariables(level);
  if (variables === 0) return Number.POSITIVE_INFINITY;
  return (Math.round(100 * fieldBits) - hundredthsOfLog(variables) - 100 * codeVariables(level)) / 100;
}

/** Returns the variables of the tensor that combines the rows of a stack; the line with the mask counts as one. */
function foldedVariables(level: Pick<LevelParameters, 'columnVariables' | 'matrices' | 'chunks'>): number {
  return (
    selectorVariables(level) + levelVariables(level) - level.columnVariables + (level.chunks === undefined ? 0 : 1)
  );
}

/**
 * Returns the error terms of an opening; terms that are zero are left out.
 *
 * @example
 * ```ts
 * import { chooseParameters, errorTerms, sumOfErrors } from 'ternary-gkr/commit';
 * import { koalaBear } from 'ternary-gkr/field';
 *
 * const members = [{ used: 2 ** 12, variables: 12, isPoint: true }];
 * const terms = errorTerms(koalaBear, chooseParameters({ field: koalaBear, securityBits: 100, members }));
 * console.log(sumOfErrors(terms) >= 100); // true
 * ```
 */
export function errorTerms(field: Field<unknown>, parameters: CommitmentParameters): ErrorTerm[] {
  const { levels } = parameters;
  const terms = levels.flatMap((_, index) => levelTerms(field, parameters, index));
  const lengths = new Set(levels.flatMap(({ matrices }) => matrices.map(({ digestLength }) => digestLength)));
  for (const length of [...lengths].sort((a, b) => a - b)) {
    terms.push(ofBits(`collision of Merkle hashes of ${length} bytes`, COLLISION_BITS_PER_BYTE * length));
  }
  return terms;
}

/** Returns the terms of one level. */
function levelTerms(
  field: Field<unknown>,
  { levels, isPoint, hiding }: CommitmentParameters,
  index: number,
): ErrorTerm[] {
  const level = levels[index];
  const { queries, grindingBits } = level;
  const isLast = index === levels.length - 1;
  const terms: ErrorTerm[] = [];
  const push = ([name, count]: readonly [string, number]): void => {
    if (count > 0) terms.push(overField(field, `level ${index}: ${name}`, count));
  };
  fieldErrors(level, isPoint && index === 0, isLast, hiding).forEach(push);
  const error = missError(new MissChances(level), queries, grindingBits);
  if (error > 0n) {
    const name = `level ${index}: ${queries} queries and ${grindingBits} bits of work`;
    terms.push({ name, bits: bitsOf(error), error });
  }
  if (!isLast) push(['queries to one claim', positionCount(level)]);
  return terms;
}

/** Returns the errors of a level that no query lessens, by their names: numerators over |F|. */
function fieldErrors(
  level: CodeShape & Pick<LevelParameters, 'matrices' | 'chunks'>,
  isGiven: boolean,
  isLast: boolean,
  hiding: HidingShape | undefined,
): [string, number][] {
  const { matrices, tail, chunks } = level;
  const most = levelVariables(level);
  const lacking = matrices.reduce((sum, { variables }) => sum + most - variables, 0);
  const length = 2 ** codeVariables(level);
  return [
    ['sumcheck', isGiven ? 0 : sumcheckErrorCount(matrices.map(({ variables }) => ({ variables, degree: 2 })))],
    ['selection of matrices', selectorVariables(level) + 2 * lacking],
    ['proximity of the committed code', foldedVariables(level) * length],
    ['zeros after the message', isLast || tail === undefined ? 0 : level.columnVariables + 2],
    ['proximity of the pads', (chunks ?? 0) * length],
    ['hidden equations', chunks === undefined || hiding === undefined ? 0 : lineErrorCount(hiding.equations)],
  ];
}

/** Returns the sum of their numerators. */
export function fieldErrorCount(...level: Parameters<typeof fieldErrors>): number {
  return fieldErrors(...level).reduce((sum, [, count]) => sum + count, 0);
}

/**
 * Returns the code and digests of a member.
 *
 * @example
 * ```ts
 * import { chooseParameters, codeOf } from 'ternary-gkr/commit';
 * import { koalaBear } from 'ternary-gkr/field';
 *
 * const members = [{ used: 2 ** 12, variables: 12, isPoint: true }];
 * const { rows, columnVariables } = codeOf(chooseParameters({ field: koalaBear, securityBits: 100, members }), 0);
 * console.log(rows * 2 ** columnVariables); // 4096
 * ```
 */
export function codeOf(
  { levels, places }: CommitmentParameters,
  member: number,
): CodeParameters & { readonly rows: number } {
  const level = levels[places[member]];
  const before = places.slice(0, member).filter((place) => place === places[member]).length;
  const { rows, digestLength } = level.matrices[before + (places[member] > 0 ? 1 : 0)];
  const { columnVariables, rateBits, tail } = level;
  return { columnVariables, rateBits, digestLength, rows, ...(tail !== undefined && { tail }) };
}

/** Returns the bytes of an element of a matrix. */
export function elementBytes(field: Field<unknown>, kind: MatrixParameters['kind']): number {
  return kind === 'base' ? field.baseByteLength : field.byteLength;
}

/** Returns the bytes of a run of sumcheck and of the values that end it. */
export function runBytes(field: Field<unknown>, level: Pick<LevelParameters, 'matrices'>): number {
  return (2 * levelVariables(level) + level.matrices.length) * field.byteLength;
}

/** Returns the bytes that the line adds at the level that discloses. */
export function lineBytes(field: Field<unknown>, chunks: number | undefined, { pads }: HidingShape): number {
  return chunks === undefined ? 0 : (BLINDS + shownCount(pads, chunks)) * field.byteLength;
}

/**
 * Returns the length of an opening without the members' roots: the mean for digests over all positions, else exact.
 *
 * @example
 * ```ts
 * import { chooseParameters, expectedBytes } from 'ternary-gkr/commit';
 * import { koalaBear } from 'ternary-gkr/field';
 *
 * const bytesOf = (variables: number): number => {
 *   const members = [{ used: 2 ** variables, variables, isPoint: true }];
 *   return expectedBytes(koalaBear, chooseParameters({ field: koalaBear, securityBits: 100, members }));
 * };
 * // a vector 16 times as long costs less than three times the bytes
 * console.log(bytesOf(16) < 3 * bytesOf(12)); // false
 * ```
 */
export function expectedBytes(field: Field<unknown>, { levels, isPoint, hiding }: CommitmentParameters): number {
  return levels.reduce((sum, level, index) => {
    const queries = positionCount(level);
    const digests = expectedDigests(codeVariables(level), queries);
    const opened = level.matrices.reduce((bytes, { rows, kind, digestLength }) => {
      return bytes + queries * rows * elementBytes(field, kind) + digests * digestLength;
    }, 0);
    const next = levels[index + 1];
    const message = next === undefined ? messageLength(level) * field.byteLength : next.matrices[0].digestLength;
    const run = isPoint && index === 0 ? 0 : runBytes(field, level);
    const line = hiding === undefined ? 0 : lineBytes(field, level.chunks, hiding);
    return sum + run + opened + message + line + NONCE_LENGTH;
  }, 0);
}
