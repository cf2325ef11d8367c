// The verifier of the relation of scales (protocol.ts): it holds the multipliers, or is left with claims on them.

import type { Field } from '../../../field/field.ts';
import type { Claim } from '../../../poly/claim.ts';
import { evaluateEq } from '../../../poly/eq.ts';
import type { VerifierRelation } from '../../../sumcheck/relation.ts';
import type { ScaleNode } from '../nodes.ts';
import { hasMultipliers } from '../nodes.ts';
import { evaluateMask, type ScaleShape, scaleRelation, splitPoint } from './protocol.ts';

/** Returns the relation of a claim on z; a claim on a remains, and claims on m and b where they are committed. */
export function verifyScale<E>(
  field: Field<E>,
  node: ScaleNode,
  shape: ScaleShape,
  output: Claim<E>,
): VerifierRelation<E> {
  const { channel } = splitPoint(shape, output.point);
  return {
    ...scaleRelation(field, node, shape, output),
    evaluate: (point, [input, multiplier, bias]) => {
      if (hasMultipliers(node)) {
        const scaled = field.mul(multiplier, input);
        const sum =
          bias === undefined ? scaled : field.add(scaled, field.mul(evaluateMask(field, shape, output.point), bias));
        return field.mul(evaluateEq(field, channel, point), sum);
      }
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
