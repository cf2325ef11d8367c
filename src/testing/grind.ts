// A liar who grinds: out of many lies about one message it tells the one after which the low bits of the next challenge
// are zero, and continues honestly. Each bit doubles the work and must gain nothing but that bit: the error of a
// protocol counts bad challenges, and these are not among them.

import type { Field } from '../field/field.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import { type Attempt, attempt, type Sides } from './attempt.ts';
import type { Lie } from './lies.ts';
import type { Content, Step } from './lying-channel.ts';

/**
 * A lie whose next challenge is the wanted one, and the number of lies tried for it.
 *
 * @example
 * ```ts
 * import type { Ground } from 'ternary-gkr/testing';
 *
 * const line = ({ lie, tries }: Ground<bigint>): string => `${lie.name}, the ${tries}th lie that was tried`;
 * ```
 */
export interface Ground<E> {
  readonly made: Attempt<E>;
  readonly lie: Lie<E>;
  readonly tries: number;
}

/** Stops a prover whose challenge is not the wanted one. */
class Unwanted extends Error {}

/**
 * Tries lies until the next challenge ends in zeros, and returns the attempt.
 *
 * @param bits - number of low bits of the next challenge that must be zero
 * @param most - the most lies that are tried
 * @returns undefined if none of them led there
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { channelVerifier, grind, liesAbout, seeded, type Subject, tell } from 'ternary-gkr/testing';
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
 * const lies = liesAbout(steps[0], { field: bn254, random: seeded(1), others: [] });
 * // no challenge follows the lie, so that none is unwanted
 * const ground = await grind(subject, 0, lies, 4, 100);
 * console.log(ground?.tries, ground?.made.refusal?.code); // 1 claim
 * ```
 */
export async function grind<E>(
  sides: Sides<E>,
  at: number,
  lies: Iterator<Lie<E>>,
  bits: number,
  most: number,
): Promise<Ground<E> | undefined> {
  for (let tries = 1; tries <= most; tries++) {
    const { value: lie, done } = lies.next();
    if (done === true) return undefined;
    const made = await attempt(sides, [lie.change], (channel, steps) =>
      stopping(sides.field, channel, steps, at, bits),
    );
    if (made !== undefined) return { made, lie, tries };
  }
  return undefined;
}

/** A channel that gives up at the first draw after step `at` unless its low bits are zero. */
function stopping<E>(
  field: Field<E>,
  channel: ProverChannel<E>,
  steps: readonly Step<E>[],
  at: number,
  bits: number,
): ProverChannel<E> {
  let isDecided = false;
  const decided = <T>(value: T): T => {
    const step = steps.at(-1);
    if (!isDecided && step !== undefined && step.index > at) {
      isDecided = true;
      if (lowBits(field, step.content, bits) !== 0) throw new Unwanted('another challenge is wanted');
    }
    return value;
  };
  return {
    ...channel,
    draw: (label) => decided(channel.draw(label)),
    drawMany: (label, count) => decided(channel.drawMany(label, count)),
    drawIndices: (label, count, width) => decided(channel.drawIndices(label, count, width)),
    drawBytes: (label) => decided(channel.drawBytes(label)),
  };
}

/** Returns the low bits of the first value drawn. */
function lowBits<E>(field: Field<E>, content: Content<E>, bits: number): number {
  const mask = 2 ** bits - 1;
  if (content.values.length === 0) return 0;
  if (content.form === 'elements') return Number(field.toCoefficients(content.values[0])[0] & BigInt(mask));
  return content.values[0] & mask;
}
