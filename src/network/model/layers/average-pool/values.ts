// Weighted sums of windows, and bounds of them.

import type { AveragePoolLayer } from '../../network.ts';
import type { LayerValues } from '../values-contract.ts';
import { averageWeights, coveredCounts, forEachRun, windowAxes, windowShape } from '../window.ts';

export const averagePoolValues: LayerValues<AveragePoolLayer> = {
  bound({ window, countsPadding }, [{ min, max }], [shape]) {
    const weight = windowAxes(window, shape[1], shape[2])
      .map((axis) =>
        // without the padding the weights of every window add up to the divisor
        countsPadding ? coveredCounts(axis).reduce((a, b) => Math.max(a, b)) : averageWeights(axis, false).divisor,
      )
      .reduce((a, b) => a * b);
    return { min: weight * min, max: weight * max };
  },
  evaluate({ window, countsPadding }, [input], [shape]) {
    const axes = windowAxes(window, shape[1], shape[2]);
    const [channels, places, width] = windowShape(shape[0], axes);
    const output = new Int32Array(channels * places * width);
    forEachRun(axes, channels, (from, to, count, step) => {
      for (let i = 0, at = from; i < count; i++, at += step) output[to + i] += input[at];
    });
    const [down, across] = axes.map((axis) => averageWeights(axis, countsPadding).weights);
    for (let row = 0, at = 0; row < channels * places; row++) {
      for (let i = 0; i < width; i++) output[at++] *= down[row % places] * across[i];
    }
    return output;
  },
};
