// The prover of the reduction of column claims to one claim (protocol.ts).

import type { Engine, Vector } from '../../../field/engine.ts';
import type { Packing } from '../../../poly/packing.ts';
import type { Point } from '../../../poly/point.ts';
import { packedRelation } from '../../../sumcheck/packed-claims.ts';
import { sumOfProducts } from '../../../sumcheck/products.ts';
import type { ProverRelation } from '../../../sumcheck/prove-relations.ts';
import { type ColumnClaim, drawCoefficients, packedClaims } from './protocol.ts';

/**
 * Draws the coefficients; the relation is run where the commitment is opened.
 *
 * @param packed - the vector of all columns, a base vector, which is not changed
 * @param weigh - makes the weights of claim j of the table of eq at its point
 */
export function proveOpenings<E>(
  engine: Engine<E>,
  channel: { draw(label: string): E },
  packing: Packing,
  packed: Vector,
  claims: readonly ColumnClaim<E>[],
  weigh: (table: Vector, j: number) => Vector = (table) => table,
): ProverRelation<E> {
  const field = engine.field;
  const coefficients = drawCoefficients(field, channel, claims);
  const weights = engine.zeros('extension', 2 ** packing.variables);
  const tables = new Map<Point<E>, Vector>();
  claims.forEach(({ column, claim }, j) => {
    const block = packing.blocks[column];
    // claims of one origin share their point
    const table = tables.get(claim.point) ?? engine.eqTable(claim.point);
    tables.set(claim.point, table);
    engine.addScaled(engine.view(weights, block.start, 2 ** block.variables), weigh(table, j), coefficients[j]);
  });
  const summand = sumOfProducts(engine, [[packed, weights]]);
  return {
    ...packedRelation(field, packing, packedClaims(claims), coefficients),
    summand,
    factors: () => [summand.finals()[0]],
  };
}
