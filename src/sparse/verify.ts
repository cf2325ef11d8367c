// The verifier of the ternary linear relation (protocol.ts), for a verifier that holds W.

import { checkElements } from '../field/canonical.ts';
import type { Field, SignedColumns } from '../field/field.ts';
import type { Claim } from '../poly/claim.ts';
import type { VerifierRelation } from '../sumcheck/relation.ts';
import { linearRelation, splitOutputPoint } from './protocol.ts';

/**
 * The relation of a claim on W·x, to be run by `verifyRelations`; what remains is a claim on x.
 *
 * @throws Rejection `non-canonical` if the claim is not of canonical elements
 */
export function verifyLinear<E>(field: Field<E>, weights: SignedColumns, output: Claim<E>): VerifierRelation<E> {
  checkElements(field, 'output', [...output.point, output.value]);
  const { row } = splitOutputPoint(weights, output.point);
  return {
    ...linearRelation(weights, output),
    evaluate: (point, [input]) => field.mul(field.tables.evaluateSigned(weights, row, point), input),
  };
}
