// Lies about the bytes of a finished proof, without any continuation: the attacks of a party that has a proof but not a
// prover.

import { concatBytes } from '@noble/hashes/utils.js';
import type { Field } from '../field/field.ts';
import type { Telling } from './attempt.ts';
import { withCharacteristic } from './lies.ts';
import type { Step } from './lying-channel.ts';
import type { Random } from './random.ts';

/**
 * Bytes in the place of a proof.
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { channelVerifier, judge, type RawLie, type Subject } from 'ternary-gkr/testing';
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
 * const refusalOf = ({ proof }: RawLie) => judge(subject, proof).refusal;
 * console.log(refusalOf({ name: 'empty', proof: new Uint8Array(0) })?.code); // truncated
 * ```
 */
export interface RawLie {
  readonly name: string;
  readonly proof: Uint8Array;
}

/**
 * Yields endless lies about one message of a proof.
 *
 * @param other - another proof of the same length, from which messages are taken
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 * import { bn254 } from 'ternary-gkr/field';
 * import { channelVerifier, rawLiesAbout, seeded, type Subject, tell } from 'ternary-gkr/testing';
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
 * const honest = await tell(subject);
 * const lies = rawLiesAbout(honest.steps[0], honest, new Uint8Array(32), bn254, seeded(1));
 * const { name, proof } = lies.next().value;
 * console.log(name, proof.length); // left out 0
 * ```
 */
export function* rawLiesAbout<E>(
  step: Step<E>,
  honest: Telling<E>,
  other: Uint8Array,
  field: Field<E>,
  random: Random,
): Generator<RawLie, never> {
  const { proof } = honest;
  const { start, end } = step;
  const own = proof.subarray(start, end);
  const replaced = (bytes: Uint8Array): Uint8Array => concatBytes(proof.subarray(0, start), bytes, proof.subarray(end));
  const [before, after] = [honest.steps.at(step.index - 1), honest.steps.at(step.index + 1)];
  yield { name: 'left out', proof: replaced(new Uint8Array(0)) };
  yield { name: 'twice', proof: replaced(concatBytes(own, own)) };
  yield { name: 'of another proof', proof: replaced(other.slice(start, end)) };
  yield { name: 'all that follows of another proof', proof: concatBytes(proof.subarray(0, end), other.subarray(end)) };
  yield { name: 'the last', proof: proof.slice(0, end) === proof ? proof : cut(proof, start, end) };
  for (const next of [before, after]) {
    if (next !== undefined && next.end > next.start) {
      const bytes = proof.slice(next.start, next.end);
      yield { name: 'that of the step beside it', proof: replaced(bytes) };
    }
  }
  if (step.verb === 'send') {
    for (let k = 0; k < 3; k++) {
      const at = random(Math.max(1, own.length));
      yield {
        name: `a coordinate encoded a second time, byte ${at}`,
        proof: replaced(withCharacteristic(field, own, at)),
      };
    }
  }
  for (;;) {
    const [at, bit] = [random(Math.max(1, own.length)), random(8)];
    const flipped = own.slice();
    flipped[at] ^= 1 << bit;
    yield { name: `bit ${bit} of byte ${at}`, proof: replaced(flipped) };
  }
}

/** The proof that ends somewhere in a message. */
function cut(proof: Uint8Array, start: number, end: number): Uint8Array {
  return proof.slice(0, start + ((end - start) >> 1));
}
