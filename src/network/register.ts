// Registration: commits to a model's weights, once. Its key says what is public of the model; its proof that the
// committed weights are what the key says (registration/). Whoever checked both can verify any number of inferences
// without the weights.

import { equalBytes } from '../bytes.ts';
import { leafDigests, treeOfDigests } from '../commit/merkle/prove.ts';
import { chooseParameters } from '../commit/recursive/choose.ts';
import { type CodeParameters, codeOf } from '../commit/recursive/parameters.ts';
import { InputError, UsageError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import { type KoalaElement, koalaBear } from '../field/koalabear.ts';
import { createHasher } from '../hash/hasher.ts';
import { fieldOf } from './calls.ts';
import { checkNetwork } from './check.ts';
import { createEngine, type EngineChoice, type MemoryChoice } from './engines.ts';
import { decodeKey, encodeKey, keyDigest } from './files/key.ts';
import { decodeNetwork, encodeNetwork } from './files/model.ts';
import { decodeProverFile } from './files/prover.ts';
import { makeKey, type ProvingKey } from './key.ts';
import { commitmentMembers } from './members.ts';
import type { IntegerNetwork } from './network.ts';
import { planGraph, planNetwork } from './plan.ts';
import { checkOptions } from './prover-calls.ts';
import { registeredKey, registrationStatement } from './registered-key.ts';
import { proveRegistration, type RegistrationOptions } from './registration/prove.ts';
import { weightSource } from './registration/witness.ts';
import type { RelationGraph } from './relations/nodes.ts';
import { commitmentBudget } from './security.ts';
import { boundsOf } from './weights/bounds.ts';
import { layoutWeights, type WeightLayout } from './weights/layout.ts';
import { prepareWeights } from './weights/matrix.ts';
import { keepWorkspace, memoryOf } from './workspace.ts';

/** Options of `register`. */
export interface RegisterOptions<E> extends RegistrationOptions {
  /** The field to prove over; KoalaBear unless given. */
  readonly field?: Field<E>;
  /** `wasm` or `js`; the fastest available unless given. */
  readonly engine?: EngineChoice;
  /** `low` keeps no encoded weights, for which the registration takes longer. As in `prove` unless given. */
  readonly memory?: MemoryChoice;
}

/** A model whose weights are committed. */
export interface Registered<E> {
  readonly provingKey: ProvingKey<E>;
  /** The bytes of the verification key: published with the registration. */
  readonly verificationKey: Uint8Array<ArrayBuffer>;
  /** Proves what the key says of the weights (`verifyModel`). */
  readonly registration: Uint8Array<ArrayBuffer>;
  /** Digests of the encoded columns of the weights, for the prover's file (`encodeProverFile`). */
  readonly leaves: Uint8Array<ArrayBuffer>;
}

/**
 * Commits to all weights of a network and proves what the key says of them. The commitment binds; it does not hide: an
 * opening reveals values of encoded weights.
 *
 * @throws InputError that names the layer if the network is malformed, can overflow, or is too large to commit to
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
  // the key's own copy: a later change of the caller's cannot part it from its digest
  const network = decodeNetwork(encodeNetwork(given));
  const graph = planGraph(network, field.characteristic, bounds);
  const layout = layoutWeights(graph);
  const code = chooseCode(network, graph, layout, field);
  options.signal?.throwIfAborted();
  const { engine, hasher } = createEngine(field, options.engine);
  const weights = prepareWeights(engine, hasher, graph, { layout, code }, memoryOf(options));
  const leaves = leafDigests(weights.tree);
  const verificationKey = encodeKey({ network, bounds, code, root: weights.matrix.root });
  const committed = { layout, code, root: weights.matrix.root };
  const digest = keyDigest(verificationKey);
  const key = makeKey({ network, graph, field, digest, weights: committed, weightStatus: 'registered' });
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
  return { provingKey, verificationKey, registration, leaves };
}

/** The proving key of a registered model from its network and its verification key. */
export function openRegistered(network: IntegerNetwork, verificationKey: Uint8Array): ProvingKey<KoalaElement>;
export function openRegistered<E>(network: IntegerNetwork, verificationKey: Uint8Array, field: Field<E>): ProvingKey<E>;
export function openRegistered<E>(given: IntegerNetwork, verificationKey: Uint8Array, known?: Field<E>): ProvingKey<E> {
  const field = known ?? (koalaBear as unknown as Field<E>);
  return ownKey(decodeNetwork(encodeNetwork(given)), verificationKey, field);
}

/**
 * The proving key in a prover's file.
 *
 * @throws InputError for bytes that are no such file, a key of another model, or digests that are not those of the
 * key's commitment; whether the weights are those of the digests shows when they are laid out for the first proof
 */
export function openProver(bytes: Uint8Array): ProvingKey<KoalaElement>;
export function openProver<E>(bytes: Uint8Array, field: Field<E>): ProvingKey<E>;
export function openProver<E>(bytes: Uint8Array, known?: Field<E>): ProvingKey<E> {
  const { verificationKey, network, leaves } = decodeProverFile(bytes);
  const key = ownKey(network, verificationKey, known ?? (koalaBear as unknown as Field<E>));
  const root = key.weights?.root ?? new Uint8Array(0);
  if (!equalBytes(treeOfDigests(createHasher(), leaves, root.length).root, root)) {
    throw new InputError(
      "prover's file: its digests do not lead to the root of its key, so it is damaged or put together from two; " +
        'copy the file again, or make it with `ternary-gkr register`',
    );
  }
  return { ...key, leaves };
}

/** A key about a network of our own. */
function ownKey<E>(network: IntegerNetwork, verificationKey: Uint8Array, field: Field<E>): ProvingKey<E> {
  const file = decodeKey(verificationKey);
  const own = encodeKey({ ...file, network, bounds: boundsOf(network) });
  if (!equalBytes(keyDigest(own), keyDigest(verificationKey))) {
    throw new InputError(
      `network ${network.name}: the verification key is of another model; name the key that its registration wrote`,
    );
  }
  return { ...registeredKey(file, network, verificationKey, field, 'unchecked'), hasWeights: true };
}

/** The code with which proofs about one input are shortest. */
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
