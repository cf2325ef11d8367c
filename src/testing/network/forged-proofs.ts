// A network prover that proves any witness it is given, true or not, and continues honestly from there.

import type { ProveResult } from '../../network/proof/prove-options.ts';
import { proveWitness } from '../../network/proof/prove-witness.ts';
import { commitCube, type TensorVector } from '../../network/proof/tensors/commit.ts';
import type { Witness } from '../../network/proof/witness.ts';
import { type Workspace, withWorkspace } from '../../network/run/workspace.ts';
import type { ProvingKey } from '../../network/statement/key.ts';
import type { Plan } from '../../network/statement/plan.ts';
import type { PublicSignals } from '../../network/statement/signals.ts';
import { PROTOCOL } from '../../network/statement/statement.ts';
import type { ProverChannel } from '../../transcript/channel.ts';
import { createProverChannel } from '../../transcript/prover-channel.ts';

/**
 * The differences of a prover from an honest one.
 *
 * @example
 * ```ts
 * import type { Forging } from 'ternary-gkr/testing';
 *
 * // a root of another tensor than the one that was proven
 * const forging: Forging<bigint> = { nameRoot: () => new Uint8Array(32) };
 * ```
 */
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

/**
 * The same, with a channel of its own: the proof and its statement.
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork, verify } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 * import { proveForged, witnessWith } from 'ternary-gkr/testing';
 *
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights: ternaryFromDense([1, -1, 0, 1], 2, 2) }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { provingKey, verifyingKey } = compile(network);
 * const plan = provingKey.plan(1);
 * // one more in the first output, and every later tensor fits the lie
 * const told = witnessWith(plan, Int32Array.of(5, 3), (tensor, cube) => {
 *   if (tensor === 1) cube[0] += 1;
 * });
 * const { publicSignals, proof } = await proveForged(provingKey, plan, told);
 * console.log(verify(verifyingKey, publicSignals, proof).ok); // false
 * ```
 */
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

/**
 * The proof alone.
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 * import { proofOfWitness, witnessWith } from 'ternary-gkr/testing';
 *
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights: ternaryFromDense([1, -1, 0, 1], 2, 2) }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { provingKey } = compile(network);
 * const plan = provingKey.plan(1);
 * // one more in the first output, and every later tensor fits the lie
 * const told = witnessWith(plan, Int32Array.of(5, 3), (tensor, cube) => {
 *   if (tensor === 1) cube[0] += 1;
 * });
 * console.log((await proofOfWitness(provingKey, plan, told)).length > 0); // true
 * ```
 */
export async function proofOfWitness<E>(
  key: ProvingKey<E>,
  plan: Plan,
  witness: Witness,
  forging: Forging<E> = {},
): Promise<Uint8Array> {
  return (await proveForged(key, plan, witness, forging)).proof;
}
