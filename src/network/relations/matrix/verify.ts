// The verifier of the matrix relation (protocol.ts): it holds W, or is left with a claim on it.

import type { Field } from '../../../field/field.ts';
import type { Claim } from '../../../poly/claim.ts';
import { isTernary } from '../../../sparse/weight-matrix.ts';
import type { VerifierRelation } from '../../../sumcheck/relation.ts';
import type { MatrixNode } from '../nodes.ts';
import { matrixRelation, splitPoint } from './protocol.ts';

/** Returns the relation of a claim on a; a claim on u remains and, where W is committed, one on W. */
export function verifyMatrix<E>(
  field: Field<E>,
  node: MatrixNode,
  batchVariables: number,
  output: Claim<E>,
): VerifierRelation<E> {
  const { row } = splitPoint(node, batchVariables, output.point);
  const { weights } = node;
  return {
    ...matrixRelation(node, batchVariables, output),
    evaluate: (point, [input, committed]) => {
      if (node.bounds !== undefined) return field.mul(committed, input);
      const value = isTernary(weights)
        ? field.tables.evaluateSigned(weights, row, point)
        : field.tables.evaluateWeighted(weights, row, point);
      return field.mul(value, input);
    },
  };
}
