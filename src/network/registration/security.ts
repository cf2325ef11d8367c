// The error of a registration, term by term.

import { errorTerms, type RecursiveParameters } from '../../commit/recursive/parameters.ts';
import { type ErrorTerm, sumOfErrors } from '../../commit/scheme.ts';
import type { Field } from '../../field/field.ts';
import { lookupErrorCount } from '../../lookup/protocol.ts';
import { SECURITY_BITS, type SecurityReport } from '../security.ts';
import type { RegistrationPlan } from './plan.ts';

/** Bits of count/|F|. */
function overField(field: Field<unknown>, name: string, count: number): ErrorTerm {
  return { name, bits: field.bits - Math.log2(count) };
}

/** The terms of everything but the commitment. */
function protocolTerms(field: Field<unknown>, { layout, matrices, ranges, lookups }: RegistrationPlan): ErrorTerm[] {
  const { variables } = layout;
  const points = [...matrices.map(({ rowVariables }) => 2 * rowVariables), ...ranges.map((range) => range.variables)];
  // row sums of both signs, ranges and what is looked up in a table
  const claims = 3 + 2 * matrices.length + ranges.length + (lookups?.sources.length ?? 0);
  const terms = [
    overField(field, 'ternary weights and padding at a random point', 2 * Math.max(1, variables)),
    overField(field, 'row sums and ranges at a random point', Math.max(1, ...points) * Math.max(1, points.length)),
    overField(field, 'sumcheck of the weights', claims + 4 * variables),
    { name: 'collision of the transcript hash', bits: 128 },
  ];
  if (lookups !== undefined) {
    terms.push(overField(field, 'lookups', lookupErrorCount(lookups.shape)));
    const columns = lookups.packing.blocks.length;
    terms.push(overField(field, 'claims on columns to one', columns + 2 * lookups.packing.variables));
  }
  return terms;
}

/** Every term of a registration. */
export function registrationReport(
  field: Field<unknown>,
  plan: RegistrationPlan,
  parameters: RecursiveParameters,
): SecurityReport {
  const terms = [...protocolTerms(field, plan), ...errorTerms(parameters)].filter(
    ({ bits }) => bits < Number.POSITIVE_INFINITY,
  );
  return { total: sumOfErrors(terms), terms };
}

/** What the commitments may add so that the sum stays at 2^−100: the least bits, rounded up to a tenth. */
export function registrationBudget(field: Field<unknown>, plan: RegistrationPlan): number {
  const left = 2 ** -SECURITY_BITS - 2 ** -sumOfErrors(protocolTerms(field, plan));
  // nothing left: no parameters are enough
  return left > 0 ? Math.ceil(-10 * Math.log2(left) + 0.1) / 10 : SECURITY_BITS + 100;
}
