// A liar who mends: where a comparison refuses the lie, a value that was sent before it is changed so that the
// comparison holds, and the honest prover goes on from there. What is refused then is refused by a later check, and is
// mended again. So a lie is carried from claim to claim until it meets a check that no message of the prover's can
// satisfy: an input that the verifier knows, a root, a challenge drawn after the value. Where there is no such check,
// the lie is believed, and the protocol is not sound.
//
// A comparison left = right is affine in a single value sent since the last challenge: left − right is measured at the
// value and at the value plus one, which gives the value at which it vanishes.

import { type Attempt, attempt, type Judgement, type Sides } from './attempt.ts';
import type { Change, Step } from './lying-channel.ts';
import type { Random } from './random.ts';

/** Messages before the check that are tried, and values of each. */
const MESSAGES = 3;
const VALUES = 2;

/** What is told of every attempt that mending makes. */
export type Witnessed<E> = (made: Attempt<E>, step: Step<E>, name: string) => void;

/**
 * Changes one more value, so that the comparison that refused an attempt holds.
 *
 * @returns an attempt that passes it; undefined if no value of the last messages makes it hold
 */
export async function mend<E>(
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
  const candidates = refused.steps
    .filter(({ verb, end }) => verb === 'send' && end <= mismatch.consumed)
    .slice(-MESSAGES);
  for (let k = candidates.length - 1; k >= 0; k--) {
    const step = candidates[k];
    const { content, index: at } = step;
    if (content.form !== 'elements' || content.values.length === 0) continue;
    const { values } = content;
    const first = random(values.length);
    for (let turn = 0; turn < Math.min(VALUES, values.length); turn++) {
      const place = (first + turn) % values.length;
      const withValue = (value: E): Promise<Attempt<E> | undefined> => {
        const change: Change<E> = { at, elements: (told) => told.map((old, j) => (j === place ? value : old)) };
        return attempt(sides, [...refused.changes, change]);
      };
      const probe = await withValue(field.add(values[place], field.one));
      if (probe === undefined) continue;
      witnessed(probe, step, `and one more in value ${place} of ${step.label}`);
      const after = gap(probe);
      const slope = after === undefined ? undefined : field.sub(after, before);
      if (slope === undefined || field.isZero(slope)) continue;
      const mended = await withValue(field.sub(values[place], field.mul(before, field.inv(slope))));
      if (mended === undefined) continue;
      witnessed(mended, step, `mended by value ${place} of ${step.label}`);
      if (hasPassed(mended, mismatch.ordinal)) return mended;
    }
  }
  return undefined;
}

/** Whether an attempt was believed, or refused by a later check. */
function hasPassed({ refusal, mismatch }: Judgement<unknown>, ordinal: number): boolean {
  return refusal === undefined || (mismatch !== undefined && mismatch.ordinal > ordinal);
}
