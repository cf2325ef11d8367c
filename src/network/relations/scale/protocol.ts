// The relation of scales: z[b, c, p] = m[c]·a[b, c, p] + b[c]. Given a claim z̃(r): where all multipliers are one number
// the claim passes by arithmetic, ã(r) = (z̃(r) − b̃(r))/m; otherwise, with r = (r_b, r_c, r_p),
//     z̃(r) − b̃(r) = Σ_c eq(r_c, c)·m(c)·ã(r_b, c, r_p),
// a sumcheck over the channels alone, which ends with a claim on ã; the verifier holds m. Biases are zero beyond the
// true batch and the true image, so that padding is zero.

import type { Field } from '../../../field/field.ts';
import type { Claim } from '../../../poly/claim.ts';
import { evaluateBelow } from '../../../poly/eq.ts';
import type { Point } from '../../../poly/point.ts';
import type { Relation } from '../../../sumcheck/relation.ts';
import type { GraphTensor, ScaleNode } from '../nodes.ts';

/** What a claim ranges over: the batch and the tensor that is scaled. */
export interface ScaleShape {
  readonly batch: number;
  readonly batchVariables: number;
  readonly tensor: GraphTensor;
}

/** The parts of a claim's point: (r_b, r_c, r_p). */
export function splitPoint<E>(
  { batchVariables, tensor }: ScaleShape,
  point: Point<E>,
): { batch: Point<E>; channel: Point<E>; place: Point<E> } {
  const end = batchVariables + tensor.axes[0];
  return { batch: point.slice(0, batchVariables), channel: point.slice(batchVariables, end), place: point.slice(end) };
}

/** b̃, masked to the true batch and the true image. */
function evaluateBiases<E>(field: Field<E>, node: ScaleNode, shape: ScaleShape, point: Point<E>): E {
  const { batch, channel, place } = splitPoint(shape, point);
  let value = field.mul(field.tables.evaluateIntegers(node.biases, channel), evaluateBelow(field, batch, shape.batch));
  let start = 0;
  shape.tensor.shape.slice(1).forEach((extent, axis) => {
    const end = start + shape.tensor.axes[axis + 1];
    value = field.mul(value, evaluateBelow(field, place.slice(start, end), extent));
    start = end;
  });
  return value;
}

/** The multiplier if all channels share one that has an inverse in every field: then no sumcheck is needed. */
export function uniformMultiplier({ multipliers }: ScaleNode): number | undefined {
  const [first] = multipliers;
  const isInvertible = first !== 0 && Math.abs(first) < 2 ** 30;
  return isInvertible && multipliers.every((multiplier) => multiplier === first) ? first : undefined;
}

/** The claim on a that follows from one on z without a sumcheck; only for a uniform multiplier. */
export function passScale<E>(field: Field<E>, node: ScaleNode, shape: ScaleShape, output: Claim<E>): Claim<E> {
  const scaled = field.sub(output.value, evaluateBiases(field, node, shape, output.point));
  const multiplier = uniformMultiplier(node) ?? 1;
  const value = multiplier === 1 ? scaled : field.mul(scaled, field.inv(field.fromInteger(multiplier)));
  return { point: output.point, value };
}

/** What prover and verifier share; the one factor sent is ã. */
export function scaleRelation<E>(field: Field<E>, node: ScaleNode, shape: ScaleShape, output: Claim<E>): Relation<E> {
  const { batch, place } = splitPoint(shape, output.point);
  return {
    shape: { variables: shape.tensor.axes[0], degree: 2 },
    claim: field.sub(output.value, evaluateBiases(field, node, shape, output.point)),
    factorCount: 1,
    claims: (point, [value]) => [{ point: [...batch, ...point, ...place], value }],
  };
}
