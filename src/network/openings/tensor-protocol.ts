// Claims on a tensor that was committed to before the proof become one claim on its vector E, the tensor on its cube:
// with a drawn η,
//     Σ_j η^j·value_j = Σ_x E(x)·T(x),     T(x) = Σ_j η^j·eq(point_j, x) [+ η^J·eq(point_0, x)·(1 − box(x))].
// The last term, of value zero, is for the input, which nothing else makes: it holds the padding at zero. box is 1 within
// the true batch and shape. A tensor of less than 2^LEAST_VARIABLES values is the first part of a vector of that many.
//
// Messages: draw "claims" (η); [relation].

import type { Field } from '../../field/field.ts';
import type { Claim } from '../../poly/claim.ts';
import { evaluateEq, evaluateEqBelow } from '../../poly/eq.ts';
import { type Point, suffix } from '../../poly/point.ts';
import { combine, powers } from '../../sumcheck/protocol.ts';
import type { Relation } from '../../sumcheck/relation.ts';
import type { Plan } from '../plan.ts';
import type { GraphTensor } from '../relations/nodes.ts';
import { paddedVariables } from '../tensor-commitment.ts';

/** What is claimed of one committed tensor. */
export interface TensorOpening<E> {
  readonly batch: number;
  readonly batchVariables: number;
  readonly tensor: GraphTensor;
  readonly claims: readonly Claim<E>[];
  /** Whether its padding is held at zero here. */
  readonly isInput: boolean;
}

/** η^j for each claim, one more for the padding. */
export function drawTensorCoefficients<E>(
  field: Field<E>,
  channel: { draw(label: string): E },
  { claims }: TensorOpening<E>,
): E[] {
  return powers(field, channel.draw('claims'), claims.length + 1);
}

/** What prover and verifier share; the one factor sent is Ẽ. */
export function tensorRelation<E>(
  field: Field<E>,
  { batchVariables, tensor, claims }: TensorOpening<E>,
  coefficients: readonly E[],
): Relation<E> {
  return {
    shape: { variables: paddedVariables(batchVariables + tensor.variables), degree: 2 },
    claim: combine(
      field,
      coefficients.slice(0, claims.length),
      claims.map(({ value }) => value),
    ),
    factorCount: 1,
    claims: (point, [value]) => [{ point, value }],
  };
}

/** T̃ at a point. */
export function evaluateTensorWeight<E>(
  field: Field<E>,
  opening: TensorOpening<E>,
  coefficients: readonly E[],
  point: Point<E>,
): E {
  const { batchVariables, tensor, claims, isInput } = opening;
  const within = suffix(point, batchVariables + tensor.variables);
  let sum = claims.reduce(
    (total, claim, j) => field.add(total, field.mul(coefficients[j], evaluateEq(field, claim.point, within))),
    field.zero,
  );
  if (isInput) {
    const [{ point: first }] = claims;
    const padding = field.sub(evaluateEq(field, first, within), evaluateBoxEq(field, opening, first, within));
    sum = field.add(sum, field.mul(coefficients[claims.length], padding));
  }
  // the tensor is the first part of the vector
  return point
    .slice(0, point.length - within.length)
    .reduce((product, x) => field.mul(product, field.sub(field.one, x)), sum);
}

/** Σ over the true batch and shape of eq(a, ·)·eq(b, ·). */
function evaluateBoxEq<E>(
  field: Field<E>,
  { batch, batchVariables, tensor }: TensorOpening<E>,
  a: Point<E>,
  b: Point<E>,
): E {
  let start = 0;
  return [
    { extent: batch, variables: batchVariables },
    ...tensor.shape.map((extent, axis) => ({ extent, variables: tensor.axes[axis] })),
  ].reduce((product, { extent, variables }) => {
    const [left, right] = [a.slice(start, start + variables), b.slice(start, start + variables)];
    start += variables;
    return field.mul(product, evaluateEqBelow(field, left, right, extent));
  }, field.one);
}

/**
 * The openings of a plan's committed tensors, in its order.
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
    const isInput = tensor === 0;
    const claims = isInput ? input : [others.next().value!.claim];
    return { batch, batchVariables, tensor: graph.tensors[place], claims, isInput };
  });
}
