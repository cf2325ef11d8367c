// A liar who repairs: where a comparison rejects the lie, a value that was sent before it is changed so that the
// comparison holds, and the honest prover continues from there. If a later check rejects the attempt, it is
// repaired again. So a lie is carried from claim to claim until it meets a check that no message of the prover's can
// satisfy: an input that the verifier knows, a root, a challenge drawn after the value. Without such a check,
// the lie is believed, and the protocol is not sound.
//
// A comparison left = right is affine in a single value sent since the last challenge: left − right is measured at the
// value and at the value plus one, which gives the value at which it vanishes. A value that was never absorbed may be
// older than that. Bytes are tried as elements where they may be encodings of a few.

import type { Field } from '../field/field.ts';
import { type Attempt, attempt, type Judgement, type Sides } from './attempt.ts';
import type { Change, Step } from './lying-channel.ts';
import type { Random } from './random.ts';

/** Messages before the check that are tried, and values of each. */
const MESSAGES = 3;
const VALUES = 2;
/** The most elements that bytes are tried as. */
const ENCODED = 8;

/**
 * Called with every attempt of a repair.
 *
 * @example
 * ```ts
 * import type { Witnessed } from 'ternary-gkr/testing';
 *
 * const witnessed: Witnessed<bigint> = (_made, step, name) => console.log(step.label, name);
 * ```
 */
export type Witnessed<E> = (made: Attempt<E>, step: Step<E>, name: string) => void;

/**
 * Changes one more value, so that the comparison that rejected an attempt holds.
 *
 * @returns an attempt that passes it; undefined if no value of the last messages makes it hold
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { attempt, channelVerifier, repair, seeded, type Subject } from 'ternary-gkr/testing';
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
 * const refused = await attempt(subject, [{ at: 0, elements: ([value]) => [value + 1n] }]);
 * // no value before the lie can make 8 equal 7
 * const repaired = refused && (await repair(subject, refused, seeded(1), () => undefined));
 * console.log(repaired?.refusal); // undefined
 * ```
 */
export async function repair<E>(
  sides: Sides<E>,
  refused: Attempt<E>,
  random: Random,
  witnessed: Witnessed<E>,
): Promise<Attempt<E> | undefined> {
  const { field } = sides;
  const { mismatch } = refused;
  if (mismatch === undefined) return undefined;
  const gap = ({ mismatch: now }: Attempt<E>): E | undefined =>
    now !== undefined && now.ordinal === mismatch.ordinal ? field.sub(now.left, now.right) : undefined;
  const before = field.sub(mismatch.left, mismatch.right);
  const candidates = refused.steps.filter((step) => isReadBefore(step, mismatch.consumed)).slice(-MESSAGES);
  for (let k = candidates.length - 1; k >= 0; k--) {
    const step = candidates[k];
    const values = elementsOf(field, step);
    if (values.length === 0) continue;
    const first = random(values.length);
    for (let turn = 0; turn < Math.min(VALUES, values.length); turn++) {
      const place = (first + turn) % values.length;
      const withValue = (value: E): Promise<Attempt<E> | undefined> =>
        attempt(sides, [...refused.changes, putElement(field, step.index, place, value)]);
      const probe = await withValue(field.add(values[place], field.one));
      if (probe === undefined) continue;
      witnessed(probe, step, `and one more in value ${place} of ${step.label}`);
      const after = gap(probe);
      const slope = after === undefined ? undefined : field.sub(after, before);
      if (slope === undefined || field.isZero(slope)) continue;
      const repaired = await withValue(field.sub(values[place], field.mul(before, field.inv(slope))));
      if (repaired === undefined) continue;
      witnessed(repaired, step, `repaired by value ${place} of ${step.label}`);
      if (hasPassed(repaired, mismatch.ordinal)) return repaired;
    }
  }
  return undefined;
}

/** Whether a message was read before `consumed` bytes of elements; bytes that follow them may have been read too. */
function isReadBefore({ verb, start, end }: Step<unknown>, consumed: number): boolean {
  if (verb === 'send') return end <= consumed;
  return (verb === 'hint' || verb === 'send bytes') && start <= consumed;
}

/** Returns the elements of a message, or those that its bytes encode; an empty list if they encode none. */
function elementsOf<E>(field: Field<E>, { content }: Step<E>): readonly E[] {
  if (content.form === 'elements') return content.values;
  const { byteLength } = field;
  const count = content.values.length / byteLength;
  if (content.form === 'indices' || !Number.isInteger(count) || count > ENCODED) return [];
  const { values: bytes } = content;
  const values = Array.from({ length: count }, (_, k) => field.read(bytes, k * byteLength));
  return values.every((value) => value !== undefined) ? values : [];
}

/** Returns a change of one value, which also works on encodings. */
function putElement<E>(field: Field<E>, at: number, place: number, value: E): Change<E> {
  return {
    at,
    elements: (told) => told.map((old, k) => (k === place ? value : old)),
    bytes(told) {
      const changed = told.slice();
      field.write(value, changed, place * field.byteLength);
      return changed;
    },
  };
}

/** Whether an attempt was believed, or rejected by a later check. */
function hasPassed({ refusal, mismatch }: Judgement<unknown>, ordinal: number): boolean {
  return refusal === undefined || (mismatch !== undefined && mismatch.ordinal > ordinal);
}
