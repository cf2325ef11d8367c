// z = Σ_j m_j·x_j of tensors of one shape.

import { InputError } from '../../../../errors.ts';
import type { AddLayer } from '../../network.ts';
import { type LayerRules, shapeText } from '../rules.ts';

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
};
