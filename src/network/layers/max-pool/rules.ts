// y[c, p] = the greatest x[c, q] over the places q of window p that exist.

import type { MaxPoolLayer } from '../../network.ts';
import { allowedShape, type LayerRules } from '../rules.ts';
import { checkedPoolAxes, placesAt, windowAxes, windowShape } from '../window.ts';

export const maxPoolRules: LayerRules<MaxPoolLayer> = {
  reads: 'input',
  fields: { window: 'window' },
  outputShape: ({ name, window }, [shape]) =>
    allowedShape(name, windowShape(shape[0], checkedPoolAxes(name, window, shape))),
  bound: (_layer, [input]) => input,
  evaluate({ window }, [input], [shape]) {
    const axes = windowAxes(window, shape[1], shape[2]);
    const [channels, places, width] = windowShape(shape[0], axes);
    const [, rows, columns] = shape;
    const output = new Int32Array(channels * places * width).fill(-(2 ** 31));
    const down = Array.from({ length: window.kernel[0] }, (_, k) => placesAt(axes[0], k));
    const across = Array.from({ length: window.kernel[1] }, (_, k) => placesAt(axes[1], k));
    const [rowStride, columnStride] = window.strides;
    for (let channel = 0; channel < channels; channel++) {
      for (const row of down) {
        for (let p = row.start; p < row.end; p++) {
          const from = (channel * rows + row.first + rowStride * p) * columns;
          const to = (channel * places + p) * width;
          for (const column of across) {
            for (let i = column.start, at = from + column.first + columnStride * i; i < column.end; i++) {
              if (input[at] > output[to + i]) output[to + i] = input[at];
              at += columnStride;
            }
          }
        }
      }
    }
    return output;
  },
};
