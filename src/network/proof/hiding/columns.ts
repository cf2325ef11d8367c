// The opening of columns among which there is a hidden input. One more claim holds it at zero outside of the true batch and shape
// of the input, where box is 0, at the point of the first claim on it:
//     0 = Σ_x column(x)·eq(point, x)·(1 − box(x)).
// It is the last of the claims (columns/protocol.ts).

import type { Field } from '../../../field/field.ts';
import { evaluateSelector } from '../../../poly/packing.ts';
import { suffix } from '../../../poly/point.ts';
import type { VerifierRelation } from '../../../sumcheck/relation.ts';
import { verifyPackedClaims } from '../../../sumcheck/verify-packed-claims.ts';
import type { LookupPlan, Plan } from '../../statement/plan.ts';
import { type ColumnClaim, drawCoefficients, packedClaims } from '../columns/protocol.ts';
import { evaluateBoxEq, type TensorBox } from '../tensors/box.ts';

/** The claim on the padding, and where it is. */
export interface Padding<E> {
  readonly lookups: LookupPlan;
  readonly claim: ColumnClaim<E>;
  readonly box: TensorBox;
}

/** Returns it, from the other claims. */
export function paddingOf<E>(field: Field<E>, plan: Plan, claims: readonly ColumnClaim<E>[]): Padding<E> {
  const { batch, batchVariables, graph, lookups } = plan;
  const column = lookups?.columnOfTensor.get(0);
  const first = claims.find((claim) => claim.column === column);
  // the lookup in its range is a claim on it
  if (lookups === undefined || column === undefined || first === undefined)
    throw new Error('no claim on a hidden input');
  const claim = { column, claim: { point: first.claim.point, value: field.zero } };
  return { lookups, claim, box: { batch, batchVariables, tensor: graph.tensors[0] } };
}

/** Draws the coefficients; the relation is run where the commitment is opened. */
export function verifyHiddenOpenings<E>(
  field: Field<E>,
  channel: { draw(label: string): E },
  plan: Plan,
  own: readonly ColumnClaim<E>[],
): VerifierRelation<E> {
  const { lookups, claim, box } = paddingOf(field, plan, own);
  const { packing } = lookups;
  const claims = [...own, claim];
  const coefficients = drawCoefficients(field, channel, claims);
  const relation = verifyPackedClaims(field, packing, packedClaims(claims), coefficients);
  const { point: at } = claim.claim;
  return {
    ...relation,
    evaluate(point, values) {
      const selected = evaluateSelector(field, packing.blocks[claim.column], point);
      // inside of the box the last claim has no weight
      const inside = field.mul(selected, evaluateBoxEq(field, box, at, suffix(point, at.length)));
      const weight = field.mul(coefficients[own.length], inside);
      return field.sub(relation.evaluate(point, values), field.mul(weight, values[0]));
    },
  };
}
