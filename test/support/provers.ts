// A network prover that proves any witness it is given, true or not, and goes on honestly from what it was given.

import { commitCube } from '../../src/network/commit-tensor.ts';
import type { Plan, ProveResult, ProvingKey } from '../../src/network/index.ts';
import { proveWitness } from '../../src/network/prove.ts';
import { PROTOCOL } from '../../src/network/statement.ts';
import type { Witness } from '../../src/network/witness.ts';
import { type Workspace, withWorkspace } from '../../src/network/workspace.ts';
import { createProverChannel, type ProverChannel } from '../../src/transcript/index.ts';

/** What a prover does otherwise than an honest one. */
export interface Forging<E> {
  /** A channel that lies; what it sends is absorbed. */
  readonly wrap?: ((channel: ProverChannel<E>) => ProverChannel<E>) | undefined;
  /** Other weights, or another engine. */
  readonly workspace?: ((workspace: Workspace<E>) => Workspace<E>) | undefined;
  /** What is committed to instead of the witness's tensor, on its cube; by its place in the graph. */
  readonly commitTo?: ((place: number) => Int32Array | undefined) | undefined;
  /** The root that the statement names instead of the true one; by its place among the plan's committed tensors. */
  readonly nameRoot?: ((k: number) => Uint8Array | undefined) | undefined;
  /** The key whose workspace is used, if the prover's own is only a copy. */
  readonly workspaceOf?: ProvingKey<E> | undefined;
}

/** Proves a witness; tensors that the plan commits to get their roots. */
export function proveForged<E>(
  key: ProvingKey<E>,
  plan: Plan,
  witness: Witness,
  { wrap, workspace: change, commitTo, nameRoot, workspaceOf = key }: Forging<E> = {},
): Promise<ProveResult> {
  return withWorkspace(workspaceOf, {}, async (kept) => {
    const workspace = change?.(kept) ?? kept;
    const { engine, hasher } = workspace;
    const vectors = plan.committed.map(({ place }) =>
      commitCube(engine, hasher, commitTo?.(place) ?? witness.tensors[place]),
    );
    const tensors = plan.committed.map(({ tensor }, k) => ({ tensor, root: nameRoot?.(k) ?? vectors[k].matrix.root }));
    const publicSignals =
      tensors.length === 0
        ? witness.publicSignals
        : { ...witness.publicSignals, committed: { batch: plan.batch, tensors } };
    const channel = createProverChannel(key.field, { context: PROTOCOL });
    await proveWitness(key, plan, { ...witness, publicSignals }, vectors, wrap?.(channel) ?? channel, workspace);
    return { proof: channel.bytes(), publicSignals };
  });
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
