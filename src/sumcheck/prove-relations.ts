// The prover of relations that share one run (relation.ts).

import type { Engine } from '../field/engine.ts';
import type { Claim } from '../poly/claim.ts';
import { type Point, suffix } from '../poly/point.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import { proveSumcheck, type Summand } from './prove.ts';
import type { Relation } from './relation.ts';

/**
 * The prover's side: the summand, and which of its final values are sent.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, type KoalaElement } from 'ternary-gkr/field';
 * import { type ProverRelation, sumOfProducts, vectorRelation } from 'ternary-gkr/sumcheck';
 *
 * const engine = createKoalaBearEngine();
 * const { one, zero } = engine.field;
 * // the entry of index 2 of a vector, as a claim at the point (1, 0)
 * const summand = sumOfProducts(engine, [[engine.fromIntegers([1, 2, 3, 4]), engine.eqTable([one, zero])]]);
 * const relation: ProverRelation<KoalaElement> = {
 *   ...vectorRelation(2, engine.field.fromInteger(3)),
 *   summand,
 *   factors: () => [summand.finals()[0]],
 * };
 * ```
 */
export interface ProverRelation<E> extends Relation<E> {
  readonly summand: Summand<E>;
  /** The factors to send, once every variable is bound. */
  factors(): E[];
}

/**
 * Proves the relations; what it returns are the claims that the verifier is left with too.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { proveRelations, sumOfProducts, vectorRelation } from 'ternary-gkr/sumcheck';
 * import { createProverChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const { one, zero } = engine.field;
 * const summand = sumOfProducts(engine, [[engine.fromIntegers([1, 2, 3, 4]), engine.eqTable([one, zero])]]);
 * const relation = { ...vectorRelation(2, engine.field.fromInteger(3)), summand, factors: () => [summand.finals()[0]] };
 * const [[claim]] = proveRelations(engine, createProverChannel(engine.field), [relation]);
 * console.log(claim.point.length); // 2
 * ```
 */
export function proveRelations<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  relations: readonly ProverRelation<E>[],
  weight?: Point<E>,
): Claim<E>[][] {
  const mark = engine.mark();
  const { point } = proveSumcheck(engine, channel, relations, weight);
  const factors = relations.map((relation) => relation.factors());
  channel.send('factors', factors.flat());
  engine.release(mark);
  return relations.map((relation, index) => relation.claims(suffix(point, relation.shape.variables), factors[index]));
}
