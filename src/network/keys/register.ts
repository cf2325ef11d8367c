// Registration: commits to a model's weights, once. The key holds the public part of the model; the registration proves
// that the committed weights keep the key's bounds (registration/). A verifier that checked it can verify any number of
// inferences without the weights.

import { leafDigests } from '../../commit/merkle/prove.ts';
import { chooseParameters } from '../../commit/recursive/choose.ts';
import { type CodeParameters, codeOf } from '../../commit/recursive/parameters.ts';
import { InputError, UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { type KoalaElement, koalaBear } from '../../field/koalabear.ts';
import { decodeKey, encodeKey, keyDigest } from '../files/key.ts';
import { decodeNetwork, encodeNetwork } from '../files/model.ts';
import { boundsOf } from '../model/bounds.ts';
import { checkNetwork } from '../model/check.ts';
import type { IntegerNetwork } from '../model/network.ts';
import { commitmentBudget } from '../proof/security.ts';
import { proveRegistration, type RegistrationOptions } from '../registration/prove.ts';
import { weightSource } from '../registration/witness.ts';
import type { RelationGraph } from '../relations/nodes.ts';
import { createEngine, type EngineChoice, type MemoryChoice } from '../run/engines.ts';
import { checkOptions } from '../run/options.ts';
import { prepareWeights } from '../run/prepared-weights.ts';
import { keepWorkspace, memoryOf } from '../run/workspace.ts';
import { fieldOf } from '../statement/calls.ts';
import type { ProvingKey, VerifyingKey } from '../statement/key.ts';
import { commitmentMembers } from '../statement/members.ts';
import { planGraph, planNetwork } from '../statement/plan.ts';
import { layoutWeights, type WeightLayout } from '../weights/layout.ts';
import { makeKey } from './compile.ts';
import { registeredKey, registrationStatement } from './read-key.ts';

/**
 * Options of `register`.
 *
 * @example
 * ```ts
 * import type { KoalaElement } from 'ternary-gkr/field';
 * import type { RegisterOptions } from 'ternary-gkr/network';
 *
 * const options: RegisterOptions<KoalaElement> = { memory: 'low', onProgress: ({ fraction }) => console.log(fraction) };
 * ```
 */
export interface RegisterOptions<E> extends RegistrationOptions {
  /** The field to prove over; KoalaBear unless given. */
  readonly field?: Field<E>;
  /** `wasm` or `js`; the fastest available unless given. */
  readonly engine?: EngineChoice;
  /** `low` keeps no encoded weights, so that the registration takes longer. As in `prove` unless given. */
  readonly memory?: MemoryChoice;
}

/**
 * A model whose weights are committed.
 *
 * @example
 * ```ts
 * import type { KoalaElement } from 'ternary-gkr/field';
 * import { type IntegerNetwork, register, type Registered } from 'ternary-gkr/network';
 *
 * const registerOnce = (network: IntegerNetwork): Promise<Registered<KoalaElement>> => register(network);
 * ```
 */
export interface Registered<E> {
  readonly provingKey: ProvingKey<E>;
  /** The key that is published, as bytes (`encodeVerifyingKey`), with the registration. */
  readonly verifyingKey: VerifyingKey<E>;
  /** Proves the key's statements about the weights (`verifyModel`). */
  readonly registration: Uint8Array<ArrayBuffer>;
}

/**
 * Commits to all weights of a network and proves that they keep the key's bounds. The commitment binds; it does not
 * hide: an opening reveals values of encoded weights.
 *
 * @throws InputError that names the layer if the network is malformed, can overflow, or is too large to commit to
 *
 * @example
 * ```ts
 * import { type IntegerNetwork, prove, register, verify, verifyModel } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { provingKey, verifyingKey, registration } = await register(network);
 * // once for each key: the committed weights are ternary
 * console.log(verifyModel(verifyingKey, registration).ok); // true
 * const { publicSignals, proof } = await prove(provingKey, [5, 3]);
 * console.log(verify(verifyingKey, publicSignals, proof).ok); // true
 * ```
 */
export function register(
  network: IntegerNetwork,
  options?: RegisterOptions<KoalaElement>,
): Promise<Registered<KoalaElement>>;
export function register<E>(
  network: IntegerNetwork,
  options: RegisterOptions<E> & { readonly field: Field<E> },
): Promise<Registered<E>>;
export async function register<E>(given: IntegerNetwork, options: RegisterOptions<E> = {}): Promise<Registered<E>> {
  checkOptions('register', options);
  const field = fieldOf(options, koalaBear as unknown as Field<E>);
  checkNetwork(given);
  const bounds = boundsOf(given);
  // the key's own copy: if the caller changes its network later, the key still matches its digest
  const network = decodeNetwork(encodeNetwork(given));
  const graph = planGraph(network, field.characteristic, bounds);
  const layout = layoutWeights(graph);
  const code = chooseCode(network, graph, layout, field);
  options.signal?.throwIfAborted();
  const { engine, hasher } = createEngine(field, options.engine);
  const weights = prepareWeights(engine, hasher, graph, { layout, code }, memoryOf(options));
  const leaves = leafDigests(weights.tree);
  const file = encodeKey({ network, bounds, code, root: weights.matrix.root });
  const committed = { layout, code, root: weights.matrix.root };
  const digest = keyDigest(file);
  const key = makeKey({ network, graph, field, digest, file, weights: committed, weightStatus: 'registered' });
  const provingKey = { ...key, leaves };
  provingKey.plan(1);
  const mark = engine.mark();
  const registration = await proveRegistration(
    registrationStatement(provingKey),
    weights.matrix,
    weightSource(graph, layout),
    { engine, hasher },
    options,
  );
  engine.release(mark);
  keepWorkspace(provingKey, options, { engine, hasher, weights });
  const verifyingKey = registeredKey(decodeKey(file), file, field, 'registered');
  return { provingKey, verifyingKey, registration };
}

/** Returns the code with which proofs about one input are shortest. */
function chooseCode(
  network: IntegerNetwork,
  graph: RelationGraph,
  layout: WeightLayout,
  field: Field<unknown>,
): CodeParameters {
  const plan = planNetwork(network, graph, 1, field.characteristic);
  const { requests } = commitmentMembers(plan, undefined);
  try {
    const parameters = chooseParameters({
      field,
      securityBits: commitmentBudget(field, plan, { layout }),
      members: [{ used: layout.used, variables: layout.variables, isPoint: true, isKept: true }, ...requests],
    });
    const { rows: _, ...code } = codeOf(parameters, 0);
    return code;
  } catch (error) {
    if (error instanceof UsageError) throw new InputError(`network ${network.name}: ${error.message}`);
    throw error;
  }
}
