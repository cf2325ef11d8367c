// The verifier of the sparse linear relation (protocol.ts): it holds W, or is left with a claim on it.

import type { Field } from '../field/field.ts';
import type { Claim } from '../poly/claim.ts';
import type { Point } from '../poly/point.ts';
import type { VerifierRelation } from '../sumcheck/relation.ts';
import type { VerifierChannel } from '../transcript/channel.ts';
import { type LinearStatement, linearRelation, splitOutputPoint } from './protocol.ts';
import { isTernary, type WeightMatrix } from './weight-matrix.ts';

/**
 * The relation of a claim on W·x, to be run by `verifyRelations`.
 *
 * @returns leaves a claim on x and, where W is committed, one on W; the caller discharges both
 * @throws Rejection `non-canonical` if the claim is not of canonical elements; UsageError if its point is too short
 */
export function verifyLinear<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  statement: LinearStatement,
  output: Claim<E>,
): VerifierRelation<E> {
  channel.requireCanonical([...output.point, output.value], 'output');
  const { row } = splitOutputPoint(statement, output.point);
  const { weights, isCommitted } = statement;
  return {
    ...linearRelation(statement, output),
    evaluate: (point, [input, committed]) =>
      field.mul(isCommitted ? committed : evaluateMatrix(field, weights, row, point), input),
  };
}

/** W̃(row, column). */
function evaluateMatrix<E>(field: Field<E>, weights: WeightMatrix, row: Point<E>, column: Point<E>): E {
  return isTernary(weights)
    ? field.tables.evaluateSigned(weights, row, column)
    : field.tables.evaluateWeighted(weights, row, column);
}
