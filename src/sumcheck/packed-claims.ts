// Claims on blocks of one packed vector C (poly/packing.ts) as one relation. With coefficients η_i, drawn after the claims,
//     Σ_i η_i·value_i = Σ_x C(x)·T(x),     T(x) = Σ_i η_i·Σ_j sign_j·[x in block_j]·eq(point_i, x's suffix),
// a sumcheck that ends at a point u with one claim C̃(u), which the prover sends; T̃(u) has a closed form.

import type { Field } from '../field/field.ts';
import type { Claim } from '../poly/claim.ts';
import { evaluateEq } from '../poly/eq.ts';
import { evaluateSelector, type Packing } from '../poly/packing.ts';
import { type Point, suffix } from '../poly/point.ts';
import { combine } from './protocol.ts';
import { type Relation, vectorRelation } from './relation.ts';

/** A claim on Σ_j sign_j·block_j at a point; its blocks have one length. */
export interface PackedClaim<E> extends Claim<E> {
  readonly terms: readonly { readonly block: number; readonly sign: 1 | -1 }[];
}

/** The relation of all claims together; the one factor sent is C̃. */
export function packedRelation<E>(
  field: Field<E>,
  packing: Packing,
  claims: readonly PackedClaim<E>[],
  coefficients: readonly E[],
): Relation<E> {
  return vectorRelation(packing.variables, combineClaims(field, claims, coefficients));
}

/** Σ_i η_i·value_i; coefficients beyond the claims are left out. */
export function combineClaims<E>(field: Field<E>, claims: readonly Claim<E>[], coefficients: readonly E[]): E {
  return combine(
    field,
    claims.map(({ value }) => value),
    coefficients,
  );
}

/** T̃ at a point. */
export function evaluatePackedWeight<E>(
  field: Field<E>,
  packing: Packing,
  claims: readonly PackedClaim<E>[],
  coefficients: readonly E[],
  point: Point<E>,
): E {
  return claims.reduce((sum, { terms, point: at }, i) => {
    const eq = field.mul(coefficients[i], evaluateEq(field, at, suffix(point, at.length)));
    return terms.reduce((total, { block, sign }) => {
      const term = field.mul(eq, evaluateSelector(field, packing.blocks[block], point));
      return sign === 1 ? field.add(total, term) : field.sub(total, term);
    }, sum);
  }, field.zero);
}
