// Sums of products of eq over parts of the cube, in a number of steps that is logarithmic in its size: what
// wirings in closed form are made of.

import { UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { evaluateEq } from '../../poly/eq.ts';
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

/** Σ_{i < count} eq(a, i)·eq(b, i). */
export function evaluateEqBelow<E>(field: Field<E>, a: Point<E>, b: Point<E>, count: number): E {
  if (a.length !== b.length) throw new UsageError(`eq of points of ${a.length} and ${b.length} variables`);
  const { length } = a;
  if (count >= 2 ** length) return evaluateEq(field, a, b);
  // rest[k] = eq(a, b) in the variables from k on
  const rest = new Array<E>(length + 1).fill(field.one);
  for (let k = length - 1; k >= 0; k--) rest[k] = field.mul(rest[k + 1], evaluateEq(field, [a[k]], [b[k]]));
  let sum = field.zero;
  let prefix = field.one;
  for (let k = 0; k < length; k++) {
    const atZero = field.mul(field.sub(field.one, a[k]), field.sub(field.one, b[k]));
    if (Math.floor(count / 2 ** (length - 1 - k)) % 2 === 1) {
      // all indices that agree with count so far and have 0 here lie below it
      sum = field.add(sum, field.mul(prefix, field.mul(atZero, rest[k + 1])));
      prefix = field.mul(prefix, field.mul(a[k], b[k]));
    } else {
      prefix = field.mul(prefix, atZero);
    }
  }
  return sum;
}

/** Σ_x eq(a, x)·eq(b, x)·eq(c, x) over the cube: Π_k (a_k·b_k·c_k + (1 − a_k)·(1 − b_k)·(1 − c_k)). */
export function evaluateEqOfThree<E>(field: Field<E>, a: Point<E>, b: Point<E>, c: Point<E>): E {
  const not = (x: E): E => field.sub(field.one, x);
  return a.reduce((product, x, k) => {
    const ones = field.mul(field.mul(x, b[k]), c[k]);
    const zeros = field.mul(field.mul(not(x), not(b[k])), not(c[k]));
    return field.mul(product, field.add(ones, zeros));
  }, field.one);
}

/** Σ_j coefficient_j·f(point_j). */
export function overWeights<E>(field: Field<E>, weights: GateWeights<E>, f: (point: Point<E>) => E): E {
  return weights.reduce((sum, { coefficient, point }) => field.add(sum, field.mul(coefficient, f(point))), field.zero);
}
