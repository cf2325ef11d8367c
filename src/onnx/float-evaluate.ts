// A float network on one sample, in double precision. A convolution runs over its nonzero weights: each adds one
// contiguous run of a padded image to one output channel. For that the input is split by phase: with stride s the
// positions a, a + s, a + 2s, … of an axis make an image of their own, on which the stride is 1.

import { concatenate } from '../bytes.ts';
import { UsageError } from '../errors.ts';
import type { Shape, Window } from '../network/model/network.ts';
import {
  type FloatAveragePool,
  type FloatClamp,
  type FloatConvolution,
  type FloatLayer,
  type FloatMaxPool,
  type FloatNetwork,
  type FloatRound,
  inputsOfFloat,
  roundToEven,
  type SparseRows,
  sizeOf,
} from './float-network.ts';
import { nodeError } from './names.ts';

/**
 * Returns every tensor of the float network on one sample, in double precision, by index: the input first.
 *
 * @param input - the real input values (already scaled), as many as the network takes
 * @throws InputError where a value overflows, with the node's name
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { argmax, evaluateFloat, readFloatNetwork } from 'ternary-gkr/onnx';
 *
 * const network = readFloatNetwork(readFileSync('examples/mlp-small.onnx'), 'mlp-small.onnx');
 * const values = evaluateFloat(network, new Float32Array(784));
 * console.log(argmax(values[values.length - 1]) < 10); // true
 * ```
 */
export function evaluateFloat(network: FloatNetwork, input: ArrayLike<number>): Float64Array[] {
  const length = sizeOf(network.inputShape);
  if (input.length !== length) throw new UsageError(`the network takes ${length} values, not ${input.length}`);
  const tensors: Float64Array[] = [Float64Array.from(input)];
  for (const [index, layer] of network.layers.entries()) {
    const inputs = inputsOfFloat(layer).map((tensor) => tensors[tensor]);
    tensors.push(evaluateFloatLayer(network, index, inputs));
  }
  return tensors;
}

/**
 * Returns the output of one layer.
 *
 * @param index - index of the layer in `network.layers`
 * @param inputs - the tensors that it reads, in the order in which it names them
 * @throws InputError where a value overflows, with the node's name
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { evaluateFloatLayer, readFloatNetwork } from 'ternary-gkr/onnx';
 *
 * const network = readFloatNetwork(readFileSync('examples/mlp-small.onnx'), 'mlp-small.onnx');
 * const [first] = network.layers;
 * console.log(first.kind, evaluateFloatLayer(network, 0, [new Float64Array(784)]).length); // linear 128
 * ```
 */
export function evaluateFloatLayer(
  network: FloatNetwork,
  index: number,
  inputs: readonly Float64Array[],
): Float64Array {
  const layer = network.layers[index];
  const [from] = inputsOfFloat(layer);
  return checkFinite(layer, applyLayer(layer, inputs, network.shapes[from], network.shapes[index + 1]));
}

function applyLayer(layer: FloatLayer, inputs: readonly Float64Array[], from: Shape, to: Shape): Float64Array {
  const [input] = inputs;
  switch (layer.kind) {
    case 'linear':
      return multiplyAdd(layer.weights, input, layer.bias);
    case 'convolution':
      return convolve(layer, input, from, to);
    case 'affine':
      return scaleAndShift(layer.multipliers, layer.biases, input);
    case 'clamp':
      return clampAll(layer, input);
    case 'round':
      return roundAll(layer, input);
    case 'max-pool':
      return maxPool(layer, input, from, to);
    case 'average-pool':
      return averagePool(layer, input, from, to);
    case 'add':
      return addAll(inputs);
    case 'concatenate':
      return concatenate(Float64Array, inputs);
    case 'flatten':
      return input;
  }
}

/** Returns the layer's output as it is. @throws InputError where it overflows */
export function checkFinite(layer: FloatLayer, output: Float64Array): Float64Array {
  let sum = 0;
  for (let i = 0; i < output.length; i++) sum += output[i] - output[i]; // NaN from infinities on
  if (sum === 0) return output;
  throw nodeError(layer, 'its values overflow; check the weights and the scale of the input');
}

