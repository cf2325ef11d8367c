// Sumcheck over several instances that share one run of rounds: claims Σ_{x ∈ {0,1}^n_j} g_j(x) = claim_j,
// or, weighted by eq of a known point w, Σ_x eq(w's last n_j variables, x)·g_j(x) = claim_j.
//
// Messages, for n = max n_j and d = max degree: [draw "batch" if there are several instances], then for
// each round: send "round" (d coefficients, poly/univariate.ts), draw "bind". Instance j takes part in the
// last n_j rounds, so all end at suffixes of one point. What remains: Σ_j λ^j·g_j(suffix of the point) =
// the value left over; the caller sends the factors of each g_j and compares.
//
// In a weighted run the prover sends t with claim = (1 − w)·t(0) + w·t(1), not the product with eq, and
// the eq of bound variables is dropped (after Gruen, ePrint 2024/108 section 3): one coefficient less, and
// the degree of the weight costs no soundness. Error: (instances − 1 + n·d)/|F|.

import { UsageError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import type { Point } from '../poly/point.ts';

/**
 * The shape of one summand, known to both sides.
 *
 * @example
 * ```ts
 * import type { SumcheckShape } from 'ternary-gkr/sumcheck';
 *
 * // Σ over 2^10 places of a product of two tables
 * const shape: SumcheckShape = { variables: 10, degree: 2 };
 * ```
 */
export interface SumcheckShape {
  /** n_j */
  readonly variables: number;
  /** Degree of g_j in each variable, at least 1. */
  readonly degree: number;
}

/**
 * A run: how many rounds, and how many coefficients each sends.
 *
 * @example
 * ```ts
 * import { type RunShape, runShape } from 'ternary-gkr/sumcheck';
 *
 * const shape: RunShape = runShape([{ variables: 5, degree: 2 }], undefined);
 * console.log(shape); // { rounds: 5, degree: 2 }
 * ```
 */
export interface RunShape {
  readonly rounds: number;
  readonly degree: number;
}

/**
 * The shape of the run that instances of these shapes share.
 *
 * @example
 * ```ts
 * import { runShape } from 'ternary-gkr/sumcheck';
 *
 * // two sums in one run: as many rounds as the longer one has
 * console.log(runShape([{ variables: 5, degree: 2 }, { variables: 3, degree: 3 }], undefined)); // { rounds: 5, degree: 3 }
 * ```
 */
export function runShape(shapes: readonly SumcheckShape[], weight: Point<unknown> | undefined): RunShape {
  if (shapes.length === 0) throw new UsageError('a sumcheck has at least one instance');
  const rounds = Math.max(...shapes.map((shape) => shape.variables));
  if (weight !== undefined && weight.length !== rounds) {
    throw new UsageError(`the weight's point has ${weight.length} variables, the run ${rounds} rounds`);
  }
  return { rounds, degree: Math.max(...shapes.map((shape) => shape.degree)) };
}

/**
 * 1, λ, λ², …: the coefficients that combine `count` claims.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { powers } from 'ternary-gkr/sumcheck';
 *
 * console.log(powers(bn254, 3n, 4)); // [ 1n, 3n, 9n, 27n ]
 * ```
 */
export function powers<E>(field: Field<E>, challenge: E, count: number): E[] {
  const result = [field.one];
  while (result.length < count) result.push(field.mul(result[result.length - 1], challenge));
  return result;
}

/**
 * Σ_j a_j·b_j of scalars.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { combine } from 'ternary-gkr/sumcheck';
 *
 * console.log(combine(bn254, [1n, 2n], [3n, 4n])); // 11n
 * ```
 */
export function combine<E>(field: Field<E>, a: readonly E[], b: readonly E[]): E {
  return a.reduce((sum, value, index) => field.add(sum, field.mul(value, b[index])), field.zero);
}

/**
 * Numerator of the error over |F| of one run: instances − 1 + rounds·degree.
 *
 * @example
 * ```ts
 * import { sumcheckErrorCount } from 'ternary-gkr/sumcheck';
 *
 * // the numerator over |F|: degree times rounds
 * console.log(sumcheckErrorCount([{ variables: 10, degree: 2 }])); // 20
 * ```
 */
export function sumcheckErrorCount(shapes: readonly SumcheckShape[]): number {
  const { rounds, degree } = runShape(shapes, undefined);
  return shapes.length - 1 + rounds * degree;
}
