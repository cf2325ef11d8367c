// An integer network as data: a directed acyclic graph of layers over tensors of integers. An importer
// produces it, `compile` checks it and `evaluate` runs it. This file does not depend on proofs.
//
// Tensor 0 is the input; layer i produces tensor i + 1 and reads tensors of smaller index. A tensor has the shape
// [channels, rows, columns] or, after a flatten or a linear layer, [length]; its values are stored row-major.
// A layer of a network computes a = W·x (linear, convolution), z = m·a + b (affine), y = clamp(f(round(z / 2^shift)))
// (requantise), or moves, sums and compares values (pools, add, concatenate, flatten).

import type { WeightMatrix } from '../../sparse/weight-matrix.ts';

/** Lengths of a tensor's axes, without the batch. */
export type Shape = readonly number[];

/** The map from stored integers to the real numbers of the float network's input: real = stored · scale − mean. */
export interface InputSpec {
  /** E.g. [1, 28, 28]; the tensor's length is its product. */
  readonly shape: Shape;
  /** Stored values lie in [min, max]; the overflow bounds assume it and verifiers check it. */
  readonly min: number;
  readonly max: number;
  readonly scale: number;
  readonly mean: number;
}

/** A tensor that the network gives out; proofs do not cover its scale, the real number that the value 1 stands for. */
export interface OutputSpec {
  readonly tensor: number;
  readonly scale: number;
}

/**
 * A window: output p reads the inputs stride·p + dilation·k − begin, 0 ≤ k < kernel, on each of the
 * two axes. Pairs are (rows, columns); padding is [top, left, bottom, right], as in ONNX.
 */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: readonly [number, number, number, number];
}

/** a = W·x */
export interface LinearLayer {
  readonly kind: 'linear';
  readonly name: string;
  readonly input: number;
  readonly weights: WeightMatrix;
}

/**
 * a[o, p] = Σ_{c, k} W[o, (c, k)]·x[c, stride·p + dilation·k − begin], with zeros beyond the image.
 * W has a row for each output channel and a column (c·kernel rows + k_row)·kernel columns + k_column for each weight
 * of a filter over all input channels: groups are blocks of zeros.
 */
export interface ConvolutionLayer {
  readonly kind: 'convolution';
  readonly name: string;
  readonly input: number;
  readonly weights: WeightMatrix;
  readonly window: Window;
}

/** z[o, …] = m[o]·a[o, …] + b[o], o the first axis */
export interface AffineLayer {
  readonly kind: 'affine';
  readonly name: string;
  readonly input: number;
  readonly multipliers: Int32Array;
  readonly biases: Int32Array;
}

/** y = min(max(f(q), min), max) with q = ⌊z / 2^shift + 1/2⌋ and f(q) = max(q, 0) for `relu`, q for `identity`. */
export interface RequantiseLayer {
  readonly kind: 'requantise';
  readonly name: string;
  readonly input: number;
  readonly shift: number;
  readonly activation: 'relu' | 'identity';
  /** Clamp; min ≤ 0 ≤ max, so that zero padding stays zero. */
  readonly min: number;
  readonly max: number;
}

/** The greatest value in each window; positions beyond the image do not count. */
export interface MaxPoolLayer {
  readonly kind: 'max-pool';
  readonly name: string;
  readonly input: number;
  readonly window: Window;
}

/**
 * `averageDivisor` (layers/average-pool) times the mean of each window, an integer: the sum of the window where
 * padding counts, and otherwise that sum times a weight for each output.
 */
export interface AveragePoolLayer {
  readonly kind: 'average-pool';
  readonly name: string;
  readonly input: number;
  readonly window: Window;
  /** Whether positions beyond the image count as zeros, or not at all. */
  readonly countsPadding: boolean;
}

/** Σ_j multipliers[j]·x_j of tensors of one shape; a tensor may occur twice. */
export interface AddLayer {
  readonly kind: 'add';
  readonly name: string;
  readonly inputs: readonly number[];
  readonly multipliers: Int32Array;
}

/** Tensors after each other along the first axis; the other axes agree. */
export interface ConcatenateLayer {
  readonly kind: 'concatenate';
  readonly name: string;
  readonly inputs: readonly number[];
}

/** Renames the axes to a single one; the row-major data is unchanged. */
export interface FlattenLayer {
  readonly kind: 'flatten';
  readonly name: string;
  readonly input: number;
}

export type Layer =
  | LinearLayer
  | ConvolutionLayer
  | AffineLayer
  | RequantiseLayer
  | MaxPoolLayer
  | AveragePoolLayer
  | AddLayer
  | ConcatenateLayer
  | FlattenLayer;
export type LayerKind = Layer['kind'];

/** A network over the integers. */
export interface IntegerNetwork {
  readonly name: string;
  readonly input: InputSpec;
  readonly layers: readonly Layer[];
  /** At least one, no tensor twice, none of them the input; every tensor is read or given out. */
  readonly outputs: readonly OutputSpec[];
}

/** Returns the tensors that a layer reads, in order. */
export function inputsOf(layer: Layer): readonly number[] {
  return 'inputs' in layer ? layer.inputs : [layer.input];
}

/** Returns the number of values in a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
