// Merges the axes into one; the row-major values stay as they are.

import { type FlattenLayer, sizeOf } from '../../network.ts';
import type { LayerRules } from '../rules.ts';

export const flattenRules: LayerRules<FlattenLayer> = {
  reads: 'input',
  fields: {},
  outputShape: (_layer, [shape]) => [sizeOf(shape)],
};
