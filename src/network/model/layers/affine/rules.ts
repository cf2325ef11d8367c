// z[o, …] = m[o]·a[o, …] + b[o] with integers m and b, one of each for every index o of the first axis.

import { InputError } from '../../../../errors.ts';
import type { AffineLayer } from '../../network.ts';
import { type LayerRules, shapeText } from '../rules.ts';

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
};
