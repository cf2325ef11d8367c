// The verifier of the relation of scales (protocol.ts); it holds the multipliers.

import type { Field } from '../../../field/field.ts';
import type { Claim } from '../../../poly/claim.ts';
import type { VerifierRelation } from '../../../sumcheck/relation.ts';
import type { ScaleNode } from '../nodes.ts';
import { type ScaleShape, scaleRelation, splitPoint } from './protocol.ts';

/** The relation of a claim on z; what remains is a claim on a. */
export function verifyScale<E>(
  field: Field<E>,
  node: ScaleNode,
  shape: ScaleShape,
  output: Claim<E>,
): VerifierRelation<E> {
  const { channel } = splitPoint(shape, output.point);
  return {
    ...scaleRelation(field, node, shape, output),
    evaluate: (point, [input]) => {
      const claimed = field.tables.eqTable(channel);
      const bound = field.tables.eqTable(point);
      const weights = Array.from(node.multipliers, (m, c) =>
        field.mul(field.mul(claimed[c], bound[c]), field.fromInteger(m)),
      );
      return field.mul(
        weights.reduce((total, weight) => field.add(total, weight), field.zero),
        input,
      );
    },
  };
}
