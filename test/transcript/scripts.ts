// Scripts: sequences of calls on a channel as data, so that properties can compare them and run them on
// either end. Labels and payloads come from a small alphabet, where bytes that move from one place to
// another are likely to look alike.

import fc from 'fast-check';
import type { Field } from '../../src/field/field.ts';
import type { Channel, ProverChannel, VerifierChannel } from '../../src/transcript/channel.ts';
import type { Sponge } from '../../src/transcript/sponge.ts';
import { turboShake128Sponge } from '../../src/transcript/sponge.ts';

export type Step =
  | { readonly verb: 'absorb' | 'sendBytes' | 'hint'; readonly label: string; readonly bytes: readonly number[] }
  | { readonly verb: 'send'; readonly label: string; readonly values: readonly number[] }
  | { readonly verb: 'draw' | 'drawBytes'; readonly label: string }
  | { readonly verb: 'drawMany'; readonly label: string; readonly count: number }
  | { readonly verb: 'drawIndices'; readonly label: string; readonly count: number; readonly bits: number };

const label = fc.constantFrom('a', 'aa', 'b', 'ab', 'ba', 'a\0');
const bytes = fc.oneof(
  fc.array(fc.constantFrom(0, 1, 2, 0x61, 0x62), { maxLength: 5 }),
  fc.array(fc.constantFrom(0, 0x61), { minLength: 16, maxLength: 16 }),
  fc.constantFrom(1023, 1024, 1025).map((length) => new Array<number>(length).fill(0x61)),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ verb: fc.constantFrom('absorb', 'sendBytes', 'hint'), label, bytes }),
  fc.record({ verb: fc.constant('send'), label, values: fc.array(fc.constantFrom(0, 1, 0x61), { maxLength: 3 }) }),
  fc.record({ verb: fc.constantFrom('draw', 'drawBytes'), label }),
  fc.record({ verb: fc.constant('drawMany'), label, count: fc.nat(3) }),
  fc.record({ verb: fc.constant('drawIndices'), label, count: fc.nat(3), bits: fc.constantFrom(0, 1, 30) }),
);

export const script: fc.Arbitrary<readonly Step[]> = fc.array(step, { maxLength: 6 });

/** The steps that are absorbed; `draw` is `drawMany` of one. Equal meanings, equal challenges. */
export function meaningOf(steps: readonly Step[]): string[] {
  return steps
    .filter(({ verb }) => verb !== 'hint')
    .map((next) => JSON.stringify(next.verb === 'draw' ? { verb: 'drawMany', label: next.label, count: 1 } : next));
}

/** The two ends' view of a script: challenges, and on the verifier's end messages too. */
function draw<E>(channel: Channel<E>, next: Step): unknown {
  switch (next.verb) {
    case 'draw':
      return channel.draw(next.label);
    case 'drawBytes':
      return channel.drawBytes(next.label);
    case 'drawMany':
      return channel.drawMany(next.label, next.count);
    case 'drawIndices':
      return channel.drawIndices(next.label, next.count, next.bits);
    case 'absorb':
      return channel.absorb(next.label, Uint8Array.from(next.bytes));
    default:
      throw new Error(`${next.verb} belongs to one end`);
  }
}

/** Runs a script on the prover's end; what each step drew, or what it sent. */
export function prove<E>(field: Field<E>, channel: ProverChannel<E>, steps: readonly Step[]): unknown[] {
  return steps.map((next) => {
    switch (next.verb) {
      case 'send': {
        const values = next.values.map((value) => field.fromInteger(value));
        channel.send(next.label, values);
        return values;
      }
      case 'sendBytes':
      case 'hint': {
        const sent = Uint8Array.from(next.bytes);
        channel[next.verb](next.label, sent);
        return sent;
      }
      default:
        return draw(channel, next);
    }
  });
}

/** Runs a script on the verifier's end; what each step drew, or what it received. */
export function verify<E>(channel: VerifierChannel<E>, steps: readonly Step[]): unknown[] {
  return steps.map((next) => {
    switch (next.verb) {
      case 'send':
        return channel.receive(next.label, next.values.length);
      case 'sendBytes':
        return channel.receiveBytes(next.label, next.bytes.length);
      case 'hint':
        return channel.hint(next.label, next.bytes.length);
      default:
        return draw(channel, next);
    }
  });
}

/** A sponge that keeps what it absorbs and counts its squeezes. */
export interface RecordingSponge extends Sponge {
  readonly absorbed: Uint8Array[];
  squeezes: number;
}

/** TurboSHAKE128, or an output that the test chooses. */
export function recordingSponge(output?: Uint8Array): RecordingSponge {
  const sponge = turboShake128Sponge();
  return {
    absorbed: [],
    squeezes: 0,
    absorb(absorbedBytes) {
      this.absorbed.push(absorbedBytes.slice());
      sponge.absorb(absorbedBytes);
    },
    squeeze() {
      this.squeezes++;
      if (output === undefined) return sponge.squeeze();
      let position = 0;
      return (length) => {
        position += length;
        return output.subarray(position - length, position);
      };
    },
  };
}
