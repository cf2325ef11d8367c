// A network over the real numbers, as read from an ONNX file: the form between the file's operators and the
// integer network. Tensors are those of one sample, flattened; tensor 0 is the input and layer i produces
// tensor i + 1 (as in network/network.ts). Weights are kept by their nonzeros, row by row.

import { UsageError } from '../errors.ts';
import type { Shape, Window } from '../network/network.ts';
import { nodeError } from './names.ts';

/** The nonzero entries of an outputs × inputs matrix: row o's stand in [ends[o − 1], ends[o]), by ascending column. */
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

/** u = W ∗ x + b; rows and columns of W as in network/network.ts, one bias for each output channel. */
export interface FloatConvolution {
  readonly kind: 'convolution';
  readonly name: string;
  readonly operator: string;
  readonly input: number;
  readonly weights: SparseRows;
  readonly bias: Float64Array;
  readonly window: Window;
}

/** u[o, …] = m[o]·x[o, …] + b[o]: a batch normalisation that no linear layer before it could take in. */
export interface FloatAffine {
  readonly kind: 'affine';
  readonly name: string;
  readonly operator: string;
  readonly input: number;
  readonly multipliers: Float64Array;
  readonly biases: Float64Array;
}

/** y = min(max(u, min), max): Relu is [0, ∞), Clip what it says, and runs of them are folded into one. */
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

/** The greatest value in each window; places beyond the image do not count. */
export interface FloatMaxPool {
  readonly kind: 'max-pool';
  readonly name: string;
  readonly operator: string;
  readonly input: number;
  readonly window: Window;
}

/** The mean of each window; places beyond the image count as zeros or not at all. */
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

/** A directed acyclic graph of layers, each after those that it reads; every tensor is read or given out. */
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

/**
 * Every tensor of the float network on one sample, in double precision: the input first, the output last.
 *
 * @param input - the real values that the network takes (already scaled), as many as its input has
 * @throws InputError where a value overflows, with the node's name
 */
export function evaluateFloat(network: FloatNetwork, input: ArrayLike<number>): Float64Array[] {
  const length = sizeOf(network.inputShape);
  if (input.length !== length) throw new UsageError(`the network takes ${length} values, not ${input.length}`);
  const tensors: Float64Array[] = [Float64Array.from(input)];
  for (const layer of network.layers) tensors.push(checkFinite(layer, applyLayer(layer, tensors[layer.input]!)));
  return tensors;
}

function applyLayer(layer: FloatLayer, input: Float64Array): Float64Array {
  switch (layer.kind) {
    case 'linear':
      return multiplyAdd(layer.weights, input, layer.bias);
    case 'clamp':
      return input.map((value) => Math.min(Math.max(value, layer.min), layer.max));
    case 'flatten':
      return input;
  }
}

/** The layer's output as it is, or an InputError where it overflows. */
export function checkFinite(layer: FloatLayer, output: Float64Array): Float64Array {
  if (output.every(Number.isFinite)) return output;
  throw nodeError(layer, 'its values overflow; check the weights and the scale of the input');
}

/** W·x + b */
export function multiplyAdd(weights: SparseRows, input: Float64Array, bias: Float64Array): Float64Array {
  const { rowCount, ends, columns, values } = weights;
  const output = new Float64Array(rowCount);
  for (let row = 0, k = 0; row < rowCount; row++) {
    let sum = bias[row]!;
    for (const end = ends[row]!; k < end; k++) sum += values[k]! * input[columns[k]!]!;
    output[row] = sum;
  }
  return output;
}

/** The index of the largest value, the first of equals: a classifier's label. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
