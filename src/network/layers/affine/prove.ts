// The prover of the affine relation (protocol.ts).

import type { Engine } from '../../../field/engine.ts';
import type { Claim } from '../../../poly/claim.ts';
import { logCeil } from '../../../poly/point.ts';
import { sumOfProducts } from '../../../sumcheck/products.ts';
import type { ProverRelation } from '../../../sumcheck/prove-relations.ts';
import type { AffineLayer } from '../../network.ts';
import { affineRelation } from './protocol.ts';

/**
 * The relation of a claim on z.
 *
 * @param input - a, 2^(batch variables + output variables) values, batch-major, zero on padding
 */
export function proveAffine<E>(
  engine: Engine<E>,
  layer: AffineLayer,
  batch: number,
  input: Int32Array,
  output: Claim<E>,
): ProverRelation<E> {
  const width = 2 ** logCeil(layer.multipliers.length);
  const multipliers = new Int32Array(input.length);
  for (let start = 0; start < input.length; start += width) multipliers.set(layer.multipliers, start);
  const summand = sumOfProducts(engine, [[engine.fromIntegers(multipliers), engine.fromIntegers(input)]]);
  return { ...affineRelation(engine.field, layer, batch, output), summand, factors: () => [summand.finals()[1]] };
}
