// The prover of the relation of scales (protocol.ts).

import type { Engine } from '../../../field/engine.ts';
import type { Claim } from '../../../poly/claim.ts';
import { sumOfProducts } from '../../../sumcheck/products.ts';
import type { ProverRelation } from '../../../sumcheck/prove-relations.ts';
import type { ScaleNode } from '../nodes.ts';
import { partialEvaluation } from '../partial.ts';
import { type ScaleShape, scaleRelation, splitPoint } from './protocol.ts';

/**
 * The relation of a claim on z.
 *
 * @param input - a, 2^(batch variables + variables of the tensor) values, batch-major, zero on padding
 */
export function proveScale<E>(
  engine: Engine<E>,
  node: ScaleNode,
  shape: ScaleShape,
  input: Int32Array,
  output: Claim<E>,
): ProverRelation<E> {
  const { batch, channel, place } = splitPoint(shape, output.point);
  const multipliers = new Int32Array(2 ** channel.length);
  multipliers.set(node.multipliers);
  const weights = engine.mul(engine.eqTable(channel), engine.fromIntegers(multipliers));
  const summand = sumOfProducts(engine, [[partialEvaluation(engine, input, batch, place), weights]]);
  return { ...scaleRelation(engine.field, node, shape, output), summand, factors: () => [summand.finals()[0]] };
}
