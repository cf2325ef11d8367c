// All claims on committed columns become one claim on the packed vector that holds them (sumcheck/packed-claims.ts): the
// coefficients are the powers of a drawn η. The relation is run where the commitments are opened, beside those of other
// vectors.
//
// Messages: draw "claims" (η); [relation].

import type { Field } from '../../../field/field.ts';
import type { Claim } from '../../../poly/claim.ts';
import type { PackedClaim } from '../../../sumcheck/packed-claims.ts';
import { powers } from '../../../sumcheck/protocol.ts';

/** A claim on one column of a packed vector. */
export interface ColumnClaim<E> {
  readonly column: number;
  readonly claim: Claim<E>;
}

/** The coefficients η^j of the claims. */
export function drawCoefficients<E>(
  field: Field<E>,
  channel: { draw(label: string): E },
  claims: readonly ColumnClaim<E>[],
): E[] {
  return powers(field, channel.draw('claims'), claims.length);
}

/** Returns the claims as claims on blocks: column j is block j. */
export function packedClaims<E>(claims: readonly ColumnClaim<E>[]): PackedClaim<E>[] {
  return claims.map(({ column, claim }) => ({ ...claim, terms: [{ block: column, sign: 1 }] }));
}
