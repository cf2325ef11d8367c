// a = W·x with ternary W.

import { InputError } from '../../../errors.ts';
import { countSigns, multiply } from '../../../sparse/ternary-matrix.ts';
import type { LinearLayer } from '../../network.ts';
import { hull, type LayerRules } from '../rules.ts';

export const linearRules: LayerRules<LinearLayer> = {
  outputLength({ name, weights }, inputLength) {
    if (weights.columnCount !== inputLength) {
      throw new InputError(`layer ${name}: ${weights.columnCount} columns of weights for ${inputLength} inputs`);
    }
    return weights.rowCount;
  },
  bound({ weights }, input) {
    const { plus, minus } = countSigns(weights);
    const largest = Array.from(plus, (count, row) => count * input.max - minus[row] * input.min);
    const smallest = Array.from(plus, (count, row) => count * input.min - minus[row] * input.max);
    return hull([...largest, ...smallest]);
  },
  evaluate: ({ weights }, input) => multiply(weights, input),
  reduction: () => 'plain',
};
