// The prover's end of a channel: what it sends is absorbed and appended to the proof.

import type { Field } from '../field/field.ts';
import type { ProverChannel } from './channel.ts';
import { Kind, Transcript, type TranscriptOptions } from './transcript.ts';

/** An empty proof in progress. */
export function createProverChannel<E>(field: Field<E>, options: TranscriptOptions): ProverChannel<E> {
  const transcript = new Transcript(field, options);
  let proof = new Uint8Array(1 << 12);
  let length = 0;
  const extend = (count: number): number => {
    if (length + count > proof.length) {
      const larger = new Uint8Array(Math.max(2 * proof.length, length + count));
      larger.set(proof.subarray(0, length));
      proof = larger;
    }
    const start = length;
    length += count;
    return start;
  };
  const append = (bytes: Uint8Array): void => {
    const start = extend(bytes.length);
    proof.set(bytes, start);
  };
  return {
    absorb: (label, bytes) => transcript.absorb(label, bytes),
    draw: (label) => transcript.draw(label),
    drawMany: (label, count) => transcript.drawMany(label, count),
    drawIndices: (label, count, bits) => transcript.drawIndices(label, count, bits),
    drawBytes: (label) => transcript.drawBytes(label),
    within: (name, run) => transcript.within(name, run),
    send(label, values) {
      transcript.record('message', label, values.length);
      const start = extend(values.length * field.byteLength);
      values.forEach((value, k) => {
        field.write(value, proof, start + k * field.byteLength);
      });
      transcript.absorbFramed(Kind.elements, label, values.length, proof.subarray(start, length));
    },
    sendBytes(label, bytes) {
      transcript.record('message bytes', label, bytes.length);
      append(bytes);
      transcript.absorbFramed(Kind.bytes, label, bytes.length, bytes);
    },
    hint(label, bytes) {
      transcript.record('hint', label, bytes.length);
      append(bytes);
    },
    bytes: () => proof.slice(0, length),
  };
}
