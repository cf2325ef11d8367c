// A relation reduces a claim about a sum of products to claims about its factors: the sumcheck, then the
// values of the factors at the point where it ends. Several relations share one run (protocol.ts).
//
// Messages after the rounds: send "factors", those of all relations in order. A factor that the verifier
// can evaluate itself is not sent.

import type { Claim } from '../poly/claim.ts';
import type { Point } from '../poly/point.ts';
import type { SumcheckShape } from './protocol.ts';

/** The part of a relation that both sides share: its shape, its claim, and the meaning of its factors. */
export interface Relation<E> {
  readonly shape: SumcheckShape;
  readonly claim: E;
  /** How many factors the prover sends. */
  readonly factorCount: number;
  /** The claims that the factors sent stand for, at the relation's point; the caller must discharge them. */
  claims(point: Point<E>, factors: readonly E[]): Claim<E>[];
}

/** A relation about one vector, with weights that the verifier evaluates: it ends in one claim on the vector. */
export function vectorRelation<E>(variables: number, claim: E, degree = 2): Relation<E> {
  return {
    shape: { variables, degree },
    claim,
    factorCount: 1,
    claims: (point, [value]) => [{ point, value }],
  };
}

/** The verifier's side: the summand at the point, from the factors sent and its own evaluations. */
export interface VerifierRelation<E> extends Relation<E> {
  evaluate(point: Point<E>, factors: readonly E[]): E;
}
