// The verifier of the reduction of column claims to one claim (protocol.ts).

import type { Field } from '../../field/field.ts';
import type { Claim } from '../../poly/claim.ts';
import { evaluateEq } from '../../poly/eq.ts';
import { evaluateSelector, type Packing } from '../../poly/packing.ts';
import { suffix } from '../../poly/point.ts';
import { verifyRelations } from '../../sumcheck/verify-relations.ts';
import type { VerifierChannel } from '../../transcript/channel.ts';
import { type ColumnClaim, drawCoefficients, openingRelation } from './protocol.ts';

/** Verifies up to the one claim on the packed vector that it returns. */
export function verifyOpenings<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  packing: Packing,
  claims: readonly ColumnClaim<E>[],
): Claim<E> {
  const coefficients = drawCoefficients(field, channel, claims);
  const relation = openingRelation(field, packing, claims, coefficients);
  const [[remaining]] = verifyRelations(field, channel, [
    {
      ...relation,
      evaluate: (point, [value]) => {
        const weight = claims.reduce((sum, { column, claim }, j) => {
          const block = packing.blocks[column];
          const eq = evaluateEq(field, claim.point, suffix(point, block.variables));
          return field.add(sum, field.mul(coefficients[j], field.mul(evaluateSelector(field, block, point), eq)));
        }, field.zero);
        return field.mul(weight, value);
      },
    },
  ]);
  return remaining;
}
