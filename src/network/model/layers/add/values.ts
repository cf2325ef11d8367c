// Σ_j m_j·x_j, and bounds of it.

import { hull } from '../../interval.ts';
import type { AddLayer } from '../../network.ts';
import type { LayerValues } from '../values-contract.ts';

export const addValues: LayerValues<AddLayer> = {
  bound({ multipliers }, inputs) {
    let [least, greatest] = [0, 0];
    inputs.forEach(({ min, max }, j) => {
      const ends = hull([multipliers[j] * min, multipliers[j] * max]);
      least += ends.min;
      greatest += ends.max;
    });
    return { min: least, max: greatest };
  },
  evaluate({ multipliers }, inputs) {
    const output = new Int32Array(inputs[0].length);
    inputs.forEach((input, j) => {
      const multiplier = multipliers[j];
      for (let i = 0; i < output.length; i++) output[i] += Math.imul(multiplier, input[i]);
    });
    return output;
  },
};
