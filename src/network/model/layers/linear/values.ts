// W·x, and bounds of it.

import { multiplyWeights, signedRowSums } from '../../../../sparse/weight-matrix.ts';
import { boundSums } from '../../interval.ts';
import type { LinearLayer } from '../../network.ts';
import type { LayerValues } from '../values-contract.ts';

export const linearValues: LayerValues<LinearLayer> = {
  bound: ({ weights }, [input]) => boundSums(signedRowSums(weights), input),
  evaluate: ({ weights }, [input]) => multiplyWeights(weights, input),
};
