// What `compile` makes of a network: the keys. With public weights the verifying key holds the network
// itself; its digest stands for the network in every statement.

import { chooseParameters, type TensorCodeParameters } from '../commit/tensor-code/parameters.ts';
import { InputError, UsageError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import { type KoalaElement, koalaBear } from '../field/koalabear.ts';
import { checkNetwork } from './check.ts';
import { checkClaims } from './claims.ts';
import { inputLength } from './evaluate.ts';
import { decodeNetwork, encodeNetwork, networkDigest } from './files/model.ts';
import type { IntegerNetwork } from './network.ts';
import { type Plan, planGraph, planNetwork } from './plan.ts';
import type { RelationGraph } from './relations/nodes.ts';
import { checkSecurity, commitmentBudget, type SecurityReport, securityReport } from './security.ts';

/** Plans of this many batch sizes are kept; a verifier may be asked about any. */
const MAX_KEPT_PLANS = 16;

/** What a verifier needs, and trusts: it must come from `compile` on a network that the verifier has read. */
export interface VerifyingKey<E = KoalaElement> {
  readonly network: IntegerNetwork;
  /** The network as relations. */
  readonly graph: RelationGraph;
  readonly field: Field<E>;
  /** SHA-256 of the network's canonical bytes with an empty name: what names the network in every statement. */
  readonly digest: Uint8Array;
  readonly inputLength: number;
  /** The shape of a proof about `batch` inputs. @throws InputError if that many are too many */
  plan(batch: number): Plan;
  /** Parameters of the commitment to a plan's columns; undefined if nothing is committed. */
  commitment(plan: Plan): TensorCodeParameters | undefined;
  /** The parameters as the statement names them. */
  describe(plan: Plan): string;
}

/** What a prover needs. */
export interface ProvingKey<E = KoalaElement> extends VerifyingKey<E> {}

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
  const field = options?.field ?? (koalaBear as unknown as Field<E>);
  checkNetwork(given);
  // the plan names the layer that is wrong, before the bytes are made
  planNetwork(given, planGraph(given, field.characteristic), 1, field.characteristic);
  const bytes = encodeNetwork(given);
  // the key's own copy: a later change of the caller's cannot part it from its digest
  const network = decodeNetwork(bytes);
  const graph = planGraph(network, field.characteristic);
  const plans = new Map<number, Plan>();
  const parameters = new WeakMap<Plan, TensorCodeParameters>();
  const commitment = (plan: Plan): TensorCodeParameters | undefined => {
    if (plan.lookups === undefined) return undefined;
    const known = parameters.get(plan);
    if (known !== undefined) return known;
    const chosen = chooseParameters({
      field,
      variables: plan.lookups.packing.variables,
      securityBits: commitmentBudget(field, plan),
    });
    parameters.set(plan, chosen);
    return chosen;
  };
  const commitmentOf = (plan: Plan): TensorCodeParameters | undefined => {
    try {
      return commitment(plan);
    } catch (error) {
      if (error instanceof UsageError) throw new InputError(`network ${network.name}: ${error.message}`);
      throw error;
    }
  };
  const key: VerifyingKey<E> = {
    network,
    graph,
    field,
    digest: networkDigest(bytes),
    inputLength: inputLength(network),
    plan(batch) {
      const known = plans.get(batch);
      if (known !== undefined) return known;
      const plan = planNetwork(network, graph, batch, field.characteristic);
      checkClaims(plan);
      checkSecurity(network, securityReport(field, plan, commitmentOf(plan)));
      if (plans.size >= MAX_KEPT_PLANS) plans.clear();
      plans.set(batch, plan);
      return plan;
    },
    commitment,
    describe: (plan) => JSON.stringify(commitment(plan) ?? null),
  };
  key.plan(1);
  return { provingKey: key, verifyingKey: key };
}

/** The error terms of a proof about `batch` inputs. */
export function securityBits<E>(key: VerifyingKey<E>, batch = 1): SecurityReport {
  const plan = key.plan(batch);
  return securityReport(key.field, plan, key.commitment(plan));
}
