// The error of a registration, term by term.

import { type CommitmentParameters, errorTerms } from '../../commit/recursive/parameters.ts';
import type { Field } from '../../field/field.ts';
import { lookupErrorCount } from '../../lookup/protocol.ts';
import { overField } from '../../security/error-budget.ts';
import type { ErrorTerm } from '../../security/error-terms.ts';
import { openingBits, reportOf, type SecurityReport, TRANSCRIPT } from '../proof/security.ts';
import type { RegistrationPlan } from './plan.ts';

/** Bits above those of any opening. */
const TOO_MANY_BITS = 144;

/** Returns the terms of everything but the commitment. */
function protocolTerms(field: Field<unknown>, { layout, matrices, ranges, lookups }: RegistrationPlan): ErrorTerm[] {
  const { variables } = layout;
  const points = [...matrices.map(({ rowVariables }) => 2 * rowVariables), ...ranges.map((range) => range.variables)];
  // row sums of both signs, ranges and lookups
  const claims = 3 + 2 * matrices.length + ranges.length + (lookups?.sources.length ?? 0);
  const terms = [
    overField(field, 'ternary weights and padding at a random point', 2 * Math.max(1, variables)),
    overField(field, 'row sums and ranges at a random point', Math.max(1, ...points) * Math.max(1, points.length)),
    overField(field, 'sumcheck of the weights', claims + 4 * variables),
    TRANSCRIPT,
  ];
  if (lookups !== undefined) {
    terms.push(overField(field, 'lookups', lookupErrorCount(lookups.shape)));
    const columns = lookups.packing.blocks.length;
    terms.push(overField(field, 'claims on columns to one', columns + 2 * lookups.packing.variables));
  }
  return terms;
}

/** Returns every term of a registration. */
export function registrationReport(
  field: Field<unknown>,
  plan: RegistrationPlan,
  parameters: CommitmentParameters,
): SecurityReport {
  return reportOf([...protocolTerms(field, plan), ...errorTerms(field, parameters)]);
}

/** Returns the least bits of the commitments that keep the sum at 2^−100, rounded up to a tenth. */
export function registrationBudget(field: Field<unknown>, plan: RegistrationPlan): number {
  return openingBits(protocolTerms(field, plan)) ?? TOO_MANY_BITS;
}
