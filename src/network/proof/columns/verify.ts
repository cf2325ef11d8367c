// The verifier of the reduction of column claims to one claim (protocol.ts).

import type { Field } from '../../../field/field.ts';
import type { Packing } from '../../../poly/packing.ts';
import type { VerifierRelation } from '../../../sumcheck/relation.ts';
import { verifyPackedClaims } from '../../../sumcheck/verify-packed-claims.ts';
import { type ColumnClaim, drawCoefficients, packedClaims } from './protocol.ts';

/** Draws the coefficients; the relation is run where the commitment is opened. */
export function verifyOpenings<E>(
  field: Field<E>,
  channel: { draw(label: string): E },
  packing: Packing,
  claims: readonly ColumnClaim<E>[],
): VerifierRelation<E> {
  return verifyPackedClaims(field, packing, packedClaims(claims), drawCoefficients(field, channel, claims));
}
