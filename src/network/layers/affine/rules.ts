// z[o] = m[o]·a[o] + b[o] with small integers m, b.

import { InputError } from '../../../errors.ts';
import type { AffineLayer } from '../../network.ts';
import type { LayerRules } from '../rules.ts';

export const affineRules: LayerRules<AffineLayer> = {
  fields: { multipliers: 'Int32Array', biases: 'Int32Array' },
  outputLength({ name, multipliers, biases }, inputLength) {
    if (multipliers.length !== inputLength || biases.length !== inputLength) {
      throw new InputError(
        `layer ${name}: ${multipliers.length} multipliers and ${biases.length} biases for ${inputLength} inputs`,
      );
    }
    return inputLength;
  },
  bound({ multipliers, biases }, input) {
    let min = 0;
    let max = 0;
    for (let o = 0; o < multipliers.length; o++) {
      const ends = [multipliers[o] * input.min + biases[o], multipliers[o] * input.max + biases[o]];
      min = Math.min(min, ...ends);
      max = Math.max(max, ...ends);
    }
    return { min, max };
  },
  evaluate: ({ multipliers, biases }, input) => input.map((value, o) => multipliers[o] * value + biases[o]),
  reduction: (layer) => (uniformMultiplier(layer) === undefined ? 'weighted' : 'direct'),
};

/**
 * The multiplier if all outputs share one that has an inverse in every field: then z̃ = m·ã + b̃ and no sumcheck
 * is needed.
 */
export function uniformMultiplier({ multipliers }: AffineLayer): number | undefined {
  const [first] = multipliers;
  const isInvertible = first !== 0 && Math.abs(first) < 2 ** 30;
  return isInvertible && multipliers.every((multiplier) => multiplier === first) ? first : undefined;
}
