// The sums of a convolution, and bounds of them.

import { signedRowSums } from '../../../../sparse/weight-matrix.ts';
import { boundSums } from '../../interval.ts';
import type { ConvolutionLayer } from '../../network.ts';
import type { LayerValues } from '../values-contract.ts';
import { windowAxes } from '../window.ts';
import { convolve } from './convolve.ts';

export const convolutionValues: LayerValues<ConvolutionLayer> = {
  // windows at the border sum fewer terms: their sums lie within these bounds, since the bounds of a term contain zero
  bound: ({ weights }, [input]) => boundSums(signedRowSums(weights), input),
  evaluate: ({ weights, window }, [input], [shape]) =>
    convolve(weights, windowAxes(window, shape[1], shape[2]), input, shape[0]),
};