/** Returns W·x + b. */
export function multiplyAdd(weights: SparseRows, input: Float64Array, bias: Float64Array): Float64Array {
  const { rowCount, ends, columns, values } = weights;
  const output = new Float64Array(rowCount);
  for (let row = 0, k = 0; row < rowCount; row++) {
    let sum = bias[row];
    for (const end = ends[row]; k < end; k++) sum += values[k] * input[columns[k]];
    output[row] = sum;
  }
  return output;
}

/** One axis of a convolution: the start of the run of each kernel position, in the phases of the padded axis. */
interface PhasedAxis {
  /** The phases that the kernel touches: remainders of padded positions by the stride. */
  readonly phases: readonly number[];
  /** Length of each phase. */
  readonly length: number;
  /** For each kernel position, the index of its phase, and the offset in it at which its run begins. */
  readonly phase: readonly number[];
  readonly shift: readonly number[];
}

function phaseAxis(kernel: number, stride: number, dilation: number, outputs: number): PhasedAxis {
  const places = Array.from({ length: kernel }, (_, k) => k * dilation);
  const shift = places.map((place) => Math.floor(place / stride));
  const indices = new Map<number, number>();
  const phase = places.map((place) => {
    const index = indices.get(place % stride) ?? indices.size;
    indices.set(place % stride, index);
    return index;
  });
  return { phases: [...indices.keys()], length: outputs + shift[kernel - 1], phase, shift };
}

/** Returns W ∗ x + b: each nonzero adds a run of rows, padding between them included, to its output channel. */
function convolve(
  { weights, bias, window }: FloatConvolution,
  input: Float64Array,
  from: Shape,
  to: Shape,
): Float64Array {
  const [channels, rowCount, columnCount] = from;
  const [outputs, outputRows, outputColumns] = to;
  const [kernelRows, kernelColumns] = window.kernel;
  const down = phaseAxis(kernelRows, window.strides[0], window.dilations[0], outputRows);
  const across = phaseAxis(kernelColumns, window.strides[1], window.dilations[1], outputColumns);
  const plane = down.length * across.length;
  const phased = new Float64Array(channels * down.phases.length * across.phases.length * plane);
  const [strideRows, strideColumns] = window.strides;
  const [top, left] = window.padding;
  for (let channel = 0, at = 0; channel < channels; channel++) {
    for (const rowPhase of down.phases) {
      for (const columnPhase of across.phases) {
        for (let i = 0; i < down.length; i++) {
          const row = rowPhase + strideRows * i - top;
          const isInside = row >= 0 && row < rowCount;
          const start = (channel * rowCount + row) * columnCount;
          for (let j = 0, column = columnPhase - left; j < across.length; j++, at++, column += strideColumns) {
            if (isInside && column >= 0 && column < columnCount) phased[at] = input[start + column];
          }
        }
      }
    }
  }

  // The beginning of the run of each column of W.
  const starts = new Uint32Array(weights.columnCount);
  for (let channel = 0, column = 0; channel < channels; channel++) {
    for (let kRow = 0; kRow < kernelRows; kRow++) {
      for (let kColumn = 0; kColumn < kernelColumns; kColumn++) {
        const image = (channel * down.phases.length + down.phase[kRow]) * across.phases.length + across.phase[kColumn];
        starts[column++] = image * plane + down.shift[kRow] * across.length + across.shift[kColumn];
      }
    }
  }

  const run = (outputRows - 1) * across.length + outputColumns;
  const sums = new Float64Array(run);
  const output = new Float64Array(outputs * outputRows * outputColumns);
  for (let channel = 0, at = 0; channel < outputs; channel++) {
    sums.fill(bias[channel]);
    addRuns(weights, channel, phased, starts, sums);
    for (let row = 0; row < outputRows; row++) {
      const start = row * across.length;
      for (let column = 0; column < outputColumns; column++) output[at++] = sums[start + column];
    }
  }
  return output;
}

