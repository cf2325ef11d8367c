// Every kind of layer by its definition in network.ts, place by place with rational means: slow and obvious.

import type { AveragePoolLayer, Layer, Shape, Window } from '../../../src/network/model/network.ts';
import { forEachNonzero, type WeightMatrix } from '../../../src/sparse/weight-matrix.ts';

export interface Tensor {
  readonly shape: Shape;
  readonly values: readonly number[];
}

/** The dense entries of a matrix, row by row. */
export function dense(matrix: WeightMatrix): number[][] {
  const rows = Array.from({ length: matrix.rowCount }, () => new Array<number>(matrix.columnCount).fill(0));
  forEachNonzero(matrix, (row, column, weight) => {
    rows[row][column] = weight;
  });
  return rows;
}

/** The output of a layer. */
export function naive(layer: Layer, inputs: readonly Tensor[]): Tensor {
  const [input] = inputs as [Tensor];
  switch (layer.kind) {
    case 'linear': {
      const rows = dense(layer.weights);
      return { shape: [rows.length], values: rows.map((row) => sum(row.map((w, i) => w * input.values[i]))) };
    }
    case 'convolution': {
      const rows = dense(layer.weights);
      const [kernelRows, kernelColumns] = layer.window.kernel;
      return eachPlace(input, layer.window, rows.length, (at, o) => {
        const terms: number[] = [];
        for (let c = 0; c < input.shape[0]; c++) {
          for (let i = 0; i < kernelRows; i++) {
            for (let j = 0; j < kernelColumns; j++) {
              terms.push(rows[o][(c * kernelRows + i) * kernelColumns + j] * (at(c, i, j) ?? 0));
            }
          }
        }
        return sum(terms);
      });
    }
    case 'affine': {
      const each = input.values.length / input.shape[0];
      const channel = (i: number): number => Math.floor(i / each);
      const values = input.values.map((x, i) => layer.multipliers[channel(i)] * x + layer.biases[channel(i)]);
      return { shape: input.shape, values };
    }
    case 'requantise': {
      const values = input.values.map((z) => {
        const q = Number(roundedShift(BigInt(z), BigInt(layer.shift)));
        return Math.min(Math.max(layer.activation === 'relu' && q < 0 ? 0 : q, layer.min), layer.max);
      });
      return { shape: input.shape, values };
    }
    case 'max-pool':
      return eachPlace(input, layer.window, input.shape[0], (at, c) => Math.max(...windowAt(at, c, layer.window).true));
    case 'average-pool': {
      const divisor = divisorOf(layer, input.shape);
      return eachPlace(input, layer.window, input.shape[0], (at, c) => {
        const { true: inside, all } = windowAt(at, c, layer.window);
        return (divisor * sum(inside)) / (layer.countsPadding ? all : inside.length);
      });
    }
    case 'add': {
      const values = input.values.map((_, i) => sum(inputs.map((x, j) => layer.multipliers[j] * x.values[i])));
      return { shape: input.shape, values };
    }
    case 'concatenate': {
      const channels = sum(inputs.map(({ shape }) => shape[0]));
      return { shape: [channels, ...input.shape.slice(1)], values: inputs.flatMap(({ values }) => [...values]) };
    }
    case 'flatten':
      return { shape: [input.values.length], values: input.values };
  }
}

/** The least integer that makes every mean of the pool whole: along one axis first, then along the other. */
export function divisorOf({ window, countsPadding }: AveragePoolLayer, shape: Shape): number {
  if (countsPadding) return window.kernel[0] * window.kernel[1];
  return ([0, 1] as const)
    .map((axis) => {
      const counts = Array.from({ length: placeCount(window, shape, axis) }, (_, p) => {
        const inside = Array.from({ length: window.kernel[axis] }, (_, k) => place(window, axis, p, k));
        return inside.filter((q) => q >= 0 && q < shape[axis + 1]).length;
      });
      let multiple = 1;
      while (counts.some((count) => multiple % count !== 0)) multiple++;
      return multiple;
    })
    .reduce((a, b) => a * b);
}

/** Returns the input value at position (i, j) of the kernel; undefined beyond the image. */
type At = (channel: number, i: number, j: number) => number | undefined;

function eachPlace(
  input: Tensor,
  window: Window,
  channels: number,
  value: (at: At, channel: number) => number,
): Tensor {
  const [, rows, columns] = input.shape as [number, number, number];
  const shape = [channels, placeCount(window, input.shape, 0), placeCount(window, input.shape, 1)] as const;
  const values: number[] = [];
  for (let channel = 0; channel < channels; channel++) {
    for (let p = 0; p < shape[1]; p++) {
      for (let q = 0; q < shape[2]; q++) {
        const at: At = (c, i, j) => {
          const [row, column] = [place(window, 0, p, i), place(window, 1, q, j)];
          const exists = row >= 0 && row < rows && column >= 0 && column < columns;
          return exists ? input.values[(c * rows + row) * columns + column] : undefined;
        };
        values.push(value(at, channel));
      }
    }
  }
  return { shape, values };
}

function windowAt(at: At, channel: number, { kernel }: Window): { readonly true: number[]; readonly all: number } {
  const all: (number | undefined)[] = [];
  for (let i = 0; i < kernel[0]; i++) for (let j = 0; j < kernel[1]; j++) all.push(at(channel, i, j));
  return { true: all.filter((value) => value !== undefined), all: all.length };
}

function place({ strides, dilations, padding }: Window, axis: 0 | 1, p: number, k: number): number {
  return strides[axis] * p + dilations[axis] * k - padding[axis];
}

/** Counts: windows are moved on until one reaches beyond the padding. */
function placeCount(window: Window, shape: Shape, axis: 0 | 1): number {
  const end = shape[axis + 1] + window.padding[axis + 2];
  let count = 0;
  while (place(window, axis, count, window.kernel[axis] - 1) < end) count++;
  return count;
}

/** ⌊z / 2^shift + 1/2⌋ over big integers. */
function roundedShift(z: bigint, shift: bigint): bigint {
  return (2n * z + (1n << shift)) >> (shift + 1n);
}

const sum = (terms: readonly number[]): number => terms.reduce((a, b) => a + b, 0);
