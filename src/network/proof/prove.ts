// `prove`: runs the network, and proves the witness that this gives (prove-witness.ts).

import type { OneOrMany } from '../../bytes.ts';
import { createProverChannel } from '../../transcript/prover-channel.ts';
import { inputValues } from '../model/evaluate.ts';
import { checkOptions, checkProvingKey } from '../run/options.ts';
import { phases } from '../run/phases.ts';
import { traceProof } from '../run/trace.ts';
import { withWorkspace } from '../run/workspace.ts';
import type { ProvingKey } from '../statement/key.ts';
import type { Plan } from '../statement/plan.ts';
import type { PublicSignals } from '../statement/signals.ts';
import { PROTOCOL } from '../statement/statement.ts';
import { proveHidden } from './hiding/prove.ts';
import type { ProveOptions, ProveResult } from './prove-options.ts';
import { proveWitness } from './prove-witness.ts';
import { commitCube, type TensorVector } from './tensors/commit.ts';
import { makeWitness } from './witness.ts';

/**
 * Returns a proof that the key's network takes `input` to the output in the result's public signals.
 *
 * @param input - one input, as integers within the network's range; or a list of inputs, `[first, second]`, that share
 *   one proof. A flat list of several inputs is rejected: a batch must be explicit
 * @throws InputError for an input that does not fit, with the place
 * @throws UsageError for a key or an option of another kind, or options that exclude each other
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork, prove, verify } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { provingKey, verifyingKey } = compile(network);
 * // two inputs with one proof
 * const { publicSignals, proof } = await prove(provingKey, [[5, 3], [200, 7]]);
 * console.log(publicSignals.output, verify(verifyingKey, publicSignals, proof).ok); // Int32Array(4) [ 2, 3, 193, 7 ] true
 * ```
 */
export async function prove<E>(key: ProvingKey<E>, input: OneOrMany, options: ProveOptions = {}): Promise<ProveResult> {
  checkProvingKey(key);
  checkOptions('prove', options);
  if (options.hiding !== undefined) return proveHidden(key, input, options);
  const values = inputValues(key.network, input);
  const plan = key.plan(values.length / key.inputLength, options.commit);
  options.signal?.throwIfAborted();
  return withWorkspace(key, options, async (workspace) => {
    const traced = options.trace === undefined ? undefined : traceProof(workspace, options.trace);
    const { enter, finish } = phases(options, traced?.enter);
    await enter('witness', 0);
    const used = traced?.workspace ?? workspace;
    const made = makeWitness(plan, values);
    const tensors = plan.committed.map(({ place }) => commitCube(used.engine, used.hasher, made.tensors[place]));
    const witness = { ...made, publicSignals: nameRoots(plan, made.publicSignals, tensors) };
    const channel = createProverChannel(key.field, {
      ...traced?.channelOptions,
      hash: workspace.hasher.hash,
      context: PROTOCOL,
    });
    const provingKey = traced === undefined ? key : { ...key, field: traced.field };
    await proveWitness(provingKey, plan, witness, tensors, channel, used, enter);
    traced?.enter(undefined);
    finish();
    return { proof: channel.bytes(), publicSignals: witness.publicSignals };
  });
}

/** Returns the signals with the roots of the committed tensors. */
function nameRoots(plan: Plan, signals: PublicSignals, tensors: readonly TensorVector[]): PublicSignals {
  if (tensors.length === 0) return signals;
  const roots = plan.committed.map(({ tensor }, k) => ({ tensor, root: tensors[k].matrix.root }));
  return { ...signals, committed: { batch: plan.batch, tensors: roots } };
}
