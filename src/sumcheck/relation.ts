// A relation reduces a claim about a sum of products to claims about its factors: the sumcheck, then the
// values of the factors at the point where it ends. Several relations share one run (protocol.ts).
//
// Messages after the rounds: send "factors", those of all relations in order. A factor that the verifier
// can evaluate itself is not sent.

import type { Claim } from '../poly/claim.ts';
import type { Point } from '../poly/point.ts';
import type { SumcheckShape } from './protocol.ts';

/**
 * The part of a relation that both sides share: its shape, its claim, and the meaning of its factors.
 *
 * @example
 * ```ts
 * import { koalaBear, type KoalaElement } from 'ternary-gkr/field';
 * import type { Relation } from 'ternary-gkr/sumcheck';
 *
 * // Σ_x a(x)·b(x) = 70, which leaves claims on a and on b
 * const relation: Relation<KoalaElement> = {
 *   shape: { variables: 2, degree: 2 },
 *   claim: koalaBear.fromInteger(70),
 *   factorCount: 2,
 *   claims: (point, factors) => factors.map((value) => ({ point, value })),
 * };
 * ```
 */
export interface Relation<E> {
  readonly shape: SumcheckShape;
  readonly claim: E;
  /** How many factors the prover sends. */
  readonly factorCount: number;
  /** The claims that the factors sent stand for, at the relation's point; the caller must discharge them. */
  claims(point: Point<E>, factors: readonly E[]): Claim<E>[];
}

/**
 * A relation about one vector, with weights that the verifier evaluates: it ends in one claim on the vector.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { vectorRelation } from 'ternary-gkr/sumcheck';
 *
 * const { shape, factorCount } = vectorRelation(4, bn254.fromInteger(9));
 * console.log(shape, factorCount); // { variables: 4, degree: 2 } 1
 * ```
 */
export function vectorRelation<E>(variables: number, claim: E, degree = 2): Relation<E> {
  return {
    shape: { variables, degree },
    claim,
    factorCount: 1,
    claims: (point, [value]) => [{ point, value }],
  };
}

/**
 * The verifier's side: the summand at the point, from the factors sent and its own evaluations.
 *
 * @example
 * ```ts
 * import { koalaBear, type KoalaElement } from 'ternary-gkr/field';
 * import { evaluateEq } from 'ternary-gkr/poly';
 * import { vectorRelation, type VerifierRelation } from 'ternary-gkr/sumcheck';
 *
 * const { one, zero } = koalaBear;
 * // the entry of index 2 of a vector is 3
 * const relation: VerifierRelation<KoalaElement> = {
 *   ...vectorRelation(2, koalaBear.fromInteger(3)),
 *   evaluate: (y, [value]) => koalaBear.mul(evaluateEq(koalaBear, [one, zero], y), value),
 * };
 * ```
 */
export interface VerifierRelation<E> extends Relation<E> {
  evaluate(point: Point<E>, factors: readonly E[]): E;
}
