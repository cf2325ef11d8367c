// Bounds of committed weights, which stay public: the shape and kind of each matrix and the largest sums of its rows;
// the ranges of the integers of each affine layer. All bounds of tensors follow from these, so that prover and verifier
// plan the same proof. The registration proves once that the weights keep them.

import { countSigns } from '../../sparse/ternary-matrix.ts';
import { isTernary, signedRowSums, type WeightMatrix } from '../../sparse/weight-matrix.ts';
import type { AffineLayer, IntegerNetwork, Layer } from './network.ts';

/** Public bounds of a matrix, over all its rows. */
export interface MatrixBounds {
  readonly kind: 'matrix';
  readonly isTernary: boolean;
  /** An upper bound of the sum of a row's positive weights. */
  readonly plus: number;
  /** An upper bound of the sum of the magnitudes of a row's negative weights. */
  readonly minus: number;
}

/** The integers min … min + 2^bits − 1; zero is one of them. */
export interface IntegerRange {
  readonly min: number;
  readonly bits: number;
}

/** Public bounds of an affine layer. */
export interface ScaleBounds {
  readonly kind: 'scale';
  /** The multiplier, which is public if all channels share one that `uniformMultiplier` accepts. */
  readonly uniform: number | undefined;
  readonly multipliers: IntegerRange;
  readonly biases: IntegerRange;
}

export type LayerBounds = MatrixBounds | ScaleBounds;

/** Returns the largest integer of a range. */
export function greatest({ min, bits }: IntegerRange): number {
  return min + 2 ** bits - 1;
}

/** Returns the bounds of each layer that has weights. */
export function boundsOf(network: IntegerNetwork): (LayerBounds | undefined)[] {
  return network.layers.map((layer) => {
    if (layer.kind === 'linear' || layer.kind === 'convolution') return boundMatrix(layer.weights);
    return layer.kind === 'affine' ? boundScale(layer) : undefined;
  });
}

function boundMatrix(weights: WeightMatrix): MatrixBounds {
  const { plus, minus } = isTernary(weights) ? countSigns(weights) : signedRowSums(weights);
  return { kind: 'matrix', isTernary: isTernary(weights), plus: largest(plus), minus: largest(minus) };
}

function boundScale({ multipliers, biases }: AffineLayer): ScaleBounds {
  const uniform = uniformValue(multipliers);
  return {
    kind: 'scale',
    uniform,
    multipliers: uniform === undefined ? rangeOf(multipliers) : { min: 0, bits: 0 },
    biases: rangeOf(biases),
  };
}

/** Returns the one value of a list, if it has an inverse in every field. */
export function uniformValue(values: Int32Array): number | undefined {
  const [first] = values;
  const isInvertible = first !== 0 && Math.abs(first) < 2 ** 30;
  return isInvertible && values.every((value) => value === first) ? first : undefined;
}

function rangeOf(values: Int32Array): IntegerRange {
  let [min, max] = [0, 0];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  let bits = 0;
  while (2 ** bits <= max - min) bits++;
  return { min, bits };
}

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let k = 0; k < values.length; k++) if (values[k] > most) most = values[k];
  return most;
}

/** Returns the network without weights: empty matrices of the same shapes and kinds, zero multipliers and biases. */
export function withoutWeights(network: IntegerNetwork): IntegerNetwork {
  return {
    ...network,
    layers: network.layers.map((layer): Layer => {
      if (layer.kind === 'linear' || layer.kind === 'convolution') {
        return { ...layer, weights: emptyMatrix(layer.weights, isTernary(layer.weights)) };
      }
      if (layer.kind !== 'affine') return layer;
      const zeros = new Int32Array(layer.multipliers.length);
      return { ...layer, multipliers: zeros, biases: zeros };
    }),
  };
}

/** Returns a matrix without nonzeros. */
export function emptyMatrix(
  { rowCount, columnCount }: Pick<WeightMatrix, 'rowCount' | 'columnCount'>,
  ternary: boolean,
): WeightMatrix {
  const [rows, ends] = [new Uint32Array(0), new Uint32Array(columnCount)];
  const common = { rowCount, columnCount, nonzeros: 0, rows, ends };
  return ternary ? { ...common, plusEnds: new Uint32Array(columnCount) } : { ...common, weights: new Int8Array(0) };
}
