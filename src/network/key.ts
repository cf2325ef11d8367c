// What `compile` and `register` make of a network: the keys. With public weights the verifying key holds the network
// itself, and its digest stands for the network in every statement; with committed weights it holds all but the weights
// (weights/bounds.ts) and a root, and their digest stands for the network.

import { chooseParameters } from '../commit/recursive/choose.ts';
import type { RecursiveParameters } from '../commit/recursive/parameters.ts';
import { InputError, UsageError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import { type KoalaElement, koalaBear } from '../field/koalabear.ts';
import { fieldOf, keyFault } from './calls.ts';
import { checkNetwork } from './check.ts';
import { checkClaims } from './claims.ts';
import { inputLength } from './evaluate.ts';
import { decodeNetwork, encodeNetwork, networkDigest } from './files/model.ts';
import { commitmentMembers } from './members.ts';
import type { IntegerNetwork } from './network.ts';
import { type Plan, planGraph, planNetwork } from './plan.ts';
import type { RelationGraph } from './relations/nodes.ts';
import { checkSecurity, commitmentBudget, reportOf, type SecurityReport, securityTerms } from './security.ts';
import type { CommittedWeights } from './weights/commitment.ts';

/** Plans of this many batch sizes are kept; a verifier may be asked about any. */
const MAX_KEPT_PLANS = 16;

/** What is known of a key's weights: they are public, or committed and their registration was checked here, or was not. */
export type WeightStatus = 'public' | 'registered' | 'unchecked';

/** What a verifier needs, and trusts: it must come from `compile` or from a registration that the verifier has checked. */
export interface VerifyingKey<E = KoalaElement> {
  /** Where weights are committed, a verifier's network has none (`withoutWeights`). */
  readonly network: IntegerNetwork;
  /** The network as relations. */
  readonly graph: RelationGraph;
  readonly field: Field<E>;
  /** BLAKE3 of the network's canonical bytes with an empty name, or of the key's: what names the network in every statement. */
  readonly digest: Uint8Array;
  readonly inputLength: number;
  /** The commitment to the weights; undefined where they are public. */
  readonly weights: CommittedWeights | undefined;
  readonly weightStatus: WeightStatus;
  /** Whether the network has its weights: not if the key was read from its file. */
  readonly hasWeights: boolean;
  /**
   * The shape of a proof about `batch` inputs.
   *
   * @param committed - the network's tensors that the statement names by a commitment, ascending; 0 is the input
   * @throws InputError if that many are too many
   */
  plan(batch: number, committed?: readonly number[]): Plan;
  /** Parameters of the opening of all commitments of a plan; undefined if nothing is committed. */
  commitment(plan: Plan): RecursiveParameters | undefined;
  /** The parameters as the statement names them. */
  describe(plan: Plan): string;
}

/** What a prover needs: its network has its weights. */
export interface ProvingKey<E = KoalaElement> extends VerifyingKey<E> {
  readonly hasWeights: true;
  /** Digests of the encoded columns of committed weights, back to back, if they are known: then little memory does. */
  readonly leaves?: Uint8Array;
}

/** The two keys of one network. */
export interface Keys<E> {
  readonly provingKey: ProvingKey<E>;
  readonly verifyingKey: VerifyingKey<E>;
}

/** Options of `compile`. */
export interface CompileOptions<E> {
  /** The field to prove over; KoalaBear unless given. */
  readonly field?: Field<E>;
}

/**
 * Checks a network and makes its keys.
 *
 * @throws InputError that names the layer if it is malformed, can overflow, or a proof would have an error above 2^−100
 */
export function compile(network: IntegerNetwork): Keys<KoalaElement>;
export function compile<E>(network: IntegerNetwork, options: CompileOptions<E> & { readonly field: Field<E> }): Keys<E>;
export function compile(network: IntegerNetwork, options: CompileOptions<KoalaElement>): Keys<KoalaElement>;
export function compile<E>(given: IntegerNetwork, options?: CompileOptions<E>): Keys<E> {
  const field = fieldOf(options, koalaBear as unknown as Field<E>);
  checkNetwork(given);
  // the plan names the layer that is wrong, before the bytes are made
  planNetwork(given, planGraph(given, field.characteristic), 1, field.characteristic);
  const bytes = encodeNetwork(given);
  // the key's own copy: a later change of the caller's cannot part it from its digest
  const network = decodeNetwork(bytes);
  const graph = planGraph(network, field.characteristic);
  const key = makeKey({
    network,
    graph,
    field,
    digest: networkDigest(bytes),
    weights: undefined,
    weightStatus: 'public',
  });
  key.plan(1);
  return { provingKey: key, verifyingKey: key };
}

/** A key from what it is about, with a network that has its weights; plans are made when they are asked for, and kept. */
export function makeKey<E>(
  parts: Pick<VerifyingKey<E>, 'network' | 'graph' | 'field' | 'digest' | 'weights' | 'weightStatus'>,
): ProvingKey<E> {
  const { network, graph, field, weights } = parts;
  const plans = new Map<string, Plan>();
  const parameters = new WeakMap<Plan, RecursiveParameters>();
  const commitment = (plan: Plan): RecursiveParameters | undefined => {
    const known = parameters.get(plan);
    if (known !== undefined) return known;
    const { requests } = commitmentMembers(plan, weights);
    if (requests.length === 0) return undefined;
    const chosen = chooseParameters({
      field,
      securityBits: commitmentBudget(field, plan, weights),
      members: requests,
    });
    parameters.set(plan, chosen);
    return chosen;
  };
  const commitmentOf = (plan: Plan): RecursiveParameters | undefined => {
    try {
      return commitment(plan);
    } catch (error) {
      if (error instanceof UsageError) throw new InputError(`network ${network.name}: ${error.message}`);
      throw error;
    }
  };
  return {
    ...parts,
    hasWeights: true,
    inputLength: inputLength(network),
    plan(batch, committed = []) {
      const name = [batch, ...committed].join();
      const known = plans.get(name);
      if (known !== undefined) return known;
      const plan = planNetwork(network, graph, batch, field.characteristic, committed);
      checkClaims(plan);
      checkSecurity(network, securityTerms(field, plan, weights, commitmentOf(plan)));
      if (plans.size >= MAX_KEPT_PLANS) plans.clear();
      plans.set(name, plan);
      return plan;
    },
    commitment,
    describe: (plan) => JSON.stringify(commitment(plan) ?? null),
  };
}

/** The error terms of a proof about `batch` inputs. */
export function securityBits<E>(key: VerifyingKey<E>, batch = 1, committed: readonly number[] = []): SecurityReport {
  const fault = keyFault(key);
  if (fault !== undefined) throw new UsageError(fault);
  const plan = key.plan(batch, committed);
  return reportOf(securityTerms(key.field, plan, key.weights, key.commitment(plan)));
}
