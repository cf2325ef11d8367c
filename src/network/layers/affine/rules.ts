// z[o, …] = m[o]·a[o, …] + b[o] with integers m, b, one for each place of the first axis.

import { InputError } from '../../../errors.ts';
import type { AffineLayer } from '../../network.ts';
import { hull, type LayerRules, shapeText } from '../rules.ts';

export const affineRules: LayerRules<AffineLayer> = {
  reads: 'input',
  fields: { multipliers: 'Int32Array', biases: 'Int32Array' },
  outputShape({ name, multipliers, biases }, [shape]) {
    if (multipliers.length !== shape[0] || biases.length !== shape[0]) {
      throw new InputError(
        `layer ${name}: ${multipliers.length} multipliers and ${biases.length} biases for an input of ` +
          `${shapeText(shape)}; give ${shape[0]} of each`,
      );
    }
    return shape;
  },
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
