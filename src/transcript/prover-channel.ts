// The prover's end of the channel: what is sent is appended to the proof and absorbed in one step.
// A proof is the messages and hints back to back; lengths come from the statement, so none are written.

import type { Field } from '../field/field.ts';
import type { ProverChannel } from './channel.ts';
import { type ChannelOptions, requireBytes, Transcript } from './transcript.ts';

const FIRST_CAPACITY = 4096;

/**
 * A channel with an empty proof. Both ends must be given the same field, context and sponge.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { createProverChannel } from 'ternary-gkr/transcript';
 *
 * const channel = createProverChannel(bn254, { context: new TextEncoder().encode('example 1') });
 * channel.send('square', [49n]);
 * const challenge = channel.draw('challenge');
 * console.log(challenge > 0n, channel.bytes().length); // true 32
 * ```
 */
export function createProverChannel<E>(field: Field<E>, options: ChannelOptions = {}): ProverChannel<E> {
  const transcript = new Transcript(field, options);
  let proof = new Uint8Array(FIRST_CAPACITY);
  let length = 0;

  /** Makes room for `extra` bytes and counts them in; returns where they start. */
  function grow(extra: number): number {
    const start = length;
    length += extra;
    if (length > proof.length) {
      const larger = new Uint8Array(Math.max(length, 2 * proof.length));
      larger.set(proof.subarray(0, start));
      proof = larger;
    }
    return start;
  }

  function append(bytes: Uint8Array): void {
    const start = grow(bytes.length);
    proof.set(bytes, start);
  }

  return {
    send(label, values) {
      const start = grow(values.length * field.byteLength);
      for (let i = 0, offset = start; i < values.length; i++, offset += field.byteLength) {
        field.write(values[i], proof, offset);
      }
      transcript.absorbElements(label, values.length, proof.subarray(start, length));
    },
    sendBytes(label, bytes) {
      requireBytes(label, bytes);
      append(bytes);
      transcript.absorbMessage(label, bytes);
    },
    hint(label, bytes) {
      requireBytes(label, bytes);
      append(bytes);
      transcript.note('hint', label, bytes.length);
    },
    requireNonzero: () => undefined,
    bytes: () => proof.slice(0, length),
    absorb: (label, bytes) => transcript.absorb(label, bytes),
    draw: (label) => transcript.draw(label),
    drawMany: (label, count) => transcript.drawMany(label, count),
    drawIndices: (label, count, bits) => transcript.drawIndices(label, count, bits),
    drawBytes: (label) => transcript.drawBytes(label),
    within: (name, run) => transcript.within(name, run),
  };
}
