// Parameters of the tensor code and the errors that they leave.
//
// The committed matrix has 2^rowVariables rows and k = 2^columnVariables columns; its rows are encoded to
// n = k·2^rateBits positions, a Reed–Solomon code of distance n − k + 1. Let e = ⌊(n − k)/2⌋, its unique-decoding
// radius. The opening combines the rows with a tensor drawn after the commitment, which is also the
// proximity test:
//   - if the columns are not jointly within e positions of code words, neither is their combination, but for
//     rowVariables·n/|F| (Diamond–Gruen, ePrint 2024/1351: tensors, up to unique decoding; one row needs none).
//     The bound is that of the code over F; words over F_p that are close to it are close to the code over F_p;
//   - then, or if the row sent is not the combination of the code words nearby (two code words and e errors),
//     they differ in more than e positions: q distinct ones all miss them with probability
//         Π_{i < q} (g − i)/(n − i),   g = n − e − 1,
//     at most ((1 + k/n)/2)^q but for rounding, and nothing once q exceeds g;
//   - a proof of work of w bits before the positions are drawn divides the chance of each try by 2^w.
// Nothing is conjectured: no list decoding, no capacity.

import { UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { MAX_WORK_BITS } from '../../hash/proof-of-work.ts';
import {
  bitsOf,
  budgetOf,
  errorOfBits,
  fieldUnit,
  hundredthsOfLog,
  ofBits,
  tenthsOf,
} from '../../security/error-budget.ts';
import type { ErrorTerm } from '../../security/error-terms.ts';
import { MAX_INDEX_BITS } from '../../transcript/transcript.ts';
import { DIGEST_LENGTH } from '../merkle/protocol.ts';
import { expectedDigests, MissChances, missError } from '../query-errors.ts';

/** Sizes of one commitment; part of the statement. */
export interface TensorCodeParameters {
  readonly rowVariables: number;
  readonly columnVariables: number;
  /** log₂ of codeword length over message length. */
  readonly rateBits: number;
  /** Distinct positions that are opened; all of them if there are no more. */
  readonly queries: number;
  /** Leading zero bits of the proof of work. */
  readonly grindingBits: number;
  /** −log₂ of the proximity error, from the field; rounded down to a hundredth, so that every machine writes the same. */
  readonly proximityBits: number;
}

/** Bits of a collision of 32-byte digests. */
const COLLISION_BITS = 128;
const MAX_RATE_BITS = 4;
const MAX_GIVEN_RATE_BITS = 8;
/** A code of more than four times the vector's length has at most 2^this elements: about 4 ms to encode and hash. */
const CHEAP_CODE_VARIABLES = 19;
/** Far above what rate 1/2 needs. */
const MAX_QUERIES = 1024;

/** What parameters are chosen from. */
export interface ParameterRequest {
  readonly field: Field<unknown>;
  /** log₂ of the vector's length. */
  readonly variables: number;
  /** The errors of the commitment add up to at most 2^−securityBits, which are rounded up to a tenth. */
  readonly securityBits: number;
  /** Bits of proof of work; 2^bits hashes of about 35 ns. At most 24, 12 unless given. */
  readonly grindingBits?: number;
  /** log₂ of codeword length over message length, 1 … 8, for those who compare rates; the best is chosen unless given. */
  readonly rateBits?: number;
}

/**
 * The parameters with the shortest proof, among all shapes of the matrix and, unless one is given, rates 1/2 … 1/16; a
 * longer code than rate 1/4 only where it stays cheap. Deterministic: both sides choose by themselves.
 *
 * @throws UsageError if no parameters reach the security asked for
 */
export function chooseParameters(request: ParameterRequest): TensorCodeParameters {
  const { field, variables, securityBits, grindingBits = 12 } = request;
  if (!Number.isFinite(securityBits) || securityBits < 0) {
    throw new UsageError(`${securityBits} bits of security cannot be asked for`);
  }
  if (!Number.isInteger(grindingBits) || grindingBits < 0 || grindingBits > MAX_WORK_BITS) {
    throw new UsageError(`a proof of work of ${grindingBits} bits; 0 to ${MAX_WORK_BITS} are possible`);
  }
  let best: { parameters: TensorCodeParameters; bytes: number } | undefined;
  for (const rateBits of ratesOf(request)) {
    for (let rowVariables = 0; rowVariables <= variables; rowVariables++) {
      const columnVariables = variables - rowVariables;
      if (columnVariables + rateBits > Math.min(field.twoAdicity, MAX_INDEX_BITS)) continue;
      const proximityBits = boundProximity(field, rowVariables, columnVariables + rateBits);
      const shape = { rowVariables, columnVariables, rateBits, grindingBits, proximityBits };
      const queries = leastQueries(field, shape, securityBits);
      if (queries === undefined) continue;
      const parameters = { ...shape, queries };
      const bytes = expectedBytes(field, parameters);
      if (best === undefined || bytes < best.bytes) best = { parameters, bytes };
    }
  }
  if (best === undefined) {
    throw new UsageError(
      `no parameters commit to 2^${variables} elements of ${field.name} with ${securityBits} bits of security`,
    );
  }
  return best.parameters;
}

/** The rates to choose among, as log₂ of their inverses. */
function ratesOf({ variables, rateBits }: ParameterRequest): number[] {
  if (rateBits === undefined) {
    const all = Array.from({ length: MAX_RATE_BITS }, (_, k) => k + 1);
    return all.filter((bits) => bits <= 2 || variables + bits <= CHEAP_CODE_VARIABLES);
  }
  if (Number.isInteger(rateBits) && rateBits >= 1 && rateBits <= MAX_GIVEN_RATE_BITS) return [rateBits];
  throw new UsageError(`a rate of 2^−${rateBits}; 1/2 to 1/${2 ** MAX_GIVEN_RATE_BITS} are possible`);
}

/** What can go wrong with an opening; errors that are zero are left out. */
export function errorTerms(field: Field<unknown>, parameters: TensorCodeParameters): ErrorTerm[] {
  const { rowVariables, queries, grindingBits, proximityBits } = parameters;
  const terms: ErrorTerm[] = [];
  if (rowVariables > 0) {
    const error = proximityError(field, parameters);
    terms.push({ name: 'proximity of the committed code', bits: proximityBits, error });
  }
  const error = missError(new MissChances(parameters), queries, grindingBits);
  if (error > 0n) {
    terms.push({ name: `${queries} queries and ${grindingBits} bits of work`, bits: bitsOf(error), error });
  }
  return [...terms, ofBits('collision of the Merkle hash', COLLISION_BITS)];
}

/** Length of an opening: of the digests, the mean over all sets of positions; the rest is exact. */
export function expectedBytes(field: Field<unknown>, parameters: TensorCodeParameters): number {
  const { rowVariables, columnVariables, rateBits } = parameters;
  const depth = columnVariables + rateBits;
  const queries = Math.min(parameters.queries, 2 ** depth);
  const digests = expectedDigests(depth, queries);
  const columns = queries * 2 ** rowVariables * field.baseByteLength;
  return 2 ** columnVariables * field.byteLength + columns + digests * DIGEST_LENGTH;
}

function boundProximity(field: Field<unknown>, rowVariables: number, codeVariables: number): number {
  const rows = hundredthsOfLog(Math.max(1, rowVariables));
  return (Math.round(100 * field.bits) - rows - 100 * codeVariables) / 100;
}

/** log₂(rows)·n/|F|. */
function proximityError(
  field: Field<unknown>,
  { rowVariables, columnVariables, rateBits }: Omit<TensorCodeParameters, 'queries'>,
): bigint {
  return BigInt(rowVariables * 2 ** (columnVariables + rateBits)) * fieldUnit(field);
}

/** The least number of queries with which all errors are within the budget. */
function leastQueries(
  field: Field<unknown>,
  shape: Omit<TensorCodeParameters, 'queries'>,
  securityBits: number,
): number | undefined {
  const left = budgetOf(tenthsOf(securityBits)) - errorOfBits(COLLISION_BITS) - proximityError(field, shape);
  if (left < 0n) return undefined;
  return new MissChances(shape).least(left << BigInt(shape.grindingBits), MAX_QUERIES);
}
