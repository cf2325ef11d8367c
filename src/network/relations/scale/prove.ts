// The prover of the relation of scales (protocol.ts).

import type { Engine, Vector } from '../../../field/engine.ts';
import type { Claim } from '../../../poly/claim.ts';
import { padTensors } from '../../../poly/cube.ts';
import { partialEvaluation } from '../../../poly/partial.ts';
import { sumOfProducts } from '../../../sumcheck/products.ts';
import type { ProverRelation } from '../../../sumcheck/prove-relations.ts';
import type { ScaleNode } from '../nodes.ts';
import { hasBiases, hasMultipliers } from '../nodes.ts';
import { evaluateMask, type ScaleShape, scaleRelation, splitPoint } from './protocol.ts';

/**
 * Returns the relation of a claim on z.
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
  const padded = (values: Int32Array): Vector => engine.fromIntegers(padTensors([values.length], 1, values));
  const relation = scaleRelation(engine.field, node, shape, output);
  const multipliers = padded(node.multipliers);
  const values = partialEvaluation(engine, input, batch, place);
  if (!hasMultipliers(node)) {
    const summand = sumOfProducts(engine, [[values, engine.mul(engine.eqTable(channel), multipliers)]]);
    return { ...relation, summand, factors: () => [summand.finals()[0]] };
  }
  const products = [[values, multipliers, engine.eqTable(channel)]];
  if (hasBiases(node)) {
    const mask = evaluateMask(engine.field, shape, output.point);
    products.push([padded(node.biases), engine.eqTable(channel, mask)]);
  }
  const summand = sumOfProducts(engine, products);
  const factors = (): E[] => {
    // in the order of the products: ã, m̃, eq, b̃, eq
    const [value, multiplier, , bias] = summand.finals();
    return [value, multiplier, bias].slice(0, relation.factorCount);
  };
  return { ...relation, summand, factors };
}
