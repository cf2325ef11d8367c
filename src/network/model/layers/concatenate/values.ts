// The values of all parts; they lie within the hull of their bounds.

import { hull } from '../../interval.ts';
import type { ConcatenateLayer } from '../../network.ts';
import type { LayerValues } from '../values-contract.ts';

export const concatenateValues: LayerValues<ConcatenateLayer> = {
  bound: (_layer, inputs) => hull(inputs.flatMap(({ min, max }) => [min, max])),
  evaluate(_layer, inputs) {
    const output = new Int32Array(inputs.reduce((sum, input) => sum + input.length, 0));
    let at = 0;
    for (const input of inputs) {
      output.set(input, at);
      at += input.length;
    }
    return output;
  },
};
