// One attempt: the prover behind a lying channel, the verifier with a watched field.

import type { Field } from '../field/field.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import { createProverChannel } from '../transcript/prover-channel.ts';
import { type Change, lyingChannel, type Step } from './lying-channel.ts';
import type { Prover, Refusal, Verifier } from './subject.ts';
import { type Mismatch, watchField } from './watching-field.ts';

/**
 * A prover and a verifier: of a subject, or of a forgery of one.
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { channelVerifier, type Sides, type Subject, tell } from 'ternary-gkr/testing';
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
 * // a subject is one
 * const sides: Sides<bigint> = subject;
 * console.log((await tell(sides)).proof.length); // 32
 * ```
 */
export interface Sides<E> {
  readonly field: Field<E>;
  readonly context?: Uint8Array | undefined;
  readonly prove: Prover<E>;
  readonly verify: Verifier<E>;
}

/**
 * The proof and the steps of a prover's run.
 *
 * @example
 * ```ts
 * import type { Telling } from 'ternary-gkr/testing';
 *
 * const messagesOf = ({ steps }: Telling<bigint>): string[] => steps.map(({ label }) => label);
 * ```
 */
export interface Telling<E> {
  readonly proof: Uint8Array;
  readonly steps: readonly Step<E>[];
}

/**
 * The run and its verdict.
 *
 * @example
 * ```ts
 * import type { Attempt } from 'ternary-gkr/testing';
 *
 * const isBelieved = ({ refusal, thrown }: Attempt<bigint>): boolean => refusal === undefined && thrown === undefined;
 * ```
 */
export interface Attempt<E> extends Telling<E>, Judgement<E> {
  readonly changes: readonly Change<E>[];
}

/**
 * The verdict on a proof.
 *
 * @example
 * ```ts
 * import type { Judgement } from 'ternary-gkr/testing';
 *
 * const placeOf = ({ refusal }: Judgement<bigint>): string => refusal?.where ?? 'believed';
 * ```
 */
export interface Judgement<E> {
  /** Undefined if it was believed. */
  readonly refusal: Refusal | undefined;
  /** The comparison of elements that failed, if that is why it was rejected. */
  readonly mismatch: Mismatch<E> | undefined;
  /** An error that a verifier threw instead of a verdict: a defect of its own. */
  readonly thrown: unknown;
}

/**
 * Returns the proof of a prover whose channel changes its messages.
 *
 * @param wrap - a channel around the lying one, e.g. one that gives up
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
 * const { proof, steps } = await tell(subject);
 * console.log(proof.length, steps.map(({ verb, label }) => `${verb} ${label}`)); // 32 [ 'send value' ]
 * ```
 */
export async function tell<E>(
  { field, context, prove }: Sides<E>,
  changes: readonly Change<E>[] = [],
  wrap: (channel: ProverChannel<E>, steps: readonly Step<E>[]) => ProverChannel<E> = (channel) => channel,
): Promise<Telling<E>> {
  const channel = createProverChannel(field, { context });
  const steps: Step<E>[] = [];
  await prove(wrap(lyingChannel(field, channel, changes, steps), steps));
  return { proof: channel.bytes(), steps };
}

/**
 * Verifies a proof.
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { channelVerifier, judge, type Subject, tell } from 'ternary-gkr/testing';
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
 * const { proof } = await tell(subject);
 * console.log(judge(subject, proof).refusal, judge(subject, new Uint8Array(proof.length)).refusal?.code); // undefined claim
 * ```
 */
export function judge<E>({ field, verify }: Pick<Sides<E>, 'field' | 'verify'>, proof: Uint8Array): Judgement<E> {
  const watch = watchField(field, proof.length);
  try {
    const refusal = verify(proof, watch.field);
    return { refusal, mismatch: refusal === undefined ? undefined : watch.mismatch(), thrown: undefined };
  } catch (thrown) {
    return { refusal: undefined, mismatch: undefined, thrown: thrown ?? new Error('nothing was thrown') };
  }
}

/**
 * Proves with a lie and verifies; undefined if the honest prover behind the lie could not continue.
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { attempt, channelVerifier, type Subject } from 'ternary-gkr/testing';
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
 * // the first step's element is one more
 * const made = await attempt(subject, [{ at: 0, elements: ([value]) => [value + 1n] }]);
 * console.log(made?.refusal); // { code: 'claim', where: 'value' }
 * ```
 */
export async function attempt<E>(
  sides: Sides<E>,
  changes: readonly Change<E>[],
  wrap?: Parameters<typeof tell<E>>[2],
): Promise<Attempt<E> | undefined> {
  let telling: Telling<E>;
  try {
    telling = await tell(sides, changes, wrap);
  } catch {
    return undefined;
  }
  return { ...telling, ...judge(sides, telling.proof), changes };
}
