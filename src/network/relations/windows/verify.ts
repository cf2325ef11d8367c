// The verifier of the relation of windows (protocol.ts): it computes both axis maps' extensions from the window itself.

import type { Field } from '../../../field/field.ts';
import type { Claim } from '../../../poly/claim.ts';
import type { VerifierRelation } from '../../../sumcheck/relation.ts';
import { evaluateAxis } from '../axis-map.ts';
import type { WindowsNode } from '../nodes.ts';
import { imageVariables, splitPoint, windowsRelation } from './protocol.ts';

/** Returns the relation of a claim on u; a claim on x remains. */
export function verifyWindows<E>(
  field: Field<E>,
  node: WindowsNode,
  batchVariables: number,
  output: Claim<E>,
): VerifierRelation<E> {
  const { rows, columns } = node;
  const parts = splitPoint(node, batchVariables, output.point);
  const [rowVariables] = imageVariables(node);
  return {
    ...windowsRelation(node, batchVariables, output),
    evaluate: (point, [image]) => {
      const row = evaluateAxis(field, rows, parts.rowKernel, parts.rowPlace, point.slice(0, rowVariables));
      const column = evaluateAxis(field, columns, parts.columnKernel, parts.columnPlace, point.slice(rowVariables));
      return field.mul(field.mul(row, column), image);
    },
  };
}
