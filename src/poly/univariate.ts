// Univariate polynomials of small degree by their coefficients, constant first: the round polynomials of
// sumcheck. One coefficient is determined by the claim and never sent:
//   plain rounds      claim = s(0) + s(1)                 sent: c0, c2, …, cd      c1 = claim − 2·c0 − Σ_{k≥2} ck
//   weighted rounds   claim = (1 − w)·t(0) + w·t(1)       sent: c1, c2, …, cd      c0 = claim − w·Σ_{k≥1} ck
// Neither needs a division, and neither fails for any w.

import type { Field } from '../field/field.ts';

/**
 * Horner evaluation.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { evaluateUnivariate } from 'ternary-gkr/poly';
 *
 * // 1 + 2·10 + 3·10²
 * console.log(evaluateUnivariate(bn254, [1n, 2n, 3n], 10n)); // 321n
 * ```
 */
export function evaluateUnivariate<E>(field: Field<E>, coefficients: readonly E[], x: E): E {
  let value = field.zero;
  for (let k = coefficients.length - 1; k >= 0; k--) value = field.add(field.mul(value, x), coefficients[k]);
  return value;
}

/**
 * All coefficients of a plain round from c0, c2, …, cd and the claim s(0) + s(1).
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { completePlain } from 'ternary-gkr/poly';
 *
 * // g(X) = 1 + 2X + 3X², of which g(0) + g(1) = 7 is the claim
 * console.log(completePlain(bn254, [1n, 3n], 7n)); // [ 1n, 2n, 3n ]
 * ```
 */
export function completePlain<E>(field: Field<E>, sent: readonly E[], claim: E): E[] {
  const [constant, ...higher] = sent;
  let linear = field.sub(claim, field.add(constant, constant));
  for (const coefficient of higher) linear = field.sub(linear, coefficient);
  return [constant, linear, ...higher];
}

/**
 * All coefficients of a weighted round from c1, …, cd and the claim (1 − weight)·t(0) + weight·t(1).
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { completeWeighted } from 'ternary-gkr/poly';
 *
 * // g(X) = 1 + 2X + 3X²; the claim is (1 − w)·g(0) + w·g(1) with w = 2
 * console.log(completeWeighted(bn254, [2n, 3n], 11n, 2n)); // [ 1n, 2n, 3n ]
 * ```
 */
export function completeWeighted<E>(field: Field<E>, sent: readonly E[], claim: E, weight: E): E[] {
  const sum = sent.reduce((total, coefficient) => field.add(total, coefficient), field.zero);
  return [field.sub(claim, field.mul(weight, sum)), ...sent];
}

/**
 * The polynomial of degree ≤ d through (0, values[0]), …, (d, values[d]), by Newton's divided differences.
 *
 * @returns d + 1 coefficients
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { interpolate } from 'ternary-gkr/poly';
 *
 * // the polynomial that is 1, 6, 17 at 0, 1, 2
 * console.log(interpolate(bn254, [1n, 6n, 17n])); // [ 1n, 2n, 3n ]
 * ```
 */
export function interpolate<E>(field: Field<E>, values: readonly E[]): E[] {
  const differences = [...values];
  for (let order = 1; order < values.length; order++) {
    const inverse = field.inv(field.fromInteger(order));
    for (let k = values.length - 1; k >= order; k--) {
      differences[k] = field.mul(field.sub(differences[k], differences[k - 1]), inverse);
    }
  }
  // Σ_k differences[k]·X(X − 1)…(X − k + 1), expanded from the innermost bracket out
  let coefficients: E[] = [];
  for (let k = values.length - 1; k >= 0; k--) {
    const node = field.fromInteger(k);
    const shifted = [field.zero, ...coefficients];
    for (let i = 0; i < coefficients.length; i++) {
      shifted[i] = field.sub(shifted[i], field.mul(node, coefficients[i]));
    }
    shifted[0] = field.add(shifted[0], differences[k]);
    coefficients = shifted;
  }
  return coefficients;
}
