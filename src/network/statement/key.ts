// The contract of keys: the data of a network that a verifier holds and trusts, and that a prover holds besides.

import type { CommitmentParameters } from '../../commit/recursive/parameters.ts';
import type { Field } from '../../field/field.ts';
import type { KoalaElement } from '../../field/koalabear.ts';
import type { IntegerNetwork } from '../model/network.ts';
import type { RelationGraph } from '../relations/nodes.ts';
import type { CommittedWeights } from '../weights/commitment.ts';
import type { Plan } from './plan.ts';

/**
 * How far a key's weights are known: public, committed with a registration that this program checked, or unchecked.
 *
 * @example
 * ```ts
 * import type { WeightStatus } from 'ternary-gkr/network';
 *
 * const isTrustworthy = (weights: WeightStatus): boolean => weights !== 'unchecked';
 * ```
 */
export type WeightStatus = 'public' | 'registered' | 'unchecked';

/**
 * The verifier's trusted data: it must come from `compile` or from a registration that the verifier has checked.
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork, type VerifyingKey } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const key: VerifyingKey = compile(network).verifyingKey;
 * console.log(key.weightStatus, key.inputLength); // public 2
 * ```
 */
export interface VerifyingKey<E = KoalaElement> {
  /** Where weights are committed, a verifier's network has no weights (`withoutWeights`). */
  readonly network: IntegerNetwork;
  /** The network as relations. */
  readonly graph: RelationGraph;
  readonly field: Field<E>;
  /** BLAKE3 of the network's canonical bytes with an empty name, or of the key's; names the network in statements. */
  readonly digest: Uint8Array;
  readonly inputLength: number;
  /** The bytes of the key file, where the weights are committed (`encodeVerifyingKey`). */
  readonly file?: Uint8Array;
  /** The commitment to the weights; undefined where they are public. */
  readonly weights: CommittedWeights | undefined;
  readonly weightStatus: WeightStatus;
  /** Whether the network has its weights: false if the key was read from its file. */
  readonly hasWeights: boolean;
  /**
   * Returns the shape of a proof about `batch` inputs.
   *
   * @param committed - the network's tensors that the statement names by a commitment, ascending; 0 is the input
   * @throws InputError if the batch is too large
   */
  plan(batch: number, committed?: readonly number[]): Plan;
  /** Parameters of the opening of all commitments of a plan; undefined if nothing is committed. */
  commitment(plan: Plan): CommitmentParameters | undefined;
  /** Returns the parameters as the statement names them. */
  describe(plan: Plan): string;
}

/**
 * The prover's key: its network has its weights.
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork, type ProvingKey } from 'ternary-gkr';
 *
 * const keyOf = (network: IntegerNetwork): ProvingKey => compile(network).provingKey;
 * ```
 */
export interface ProvingKey<E = KoalaElement> extends VerifyingKey<E> {
  readonly hasWeights: true;
  /** Digests of the encoded columns of committed weights, back to back, if known: then little memory suffices. */
  readonly leaves?: Uint8Array;
}
