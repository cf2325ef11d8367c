// The sparse linear relation (after SpaGKR, ePrint 2024/1018 section 4): a[b, o, p] = Σ_i W[o, i]·x[b, i, p] for a sparse
// W of signs or of 8-bit integers, the inputs b of a batch and the positions p of an image. Given a claim ã(r_b, r_o,
// r_p),
//     ã(r_b, r_o, r_p) = Σ_i v(i)·x̃(r_b, i, r_p),      v(i) = Σ_o eq(r_o, o)·W[o, i],
// v costs the prover one addition per entry ±1, and one multiplication by a small integer per other nonzero entry,
// whatever the batch and the image. The sumcheck over i ends at a point s, with two values:
//     x̃(r_b, s, r_p), which the prover sends and which remains as a claim;
//     W̃(r_o, s), which a verifier that holds W evaluates in nnz additions. Where W is committed the prover sends this
//     value too, and it remains as a second claim.

import { UsageError } from '../errors.ts';
import type { Claim } from '../poly/claim.ts';
import { logCeil, type Point } from '../poly/point.ts';
import type { Relation } from '../sumcheck/relation.ts';
import type { WeightMatrix } from './weight-matrix.ts';

/**
 * One instance, known to both sides.
 *
 * @example
 * ```ts
 * import { type LinearStatement, ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const statement: LinearStatement = { weights: ternaryFromDense([1, -1, 0, 1], 2, 2), batchVariables: 0 };
 * ```
 */
export interface LinearStatement {
  /** W. Of a committed W the verifier reads only the sizes: its entries may be missing there. */
  readonly weights: WeightMatrix;
  /** Variables of the batch, the first ones of a claim's point; those after the rows' are of the places. */
  readonly batchVariables: number;
  /** Whether the verifier knows W by a commitment. Unless given, it holds W. */
  readonly isCommitted?: boolean | undefined;
}

/**
 * Returns the parts of an output claim's point: (r_b, r_o, r_p).
 *
 * @throws UsageError for a point that is shorter than the batch and the rows
 */
export function splitOutputPoint<E>(
  { weights, batchVariables }: LinearStatement,
  point: Point<E>,
): { readonly batch: Point<E>; readonly row: Point<E>; readonly place: Point<E> } {
  const rowsEnd = batchVariables + logCeil(weights.rowCount);
  if (!(batchVariables >= 0 && point.length >= rowsEnd)) {
    throw new UsageError(
      `a claim at ${point.length} variables on 2^${batchVariables} times ${weights.rowCount} outputs`,
    );
  }
  return {
    batch: point.slice(0, batchVariables),
    row: point.slice(batchVariables, rowsEnd),
    place: point.slice(rowsEnd),
  };
}

/**
 * Returns the relation of a claim on W·x, known to both sides.
 *
 * @returns with the factors x̃(r_b, s, r_p) and, where W is committed, W̃(r_o, s); the caller discharges the claims on both
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { linearRelation, ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * // a claim on the two outputs leaves one on the two inputs
 * const { shape } = linearRelation({ weights, batchVariables: 0 }, { point: [5n], value: bn254.one });
 * console.log(shape); // { variables: 1, degree: 2 }
 * ```
 */
export function linearRelation<E>(statement: LinearStatement, output: Claim<E>): Relation<E> {
  const { batch, row, place } = splitOutputPoint(statement, output.point);
  const { weights, isCommitted } = statement;
  return {
    shape: { variables: logCeil(weights.columnCount), degree: 2 },
    claim: output.value,
    factorCount: isCommitted ? 2 : 1,
    claims: (point, [value, weight]) => [
      { point: [...batch, ...point, ...place], value },
      ...(isCommitted ? [{ point: [...row, ...point], value: weight }] : []),
    ],
  };
}
