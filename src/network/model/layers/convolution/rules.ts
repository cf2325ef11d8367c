// a[o, p] = Σ_{c, k} W[o, (c, k)]·x[c, stride·p + dilation·k − begin], zeros beyond the image.

import { InputError } from '../../../../errors.ts';
import type { ConvolutionLayer } from '../../network.ts';
import { allowedShape, type LayerRules, shapeText } from '../rules.ts';
import { checkedAxes, windowShape } from '../window.ts';

export const convolutionRules: LayerRules<ConvolutionLayer> = {
  reads: 'input',
  fields: { weights: 'matrix', window: 'window' },
  outputShape({ name, weights, window }, [shape]) {
    const axes = checkedAxes(name, window, shape);
    const [rows, columns] = window.kernel;
    const filter = shape[0] * rows * columns;
    if (weights.columnCount !== filter) {
      throw new InputError(
        `layer ${name}: its weights have ${weights.columnCount} columns; a kernel of ${rows} × ${columns} on an input ` +
          `of ${shapeText(shape)} needs ${shape[0]} · ${rows} · ${columns} = ${filter}`,
      );
    }
    return allowedShape(name, windowShape(weights.rowCount, axes));
  },
};
