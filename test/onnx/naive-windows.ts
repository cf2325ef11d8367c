// A naive evaluation of windows over images, by the ONNX specification, and random cases for it.

import fc from 'fast-check';
import { expect } from 'vitest';
import { evaluateFloat, type FloatNetwork, readFloatNetwork } from '../../src/onnx/index.ts';
import { buildModel, type Parts } from './build.ts';
import { pseudoRandom } from './files.ts';

/** An image of one sample: channels, rows, columns, and the value at a place; 0 or nothing beyond it. */
export interface Image {
  readonly shape: readonly [number, number, number];
  readonly values: readonly number[];
}

export const at = ({ shape, values }: Image, channel: number, row: number, column: number): number | undefined =>
  row < 0 || column < 0 || row >= shape[1] || column >= shape[2]
    ? undefined
    : values[(channel * shape[1] + row) * shape[2] + column];

export function randomImage(seed: number, shape: readonly [number, number, number]): Image {
  const random = pseudoRandom(seed);
  return {
    shape,
    values: Array.from({ length: shape[0] * shape[1] * shape[2] }, () =>
      Math.fround(Math.round(8 * random.next().value - 4) / 2),
    ),
  };
}

export interface WindowCase {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** top, left, bottom, right */
  readonly pads: readonly [number, number, number, number];
}

export const windowCase = fc.record({
  kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  dilations: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pads: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)),
});
export const extents = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));

export const windowLists = ({ kernel, strides, dilations, pads }: WindowCase) => ({
  kernel_shape: kernel,
  strides,
  dilations,
  pads,
});

/** The output's length on one axis, by the specification; PyTorch's rule for windows that begin in the padding. */
export function outputLength(window: WindowCase, axis: 0 | 1, length: number, ceil = false): number {
  const extent = window.dilations[axis] * (window.kernel[axis] - 1) + 1;
  const room = (length + window.pads[axis] + window.pads[axis + 2]! - extent) / window.strides[axis];
  const count = (ceil ? Math.ceil(room) : Math.floor(room)) + 1;
  const startsInPadding = (count - 1) * window.strides[axis] >= length + window.pads[axis];
  return ceil && startsInPadding ? count - 1 : count;
}

/** Folds the places of every window: what is beyond the image comes as undefined. */
export function overWindows(
  image: Image,
  window: WindowCase,
  ceil: boolean,
  fold: (places: { value: number | undefined; isPadded: boolean }[]) => number,
): Image {
  const { strides, dilations, pads, kernel } = window;
  const [channels, rows, columns] = image.shape;
  const [outRows, outColumns] = [outputLength(window, 0, rows, ceil), outputLength(window, 1, columns, ceil)];
  const values: number[] = [];
  for (let channel = 0; channel < channels; channel++) {
    for (let p = 0; p < outRows; p++) {
      for (let q = 0; q < outColumns; q++) {
        const places: { value: number | undefined; isPadded: boolean }[] = [];
        for (let i = 0; i < kernel[0]; i++) {
          for (let j = 0; j < kernel[1]; j++) {
            const row = p * strides[0] + i * dilations[0] - pads[0];
            const column = q * strides[1] + j * dilations[1] - pads[1];
            const isPadded = row < rows + pads[2] && column < columns + pads[3];
            places.push({ value: at(image, channel, row, column), isPadded });
          }
        }
        values.push(fold(places));
      }
    }
  }
  return { shape: [channels, outRows, outColumns], values };
}

export const fits = (window: WindowCase, [rows, columns]: readonly [number, number]): boolean =>
  outputLength(window, 0, rows) > 0 && outputLength(window, 1, columns) > 0;

export const network = (parts: Parts): FloatNetwork => readFloatNetwork(buildModel(parts));

export function outputOf(float: FloatNetwork, image: Image): Image {
  const { tensor } = float.outputs[0]!;
  const values = evaluateFloat(float, image.values)[tensor]!;
  const shape = float.shapes[tensor]! as readonly number[] as Image['shape'];
  expect(values).toHaveLength(shape.reduce((a, b) => a * b, 1));
  return { shape, values: [...values] };
}

export function expectClose(found: Image, expected: Image): void {
  expect(found.shape).toEqual(expected.shape);
  for (const [i, value] of expected.values.entries()) expect(found.values[i]).toBeCloseTo(value, 6);
}

export const inputOf = (image: Image): Parts['input'] => [1, ...image.shape];
