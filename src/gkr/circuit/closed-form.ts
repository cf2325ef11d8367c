// Values of wirings in closed form, and their sums over weighted points of the gates.

import { UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import type { Point } from '../../poly/point.ts';
import type { ClosedForm, GateWeights } from './circuit.ts';

/**
 * Σ of a form's linear terms at u; zero where it has none.
 *
 * @throws UsageError if the form gives nothing: a forgotten return would be a wiring of zeros
 */
export function evaluateLinear<E>(field: Field<E>, form: ClosedForm, weights: GateWeights<E>, u: Point<E>): E {
  return form.linear === undefined ? field.zero : given(form, form.linear(field, weights, u));
}

/** The same of its product terms, at u and v. */
export function evaluateProducts<E>(
  field: Field<E>,
  form: ClosedForm,
  weights: GateWeights<E>,
  u: Point<E>,
  v: Point<E>,
): E {
  return form.products === undefined ? field.zero : given(form, form.products(field, weights, u, v));
}

function given<E>({ name }: ClosedForm, value: E | null | undefined): E {
  if (value === undefined || value === null)
    throw new UsageError(`the closed form ${name} gives no element; does it return one?`);
  return value;
}

/** Σ_j coefficient_j·f(point_j). */
export function overWeights<E>(field: Field<E>, weights: GateWeights<E>, f: (point: Point<E>) => E): E {
  return weights.reduce((sum, { coefficient, point }) => field.add(sum, field.mul(coefficient, f(point))), field.zero);
}
