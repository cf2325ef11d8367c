// An integer network as data: a directed acyclic graph of layers over tensors of integers. An importer
// produces it, `compile` checks it and `evaluate` runs it. This file does not depend on proofs.
//
// Tensor 0 is the input; layer i produces tensor i + 1 and reads tensors of smaller index. A tensor has the shape
// [channels, rows, columns] or, after a flatten or a linear layer, [length]; its values are stored row-major.
// A layer of a network computes a = W·x (linear, convolution), z = m·a + b (affine), y = clamp(f(round(z / 2^shift)))
// (requantise), or moves, sums and compares values (pools, add, concatenate, flatten).

import type { WeightMatrix } from '../../sparse/weight-matrix.ts';

/**
 * Lengths of a tensor's axes, without the batch.
 *
 * @example
 * ```ts
 * import type { Shape } from 'ternary-gkr/network';
 *
 * // channels, rows, columns
 * const shape: Shape = [3, 32, 32];
 * ```
 */
export type Shape = readonly number[];

/**
 * The map from stored integers to the real numbers of the float network's input: real = stored · scale − mean.
 *
 * @example
 * ```ts
 * import type { InputSpec } from 'ternary-gkr/network';
 *
 * // an image of bytes, which stand for 0 to 1
 * const input: InputSpec = { shape: [1, 28, 28], min: 0, max: 255, scale: 1 / 255, mean: 0 };
 * ```
 */
export interface InputSpec {
  /** E.g. [1, 28, 28]; the tensor's length is its product. */
  readonly shape: Shape;
  /** Stored values lie in [min, max]; the overflow bounds assume it and verifiers check it. */
  readonly min: number;
  readonly max: number;
  readonly scale: number;
  readonly mean: number;
}

/**
 * A tensor that the network gives out; proofs do not cover its scale, the real number that the value 1 stands for.
 *
 * @example
 * ```ts
 * import type { OutputSpec } from 'ternary-gkr/network';
 *
 * // the tensor of the third layer; a unit of it stands for 0.02
 * const output: OutputSpec = { tensor: 3, scale: 0.02 };
 * ```
 */
export interface OutputSpec {
  readonly tensor: number;
  readonly scale: number;
}

/**
 * A window: output p reads the inputs stride·p + dilation·k − begin, 0 ≤ k < kernel, on each of the
 * two axes. Pairs are (rows, columns); padding is [top, left, bottom, right], as in ONNX.
 *
 * @example
 * ```ts
 * import type { Window } from 'ternary-gkr/network';
 *
 * const window: Window = { kernel: [3, 3], strides: [1, 1], dilations: [1, 1], padding: [1, 1, 1, 1] };
 * ```
 */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: readonly [number, number, number, number];
}

/**
 * a = W·x
 *
 * @example
 * ```ts
 * import type { LinearLayer } from 'ternary-gkr/network';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const layer: LinearLayer = { kind: 'linear', name: 'fc', input: 0, weights };
 * ```
 */
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
 *
 * @example
 * ```ts
 * import type { ConvolutionLayer, Window } from 'ternary-gkr/network';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const window: Window = { kernel: [3, 3], strides: [1, 1], dilations: [1, 1], padding: [1, 1, 1, 1] };
 * // one filter over one channel: rows are filters, columns are (channel, row, column)
 * const weights = ternaryFromDense([0, 1, 0, 1, -1, 1, 0, 1, 0], 1, 9);
 * const layer: ConvolutionLayer = { kind: 'convolution', name: 'conv', input: 0, weights, window };
 * ```
 */
export interface ConvolutionLayer {
  readonly kind: 'convolution';
  readonly name: string;
  readonly input: number;
  readonly weights: WeightMatrix;
  readonly window: Window;
}

/**
 * z[o, …] = m[o]·a[o, …] + b[o], o the first axis
 *
 * @example
 * ```ts
 * import type { AffineLayer } from 'ternary-gkr/network';
 *
 * // 3·x + 10 in the first channel, 4·x − 20 in the second
 * const layer: AffineLayer = {
 *   kind: 'affine',
 *   name: 'bn',
 *   input: 1,
 *   multipliers: Int32Array.of(3, 4),
 *   biases: Int32Array.of(10, -20),
 * };
 * ```
 */
export interface AffineLayer {
  readonly kind: 'affine';
  readonly name: string;
  readonly input: number;
  readonly multipliers: Int32Array;
  readonly biases: Int32Array;
}

