// The verifier of claims on blocks of a packed vector (packed-claims.ts).

import type { Field } from '../field/field.ts';
import type { Packing } from '../poly/packing.ts';
import { evaluatePackedWeight, type PackedClaim, packedRelation } from './packed-claims.ts';
import type { VerifierRelation } from './relation.ts';

/** The relation of all claims, to be run by `verifyRelations`; a claim on the vector remains, which the caller discharges. */
export function verifyPackedClaims<E>(
  field: Field<E>,
  packing: Packing,
  claims: readonly PackedClaim<E>[],
  coefficients: readonly E[],
): VerifierRelation<E> {
  return {
    ...packedRelation(field, packing, claims, coefficients),
    evaluate: (point, [value]) => field.mul(evaluatePackedWeight(field, packing, claims, coefficients, point), value),
  };
}
