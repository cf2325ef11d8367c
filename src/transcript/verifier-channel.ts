// The verifier's end of the channel: what is received is absorbed in one step. Counts come from the
// statement, never from the proof; nothing is allocated before the length of the proof has been checked.

import { isTyped } from '../bytes.ts';
import { Rejection, UsageError } from '../errors.ts';
import { checkElements } from '../field/canonical.ts';
import type { Field } from '../field/field.ts';
import type { VerifierChannel } from './channel.ts';
import { type ChannelOptions, Transcript } from './transcript.ts';

/**
 * A channel that reads `proof`, which is copied: later changes to the caller's buffer have no effect.
 *
 * @throws Rejection if the proof is not a Uint8Array: a number or a list is not made into bytes
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { createProverChannel, createVerifierChannel } from 'ternary-gkr/transcript';
 *
 * const prover = createProverChannel(bn254);
 * prover.send('square', [49n]);
 * const challenge = prover.draw('challenge');
 * const verifier = createVerifierChannel(bn254, prover.bytes());
 * console.log(verifier.receive('square', 1)); // [ 49n ]
 * console.log(verifier.draw('challenge') === challenge); // true
 * verifier.finish();
 * ```
 */
export function createVerifierChannel<E>(
  field: Field<E>,
  proof: Uint8Array,
  options: ChannelOptions = {},
): VerifierChannel<E> {
  const transcript = new Transcript(field, options);
  if (!isTyped(proof, 'Uint8Array')) throw new Rejection('bad-header', 'proof', 'the proof is not a Uint8Array');
  // Not proof.slice(), which for a Node Buffer shares the memory.
  const bytes = new Uint8Array(proof);
  let position = 0;

  const place = (label: string): string => (transcript.where === '' ? label : `${transcript.where}/${label}`);

  /** Consumes `count` items of `size` bytes; returns where they start. */
  function take(label: string, count: number, size: number): number {
    const length = count * size;
    if (!Number.isSafeInteger(count) || count < 0) throw new UsageError(`${place(label)}: no count ${count}`);
    const left = bytes.length - position;
    if (length > left) {
      throw new Rejection('truncated', place(label), `${length} bytes are due, the proof has ${left} left`);
    }
    const start = position;
    position += length;
    return start;
  }

  return {
    receive(label, count) {
      const start = take(label, count, field.byteLength);
      const values = new Array<E>(count);
      for (let i = 0, offset = start; i < count; i++, offset += field.byteLength) {
        const value = field.read(bytes, offset);
        if (value === undefined) {
          throw new Rejection('non-canonical', place(label), `value ${i} is not a canonical element of ${field.name}`);
        }
        values[i] = value;
      }
      transcript.absorbElements(label, count, bytes.subarray(start, position));
      return values;
    },
    receiveBytes(label, length) {
      const message = bytes.slice(take(label, length, 1), position);
      transcript.absorbMessage(label, message);
      return message;
    },
    hint(label, length) {
      const start = take(label, length, 1);
      transcript.note('hint', label, length);
      return bytes.slice(start, position);
    },
    get where() {
      return transcript.where;
    },
    require(left, right, code, message, label) {
      if (field.equal(left, right)) return;
      throw new Rejection(code, label === undefined ? transcript.where : place(label), message);
    },
    requireCanonical(elements, label) {
      checkElements(field, label === undefined ? transcript.where : place(label), elements);
    },
    requireNonzero(value, code, message) {
      if (field.isZero(value)) throw new Rejection(code, transcript.where, message);
    },
    finish() {
      const left = bytes.length - position;
      if (left > 0) throw new Rejection('trailing-bytes', place('end'), `${left} bytes follow the last message`);
    },
    absorb: (label, known) => transcript.absorb(label, known),
    draw: (label) => transcript.draw(label),
    drawMany: (label, count) => transcript.drawMany(label, count),
    drawIndices: (label, count, bits) => transcript.drawIndices(label, count, bits),
    drawBytes: (label) => transcript.drawBytes(label),
    within: (name, run) => transcript.within(name, run),
  };
}
