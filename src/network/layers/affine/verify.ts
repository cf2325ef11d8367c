// The verifier of the affine relation (protocol.ts); it holds the multipliers.

import type { Field } from '../../../field/field.ts';
import type { Claim } from '../../../poly/claim.ts';
import type { VerifierRelation } from '../../../sumcheck/relation.ts';
import type { AffineLayer } from '../../network.ts';
import { affineRelation, evaluateMultipliers } from './protocol.ts';

/** The relation of a claim on z; what remains is a claim on a. */
export function verifyAffine<E>(
  field: Field<E>,
  layer: AffineLayer,
  batch: number,
  output: Claim<E>,
): VerifierRelation<E> {
  return {
    ...affineRelation(field, layer, batch, output),
    evaluate: (point, [input]) => field.mul(evaluateMultipliers(field, layer, point), input),
  };
}
