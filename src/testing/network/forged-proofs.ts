// A network prover that proves any witness it is given, true or not, and continues honestly from there.

import { type ProveResult, proveWitness } from '../../network/proof/prove.ts';
import { commitCube, type TensorVector } from '../../network/proof/tensors/commit.ts';
import type { Witness } from '../../network/proof/witness.ts';
import { type Workspace, withWorkspace } from '../../network/run/workspace.ts';
import type { ProvingKey } from '../../network/statement/key.ts';
import type { Plan } from '../../network/statement/plan.ts';
import type { PublicSignals } from '../../network/statement/signals.ts';
import { PROTOCOL } from '../../network/statement/statement.ts';
import type { ProverChannel } from '../../transcript/channel.ts';
import { createProverChannel } from '../../transcript/prover-channel.ts';

/** The differences of a prover from an honest one. */
export interface Forging<E> {
  /** A channel that lies; what it sends is absorbed. */
  readonly wrap?: ((channel: ProverChannel<E>) => ProverChannel<E>) | undefined;
  /** Other weights, or another engine. */
  readonly workspace?: ((workspace: Workspace<E>) => Workspace<E>) | undefined;
  /** The values that are committed to instead of the witness's tensor, on its cube; by its index in the graph. */
  readonly commitTo?: ((place: number) => Int32Array | undefined) | undefined;
  /** The root that the statement names instead of the true one; by its index among the plan's committed tensors. */
  readonly nameRoot?: ((k: number) => Uint8Array | undefined) | undefined;
  /** The key whose workspace is used, if the prover's own is only a copy. */
  readonly workspaceOf?: ProvingKey<E> | undefined;
}

/**
 * Speaks the proof of a witness on a channel of the context `PROTOCOL`; tensors that the plan commits to get their roots.
 *
 * @returns the statement that was proven, or attempted
 */
export function proveForgedOn<E>(
  key: ProvingKey<E>,
  plan: Plan,
  witness: Witness,
  channel: ProverChannel<E>,
  { wrap, workspace: change, commitTo, nameRoot, workspaceOf = key }: Forging<E> = {},
): Promise<PublicSignals> {
  return withWorkspace(workspaceOf, {}, async (kept) => {
    const workspace = change?.(kept) ?? kept;
    const { engine, hasher } = workspace;
    const vectors = plan.committed.map(({ place }) =>
      commitCube(engine, hasher, commitTo?.(place) ?? witness.tensors[place]),
    );
    const publicSignals = nameRoots(plan, witness.publicSignals, vectors, nameRoot);
    await proveWitness(key, plan, { ...witness, publicSignals }, vectors, wrap?.(channel) ?? channel, workspace);
    return publicSignals;
  });
}

function nameRoots(
  plan: Plan,
  signals: PublicSignals,
  vectors: readonly TensorVector[],
  nameRoot: Forging<unknown>['nameRoot'],
): PublicSignals {
  const tensors = plan.committed.map(({ tensor }, k) => ({ tensor, root: nameRoot?.(k) ?? vectors[k].matrix.root }));
  return tensors.length === 0 ? signals : { ...signals, committed: { batch: plan.batch, tensors } };
}

/** The same, with a channel of its own: the proof and its statement. */
export async function proveForged<E>(
  key: ProvingKey<E>,
  plan: Plan,
  witness: Witness,
  forging: Forging<E> = {},
): Promise<ProveResult> {
  const channel = createProverChannel(key.field, { context: PROTOCOL });
  const publicSignals = await proveForgedOn(key, plan, witness, channel, forging);
  return { proof: channel.bytes(), publicSignals };
}

/** The proof alone. */
export async function proofOfWitness<E>(
  key: ProvingKey<E>,
  plan: Plan,
  witness: Witness,
  forging: Forging<E> = {},
): Promise<Uint8Array> {
  return (await proveForged(key, plan, witness, forging)).proof;
}
