// The affine relation z = m·a + b. Given a claim z̃(w) on a batch of outputs: where all multipliers are one
// number c the claim passes by arithmetic, ã(w) = (z̃(w) − b̃(w))/c; otherwise a weighted sumcheck proves
//     z̃(w) − b̃(w) = Σ_{batch, o} eq(w, (batch, o))·m(o)·a(batch, o)
// and ends with a claim on ã; m̃ is public. Biases are zero beyond the true batch, so that padding is zero.

import type { Field } from '../../../field/field.ts';
import type { Claim } from '../../../poly/claim.ts';
import { evaluateBelow } from '../../../poly/eq.ts';
import { logCeil, type Point, prefixBefore, suffix } from '../../../poly/point.ts';
import type { Relation } from '../../../sumcheck/relation.ts';
import type { AffineLayer } from '../../network.ts';
import { uniformMultiplier } from './rules.ts';

/** b̃ of the whole batch: the biases at the outputs' variables, masked to the true batch. */
function evaluateBiases<E>(field: Field<E>, layer: AffineLayer, batch: number, point: Point<E>): E {
  const variables = logCeil(layer.biases.length);
  const biases = field.tables.evaluateIntegers(layer.biases, suffix(point, variables));
  return field.mul(evaluateBelow(field, prefixBefore(point, variables), batch), biases);
}

/** m̃: multipliers are the same for every element of the batch. */
export function evaluateMultipliers<E>(field: Field<E>, layer: AffineLayer, point: Point<E>): E {
  const variables = logCeil(layer.multipliers.length);
  return field.tables.evaluateIntegers(layer.multipliers, suffix(point, variables));
}

/** The claim on a that follows from one on z without a sumcheck; only for a uniform multiplier. */
export function passAffine<E>(field: Field<E>, layer: AffineLayer, batch: number, output: Claim<E>): Claim<E> {
  const scaled = field.sub(output.value, evaluateBiases(field, layer, batch, output.point));
  const multiplier = field.fromInteger(uniformMultiplier(layer) ?? 1);
  return { point: output.point, value: field.mul(scaled, field.inv(multiplier)) };
}

/** What prover and verifier share; the one factor sent is ã. Weighted by eq of the output claim's point. */
export function affineRelation<E>(field: Field<E>, layer: AffineLayer, batch: number, output: Claim<E>): Relation<E> {
  return {
    shape: { variables: output.point.length, degree: 2 },
    claim: field.sub(output.value, evaluateBiases(field, layer, batch, output.point)),
    factorCount: 1,
    claims: (point, [value]) => [{ point, value }],
  };
}
