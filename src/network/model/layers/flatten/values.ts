// The same values.

import type { FlattenLayer } from '../../network.ts';
import type { LayerValues } from '../values-contract.ts';

export const flattenValues: LayerValues<FlattenLayer> = {
  bound: (_layer, [input]) => input,
  evaluate: (_layer, [input]) => input,
};
