// y[c, p] = the greatest x[c, q] over the places q of window p that exist.

import { type MaxPoolLayer, sizeOf } from '../../network.ts';
import { allowedShape, type LayerRules } from '../rules.ts';
import { checkedPoolAxes, forEachRun, windowAxes, windowShape } from '../window.ts';

export const maxPoolRules: LayerRules<MaxPoolLayer> = {
  reads: 'input',
  fields: { window: 'window' },
  outputShape: ({ name, window }, [shape]) =>
    allowedShape(name, windowShape(shape[0], checkedPoolAxes(name, window, shape))),
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
