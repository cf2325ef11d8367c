// The size of a network, in the figures that papers report.

import { tensorShapes } from '../../src/network/model/evaluate.ts';
import {
  type ConvolutionLayer,
  type IntegerNetwork,
  type LinearLayer,
  type Shape,
  sizeOf,
} from '../../src/network/model/network.ts';

export interface NetworkFacts {
  /**
   * Weights, and of every affine layer the biases, and the multipliers where they differ from channel to channel: what
   * is left of a network with biases or with batch normalisation, and what papers count for it.
   */
  readonly parameters: number;
  /** Entries of all weight matrices, zeros included; of a convolution in groups, only those within a group. */
  readonly weights: number;
  readonly nnz: number;
  /** Values that requantisations give for one input: what a prover commits to and looks up. */
  readonly activations: number;
}

export function networkFacts(network: IntegerNetwork): NetworkFacts {
  const shapes = tensorShapes(network);
  let [parameters, weights, nnz, activations] = [0, 0, 0, 0];
  network.layers.forEach((layer, index) => {
    switch (layer.kind) {
      case 'linear':
      case 'convolution': {
        const entries = entriesOf(layer, shapes[layer.input]);
        parameters += entries;
        weights += entries;
        nnz += layer.weights.nonzeros;
        return;
      }
      case 'affine': {
        const { multipliers, biases } = layer;
        const isUniform = multipliers.every((multiplier) => multiplier === multipliers[0]);
        parameters += biases.length + (isUniform ? 0 : multipliers.length);
        return;
      }
      case 'requantise':
        activations += sizeOf(shapes[index + 1]);
    }
  });
  return { parameters, weights, nnz, activations };
}

function entriesOf(layer: LinearLayer | ConvolutionLayer, shape: Shape): number {
  const { rowCount, columnCount } = layer.weights;
  return (rowCount * columnCount) / (layer.kind === 'convolution' ? groupsOf(layer, shape[0]) : 1);
}

/** The most blocks along the diagonal, each of whole channels, that hold every nonzero weight. */
function groupsOf({ weights }: ConvolutionLayer, channels: number): number {
  const { rowCount, columnCount, rows, ends } = weights;
  const isWithin = (groups: number): boolean => {
    const [height, width] = [rowCount / groups, columnCount / groups];
    for (let column = 0, k = 0; column < columnCount; column++) {
      const first = Math.floor(column / width) * height;
      for (; k < ends[column]; k++) if (rows[k] < first || rows[k] >= first + height) return false;
    }
    return true;
  };
  for (let groups = Math.min(rowCount, channels); groups > 1; groups--) {
    if (rowCount % groups === 0 && channels % groups === 0 && isWithin(groups)) return groups;
  }
  return 1;
}
