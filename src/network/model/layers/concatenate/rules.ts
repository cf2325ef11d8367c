// Tensors one after the other along the first axis; row-major, so are their values.

import { InputError } from '../../../../errors.ts';
import type { ConcatenateLayer } from '../../network.ts';
import { allowedShape, type LayerRules, shapeText } from '../rules.ts';

export const concatenateRules: LayerRules<ConcatenateLayer> = {
  reads: 'inputs',
  fields: {},
  outputShape({ name }, shapes) {
    if (shapes.length === 0) throw new InputError(`layer ${name}: it concatenates nothing; give at least one tensor`);
    const [first] = shapes;
    const rest = first.slice(1);
    const other = shapes.find((shape) => shape.length !== first.length || shape.slice(1).join() !== rest.join());
    if (other !== undefined) {
      throw new InputError(
        `layer ${name}: it concatenates tensors of ${shapeText(first)} and of ${shapeText(other)}; ` +
          'give tensors that differ in the first axis only',
      );
    }
    return allowedShape(name, [shapes.reduce((sum, shape) => sum + shape[0], 0), ...rest]);
  },
};
