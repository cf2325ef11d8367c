// z = Σ_j m_j·x_j of tensors of one shape.

import { InputError } from '../../../errors.ts';
import type { AddLayer } from '../../network.ts';
import { hull, type LayerRules, shapeText } from '../rules.ts';

export const addRules: LayerRules<AddLayer> = {
  reads: 'inputs',
  fields: { multipliers: 'Int32Array' },
  outputShape({ name, multipliers }, shapes) {
    if (shapes.length === 0) throw new InputError(`layer ${name}: it adds nothing; give at least one tensor`);
    if (multipliers.length !== shapes.length) {
      throw new InputError(
        `layer ${name}: ${multipliers.length} multipliers for ${shapes.length} tensors; give one for each`,
      );
    }
    const [first] = shapes;
    const other = shapes.find((shape) => shape.join() !== first.join());
    if (other !== undefined) {
      throw new InputError(
        `layer ${name}: it adds tensors of ${shapeText(first)} and of ${shapeText(other)}; give tensors of one shape`,
      );
    }
    return first;
  },
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
