// y[c, p] = the greatest x[c, q] over the positions q of window p inside the image.

import type { MaxPoolLayer } from '../../network.ts';
import { allowedShape, type LayerRules } from '../rules.ts';
import { checkedPoolAxes, windowShape } from '../window.ts';

export const maxPoolRules: LayerRules<MaxPoolLayer> = {
  reads: 'input',
  fields: { window: 'window' },
  outputShape: ({ name, window }, [shape]) =>
    allowedShape(name, windowShape(shape[0], checkedPoolAxes(name, window, shape))),
};
