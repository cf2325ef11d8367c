// The values of all parts; they lie within the hull of their bounds.

import { concatenate } from '../../../../bytes.ts';
import { hull } from '../../interval.ts';
import type { ConcatenateLayer } from '../../network.ts';
import type { LayerValues } from '../values-contract.ts';

export const concatenateValues: LayerValues<ConcatenateLayer> = {
  bound: (_layer, inputs) => hull(inputs.flatMap(({ min, max }) => [min, max])),
  evaluate: (_layer, inputs) => concatenate(Int32Array, inputs),
};