/** Computes sums[i] += Σ_c W[row, c]·source[starts[c] + i], four weights at a time. */
function addRuns(
  { ends, columns, values }: SparseRows,
  row: number,
  source: Float64Array,
  starts: Uint32Array,
  sums: Float64Array,
): void {
  const run = sums.length;
  let k = row === 0 ? 0 : ends[row - 1];
  const end = ends[row];
  for (; k + 4 <= end; k += 4) {
    const [v0, v1, v2, v3] = [values[k], values[k + 1], values[k + 2], values[k + 3]];
    const s0 = starts[columns[k]];
    const s1 = starts[columns[k + 1]];
    const s2 = starts[columns[k + 2]];
    const s3 = starts[columns[k + 3]];
    for (let i = 0; i < run; i++) {
      sums[i] += v0 * source[s0 + i] + v1 * source[s1 + i] + (v2 * source[s2 + i] + v3 * source[s3 + i]);
    }
  }
  for (; k < end; k++) {
    const value = values[k];
    const start = starts[columns[k]];
    for (let i = 0; i < run; i++) sums[i] += value * source[start + i];
  }
}

function scaleAndShift(multipliers: Float64Array, biases: Float64Array, input: Float64Array): Float64Array {
  const block = input.length / multipliers.length;
  const output = new Float64Array(input.length);
  for (let channel = 0, i = 0; channel < multipliers.length; channel++) {
    for (const end = i + block; i < end; i++) output[i] = multipliers[channel] * input[i] + biases[channel];
  }
  return output;
}

function clampAll({ min, max }: FloatClamp, input: Float64Array): Float64Array {
  const output = new Float64Array(input.length);
  for (let i = 0; i < output.length; i++) {
    const value = input[i];
    output[i] = value < min ? min : value > max ? max : value;
  }
  return output;
}

function roundAll({ step, min, max }: FloatRound, input: Float64Array): Float64Array {
  return input.map((value) => step * Math.min(Math.max(roundToEven(value / step), min), max));
}

/** Returns the positions inside the image of each window of one axis, by output. Negative ones wrap beyond the end. */
function truePlaces(window: Window, axis: 0 | 1, length: number, outputs: number): readonly Uint32Array[] {
  const [kernel, stride, dilation, begin] = [
    window.kernel[axis],
    window.strides[axis],
    window.dilations[axis],
    window.padding[axis],
  ];
  return Array.from({ length: outputs }, (_, p) =>
    Uint32Array.from({ length: kernel }, (_, k) => stride * p + dilation * k - begin).filter((place) => place < length),
  );
}

function maxPool({ window }: FloatMaxPool, input: Float64Array, from: Shape, to: Shape): Float64Array {
  const rows = truePlaces(window, 0, from[1], to[1]);
  const columns = truePlaces(window, 1, from[2], to[2]);
  const output = new Float64Array(sizeOf(to));
  for (let channel = 0, at = 0; channel < to[0]; channel++) {
    for (const windowRows of rows) {
      for (const windowColumns of columns) {
        let best = Number.NEGATIVE_INFINITY;
        for (const row of windowRows) {
          const start = (channel * from[1] + row) * from[2];
          for (const column of windowColumns) if (input[start + column] > best) best = input[start + column];
        }
        output[at++] = best;
      }
    }
  }
  return output;
}

function averagePool(layer: FloatAveragePool, input: Float64Array, from: Shape, to: Shape): Float64Array {
  const { window, countsPadding } = layer;
  const rows = truePlaces(window, 0, from[1], to[1]);
  const columns = truePlaces(window, 1, from[2], to[2]);
  const output = new Float64Array(sizeOf(to));
  for (let channel = 0, at = 0; channel < to[0]; channel++) {
    for (const windowRows of rows) {
      for (const windowColumns of columns) {
        let sum = 0;
        for (const row of windowRows) {
          const start = (channel * from[1] + row) * from[2];
          for (const column of windowColumns) sum += input[start + column];
        }
        const count = countsPadding ? window.kernel[0] * window.kernel[1] : windowRows.length * windowColumns.length;
        output[at++] = sum / count;
      }
    }
  }
  return output;
}

function addAll([first, ...others]: readonly Float64Array[]): Float64Array {
  const sum = first.slice();
  for (const other of others) for (let i = 0; i < sum.length; i++) sum[i] += other[i];
  return sum;
}