/**
 * y = min(max(f(q), min), max) with q = ⌊z / 2^shift + 1/2⌋ and f(q) = max(q, 0) for `relu`, q for `identity`.
 *
 * @example
 * ```ts
 * import type { RequantiseLayer } from 'ternary-gkr/network';
 *
 * // round(x / 2^8), then relu, at most 255
 * const layer: RequantiseLayer = {
 *   kind: 'requantise',
 *   name: 'relu',
 *   input: 2,
 *   shift: 8,
 *   activation: 'relu',
 *   min: 0,
 *   max: 255,
 * };
 * ```
 */
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

/**
 * The greatest value in each window; positions beyond the image do not count.
 *
 * @example
 * ```ts
 * import type { MaxPoolLayer, Window } from 'ternary-gkr/network';
 *
 * const window: Window = { kernel: [2, 2], strides: [2, 2], dilations: [1, 1], padding: [0, 0, 0, 0] };
 * const layer: MaxPoolLayer = { kind: 'max-pool', name: 'pool', input: 1, window };
 * ```
 */
export interface MaxPoolLayer {
  readonly kind: 'max-pool';
  readonly name: string;
  readonly input: number;
  readonly window: Window;
}

/**
 * `averageDivisor` (layers/average-pool) times the mean of each window, an integer: the sum of the window where
 * padding counts, and otherwise that sum times a weight for each output.
 *
 * @example
 * ```ts
 * import type { AveragePoolLayer, Window } from 'ternary-gkr/network';
 *
 * const window: Window = { kernel: [2, 2], strides: [2, 2], dilations: [1, 1], padding: [0, 0, 0, 0] };
 * const layer: AveragePoolLayer = { kind: 'average-pool', name: 'pool', input: 1, window, countsPadding: true };
 * ```
 */
export interface AveragePoolLayer {
  readonly kind: 'average-pool';
  readonly name: string;
  readonly input: number;
  readonly window: Window;
  /** Whether positions beyond the image count as zeros, or not at all. */
  readonly countsPadding: boolean;
}

/**
 * Σ_j multipliers[j]·x_j of tensors of one shape; a tensor may occur twice.
 *
 * @example
 * ```ts
 * import type { AddLayer } from 'ternary-gkr/network';
 *
 * // tensor 1 + 2·(tensor 2)
 * const layer: AddLayer = { kind: 'add', name: 'skip', inputs: [1, 2], multipliers: Int32Array.of(1, 2) };
 * ```
 */
export interface AddLayer {
  readonly kind: 'add';
  readonly name: string;
  readonly inputs: readonly number[];
  readonly multipliers: Int32Array;
}

/**
 * Tensors after each other along the first axis; the other axes agree.
 *
 * @example
 * ```ts
 * import type { ConcatenateLayer } from 'ternary-gkr/network';
 *
 * // along the first axis
 * const layer: ConcatenateLayer = { kind: 'concatenate', name: 'join', inputs: [1, 2] };
 * ```
 */
export interface ConcatenateLayer {
  readonly kind: 'concatenate';
  readonly name: string;
  readonly inputs: readonly number[];
}

/**
 * Renames the axes to a single one; the row-major data is unchanged.
 *
 * @example
 * ```ts
 * import type { FlattenLayer } from 'ternary-gkr/network';
 *
 * const layer: FlattenLayer = { kind: 'flatten', name: 'flat', input: 1 };
 * ```
 */
export interface FlattenLayer {
  readonly kind: 'flatten';
  readonly name: string;
  readonly input: number;
}

/**
 * A layer of an integer network: reads earlier tensors by their indices, and produces one.
 *
 * @example
 * ```ts
 * import type { Layer } from 'ternary-gkr/network';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const layers: Layer[] = [
 *   { kind: 'flatten', name: 'flat', input: 0 },
 *   { kind: 'linear', name: 'fc', input: 1, weights: ternaryFromDense([1, -1, 0, 1], 2, 2) },
 * ];
 * ```
 */
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
/**
 * The kind of a layer, which tells its fields.
 *
 * @example
 * ```ts
 * import type { LayerKind } from 'ternary-gkr/network';
 *
 * const kinds: LayerKind[] = ['linear', 'requantise', 'linear'];
 * ```
 */
export type LayerKind = Layer['kind'];

/**
 * A network over the integers.
 *
 * @example
 * ```ts
 * import { evaluate, type IntegerNetwork } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * console.log(evaluate(network, [5, 3]).at(-1)); // Int32Array(2) [ 2, 3 ]
 * ```
 */
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
