// One attempt: the prover behind a lying channel, the verifier with a watched field.

import type { Field } from '../field/field.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import { createProverChannel } from '../transcript/prover-channel.ts';
import { type Change, lyingChannel, type Step } from './lying-channel.ts';
import type { Prover, Refusal, Verifier } from './subject.ts';
import { type Mismatch, watchField } from './watching-field.ts';

/** A prover and a verifier: of a subject, or of a forgery of one. */
export interface Sides<E> {
  readonly field: Field<E>;
  readonly context?: Uint8Array | undefined;
  readonly prove: Prover<E>;
  readonly verify: Verifier<E>;
}

/** The proof and the steps of a prover's run. */
export interface Telling<E> {
  readonly proof: Uint8Array;
  readonly steps: readonly Step<E>[];
}

/** The run and its verdict. */
export interface Attempt<E> extends Telling<E>, Judgement<E> {
  readonly changes: readonly Change<E>[];
}

/** The verdict on a proof. */
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

/** Verifies a proof. */
export function judge<E>({ field, verify }: Pick<Sides<E>, 'field' | 'verify'>, proof: Uint8Array): Judgement<E> {
  const watch = watchField(field, proof.length);
  try {
    const refusal = verify(proof, watch.field);
    return { refusal, mismatch: refusal === undefined ? undefined : watch.mismatch(), thrown: undefined };
  } catch (thrown) {
    return { refusal: undefined, mismatch: undefined, thrown: thrown ?? new Error('nothing was thrown') };
  }
}

/** Proves with a lie and verifies; undefined if the honest prover behind the lie could not continue. */
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
