// Reduces the number of float layers: drops layers that no output needs and layers that change nothing, and folds
// scales, biases and clamps into the layer before them where no other layer reads that one.
//
//     m·(W·x + b) + c = (m·W)·x + (m·b + c)        clamp(clamp(x)) = clamp(x)

import type { Shape } from '../network/model/network.ts';
import { type FloatAffine, type FloatLayer, inputsOfFloat, type SparseRows } from './float-network.ts';

export interface Layers {
  readonly layers: readonly FloatLayer[];
  /** The shape of each tensor, the input first. */
  readonly shapes: readonly Shape[];
  /** Tensors that are given out. */
  readonly outputs: readonly number[];
}

/** Returns an equal network with as few layers as possible; tensors are numbered anew. */
export function foldLayers({ layers, shapes, outputs }: Layers): Layers {
  const readers = countReaders(layers, outputs);
  const kept: FloatLayer[] = [];
  const keptShapes: Shape[] = [shapes[0]];
  // By tensor of the result: its readers, except those folded into it; and the new number of each old tensor.
  const keptReaders = [readers[0]];
  const numbers = new Uint32Array(shapes.length);
  for (const [index, old] of layers.entries()) {
    const count = readers[index + 1];
    if (count === 0) continue;
    const layer = renumber(old, numbers);
    const [input] = inputsOfFloat(layer);
    if (isIdle(layer)) {
      keptReaders[input] += count - 1;
      numbers[index + 1] = input;
      continue;
    }
    const folded = keptReaders[input] === 1 && input > 0 ? fold(kept[input - 1], layer) : undefined;
    if (folded !== undefined) {
      kept[input - 1] = folded;
      keptReaders[input] = count;
      numbers[index + 1] = input;
      continue;
    }
    kept.push(layer);
    keptShapes.push(shapes[index + 1]);
    keptReaders.push(count);
    numbers[index + 1] = kept.length;
  }
  return { layers: kept, shapes: keptShapes, outputs: outputs.map((tensor) => numbers[tensor]) };
}

/** Returns how often each tensor is read or given out on the way to the outputs; 0 for those that are not needed. */
function countReaders(layers: readonly FloatLayer[], outputs: readonly number[]): Uint32Array {
  const readers = new Uint32Array(layers.length + 1);
  for (const tensor of outputs) readers[tensor]++;
  for (let index = layers.length - 1; index >= 0; index--) {
    if (readers[index + 1] === 0) continue;
    for (const input of inputsOfFloat(layers[index])) readers[input]++;
  }
  return readers;
}

function renumber(layer: FloatLayer, numbers: Uint32Array): FloatLayer {
  if ('inputs' in layer) return { ...layer, inputs: layer.inputs.map((tensor) => numbers[tensor]) };
  return { ...layer, input: numbers[layer.input] };
}

function isIdle(layer: FloatLayer): boolean {
  if (layer.kind === 'clamp') return layer.min === Number.NEGATIVE_INFINITY && layer.max === Number.POSITIVE_INFINITY;
  if (layer.kind !== 'affine') return false;
  return layer.multipliers.every((m) => m === 1) && layer.biases.every((b) => b === 0);
}

/** Returns `before` and `layer` as one layer, named as the first; undefined if they cannot be folded. */
function fold(before: FloatLayer, layer: FloatLayer): FloatLayer | undefined {
  if (layer.kind === 'clamp' && before.kind === 'clamp') {
    const within = (bound: number): number => Math.min(Math.max(bound, layer.min), layer.max);
    return { ...before, min: within(before.min), max: within(before.max) };
  }
  if (layer.kind !== 'affine') return undefined;
  switch (before.kind) {
    case 'linear':
    case 'convolution':
      return { ...before, weights: scaleRows(before.weights, layer.multipliers), bias: shift(before.bias, layer) };
    case 'affine':
      return {
        ...before,
        multipliers: before.multipliers.map((m, i) => m * layer.multipliers[i]),
        biases: shift(before.biases, layer),
      };
    default:
      return undefined;
  }
}

const shift = (biases: Float64Array, { multipliers, biases: added }: FloatAffine): Float64Array =>
  biases.map((bias, i) => multipliers[i] * bias + added[i]);

/** Multiplies row o by m[o]; entries that become zero are left out. */
function scaleRows(weights: SparseRows, multipliers: Float64Array): SparseRows {
  if (multipliers.every((m) => m === 1)) return weights;
  const { rowCount, ends } = weights;
  const columns = new Uint32Array(weights.columns.length);
  const values = new Float64Array(weights.values.length);
  const newEnds = new Uint32Array(rowCount);
  let count = 0;
  for (let row = 0, k = 0; row < rowCount; row++) {
    for (; k < ends[row]; k++) {
      const value = weights.values[k] * multipliers[row];
      if (value === 0) continue;
      columns[count] = weights.columns[k];
      values[count++] = value;
    }
    newEnds[row] = count;
  }
  return { ...weights, ends: newEnds, columns: columns.subarray(0, count), values: values.subarray(0, count) };
}
