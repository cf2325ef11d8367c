// The prover of a registration (protocol.ts).

import { type CommittedMatrix, commitMatrix } from '../../commit/recursive/commit.ts';
import { codeOf } from '../../commit/recursive/parameters.ts';
import { type OpenedMember, openMatrices } from '../../commit/recursive/prove.ts';
import type { Engine } from '../../field/engine.ts';
import type { Hasher } from '../../hash/hasher-contract.ts';
import { proveLookups } from '../../lookup/prove.ts';
import { proveRelations } from '../../sumcheck/prove-relations.ts';
import type { ProverChannel } from '../../transcript/channel.ts';
import { createProverChannel } from '../../transcript/prover-channel.ts';
import { proveOpenings } from '../proof/columns/prove.ts';
import { type EnterPhase, type PhaseOptions, phases } from '../run/phases.ts';
import {
  absorbRegistration,
  claimWeights,
  drawChallenges,
  prepareRegistration,
  REGISTRATION_PROTOCOL,
  type Registration,
  type RegistrationStatement,
  weightRelation,
} from './protocol.ts';
import { weightSummand } from './summand.ts';
import { WeightTables } from './tables.ts';
import { makeRegistrationWitness, type RegistrationWitness, type WeightSource } from './witness.ts';

/** The engine and memory of a registration; no other use of the engine is allowed until it is done. */
export interface RegistrationWorkspace<E> {
  readonly engine: Engine<E>;
  readonly hasher: Hasher;
}

/**
 * Parts of a registration, in order.
 *
 * @example
 * ```ts
 * import type { RegistrationPhase } from 'ternary-gkr/network';
 *
 * const phases: RegistrationPhase[] = ['witness', 'commit', 'lookup', 'weights', 'open'];
 * ```
 */
export type RegistrationPhase = 'witness' | 'commit' | 'lookup' | 'weights' | 'open';

/**
 * Options of `proveRegistration`.
 *
 * @example
 * ```ts
 * import type { RegistrationOptions } from 'ternary-gkr/network';
 *
 * const options: RegistrationOptions = { onProgress: ({ fraction }) => console.log(fraction) };
 * ```
 */
export type RegistrationOptions = PhaseOptions<RegistrationPhase>;

/**
 * Proves that the committed weights satisfy the statement.
 *
 * @param matrix - M as it was committed: the statement's root is its root
 * @param entries - M itself (`weightSource`)
 * @throws InputError that names the layer if the weights break a bound, or if no parameters fit
 */
export async function proveRegistration<E>(
  statement: RegistrationStatement<E>,
  matrix: CommittedMatrix,
  entries: WeightSource,
  workspace: RegistrationWorkspace<E>,
  options: RegistrationOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { enter, finish } = phases(options);
  await enter('witness', 0);
  const registration = prepareRegistration(statement);
  const witness = makeRegistrationWitness(registration.plan, entries);
  const channel = createProverChannel(statement.field, {
    hash: workspace.hasher.hash,
    context: REGISTRATION_PROTOCOL,
  });
  const mark = workspace.engine.mark();
  try {
    await proveRegistrationWitness(registration, matrix, entries, witness, channel, workspace, enter);
  } finally {
    workspace.engine.release(mark);
  }
  finish();
  return channel.bytes();
}

/**
 * Returns the proof of a witness, honest or not: `proveRegistration` runs it, and tests run it with false witnesses.
 * Does not free the memory that it allocates.
 *
 * @internal
 */
export async function proveRegistrationWitness<E>(
  registration: Registration<E>,
  matrix: CommittedMatrix,
  entries: WeightSource,
  { columns, looked }: RegistrationWitness,
  channel: ProverChannel<E>,
  { engine, hasher }: RegistrationWorkspace<E>,
  enter: EnterPhase<RegistrationPhase> = () => Promise.resolve(),
  heads?: number,
): Promise<void> {
  const { field, plan, parameters } = registration;
  const { lookups } = plan;
  absorbRegistration(channel, registration);
  await enter('commit', 0.1);
  const packed = new Int32Array(2 ** (lookups?.packing.variables ?? 0));
  lookups?.packing.blocks.forEach(({ start }, column) => {
    packed.set(columns[column], start);
  });
  const vector = engine.fromIntegers(packed);
  const committed = lookups === undefined ? undefined : commitMatrix(engine, hasher, vector, codeOf(parameters, 1));
  if (committed !== undefined) channel.sendBytes('root', committed.root);
  await enter('lookup', 0.15);
  const multiplicities = lookups?.multiplicities.map((column) => columns[column]) ?? [];
  const lookupClaims =
    lookups === undefined ? undefined : proveLookups(engine, channel, lookups.shape, looked, multiplicities);
  const claims = claimWeights(field, channel, plan, lookupClaims);
  await enter('weights', 0.3);
  const inner = engine.mark();
  const challenges = drawChallenges(field, channel, plan, claims);
  const relation = weightRelation(field, plan, claims, challenges);
  const tables = new WeightTables(engine, plan, claims, challenges);
  const summand = weightSummand(engine, tables, entries, relation.claim, heads);
  const [[claim]] = proveRelations(engine, channel, [{ ...relation, summand, factors: () => summand.finals() }]);
  engine.release(inner);
  await enter('open', 0.8);
  const members: OpenedMember<E>[] = [{ matrix, point: claim.point }];
  if (lookups !== undefined && committed !== undefined) {
    const opened = proveOpenings(engine, channel, lookups.packing, vector, claims.columns);
    members.push({ matrix: committed, relation: opened });
  }
  openMatrices(engine, hasher, channel, parameters, members);
}
