// The relation of scales: z[b, c, p] = m[c]·a[b, c, p] + b[c]. Given a claim z̃(r): where all multipliers are one number
// the claim passes by arithmetic, ã(r) = (z̃(r) − b̃(r))/m; otherwise, with r = (r_b, r_c, r_p),
//     z̃(r) − b̃(r) = Σ_c eq(r_c, c)·m(c)·ã(r_b, c, r_p),
// a sumcheck over the channels alone, which ends with a claim on ã; the verifier holds m. Biases are zero beyond the
// true batch and the true image, so that padding is zero: b̃(r) = mask(r_b, r_p)·b̃(r_c).
// Where m and b are committed, the prover sends b̃(r_c) if the multiplier is one public number; otherwise the sumcheck is
//     z̃(r) = Σ_c eq(r_c, c)·(m(c)·ã(r_b, c, r_p) + mask(r_b, r_p)·b(c)),
// and claims remain on m̃ and b̃ where it ends.

import type { Field } from '../../../field/field.ts';
import type { Claim } from '../../../poly/claim.ts';
import { evaluateBelow } from '../../../poly/eq.ts';
import type { Point } from '../../../poly/point.ts';
import type { Relation } from '../../../sumcheck/relation.ts';
import { uniformValue } from '../../model/bounds.ts';
import type { GraphTensor, ScaleNode } from '../nodes.ts';
import { hasBiases, hasMultipliers } from '../nodes.ts';

/** The shape that a claim ranges over: the batch and the tensor that is scaled. */
export interface ScaleShape {
  readonly batch: number;
  readonly batchVariables: number;
  readonly tensor: GraphTensor;
}

/** Returns the parts of a claim's point: (r_b, r_c, r_p). */
export function splitPoint<E>(
  { batchVariables, tensor }: ScaleShape,
  point: Point<E>,
): { batch: Point<E>; channel: Point<E>; place: Point<E> } {
  const end = batchVariables + tensor.axes[0];
  return { batch: point.slice(0, batchVariables), channel: point.slice(batchVariables, end), place: point.slice(end) };
}

/** Returns the extension of the mask: 1 within the true batch and the true image, 0 beyond. */
export function evaluateMask<E>(field: Field<E>, shape: ScaleShape, point: Point<E>): E {
  const { batch, place } = splitPoint(shape, point);
  let value = evaluateBelow(field, batch, shape.batch);
  let start = 0;
  shape.tensor.shape.slice(1).forEach((extent, axis) => {
    const end = start + shape.tensor.axes[axis + 1];
    value = field.mul(value, evaluateBelow(field, place.slice(start, end), extent));
    start = end;
  });
  return value;
}

/** Returns b̃(r) for biases that the verifier holds. */
function evaluateBiases<E>(field: Field<E>, node: ScaleNode, shape: ScaleShape, point: Point<E>): E {
  const { channel } = splitPoint(shape, point);
  return field.mul(field.tables.evaluateIntegers(node.biases, channel), evaluateMask(field, shape, point));
}

/** Returns the multiplier if all channels share one with an inverse in every field: then no sumcheck is needed. */
export function uniformMultiplier({ multipliers, bounds }: ScaleNode): number | undefined {
  return bounds === undefined ? uniformValue(multipliers) : bounds.uniform;
}

/**
 * Returns the claim on a that follows from one on z without a sumcheck; only for a uniform multiplier.
 *
 * @param bias - b̃(r_c), where biases are committed and not all zero
 */
export function passScale<E>(
  field: Field<E>,
  node: ScaleNode,
  shape: ScaleShape,
  output: Claim<E>,
  bias?: E,
): Claim<E> {
  const shift =
    bias === undefined
      ? evaluateBiases(field, node, shape, output.point)
      : field.mul(bias, evaluateMask(field, shape, output.point));
  const scaled = field.sub(output.value, shift);
  const multiplier = uniformMultiplier(node) ?? 1;
  const value = multiplier === 1 ? scaled : field.mul(scaled, field.inv(field.fromInteger(multiplier)));
  return { point: output.point, value };
}

/** Returns the relation of both sides; the factors sent are ã and, where they are committed, m̃ and b̃. */
export function scaleRelation<E>(field: Field<E>, node: ScaleNode, shape: ScaleShape, output: Claim<E>): Relation<E> {
  const { batch, place } = splitPoint(shape, output.point);
  const committed = hasMultipliers(node) ? (hasBiases(node) ? 2 : 1) : 0;
  return {
    shape: { variables: shape.tensor.axes[0], degree: committed > 0 ? 3 : 2 },
    claim: committed > 0 ? output.value : field.sub(output.value, evaluateBiases(field, node, shape, output.point)),
    factorCount: 1 + committed,
    claims: (point, [value, ...weights]) => [
      { point: [...batch, ...point, ...place], value },
      ...weights.map((weight) => ({ point, value: weight })),
    ],
  };
}
