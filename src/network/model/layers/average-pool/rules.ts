// u[c, p] = w_rows[p_rows]·w_columns[p_columns]·Σ x[c, q] over the positions q of window p inside the image:
// `averageDivisor` times the mean. The weights are 1 where padding counts (layers/window).

import { InputError } from '../../../../errors.ts';
import type { AveragePoolLayer, Shape, Window } from '../../network.ts';
import { allowedShape, type LayerRules } from '../rules.ts';
import { averageWeights, checkedPoolAxes, MAX_DIVISOR, windowAxes, windowShape } from '../window.ts';

/**
 * Returns the divisor that turns values of an average pool into means; `inputShape` is [channels, rows, columns].
 *
 * @example
 * ```ts
 * import { averageDivisor, type Window } from 'ternary-gkr/network';
 *
 * const window: Window = { kernel: [2, 2], strides: [2, 2], dilations: [1, 1], padding: [0, 0, 0, 0] };
 * // sums of 2 × 2 values, to be divided by
 * console.log(averageDivisor(window, [3, 8, 8], true)); // 4
 * ```
 */
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
        `layer ${name}: the numbers of values in its windows have no common multiple below 2^31; ` +
          'count the padding, or pool in two steps',
      );
    }
    return allowedShape(name, windowShape(shape[0], axes));
  },
};
