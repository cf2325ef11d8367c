// The verifier's channel of a hiding proof, around a plain one: elements are received as hidden values, challenges are
// known, and a check of hidden values becomes an equation.

import type { Field } from '../field/field.ts';
import type { VerifierChannel } from '../transcript/channel.ts';
import { isKnown, known, type Masked, type Tape } from './tape.ts';

/**
 * Returns the channel that records on a tape.
 *
 * @param field - maskedField of that tape
 */
export function maskedChannel<E>(
  field: Field<Masked<E>>,
  channel: VerifierChannel<E>,
  tape: Tape<E>,
): VerifierChannel<Masked<E>> {
  const receive = (label: string, count: number): Masked<E>[] => channel.receive(label, count).map(() => tape.send());
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
    finish: () => channel.finish(),
    absorb: (label, bytes) => channel.absorb(label, bytes),
    draw: (label) => known(channel.draw(label)),
    drawMany: (label, count) => channel.drawMany(label, count).map(known),
    drawIndices: (label, count, bits) => channel.drawIndices(label, count, bits),
    drawBytes: (label) => channel.drawBytes(label),
    within: (name, run) => channel.within(name, run),
  };
}
