// An array read from a file: integers wherever all of the file's values are integers.

import { InputError } from '../errors.ts';

/**
 * An array read from a file, row-major.
 *
 * @example
 * ```ts
 * import type { DataArray } from 'ternary-gkr/onnx';
 *
 * // two samples of three values
 * const samples: DataArray = { shape: [2, 3], values: Int32Array.of(1, 2, 3, 4, 5, 6) };
 * ```
 */
export interface DataArray {
  readonly shape: readonly number[];
  /** Row-major. `Int32Array` whenever every value is a whole number of 32 bits, even if the file stores floats. */
  readonly values: Int32Array | Float32Array;
}

/** The most axes of a data set. */
export const MAX_RANK = 8;

/** Returns an error about a file: what, where, how to fix it. */
export function fileError(fileName: string, text: string): InputError {
  const printable = fileName.replace(/[^\x20-\x7e]/g, '?');
  return new InputError(`${printable || 'data'}: ${text}`);
}

/** Returns the number of values of a shape; shapes come from files, so the caller compares it with the data. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Returns the values of a file as a data array; `read` gives the i-th. */
export function collect(fileName: string, shape: readonly number[], read: (index: number) => number): DataArray {
  const count = sizeOf(shape);
  const integers = new Int32Array(count);
  let index = 0;
  for (; index < count; index++) {
    const value = read(index);
    integers[index] = value;
    if (integers[index] !== value) break;
  }
  if (index === count) return { shape, values: integers };
  const values = Float32Array.from({ length: count }, (_, i) => read(i));
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw fileError(fileName, `value ${bad} is not a finite number; clean the data`);
  return { shape, values };
}

/**
 * Returns the samples of a data set, one typed array each (views, no copies).
 *
 * @param shape - of one sample. The array's first axis counts samples and the others hold one each; a
 * single sample without that axis is taken as well. A sample has these axes in this order, axes of length 1 left out or
 * put in, or all of its values on one axis; for a shape of one axis it may have any
 * @throws InputError for an array with other axes: their product alone does not tell one image from another
 *
 * @example
 * ```ts
 * import { splitSamples } from 'ternary-gkr/onnx';
 *
 * const array = { shape: [2, 3], values: Float32Array.of(0.5, 2, 3, 4, 5, 6) };
 * console.log(splitSamples(array, [3], 'data.npy').length); // 2
 * ```
 */
export function splitSamples(
  array: DataArray,
  shape: readonly number[],
  fileName: string,
): (Int32Array | Float32Array)[] {
  const { values } = array;
  const length = sizeOf(shape);
  if (values.length === 0) throw fileError(fileName, 'holds no samples; give at least one');
  if (!hasAxes(array.shape, shape) && !hasAxes(array.shape.slice(1), shape)) {
    throw fileError(
      fileName,
      `an array of shape [${array.shape.join(', ')}] does not hold samples of shape [${shape.join(', ')}] ` +
        `(${length} values); ${adviceOnAxes(array.shape, shape)}`,
    );
  }
  return Array.from({ length: values.length / length }, (_, i) => values.subarray(i * length, (i + 1) * length));
}

/** Axes of length 1 change neither the values nor their order. */
const longAxes = (shape: readonly number[]): readonly number[] => shape.filter((length) => length !== 1);

/** Whether a tensor of these axes holds the values of the shape in its order. */
function hasAxes(axes: readonly number[], shape: readonly number[]): boolean {
  const [found, expected] = [longAxes(axes), longAxes(shape)];
  if (`${found}` === `${expected}`) return true;
  return sizeOf(axes) === sizeOf(shape) && (found.length <= 1 || expected.length <= 1);
}

/** Returns the advice for an array of other axes. */
function adviceOnAxes(axes: readonly number[], shape: readonly number[]): string {
  const expected = longAxes(shape);
  const isReordered = (found: readonly number[]): boolean =>
    `${[...longAxes(found)].sort((a, b) => a - b)}` === `${[...expected].sort((a, b) => a - b)}`;
  const counts = isReordered(axes) ? [] : axes.slice(0, 1);
  const found = longAxes(axes.slice(counts.length));
  if (!isReordered(found)) return 'give samples of this shape, or all values of a sample on one axis';
  const target = `transpose to [${[...counts, ...shape].join(', ')}]`;
  const [channels, rows, columns] = expected;
  return expected.length === 3 && `${found}` === `${[rows, columns, channels]}`
    ? `this looks like height × width × channels: ${target}`
    : `these axes stand in another order: ${target}`;
}

/**
 * The same, for a network that takes stored integers.
 *
 * @example
 * ```ts
 * import { splitIntegerSamples } from 'ternary-gkr/onnx';
 *
 * const array = { shape: [2, 3], values: Int32Array.of(1, 2, 3, 4, 5, 6) };
 * console.log(splitIntegerSamples(array, [3], 'data.npy')); // [ Int32Array(3) [ 1, 2, 3 ], Int32Array(3) [ 4, 5, 6 ] ]
 * ```
 */
export function splitIntegerSamples(array: DataArray, shape: readonly number[], fileName: string): Int32Array[] {
  if (!(array.values instanceof Int32Array)) {
    const at = array.values.findIndex((value) => value !== (value | 0));
    throw fileError(
      fileName,
      `value ${at} is ${array.values[at]}, not a whole number of 32 bits; store integers (pixels 0 to 255) and give their scale`,
    );
  }
  return splitSamples(array, shape, fileName) as Int32Array[];
}
