// A network over the real numbers, as read from an ONNX file: the form between the file's operators and the
// integer network. Tensors are those of one sample, flattened; tensor 0 is the input and layer i produces
// tensor i + 1 (as in network/model/network.ts). Weights are kept by their nonzeros, row by row.

import type { Shape, Window } from '../network/model/network.ts';

/**
 * The nonzero entries of an outputs × inputs matrix: row o's stand in [ends[o − 1], ends[o]), by ascending column.
 *
 * @example
 * ```ts
 * import type { SparseRows } from 'ternary-gkr/onnx';
 *
 * // the rows (0.5, 0) and (0, −1)
 * const rows: SparseRows = {
 *   rowCount: 2,
 *   columnCount: 2,
 *   ends: Uint32Array.of(1, 2),
 *   columns: Uint32Array.of(0, 1),
 *   values: Float32Array.of(0.5, -1),
 * };
 * ```
 */
export interface SparseRows {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly ends: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float32Array | Float64Array;
}

/** u = W·x + b */
export interface FloatLinear {
  readonly kind: 'linear';
  readonly name: string;
  readonly operator: string;
  readonly input: number;
  readonly weights: SparseRows;
  readonly bias: Float64Array;
}

/** u = W ∗ x + b; rows and columns of W as in network/model/network.ts, one bias for each output channel. */
export interface FloatConvolution {
  readonly kind: 'convolution';
  readonly name: string;
  readonly operator: string;
  readonly input: number;
  readonly weights: SparseRows;
  readonly bias: Float64Array;
  readonly window: Window;
}

/** u[o, …] = m[o]·x[o, …] + b[o]: a batch normalisation that could not be folded into a linear layer before it. */
export interface FloatAffine {
  readonly kind: 'affine';
  readonly name: string;
  readonly operator: string;
  readonly input: number;
  readonly multipliers: Float64Array;
  readonly biases: Float64Array;
}

/** y = min(max(u, min), max): Relu is [0, ∞), Clip has its own bounds, and runs of them are folded into one. */
export interface FloatClamp {
  readonly kind: 'clamp';
  readonly name: string;
  readonly operator: string;
  readonly input: number;
  readonly min: number;
  readonly max: number;
}

/** y = step·min(max(round(u / step), min), max), a pair of QuantizeLinear and DequantizeLinear; ties to even. */
export interface FloatRound {
  readonly kind: 'round';
  readonly name: string;
  readonly operator: string;
  readonly input: number;
  readonly step: number;
  readonly min: number;
  readonly max: number;
}

/** The greatest value in each window; positions beyond the image do not count. */
export interface FloatMaxPool {
  readonly kind: 'max-pool';
  readonly name: string;
  readonly operator: string;
  readonly input: number;
  readonly window: Window;
}

/** The mean of each window; positions beyond the image count as zeros or not at all. */
export interface FloatAveragePool {
  readonly kind: 'average-pool';
  readonly name: string;
  readonly operator: string;
  readonly input: number;
  readonly window: Window;
  readonly countsPadding: boolean;
}

/** The sum of tensors of one shape. */
export interface FloatAdd {
  readonly kind: 'add';
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly number[];
}

/** Tensors after each other along the first axis. */
export interface FloatConcatenate {
  readonly kind: 'concatenate';
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly number[];
}

/** Renames the axes; the row-major data is unchanged. */
export interface FloatFlatten {
  readonly kind: 'flatten';
  readonly name: string;
  readonly operator: string;
  readonly input: number;
}

/**
 * A layer of a float network.
 *
 * @example
 * ```ts
 * import type { FloatLayer } from 'ternary-gkr/onnx';
 *
 * const line = ({ operator, name }: FloatLayer): string => `${operator} ${name}`;
 * ```
 */
export type FloatLayer =
  | FloatLinear
  | FloatConvolution
  | FloatAffine
  | FloatClamp
  | FloatRound
  | FloatMaxPool
  | FloatAveragePool
  | FloatAdd
  | FloatConcatenate
  | FloatFlatten;

/**
 * A directed acyclic graph of layers, each after those that it reads; every tensor is read or given out.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { type FloatNetwork, readFloatNetwork } from 'ternary-gkr/onnx';
 *
 * const network: FloatNetwork = readFloatNetwork(readFileSync('examples/mlp-small.onnx'), 'mlp-small.onnx');
 * console.log(network.inputShape); // [ 784 ]
 * ```
 */
export interface FloatNetwork {
  readonly name: string;
  /** Shape of one sample, without the batch axis. */
  readonly inputShape: Shape;
  readonly layers: readonly FloatLayer[];
  /** The shape of each tensor, [channels, rows, columns] or [length]; tensor 0 is the input. */
  readonly shapes: readonly Shape[];
  /** The tensors that the network gives out, with the names that the file gives them. */
  readonly outputs: readonly { readonly name: string; readonly tensor: number }[];
}

/** The number of values in a tensor of this shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** The tensors that a layer reads, in order. */
export function inputsOfFloat(layer: FloatLayer): readonly number[] {
  return 'inputs' in layer ? layer.inputs : [layer.input];
}

/** Returns the nearest integer, the even one of two. */
export function roundToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/**
 * Returns the index of the largest value, the first of equals: a classifier's label.
 *
 * @example
 * ```ts
 * import { argmax } from 'ternary-gkr/onnx';
 *
 * console.log(argmax([0.1, 0.7, 0.2])); // 1
 * ```
 */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
