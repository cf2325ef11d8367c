// The verifier of claims on committed weights (protocol.ts): one claim on M remains.

import type { Field } from '../../field/field.ts';
import type { Claim } from '../../poly/claim.ts';
import { powers } from '../../sumcheck/protocol.ts';
import type { VerifierRelation } from '../../sumcheck/relation.ts';
import { verifyPackedClaims } from '../../sumcheck/verify-packed-claims.ts';
import { verifyRelations } from '../../sumcheck/verify-relations.ts';
import type { VerifierChannel } from '../../transcript/channel.ts';
import type { RelationGraph } from '../relations/nodes.ts';
import type { WeightClaim } from './claims.ts';
import type { WeightLayout } from './layout.ts';
import { evaluateSquareWeight, placeClaims, squareRelation, sumRelation, sumSquares } from './protocol.ts';

/** Verifies all claims up to the one claim on M that it returns. */
export function verifyWeightClaims<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  graph: RelationGraph,
  layout: WeightLayout,
  claims: readonly WeightClaim<E>[],
): Claim<E> {
  const placed = placeClaims(field, graph, layout, claims);
  const coefficients = powers(field, channel.draw('weights'), placed.dense.length);
  const relations: VerifierRelation<E>[] = placed.squares.map((square) => ({
    ...squareRelation(layout, square),
    evaluate: (point, [value]) => field.mul(evaluateSquareWeight(field, layout, square, point), value),
  }));
  const packing = layout.dense?.packing;
  if (packing !== undefined) {
    relations.push(verifyPackedClaims(field, packing, placed.dense, coefficients));
  }
  const left = channel.within('squares', () => verifyRelations(field, channel, relations)).map(([claim]) => claim);
  const dense = packing === undefined ? undefined : left[left.length - 1];
  // matrices come first, each at the variables of a square; without matrices, S is the only square
  const { point } = left[0];
  const values = left.slice(0, placed.squares.length).map(({ value }) => value);
  const sum = sumSquares(field, layout, placed, channel.draw('squares'), point, values, dense);
  const [[remaining]] = channel.within('sum', () =>
    verifyRelations(field, channel, [
      {
        ...sumRelation(layout, point, sum),
        evaluate: (at, [value]) => field.mul(field.tables.dot(sum.weights, field.tables.eqTable(at)), value),
      },
    ]),
  );
  return remaining;
}
