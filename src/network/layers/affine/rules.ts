// z[o] = m[o]·a[o] + b[o] with small integers m, b.

import { InputError } from '../../../errors.ts';
import type { AffineLayer } from '../../network.ts';
import { hull, type LayerRules } from '../rules.ts';

export const affineRules: LayerRules<AffineLayer> = {
  outputLength({ name, multipliers, biases }, inputLength) {
    if (multipliers.length !== inputLength || biases.length !== inputLength) {
      throw new InputError(
        `layer ${name}: ${multipliers.length} multipliers and ${biases.length} biases for ${inputLength} inputs`,
      );
    }
    return inputLength;
  },
  bound: ({ multipliers, biases }, input) =>
    hull(
      Array.from(multipliers).flatMap((multiplier, o) => [
        multiplier * input.min + biases[o],
        multiplier * input.max + biases[o],
      ]),
    ),
  evaluate: ({ multipliers, biases }, input) => input.map((value, o) => multipliers[o] * value + biases[o]),
  reduction: (layer) => (uniformMultiplier(layer) === undefined ? 'weighted' : 'direct'),
};

/** The multiplier if all outputs share one other than zero: then z̃ = m·ã + b̃ and no sumcheck is needed. */
export function uniformMultiplier({ multipliers }: AffineLayer): number | undefined {
  const [first] = multipliers;
  return first !== 0 && multipliers.every((multiplier) => multiplier === first) ? first : undefined;
}
