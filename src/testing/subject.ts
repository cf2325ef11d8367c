// The subject of an attack: a protocol as a pair of a deterministic prover, who speaks through a channel that the kit
// may bend, and a verifier, who reads a proof with a field that the kit may watch. Nothing else of it is known:
// messages are found by running the prover.

import { Rejection } from '../errors.ts';
import type { Field } from '../field/field.ts';
import type { ProverChannel, VerifierChannel } from '../transcript/channel.ts';
import { createVerifierChannel } from '../transcript/verifier-channel.ts';

/**
 * Why a verifier rejected: the rule broken, and the place.
 *
 * @example
 * ```ts
 * import type { Refusal } from 'ternary-gkr/testing';
 *
 * const refusal: Refusal = { code: 'claim', where: 'layers fc/round 1' };
 * ```
 */
export interface Refusal {
  readonly code: string;
  readonly where: string;
}

/**
 * Speaks a whole proof. The same channel must make it say the same: no randomness of its own.
 *
 * @example
 * ```ts
 * import type { Prover } from 'ternary-gkr/testing';
 *
 * const prove: Prover<bigint> = (channel) => channel.send('value', [7n]);
 * ```
 */
export type Prover<E> = (channel: ProverChannel<E>) => void | Promise<void>;

/**
 * Verifies a whole proof: undefined if it is believed.
 *
 * @param field - to be used for all arithmetic: the kit sees through it which comparison fails
 *
 * @example
 * ```ts
 * import type { Verifier } from 'ternary-gkr/testing';
 *
 * // believes everything
 * const verify: Verifier<bigint> = () => undefined;
 * ```
 */
export type Verifier<E> = (proof: Uint8Array, field: Field<E>) => Refusal | undefined;

/**
 * A prover whose witness, claim, commitment or statement is false from the start.
 *
 * @example
 * ```ts
 * import type { Forgery } from 'ternary-gkr/testing';
 *
 * // a false witness from the start
 * const forgery: Forgery<bigint> = { name: 'eight', kind: 'witness', prove: (channel) => channel.send('value', [8n]) };
 * ```
 */
export interface Forgery<E> {
  readonly name: string;
  /** The false part, e.g. `witness`: forgeries are counted by it. */
  readonly kind: string;
  readonly prove: Prover<E>;
  /** The verifier of its own statement; the subject's if the statement is the subject's. */
  readonly verify?: Verifier<E>;
  /** Whether its statement is true all the same: then it may be believed, and is not counted. */
  readonly isTrue?: boolean;
}

/**
 * A protocol with one true statement.
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { channelVerifier, type Subject, tell } from 'ternary-gkr/testing';
 *
 * // a prover that sends 7, a verifier that checks it
 * const subject: Subject<bigint> = {
 *   name: 'seven',
 *   field: bn254,
 *   prove: (channel) => channel.send('value', [7n]),
 *   verify: channelVerifier((channel, field) => {
 *     if (!field.equal(channel.receive('value', 1)[0], 7n)) throw new Rejection('claim', 'value', 'not 7');
 *   }),
 * };
 * console.log((await tell(subject)).proof.length); // 32
 * ```
 */
export interface Subject<E> {
  readonly name: string;
  readonly field: Field<E>;
  /** The context of the prover's channel. */
  readonly context?: Uint8Array;
  readonly prove: Prover<E>;
  readonly verify: Verifier<E>;
  readonly forgeries?: readonly Forgery<E>[];
  /**
   * Labels of messages that an honest prover may choose freely, such as a nonce. Changing them alone makes no statement
   * false: such a mutant may be believed, and is not counted then.
   */
  readonly free?: readonly string[];
}

/**
 * Returns a verifier from one that reads a channel; it rejects proofs with unread bytes.
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { channelVerifier, type Subject } from 'ternary-gkr/testing';
 *
 * // a prover that sends 7, a verifier that checks it
 * const subject: Subject<bigint> = {
 *   name: 'seven',
 *   field: bn254,
 *   prove: (channel) => channel.send('value', [7n]),
 *   verify: channelVerifier((channel, field) => {
 *     if (!field.equal(channel.receive('value', 1)[0], 7n)) throw new Rejection('claim', 'value', 'not 7');
 *   }),
 * };
 * console.log(subject.verify(new Uint8Array(32), bn254)); // { code: 'claim', where: 'value' }
 * ```
 */
export function channelVerifier<E>(
  run: (channel: VerifierChannel<E>, field: Field<E>) => void,
  context?: Uint8Array,
): Verifier<E> {
  return (proof, field) => {
    try {
      const channel = createVerifierChannel(field, proof, { context });
      run(channel, field);
      channel.finish();
      return undefined;
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      return { code: error.code, where: error.where };
    }
  };
}

/**
 * Returns a verifier from one that gives a verdict.
 *
 * @example
 * ```ts
 * import { koalaBear } from 'ternary-gkr/field';
 * import { adderTreeLayers, verifyCircuitStatement } from 'ternary-gkr/gkr';
 * import { verdictVerifier } from 'ternary-gkr/testing';
 *
 * const circuit = { inputCount: 2, layers: adderTreeLayers(2) };
 * const verify = verdictVerifier((proof) => verifyCircuitStatement(koalaBear, circuit, [1, 2], [3], proof));
 * console.log(verify(new Uint8Array(0), koalaBear)?.code); // truncated
 * ```
 */
export function verdictVerifier<E>(
  judge: (proof: Uint8Array, field: Field<E>) => { readonly ok: true } | (Refusal & { readonly ok: false }),
): Verifier<E> {
  return (proof, field) => {
    const verdict = judge(proof, field);
    return verdict.ok ? undefined : { code: verdict.code, where: verdict.where };
  };
}
