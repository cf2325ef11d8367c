// The verifier's channel of a hiding proof, around a plain one: until the line elements are received as hidden values,
// challenges are known, and a check of hidden values becomes an equation.

import type { Field } from '../field/field.ts';
import type { VerifierChannel } from '../transcript/channel.ts';
import { isKnown, known, type Masked, type Tape } from './tape.ts';

/**
 * Returns the channel that records on a tape.
 *
 * @param field - maskedField of that tape
 * @param padded - takes what is received while values are hidden
 */
export function maskedChannel<E>(
  field: Field<Masked<E>>,
  channel: VerifierChannel<E>,
  tape: Tape<E>,
  padded: E[] = [],
): VerifierChannel<Masked<E>> {
  function receive(label: string, count: number): Masked<E>[] {
    const values = channel.receive(label, count);
    if (tape.isClosed) return values.map(known);
    padded.push(...values);
    return values.map(() => tape.send());
  }
  return {
    receive,
    receiveBytes: (label, length) => channel.receiveBytes(label, length),
    hint: (label, length) => channel.hint(label, length),
    get where() {
      return channel.where;
    },
    require(left, right, code, message, place) {
      if (isKnown(left) && isKnown(right)) channel.require(left.value, right.value, code, message, place);
      else tape.equate(field.sub(left, right));
    },
    requireCanonical(elements, place) {
      channel.requireCanonical(
        elements.filter(isKnown).map(({ value }) => value),
        place,
      );
    },
    requireNonzero(value, code, message) {
      if (isKnown(value)) channel.requireNonzero(value.value, code, message);
      else {
        const [inverse] = receive('inverse', 1);
        tape.equate(field.sub(field.mul(value, inverse), field.one));
      }
    },
    finish() {
      // without a line the equations would be checked by nobody
      if (!tape.isClosed) throw new Error('a hiding proof without a line');
      channel.finish();
    },
    absorb: (label, bytes) => channel.absorb(label, bytes),
    draw: (label) => known(channel.draw(label)),
    drawMany: (label, count) => channel.drawMany(label, count).map(known),
    drawIndices: (label, count, bits) => channel.drawIndices(label, count, bits),
    drawBytes: (label) => channel.drawBytes(label),
    within: (name, run) => channel.within(name, run),
  };
}
