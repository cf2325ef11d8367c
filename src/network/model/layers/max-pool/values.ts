// The greatest value of each window; its bounds are those of the values.

import { type MaxPoolLayer, sizeOf } from '../../network.ts';
import type { LayerValues } from '../values-contract.ts';
import { forEachRun, windowAxes, windowShape } from '../window.ts';

export const maxPoolValues: LayerValues<MaxPoolLayer> = {
  bound: (_layer, [input]) => input,
  evaluate({ window }, [input], [shape]) {
    const axes = windowAxes(window, shape[1], shape[2]);
    const output = new Int32Array(sizeOf(windowShape(shape[0], axes))).fill(-(2 ** 31));
    forEachRun(axes, shape[0], (from, to, count, step) => {
      for (let i = 0, at = from; i < count; i++, at += step) if (input[at] > output[to + i]) output[to + i] = input[at];
    });
    return output;
  },
};
