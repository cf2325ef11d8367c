// The relation of windows: u[b, k_r, k_c, c, p_r, p_c] = Σ_{q_r, q_c} R[k_r, p_r, q_r]·C[k_c, p_c, q_c]·x[b, c, q_r, q_c]
// with two public axis maps (axis-map.ts). Given a claim on ũ, with E the extension of R at (k_r, p_r) and F that of C,
//     ũ(r_b, r_k, r_c, r_p) = Σ_q E(q_r)·F(q_c)·x̃(r_b, r_c, q),
// a sumcheck over the positions q of the image alone, which ends with one claim on x̃. Windows of a convolution are
// never materialised: the matrix after them needs only ũ(r_b, ·, r_p), which is computed axis by axis (prove.ts).

import type { Claim } from '../../../poly/claim.ts';
import { logCeil, type Point } from '../../../poly/point.ts';
import type { Relation } from '../../../sumcheck/relation.ts';
import type { WindowsNode } from '../nodes.ts';

/** The parts of a claim's point. */
export interface WindowsPoint<E> {
  readonly batch: Point<E>;
  readonly rowKernel: Point<E>;
  readonly columnKernel: Point<E>;
  readonly channel: Point<E>;
  readonly rowPlace: Point<E>;
  readonly columnPlace: Point<E>;
}

export function splitPoint<E>(node: WindowsNode, batchVariables: number, point: Point<E>): WindowsPoint<E> {
  const { rows, columns, channels } = node;
  let start = 0;
  const next = (variables: number): Point<E> => {
    start += variables;
    return point.slice(start - variables, start);
  };
  return {
    batch: next(batchVariables),
    rowKernel: next(logCeil(rows.kernel)),
    columnKernel: next(logCeil(columns.kernel)),
    channel: next(logCeil(channels)),
    rowPlace: next(logCeil(rows.places)),
    columnPlace: next(logCeil(columns.places)),
  };
}

/** Returns the variables of the positions q: rows, columns. */
export function imageVariables({ rows, columns }: WindowsNode): readonly [number, number] {
  return [logCeil(rows.inputs), logCeil(columns.inputs)];
}

/** Returns the relation of both sides; the one factor sent is x̃(r_b, r_c, q). */
export function windowsRelation<E>(node: WindowsNode, batchVariables: number, output: Claim<E>): Relation<E> {
  const { batch, channel } = splitPoint(node, batchVariables, output.point);
  const [rows, columns] = imageVariables(node);
  return {
    shape: { variables: rows + columns, degree: 2 },
    claim: output.value,
    factorCount: 1,
    claims: (point, [value]) => [{ point: [...batch, ...channel, ...point], value }],
  };
}
