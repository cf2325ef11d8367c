// One lie about each element that is sent, for tests that go through all of them.

import type { Field } from '../field/field.ts';
import type { Change, Step } from './lying-channel.ts';

/**
 * A lie that adds one to one value of one message.
 *
 * @example
 * ```ts
 * import type { ValueLie } from 'ternary-gkr/testing';
 *
 * const nameOf = ({ label, value }: ValueLie<bigint>): string => `value ${value} of ${label}`;
 * ```
 */
export interface ValueLie<E> {
  readonly label: string;
  /** Index among the messages of elements. */
  readonly message: number;
  readonly value: number;
  readonly change: Change<E>;
}

/**
 * Returns one lie about each value of each message: one more than the truth.
 *
 * @param steps - of an honest proof
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { attempt, channelVerifier, liesInEveryValue, type Subject, tell } from 'ternary-gkr/testing';
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
 * const { steps } = await tell(subject);
 * for (const { label, value, change } of liesInEveryValue(bn254, steps)) {
 *   console.log(label, value, (await attempt(subject, [change]))?.refusal?.code); // value 0 claim
 * }
 * ```
 */
export function liesInEveryValue<E>(field: Field<E>, steps: readonly Step<E>[]): ValueLie<E>[] {
  return steps
    .filter(({ verb }) => verb === 'send')
    .flatMap(({ index: at, label, content }, message) =>
      Array.from({ length: content.values.length }, (_, value) => ({
        label,
        message,
        value,
        change: { at, elements: (own) => own.map((v, k) => (k === value ? field.add(v, field.one) : v)) },
      })),
    );
}
