// Forgeries of a proof that was made: each changes one thing that a verifier is given.

import type { Change, ModelView, Proven } from './messages.ts';

/** A forgery that a page offers by name. */
export interface Forgery {
  /** The changed thing, as a button names it. */
  readonly title: string;
  /** The false claim that the verifier is asked to accept. */
  readonly claim: string;
  readonly change: Change;
}

/** The titles of the usual forgeries, in their order; a page shows them before a proof exists, too. */
export const FORGERY_TITLES = ['the answer', 'a pixel', 'a weight', 'a byte'] as const;

/** A value other than `value`, at most `max`. */
export function otherValue(value: number, max: number): number {
  return value < max ? value + 1 : value - 1;
}

/** The place of the largest value, one place left out. */
function runnerUp(values: Int32Array, but: number): number {
  return values.reduce((best, value, k) => (k !== but && (best < 0 || value > values[best]) ? k : best), -1);
}

/** One forgery of each kind: of the answer, the input, the model and the proof. The network has two outputs or more. */
export function usualForgeries(proven: Proven, model: ModelView, classes: readonly string[]): readonly Forgery[] {
  const { output, input, label, proof } = proven;
  const other = runnerUp(output, label);
  const pixel = input.reduce((most, value, k) => (value > input[most] ? k : most), 0);
  const layer = model.layers.findIndex(({ nonzeros = 0 }) => nonzeros > 0);
  const byte = proof.length >> 1;
  const [ofAnswer, ofPixel, ofWeight, ofByte] = FORGERY_TITLES;
  return [
    {
      title: ofAnswer,
      claim: `The same proof, for the claim that the network reads ${classes[other] ?? `class ${other}`}.`,
      change: { kind: 'output', at: other, value: output[label] + 1 },
    },
    {
      title: ofPixel,
      claim: 'The same proof, for a picture in which one pixel differs.',
      change: { kind: 'input', at: pixel, value: otherValue(input[pixel], model.max) },
    },
    {
      title: ofWeight,
      claim: 'The same proof, for a network in which one weight has the other sign.',
      change: { kind: 'weight', layer, at: 0 },
    },
    {
      title: ofByte,
      claim: `The proof with one bit changed, in byte ${byte} of ${proof.length}.`,
      change: { kind: 'proof', at: byte, value: proof[byte] ^ 1 },
    },
  ];
}
