// `compile`, and the key that it shares with `register`. With public weights the verifying key holds the network
// itself, and its digest stands for the network in every statement; with committed weights it holds all but the weights
// (model/bounds.ts) and a root, and the digest of these stands for the network.

import { chooseParameters } from '../../commit/recursive/choose.ts';
import type { CommitmentParameters } from '../../commit/recursive/parameters.ts';
import type { Field } from '../../field/field.ts';
import { type KoalaElement, koalaBear } from '../../field/koalabear.ts';
import { decodeNetwork, encodeNetwork, networkDigest } from '../files/model.ts';
import { checkNetwork } from '../model/check.ts';
import { inputLength } from '../model/evaluate.ts';
import type { IntegerNetwork } from '../model/network.ts';
import { checkClaims } from '../proof/claims.ts';
import { planHiding } from '../proof/hiding/plan.ts';
import { checkSecurity, commitmentBudget, reportOf, type SecurityReport, securityTerms } from '../proof/security.ts';
import { checkObject, fieldOf, requireKey } from '../statement/calls.ts';
import type { ProvingKey, VerifyingKey } from '../statement/key.ts';
import { commitmentMembers } from '../statement/members.ts';
import { keptPlan, naming, type Plan, planGraph, planNetwork } from '../statement/plan.ts';

/**
 * The two keys of one network.
 *
 * @example
 * ```ts
 * import type { KoalaElement } from 'ternary-gkr/field';
 * import { compile, type IntegerNetwork, type Keys } from 'ternary-gkr/network';
 *
 * const keysOf = (network: IntegerNetwork): Keys<KoalaElement> => compile(network);
 * ```
 */
export interface Keys<E> {
  readonly provingKey: ProvingKey<E>;
  readonly verifyingKey: VerifyingKey<E>;
}

/**
 * Options of `compile`.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import type { CompileOptions } from 'ternary-gkr/network';
 *
 * const options: CompileOptions<bigint> = { field: bn254 };
 * ```
 */
export interface CompileOptions<E> {
  /** The field to prove over; KoalaBear unless given. */
  readonly field?: Field<E>;
}

/**
 * Returns the proving key and the verifying key of a network, after checking it.
 *
 * @throws InputError that names the layer if it is malformed, can overflow, or a proof would have an error above 2^−100
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
 * const { publicSignals, proof } = await prove(provingKey, [5, 3]);
 * console.log(verify(verifyingKey, publicSignals, proof).ok, publicSignals.output); // true Int32Array(2) [ 2, 3 ]
 * ```
 */
export function compile(network: IntegerNetwork): Keys<KoalaElement>;
export function compile<E>(network: IntegerNetwork, options: CompileOptions<E> & { readonly field: Field<E> }): Keys<E>;
export function compile(network: IntegerNetwork, options: CompileOptions<KoalaElement>): Keys<KoalaElement>;
export function compile<E>(given: IntegerNetwork, options?: CompileOptions<E>): Keys<E> {
  const field = fieldOf(options, koalaBear as unknown as Field<E>);
  checkNetwork(given);
  // the plan names the layer that is wrong, before the network is encoded
  planNetwork(given, planGraph(given, field.characteristic), 1, field.characteristic);
  const bytes = encodeNetwork(given);
  // the key's own copy: if the caller changes its network later, the key still matches its digest
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

/** Returns a key for a network with weights; plans are made on demand and kept. */
export function makeKey<E>(
  parts: Pick<VerifyingKey<E>, 'network' | 'graph' | 'field' | 'digest' | 'file' | 'weights' | 'weightStatus'>,
): ProvingKey<E> {
  const { network, graph, field, weights } = parts;
  const plans = new Map<string, Plan>();
  const parameters = new WeakMap<Plan, CommitmentParameters>();
  const commitment = (plan: Plan): CommitmentParameters | undefined => {
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
  return {
    ...parts,
    hasWeights: true,
    inputLength: inputLength(network),
    plan(batch, committed = []) {
      return keptPlan(plans, [batch, ...committed].join(), () => {
        const plan = planNetwork(network, graph, batch, field.characteristic, committed);
        checkClaims(plan);
        const parameters = naming(network, () => commitment(plan));
        checkSecurity(network, securityTerms(field, plan, weights, parameters));
        return plan;
      });
    },
    commitment,
    describe: (plan) => JSON.stringify(commitment(plan) ?? null),
  };
}

/**
 * Options of `securityBits`: the proof that is meant.
 *
 * @example
 * ```ts
 * import type { SecurityOptions } from 'ternary-gkr/network';
 *
 * // ten inputs in one proof, with the input committed
 * const options: SecurityOptions = { batch: 10, commit: [0] };
 * ```
 */
export interface SecurityOptions {
  /** Number of inputs that the proof is about; 1 unless given. */
  readonly batch?: number;
  /** The network's tensors that are committed to, ascending, as in `prove`; none unless given. */
  readonly commit?: readonly number[];
  /** Of a proof that hides its input, as in `prove`. */
  readonly hiding?: 'input';
}

/**
 * Returns the error of a proof as bits, in all and term by term.
 *
 * @throws UsageError for anything but a key; InputError if the batch is too large
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork, securityBits } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { total, terms } = securityBits(compile(network).verifyingKey);
 * console.log(total >= 100, terms.length > 0); // true true
 * ```
 */
export function securityBits<E>(key: VerifyingKey<E>, options: SecurityOptions = {}): SecurityReport {
  checkObject(options);
  const { batch = 1, commit = [], hiding } = options;
  requireKey(key);
  if (hiding !== undefined) {
    const { plan, parameters } = planHiding(key, batch);
    return reportOf(securityTerms(key.field, plan, key.weights, parameters));
  }
  const plan = key.plan(batch, commit);
  return reportOf(securityTerms(key.field, plan, key.weights, key.commitment(plan)));
}
