// a = W·x with ternary W.

import { InputError } from '../../../errors.ts';
import { countSigns, multiply } from '../../../sparse/ternary-matrix.ts';
import type { LinearLayer } from '../../network.ts';
import type { LayerRules } from '../rules.ts';

/** What a verifier can evaluate with exact sums. */
const MAX_OUTPUTS = 2 ** 22;

export const linearRules: LayerRules<LinearLayer> = {
  fields: { weights: 'matrix' },
  outputLength({ name, weights }, inputLength) {
    if (weights.columnCount !== inputLength) {
      throw new InputError(`layer ${name}: ${weights.columnCount} columns of weights for ${inputLength} inputs`);
    }
    if (weights.rowCount > MAX_OUTPUTS) {
      throw new InputError(`layer ${name}: ${weights.rowCount} outputs; at most ${MAX_OUTPUTS}`);
    }
    return weights.rowCount;
  },
  bound({ weights }, input) {
    const { plus, minus } = countSigns(weights);
    let min = 0;
    let max = 0;
    for (let row = 0; row < weights.rowCount; row++) {
      min = Math.min(min, plus[row] * input.min - minus[row] * input.max);
      max = Math.max(max, plus[row] * input.max - minus[row] * input.min);
    }
    return { min, max };
  },
  evaluate: ({ weights }, input) => multiply(weights, input),
  reduction: () => 'plain',
};
