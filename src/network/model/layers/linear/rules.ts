// a = W·x over all values of the input, whatever its axes.

import { InputError } from '../../../../errors.ts';
import { type LinearLayer, sizeOf } from '../../network.ts';
import { allowedShape, type LayerRules, shapeText } from '../rules.ts';

export const linearRules: LayerRules<LinearLayer> = {
  reads: 'input',
  fields: { weights: 'matrix' },
  outputShape({ name, weights }, [shape]) {
    if (weights.columnCount !== sizeOf(shape)) {
      throw new InputError(
        `layer ${name}: its weights have ${weights.columnCount} columns, its input ${sizeOf(shape)} values ` +
          `(${shapeText(shape)}); give one column for each value`,
      );
    }
    return allowedShape(name, [weights.rowCount]);
  },
};
