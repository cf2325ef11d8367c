// The verifier's end of a channel: what it receives has been absorbed, or was refused.

import { Rejection } from '../errors.ts';
import type { Field } from '../field/field.ts';
import type { VerifierChannel } from './channel.ts';
import { Kind, Transcript, type TranscriptOptions } from './transcript.ts';

/** Reads a proof; the caller must not change `proof` while it is read. */
export function createVerifierChannel<E>(
  field: Field<E>,
  proof: Uint8Array,
  options: TranscriptOptions,
): VerifierChannel<E> {
  const transcript = new Transcript(field, options);
  let position = 0;
  const take = (label: string, length: number): Uint8Array => {
    if (proof.length - position < length) {
      const left = proof.length - position;
      throw new Rejection('truncated', transcript.place(label), `${length} bytes are due and ${left} are left`);
    }
    position += length;
    return proof.subarray(position - length, position);
  };
  return {
    absorb: (label, bytes) => transcript.absorb(label, bytes),
    draw: (label) => transcript.draw(label),
    drawMany: (label, count) => transcript.drawMany(label, count),
    drawIndices: (label, count, bits) => transcript.drawIndices(label, count, bits),
    drawBytes: (label) => transcript.drawBytes(label),
    within: (name, run) => transcript.within(name, run),
    get where() {
      return transcript.where;
    },
    receive(label, count) {
      transcript.record('message', label, count);
      const bytes = take(label, count * field.byteLength);
      const values = Array.from({ length: count }, (_, k) => {
        const value = field.read(bytes, k * field.byteLength);
        if (value === undefined) {
          throw new Rejection('non-canonical', transcript.place(label), `element ${k} is not in canonical form`);
        }
        return value;
      });
      transcript.absorbFramed(Kind.elements, label, count, bytes);
      return values;
    },
    receiveBytes(label, length) {
      transcript.record('message bytes', label, length);
      const bytes = take(label, length).slice();
      transcript.absorbFramed(Kind.bytes, label, length, bytes);
      return bytes;
    },
    hint(label, length) {
      transcript.record('hint', label, length);
      return take(label, length).slice();
    },
    finish() {
      if (position !== proof.length) {
        throw new Rejection('trailing-bytes', 'end', `${proof.length - position} bytes are left after the last message`);
      }
    },
  };
}
