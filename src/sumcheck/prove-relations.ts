// The prover of relations that share one run (relation.ts).

import type { Engine } from '../field/engine.ts';
import type { Claim } from '../poly/claim.ts';
import { type Point, suffix } from '../poly/point.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import { proveSumcheck, type Summand } from './prove.ts';
import type { Relation } from './relation.ts';

/** The prover's side: the summand, and which of its final values are sent. */
export interface ProverRelation<E> extends Relation<E> {
  readonly summand: Summand<E>;
  /** The factors to send, once every variable is bound. */
  factors(): E[];
}

/** Proves the relations; what it returns are the claims that the verifier is left with too. */
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
