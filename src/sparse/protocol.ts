// The ternary linear relation (after SpaGKR, ePrint 2024/1018 section 4): a[b, o] = Σ_i W[o, i]·x[b, i] for
// a sparse W with entries in {−1, 0, +1} and a batch of inputs. Given a claim ã(r_b, r_o),
//     ã(r_b, r_o) = Σ_i v(i)·x̃(r_b, i),      v(i) = Σ_o eq(r_o, o)·W[o, i],
// v costs the prover one addition per nonzero and no multiplication; the sumcheck runs over the log₂ n
// input variables whatever the batch. It ends at a point s with one claim on x̃(r_b, s), which the prover
// sends, and one value W̃(r_o, s), which a verifier that holds W evaluates in nnz additions.

import type { Claim } from '../poly/claim.ts';
import { logCeil, type Point, prefixBefore, suffix } from '../poly/point.ts';
import type { Relation } from '../sumcheck/relation.ts';

/** Sizes of one instance; each axis is padded to a power of two by itself. */
export interface LinearShape {
  readonly rowCount: number;
  readonly columnCount: number;
}

/** The parts of an output claim's point: (r_b, r_o). */
export function splitOutputPoint<E>(shape: LinearShape, point: Point<E>): { batch: Point<E>; row: Point<E> } {
  const rowVariables = logCeil(shape.rowCount);
  return { batch: prefixBefore(point, rowVariables), row: suffix(point, rowVariables) };
}

/** What prover and verifier share; the one factor sent is x̃(r_b, s). */
export function linearRelation<E>(shape: LinearShape, output: Claim<E>): Relation<E> {
  const { batch } = splitOutputPoint(shape, output.point);
  return {
    shape: { variables: logCeil(shape.columnCount), degree: 2 },
    claim: output.value,
    factorCount: 1,
    claims: (point, [value]) => [{ point: [...batch, ...point], value }],
  };
}
