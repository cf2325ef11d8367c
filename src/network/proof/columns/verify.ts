// The verifier of the reduction of column claims to one claim (protocol.ts).

import type { Field } from '../../../field/field.ts';
import { evaluateEq } from '../../../poly/eq.ts';
import { evaluateSelector, type Packing } from '../../../poly/packing.ts';
import { suffix } from '../../../poly/point.ts';
import type { VerifierRelation } from '../../../sumcheck/relation.ts';
import { type ColumnClaim, drawCoefficients, openingRelation } from './protocol.ts';

/** Draws the coefficients; the relation is run where the commitment is opened. */
export function verifyOpenings<E>(
  field: Field<E>,
  channel: { draw(label: string): E },
  packing: Packing,
  claims: readonly ColumnClaim<E>[],
): VerifierRelation<E> {
  const coefficients = drawCoefficients(field, channel, claims);
  return {
    ...openingRelation(field, packing, claims, coefficients),
    evaluate: (point, [value]) => {
      const weight = claims.reduce((sum, { column, claim }, j) => {
        const block = packing.blocks[column];
        const eq = evaluateEq(field, claim.point, suffix(point, block.variables));
        return field.add(sum, field.mul(coefficients[j], field.mul(evaluateSelector(field, block, point), eq)));
      }, field.zero);
      return field.mul(weight, value);
    },
  };
}
