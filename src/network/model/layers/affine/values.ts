// m·a + b, and bounds of it.

import { hull } from '../../interval.ts';
import type { AffineLayer } from '../../network.ts';
import type { LayerValues } from '../values-contract.ts';

export const affineValues: LayerValues<AffineLayer> = {
  bound({ multipliers, biases }, [{ min, max }]) {
    // plain loops: a wide layer has thousands
    let [least, greatest] = [0, 0];
    for (let o = 0; o < multipliers.length; o++) {
      const ends = hull([multipliers[o] * min, multipliers[o] * max]);
      least = Math.min(least, ends.min + biases[o]);
      greatest = Math.max(greatest, ends.max + biases[o]);
    }
    return { min: least, max: greatest };
  },
  evaluate({ multipliers, biases }, [input]) {
    const output = new Int32Array(input.length);
    const each = input.length / multipliers.length;
    for (let o = 0, i = 0; o < multipliers.length; o++) {
      const [multiplier, bias] = [multipliers[o], biases[o]];
      for (const end = i + each; i < end; i++) output[i] = Math.imul(multiplier, input[i]) + bias;
    }
    return output;
  },
};
