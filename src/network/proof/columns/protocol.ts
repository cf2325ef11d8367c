// All claims on committed columns become one claim on the packed vector C that holds them: with a drawn η,
//     Σ_j η^j·value_j = Σ_x C(x)·T(x),     T(x) = Σ_j η^j·[x in the block of column_j]·eq(point_j, x's suffix),
// a plain sumcheck that ends at a point u with one claim C̃(u), which the prover sends; T̃(u) has a closed
// form. The relation is run where the commitments are opened, beside those of other vectors.
//
// Messages: draw "claims" (η); [relation].

import type { Field } from '../../../field/field.ts';
import type { Claim } from '../../../poly/claim.ts';
import type { Packing } from '../../../poly/packing.ts';
import { combine, powers } from '../../../sumcheck/protocol.ts';
import { type Relation, vectorRelation } from '../../../sumcheck/relation.ts';

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

/** Returns the relation of both sides; the one factor sent is C̃. */
export function openingRelation<E>(
  field: Field<E>,
  packing: Packing,
  claims: readonly ColumnClaim<E>[],
  coefficients: readonly E[],
): Relation<E> {
  return vectorRelation(
    packing.variables,
    combine(
      field,
      coefficients,
      claims.map(({ claim }) => claim.value),
    ),
  );
}
