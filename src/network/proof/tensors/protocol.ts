// Claims on a tensor that was committed to before the proof become one claim on its vector E: the tensor on its cube,
// first in a vector of at least 2^LEAST_VARIABLES values. With a drawn η, and q drawn for the variables before those of
// the cube,
//     Σ_j η^j·value_j = Σ_x E(x)·T(x),     T(x) = Σ_j η^j·eq((0, point_j), x) + η^J·eq((q, point_0), x)·(1 − box(x)).
// The last term, of value zero, holds everything beyond the true batch and shape at zero, where box is 0: a root is one
// of a single batch of tensors.
//
// Messages: draw "claims" (η); draw "padding" (q) if there are variables before those of the cube; [relation].

import type { Field } from '../../../field/field.ts';
import type { Claim } from '../../../poly/claim.ts';
import { evaluateEq, evaluateEqAtIndex } from '../../../poly/eq.ts';
import { type Point, prefixBefore, suffix } from '../../../poly/point.ts';
import { combineClaims } from '../../../sumcheck/packed-claims.ts';
import { powers } from '../../../sumcheck/protocol.ts';
import { type Relation, vectorRelation } from '../../../sumcheck/relation.ts';
import type { Plan } from '../../statement/plan.ts';
import { paddedVariables } from '../../statement/tensor-commitment.ts';
import { evaluateBoxEq, type TensorBox } from './box.ts';

/** The claims on one committed tensor. */
export interface TensorOpening<E> extends TensorBox {
  /** At least one. */
  readonly claims: readonly Claim<E>[];
}

/** The challenges of one opening. */
export interface TensorChallenges<E> {
  /** η^j for each claim, and one more for the padding. */
  readonly coefficients: readonly E[];
  /** (q, point_0) */
  readonly paddingPoint: Point<E>;
}

export function drawTensorChallenges<E>(
  field: Field<E>,
  channel: { draw(label: string): E; drawMany(label: string, count: number): E[] },
  { claims }: TensorOpening<E>,
): TensorChallenges<E> {
  const coefficients = powers(field, channel.draw('claims'), claims.length + 1);
  const [{ point }] = claims;
  const missing = paddedVariables(point.length) - point.length;
  return { coefficients, paddingPoint: missing === 0 ? point : [...channel.drawMany('padding', missing), ...point] };
}

/** Returns the relation of both sides; the one factor sent is Ẽ. */
export function tensorRelation<E>(
  field: Field<E>,
  { batchVariables, tensor, claims }: TensorOpening<E>,
  { coefficients }: TensorChallenges<E>,
): Relation<E> {
  return vectorRelation(paddedVariables(batchVariables + tensor.variables), combineClaims(field, claims, coefficients));
}

/** Returns T̃ at a point. */
export function evaluateTensorWeight<E>(
  field: Field<E>,
  opening: TensorOpening<E>,
  { coefficients, paddingPoint }: TensorChallenges<E>,
  point: Point<E>,
): E {
  const { batchVariables, tensor, claims } = opening;
  const variables = batchVariables + tensor.variables;
  const within = suffix(point, variables);
  // whether the variables before the cube's are all zero
  const [isFirst, isFirstOfPadding] = [point, paddingPoint].map((each) =>
    evaluateEqAtIndex(field, prefixBefore(each, variables), 0),
  );
  const sum = claims.reduce(
    (total, claim, j) => field.add(total, field.mul(coefficients[j], evaluateEq(field, claim.point, within))),
    field.zero,
  );
  const box = field.mul(isFirstOfPadding, evaluateBoxEq(field, opening, claims[0].point, within));
  const padding = field.sub(evaluateEq(field, paddingPoint, point), field.mul(isFirst, box));
  return field.add(field.mul(isFirst, sum), field.mul(coefficients[claims.length], padding));
}

/**
 * Returns the openings of a plan's committed tensors, in its order.
 *
 * @param input - the claims that are left on the input
 * @param committed - the claims on the other tensors, one for each
 */
export function tensorOpenings<E>(
  plan: Plan,
  input: readonly Claim<E>[],
  committed: readonly { readonly claim: Claim<E> }[],
): TensorOpening<E>[] {
  const { batch, batchVariables, graph } = plan;
  const others = committed[Symbol.iterator]();
  return plan.committed.map(({ tensor, place }) => {
    const claims = tensor === 0 ? input : [others.next().value!.claim];
    return { batch, batchVariables, tensor: graph.tensors[place], claims };
  });
}
