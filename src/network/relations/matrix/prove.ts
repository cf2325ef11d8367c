// The prover of the matrix relation (protocol.ts).

import type { Engine, GatherPlan, Vector, WeightedPlan } from '../../../field/engine.ts';
import type { Claim } from '../../../poly/claim.ts';
import type { Point } from '../../../poly/point.ts';
import { isTernary } from '../../../sparse/weight-matrix.ts';
import { sumOfProducts } from '../../../sumcheck/products.ts';
import type { ProverRelation } from '../../../sumcheck/prove-relations.ts';
import type { MatrixNode } from '../nodes.ts';
import { matrixRelation, splitPoint } from './protocol.ts';

/** W as an engine keeps it between proofs. */
export type WeightPlan =
  | { readonly kind: 'signs'; readonly plan: GatherPlan }
  | { readonly kind: 'integers'; readonly plan: WeightedPlan };

/** Lays out the weights; padded columns after the last used one are left out. */
export function planWeights<E>(engine: Engine<E>, { weights }: MatrixNode): WeightPlan {
  return isTernary(weights)
    ? { kind: 'signs', plan: engine.gatherPlan(weights) }
    : { kind: 'integers', plan: engine.weightedPlan(weights) };
}

/**
 * Returns the relation of a claim on a.
 *
 * @param input - from (r_b, r_p) to ũ(r_b, ·, r_p)
 * @param keep - takes v, which the run overwrites and the opening of committed weights needs
 */
export function proveMatrix<E>(
  engine: Engine<E>,
  node: MatrixNode,
  plan: WeightPlan,
  batchVariables: number,
  input: (batch: Point<E>, place: Point<E>) => Vector,
  output: Claim<E>,
  keep?: Vector,
): ProverRelation<E> {
  const { batch, row, place } = splitPoint(node, batchVariables, output.point);
  const rows = engine.eqTable(row);
  const folded = plan.kind === 'signs' ? engine.gatherSigned(plan.plan, rows) : engine.gatherWeighted(plan.plan, rows);
  if (keep !== undefined) engine.copy(keep, folded);
  const summand = sumOfProducts(engine, [[input(batch, place), folded]]);
  const relation = matrixRelation(node, batchVariables, output);
  return { ...relation, summand, factors: () => summand.finals().slice(0, relation.factorCount) };
}
