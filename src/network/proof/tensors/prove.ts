// The prover of claims on a tensor that was committed to before the proof (protocol.ts).

import type { Engine, Vector } from '../../../field/engine.ts';
import { sumOfProducts } from '../../../sumcheck/products.ts';
import type { ProverRelation } from '../../../sumcheck/prove-relations.ts';
import { outsideOfBox } from './box.ts';
import { drawTensorChallenges, type TensorOpening, tensorRelation } from './protocol.ts';

/**
 * Draws the coefficients; the relation is run where the commitment is opened.
 *
 * @param vector - E, a base vector, which is not changed
 */
export function proveTensorOpening<E>(
  engine: Engine<E>,
  channel: { draw(label: string): E; drawMany(label: string, count: number): E[] },
  vector: Vector,
  opening: TensorOpening<E>,
): ProverRelation<E> {
  const { field } = engine;
  const { batchVariables, tensor, claims } = opening;
  const challenges = drawTensorChallenges(field, channel, opening);
  const { coefficients, paddingPoint } = challenges;
  const weights = engine.zeros('extension', vector.length);
  const within = engine.view(weights, 0, 2 ** (batchVariables + tensor.variables));
  claims.forEach(({ point }, j) => {
    engine.addScaled(within, engine.eqTable(point), coefficients[j]);
  });
  const outside = new Int32Array(vector.length).fill(1);
  outside.set(outsideOfBox(opening));
  const padding = engine.mul(engine.eqTable(paddingPoint), engine.fromIntegers(outside));
  engine.addScaled(weights, padding, coefficients[claims.length]);
  const summand = sumOfProducts(engine, [[vector, weights]]);
  return { ...tensorRelation(field, opening, challenges), summand, factors: () => [summand.finals()[0]] };
}
