// Parameters of the tensor code and the errors that they leave.
//
// The committed matrix has 2^rowVariables rows and k = 2^columnVariables columns; its rows are encoded to
// n = k·2^rateBits positions, a Reed–Solomon code of distance d = n − k + 1. The opening combines the rows
// with a tensor drawn after the commitment, which is also the proximity test:
//   - if the columns are not jointly within e = ⌊(d − 1)/2⌋ positions of a codeword, neither is the
//     combination, but for log₂(rows)·n/|F| (Diamond–Gruen, ePrint 2024/1351, for unique decoding);
//   - then, or if the row sent is not the combination of the codewords nearby, they differ in more than e
//     positions, and one query misses all of them with probability at most (n − e − 1)/n;
//   - a proof of work of g bits before the queries divides the chance of the whole by 2^g.
// Nothing conjectured: no list decoding, no capacity.

import { UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { DIGEST_LENGTH } from '../merkle/protocol.ts';
import { type ErrorTerm, sumOfErrors } from '../scheme.ts';

/** Sizes of one commitment; part of the statement. */
export interface TensorCodeParameters {
  readonly rowVariables: number;
  readonly columnVariables: number;
  /** log₂ of codeword length over message length. */
  readonly rateBits: number;
  /** Positions drawn, with repetition. */
  readonly queries: number;
  /** Leading zero bits of the proof of work. */
  readonly grindingBits: number;
  /** −log₂ of the proximity error; from the field. */
  readonly proximityBits: number;
}

/** Bits of a collision of 32-byte digests. */
const COLLISION_BITS = 128;
const MAX_RATE_BITS = 4;
/** Codewords of all rows together have at most 2^this elements unless the rate is already 1/4. */
const CHEAP_CODE_VARIABLES = 19;

/** −log₂ of the chance that one query misses: (n − e − 1)/n with e = ⌊(n − k)/2⌋. */
function queryBits(columnVariables: number, rateBits: number): number {
  const n = 2 ** (columnVariables + rateBits);
  const e = Math.floor((n - 2 ** columnVariables) / 2);
  return -Math.log2((n - e - 1) / n);
}

/** What can go wrong with an opening. */
export function errorTerms(parameters: TensorCodeParameters): ErrorTerm[] {
  const { queries, grindingBits, columnVariables, rateBits, proximityBits } = parameters;
  return [
    { name: 'proximity of the committed code', bits: proximityBits },
    {
      name: `${queries} queries and ${grindingBits} bits of work`,
      bits: queries * queryBits(columnVariables, rateBits) + grindingBits,
    },
    { name: 'collision of the Merkle hash', bits: COLLISION_BITS },
  ];
}

/** What parameters are chosen from. */
export interface ParameterRequest {
  readonly field: Field<unknown>;
  /** log₂ of the vector's length. */
  readonly variables: number;
  /** The errors of the commitment add up to at most 2^−securityBits. */
  readonly securityBits: number;
  /** Bits of proof of work; 2^bits hashes. At most 16, 12 unless given. */
  readonly grindingBits?: number;
}

/**
 * The parameters with the shortest proof, among rates 1/2 … 1/16 and all shapes of the matrix; a longer
 * code than rate 1/4 only where it stays small. Deterministic: both sides choose by themselves.
 *
 * @throws UsageError if no parameters reach the security asked for
 */
export function chooseParameters({
  field,
  variables,
  securityBits,
  grindingBits = 12,
}: ParameterRequest): TensorCodeParameters {
  let best: { parameters: TensorCodeParameters; bytes: number } | undefined;
  for (let rateBits = 1; rateBits <= MAX_RATE_BITS; rateBits++) {
    if (rateBits > 2 && variables + rateBits > CHEAP_CODE_VARIABLES) continue;
    for (let rowVariables = Math.min(2, variables); rowVariables <= variables; rowVariables++) {
      const columnVariables = variables - rowVariables;
      if (columnVariables + rateBits > field.twoAdicity) continue;
      const n = 2 ** (columnVariables + rateBits);
      const proximityBits = field.bits - Math.log2(Math.max(1, rowVariables) * n);
      const shape = { rowVariables, columnVariables, rateBits, grindingBits, proximityBits };
      const queries = leastQueries(shape, securityBits);
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

function leastQueries(shape: Omit<TensorCodeParameters, 'queries'>, securityBits: number): number | undefined {
  const others = errorTerms({ ...shape, queries: 0 }).filter((_, term) => term !== 1);
  const left = 2 ** -securityBits - others.reduce((sum, { bits }) => sum + 2 ** -bits, 0);
  if (left <= 0) return undefined;
  const queries = Math.ceil((-Math.log2(left) - shape.grindingBits) / queryBits(shape.columnVariables, shape.rateBits));
  const reached = (count: number): boolean => sumOfErrors(errorTerms({ ...shape, queries: count })) >= securityBits;
  // the ceiling can fall short of the budget by a rounding of logarithms
  return reached(queries) ? queries : queries + 1;
}

/** Length of an opening with random positions. */
export function expectedBytes(field: Field<unknown>, parameters: TensorCodeParameters): number {
  const { rowVariables, columnVariables, rateBits, queries } = parameters;
  const n = 2 ** (columnVariables + rateBits);
  const opened = n * (1 - (1 - 1 / n) ** queries);
  let digests = 0;
  // a node at a level of `nodes` is known with this chance, and its sibling is sent if it is not
  for (let nodes = n; nodes > 1; nodes /= 2) {
    const known = 1 - (1 - 1 / nodes) ** queries;
    digests += nodes * known * (1 - known);
  }
  return (
    2 ** columnVariables * field.byteLength +
    opened * 2 ** rowVariables * field.baseByteLength +
    digests * DIGEST_LENGTH
  );
}
