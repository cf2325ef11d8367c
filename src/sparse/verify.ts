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
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { planWeights, proveLinear, ternaryFromDense, verifyLinear } from 'ternary-gkr/sparse';
 * import { proveRelations, verifyRelations } from 'ternary-gkr/sumcheck';
 * import { createProverChannel, createVerifierChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const { field } = engine;
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const statement = { weights, batchVariables: 0 };
 * // W·(5, 3) = (2, 3), whose multilinear extension at 1 is 3
 * const input = Int32Array.of(5, 3);
 * const output = { point: [field.one], value: field.fromInteger(3) };
 * const prover = createProverChannel(field);
 * proveRelations(engine, prover, [proveLinear(engine, statement, planWeights(engine, weights), input, output)]);
 * const verifier = createVerifierChannel(field, prover.bytes());
 * const [[claim]] = verifyRelations(field, verifier, [verifyLinear(field, verifier, statement, output)]);
 * // what is left is a claim on the input
 * console.log(field.equal(field.tables.evaluateIntegers(input, claim.point), claim.value)); // true
 * ```
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
