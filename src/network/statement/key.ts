// The contract of keys: what a verifier holds and trusts of a network, and what a prover holds besides. keys/ makes them.

import type { CommitmentParameters } from '../../commit/recursive/parameters.ts';
import type { Field } from '../../field/field.ts';
import type { KoalaElement } from '../../field/koalabear.ts';
import type { IntegerNetwork } from '../model/network.ts';
import type { RelationGraph } from '../relations/nodes.ts';
import type { CommittedWeights } from '../weights/commitment.ts';
import type { Plan } from './plan.ts';

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
  /** The bytes of the key file, where the weights are committed (`encodeVerifyingKey`). */
  readonly file?: Uint8Array;
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
  commitment(plan: Plan): CommitmentParameters | undefined;
  /** The parameters as the statement names them. */
  describe(plan: Plan): string;
}

/** What a prover needs: its network has its weights. */
export interface ProvingKey<E = KoalaElement> extends VerifyingKey<E> {
  readonly hasWeights: true;
  /** Digests of the encoded columns of committed weights, back to back, if they are known: then little memory does. */
  readonly leaves?: Uint8Array;
}
