// u[c, p] = w_rows[p_rows]·w_columns[p_columns]·Σ x[c, q] over the places q of window p that exist: `averageDivisor`
// times the mean. The weights are 1 where padding counts (layers/window).

import { InputError } from '../../../errors.ts';
import type { AveragePoolLayer, Shape, Window } from '../../network.ts';
import { allowedShape, type LayerRules } from '../rules.ts';
import {
  averageWeights,
  checkedPoolAxes,
  coveredCounts,
  forEachRun,
  MAX_DIVISOR,
  windowAxes,
  windowShape,
} from '../window.ts';

/** What the values of an average pool are divided by to be means; `inputShape` is [channels, rows, columns]. */
export function averageDivisor(window: Window, inputShape: Shape, countsPadding: boolean): number {
  const [rows, columns] = windowAxes(window, inputShape[1], inputShape[2]);
  return averageWeights(rows, countsPadding).divisor * averageWeights(columns, countsPadding).divisor;
}

export const averagePoolRules: LayerRules<AveragePoolLayer> = {
  reads: 'input',
  fields: { window: 'window', countsPadding: 'boolean' },
  outputShape({ name, window, countsPadding }, [shape]) {
    const axes = checkedPoolAxes(name, window, shape);
    if (averageDivisor(window, shape, countsPadding) > MAX_DIVISOR) {
      throw new InputError(
        `layer ${name}: its windows cover so many different numbers of values that no integer below 2^31 is a multiple ` +
          'of all; count the padding, or pool in two steps',
      );
    }
    return allowedShape(name, windowShape(shape[0], axes));
  },
  bound({ window, countsPadding }, [{ min, max }], [shape]) {
    const weight = windowAxes(window, shape[1], shape[2])
      .map((axis) =>
        // without the padding every place's weights add up to the divisor
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
