// Flatten renames axes; tensors have one flattened axis already, so that claims pass unchanged.

import type { FlattenLayer } from '../../network.ts';
import type { LayerRules } from '../rules.ts';

export const flattenRules: LayerRules<FlattenLayer> = {
  fields: {},
  outputLength: (_layer, inputLength) => inputLength,
  bound: (_layer, input) => input,
  evaluate: (_layer, input) => input,
  reduction: () => 'direct',
};
