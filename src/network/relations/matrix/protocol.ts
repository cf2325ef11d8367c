// The matrix relation (after SpaGKR, ePrint 2024/1018 section 4): a[b, o, p] = Σ_j W[o, j]·u[b, j, p] for a sparse W
// that the verifier holds, the inputs b of a batch and the positions p of an image. Given a claim ã(r_b, r_o, r_p),
//     ã(r_b, r_o, r_p) = Σ_j v(j)·ũ(r_b, j, r_p),      v(j) = Σ_o eq(r_o, o)·W[o, j],
// v costs the prover one addition for each nonzero ±1 and one multiplication by a small integer for each other nonzero,
// whatever the batch and the image. The sumcheck over j ends at a point s with one claim on ũ(r_b, s, r_p), which the
// prover sends, and one value W̃(r_o, s), which the verifier evaluates in nnz additions.

import type { Claim } from '../../../poly/claim.ts';
import { logCeil, type Point } from '../../../poly/point.ts';
import type { Relation } from '../../../sumcheck/relation.ts';
import type { MatrixNode } from '../nodes.ts';

/** Returns the parts of a claim's point: (r_b, r_o, r_p). */
export function splitPoint<E>(
  node: MatrixNode,
  batchVariables: number,
  point: Point<E>,
): { batch: Point<E>; row: Point<E>; place: Point<E> } {
  const rowsEnd = batchVariables + logCeil(node.weights.rowCount);
  return {
    batch: point.slice(0, batchVariables),
    row: point.slice(batchVariables, rowsEnd),
    place: point.slice(rowsEnd),
  };
}

/** Returns the relation of both sides; it sends the factors ũ(r_b, s, r_p) and, where W is committed, W̃(r_o, s). */
export function matrixRelation<E>(node: MatrixNode, batchVariables: number, output: Claim<E>): Relation<E> {
  const { batch, row, place } = splitPoint(node, batchVariables, output.point);
  const isCommitted = node.bounds !== undefined;
  return {
    shape: { variables: node.columnVariables, degree: 2 },
    claim: output.value,
    factorCount: isCommitted ? 2 : 1,
    claims: (point, [value, weight]) => [
      { point: [...batch, ...point, ...place], value },
      ...(isCommitted ? [{ point: [...row, ...point], value: weight }] : []),
    ],
  };
}
