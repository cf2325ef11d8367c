// The verifier of claims on a tensor that was committed to before the proof (protocol.ts).

import type { Field } from '../../../field/field.ts';
import type { VerifierRelation } from '../../../sumcheck/relation.ts';
import { drawTensorChallenges, evaluateTensorWeight, type TensorOpening, tensorRelation } from './protocol.ts';

/** Draws the coefficients; the relation is run where the commitment is opened. */
export function verifyTensorOpening<E>(
  field: Field<E>,
  channel: { draw(label: string): E; drawMany(label: string, count: number): E[] },
  opening: TensorOpening<E>,
): VerifierRelation<E> {
  const challenges = drawTensorChallenges(field, channel, opening);
  return {
    ...tensorRelation(field, opening, challenges),
    evaluate: (point, [value]) => field.mul(evaluateTensorWeight(field, opening, challenges, point), value),
  };
}
