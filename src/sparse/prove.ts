// The prover of the sparse linear relation (protocol.ts).

import { UsageError } from '../errors.ts';
import type { DenseMatrix, Engine, GatherPlan, Vector, WeightedPlan } from '../field/engine.ts';
import type { Claim } from '../poly/claim.ts';
import { partialEvaluation } from '../poly/partial.ts';
import { logCeil, type Point } from '../poly/point.ts';
import { sumOfProducts } from '../sumcheck/products.ts';
import type { ProverRelation } from '../sumcheck/prove-relations.ts';
import { type LinearStatement, linearRelation, splitOutputPoint } from './protocol.ts';
import { isTernary, type WeightMatrix } from './weight-matrix.ts';

/**
 * W as an engine keeps it between proofs; stays valid until the engine's mark before it is released.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { integerFromDense, planWeights, type WeightPlan } from 'ternary-gkr/sparse';
 *
 * const plan: WeightPlan = planWeights(createKoalaBearEngine(), integerFromDense([100, 0, 0, -7], 2, 2));
 * console.log(plan.kind); // integers
 * ```
 */
export type WeightPlan =
  | { readonly kind: 'signs'; readonly plan: GatherPlan }
  | { readonly kind: 'integers'; readonly plan: WeightedPlan }
  | { readonly kind: 'dense'; readonly matrix: DenseMatrix };

/**
 * Lays out W by its nonzero entries.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { planWeights, ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const plan = planWeights(createKoalaBearEngine(), ternaryFromDense([1, -1, 0, 1], 2, 2));
 * console.log(plan.kind); // signs
 * ```
 */
export function planWeights<E>(engine: Engine<E>, weights: WeightMatrix): WeightPlan {
  return isTernary(weights)
    ? { kind: 'signs', plan: engine.gatherPlan(weights) }
    : { kind: 'integers', plan: engine.weightedPlan(weights) };
}

/** Returns v(i) = Σ_o rowWeights[o]·W[o, i], of 2^(column variables) elements. */
function foldRows<E>(engine: Engine<E>, plan: WeightPlan, rowWeights: Vector): Vector {
  switch (plan.kind) {
    case 'signs':
      return engine.gatherSigned(plan.plan, rowWeights);
    case 'integers':
      return engine.gatherWeighted(plan.plan, rowWeights);
    case 'dense':
      return engine.foldRows(plan.matrix, rowWeights);
  }
}

/**
 * Returns the relation of a claim on W·x, to be run by `proveRelations`.
 *
 * @param plan - W, by `planWeights`
 * @param input - x, 2^(batch + column + place variables) values, batch-major, zero on padding; or, from a caller that
 *   holds no such table, the function from (r_b, r_p) to the vector x̃(r_b, ·, r_p)
 * @param keep - takes v, which the run overwrites; an extension vector of 2^(column variables) elements
 * @throws UsageError if the claim's point or the length of the input does not fit
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { planWeights, proveLinear, ternaryFromDense } from 'ternary-gkr/sparse';
 * import { proveRelations } from 'ternary-gkr/sumcheck';
 * import { createProverChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const { field } = engine;
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const statement = { weights, batchVariables: 0 };
 * // W·(5, 3) = (2, 3), whose multilinear extension at 1 is 3
 * const output = { point: [field.one], value: field.fromInteger(3) };
 * const relation = proveLinear(engine, statement, planWeights(engine, weights), Int32Array.of(5, 3), output);
 * const [[input]] = proveRelations(engine, createProverChannel(field), [relation]);
 * console.log(input.point.length); // 1
 * ```
 */
export function proveLinear<E>(
  engine: Engine<E>,
  statement: LinearStatement,
  plan: WeightPlan,
  input: Int32Array | ((batch: Point<E>, place: Point<E>) => Vector),
  output: Claim<E>,
  keep?: Vector,
): ProverRelation<E> {
  const relation = linearRelation(statement, output);
  const { batch, row, place } = splitOutputPoint(statement, output.point);
  const folded = foldRows(engine, plan, engine.eqTable(row));
  if (keep !== undefined) engine.copy(keep, folded);
  const values =
    typeof input === 'function'
      ? input(batch, place)
      : partialEvaluation(engine, checkLength(input, batch, statement.weights.columnCount, place), batch, place);
  const summand = sumOfProducts(engine, [[values, folded]]);
  return { ...relation, summand, factors: () => summand.finals().slice(0, relation.factorCount) };
}

function checkLength(input: Int32Array, batch: Point<unknown>, columnCount: number, place: Point<unknown>): Int32Array {
  const [inputs, width] = [2 ** batch.length, 2 ** (logCeil(columnCount) + place.length)];
  if (input.length === inputs * width) return input;
  throw new UsageError(`${inputs} inputs of ${width} padded values are expected, not ${input.length} values`);
}
