// clamp(f(⌊z / 2^shift + 1/2⌋)), and bounds of it.

import { hull } from '../../interval.ts';
import type { RequantiseLayer } from '../../network.ts';
import { activate, quotientInterval } from '../../requantisation.ts';
import type { LayerValues } from '../values-contract.ts';

export const requantiseValues: LayerValues<RequantiseLayer> = {
  bound(layer, [input]) {
    const quotients = quotientInterval(layer, input);
    return hull([activate(layer, quotients.min), activate(layer, quotients.max)]);
  },
  evaluate(layer, [input]) {
    const { shift, activation } = layer;
    const least = activation === 'relu' ? 0 : layer.min;
    const half = shift === 0 ? 0 : 2 ** (shift - 1);
    const scale = 2 ** -shift;
    const output = new Int32Array(input.length);
    for (let i = 0; i < output.length; i++) {
      output[i] = Math.min(Math.max(Math.floor((input[i] + half) * scale), least), layer.max);
    }
    return output;
  },
};
