// The geometry of windows along each axis: output p reads the inputs stride·p + dilation·k − before, 0 ≤ k < kernel,
// that exist. It serves convolutions and both kinds of pools.

import { InputError } from '../../../errors.ts';
import type { Shape, Window } from '../network.ts';

/** The largest extent of a kernel, a stride, a dilation or a padding along one axis. */
export const MAX_WINDOW_EXTENT = 2 ** 12;

/** Larger divisors of means are rejected: their sums overflow. */
export const MAX_DIVISOR = 2 ** 31;

/** A window along one axis. */
export interface WindowAxis {
  readonly inputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** Returns the axes (rows, columns) of a window on images of this size. */
export function windowAxes(window: Window, rows: number, columns: number): readonly [WindowAxis, WindowAxis] {
  const { kernel, strides, dilations, padding } = window;
  const axis = (index: 0 | 1, inputs: number): WindowAxis => ({
    inputs,
    kernel: kernel[index],
    stride: strides[index],
    dilation: dilations[index],
    before: padding[index],
    after: padding[index + 2],
  });
  return [axis(0, rows), axis(1, columns)];
}

/** Returns the number of outputs; less than one where the window is larger than the padded image. */
export function placesOf({ inputs, kernel, stride, dilation, before, after }: WindowAxis): number {
  return Math.floor((inputs + before + after - dilation * (kernel - 1) - 1) / stride) + 1;
}

/** Returns the k whose inputs exist at output p: start ≤ k < end. */
export function coveredAt(
  { inputs, kernel, stride, dilation, before }: WindowAxis,
  p: number,
): { readonly start: number; readonly end: number } {
  const first = stride * p - before;
  const start = Math.min(Math.max(Math.ceil(-first / dilation), 0), kernel);
  const end = Math.min(Math.floor((inputs - 1 - first) / dilation) + 1, kernel);
  return { start, end: Math.max(end, start) };
}

/** Returns the p at which the input of k exists: start ≤ p < end; the input at p is first + stride·p. */
function placesAt(
  axis: WindowAxis,
  k: number,
): { readonly start: number; readonly end: number; readonly first: number } {
  const { inputs, stride, dilation, before } = axis;
  const first = dilation * k - before;
  const start = Math.max(Math.ceil(-first / stride), 0);
  const end = Math.min(Math.floor((inputs - 1 - first) / stride) + 1, placesOf(axis));
  return { start, end: Math.max(end, start), first };
}

/**
 * Visits the inputs that windows read, kernel position by kernel position, in runs along the columns: `count` inputs
 * from index `from` on, `step` apart, belong to as many outputs from index `to` on. Images of `channels` are row-major.
 */
export function forEachRun(
  [rows, columns]: readonly [WindowAxis, WindowAxis],
  channels: number,
  visit: (from: number, to: number, count: number, step: number) => void,
): void {
  const [places, width] = [placesOf(rows), placesOf(columns)];
  const down = Array.from({ length: rows.kernel }, (_, k) => placesAt(rows, k));
  const across = Array.from({ length: columns.kernel }, (_, k) => placesAt(columns, k));
  for (let channel = 0; channel < channels; channel++) {
    for (const row of down) {
      for (let p = row.start; p < row.end; p++) {
        const from = (channel * rows.inputs + row.first + rows.stride * p) * columns.inputs;
        const to = (channel * places + p) * width;
        for (const { start, end, first } of across) {
          visit(from + first + columns.stride * start, to + start, end - start, columns.stride);
        }
      }
    }
  }
}

/** Returns the number of existing inputs that each output reads. */
export function coveredCounts(axis: WindowAxis): Float64Array {
  return Float64Array.from({ length: placesOf(axis) }, (_, p) => {
    const { start, end } = coveredAt(axis, p);
    return end - start;
  });
}

/**
 * Returns integer weights of the outputs along one axis, so that weight times sum is `divisor` times the mean: 1 where
 * padding counts; otherwise the least common multiple of all counts divided by the output's own count.
 */
export function averageWeights(
  axis: WindowAxis,
  countsPadding: boolean,
): { readonly divisor: number; readonly weights: Float64Array } {
  const counts = coveredCounts(axis);
  if (countsPadding) return { divisor: axis.kernel, weights: counts.fill(1) };
  const divisor = [...new Set(counts)].reduce(leastCommonMultiple, 1);
  return { divisor, weights: counts.map((count) => divisor / count) };
}

/**
 * Returns the axes of a window on a tensor, after checking that it is an image and that the window fits on it.
 *
 * @throws InputError that names the layer
 */
export function checkedAxes(name: string, window: Window, shape: Shape): readonly [WindowAxis, WindowAxis] {
  checkWindow(name, window);
  if (shape.length !== 3) {
    throw new InputError(
      `layer ${name}: its input has the shape [${shape.join(', ')}]; a window needs [channels, rows, columns]`,
    );
  }
  const axes = windowAxes(window, shape[1], shape[2]);
  axes.forEach((axis, index) => {
    if (placesOf(axis) >= 1) return;
    const { inputs, kernel, dilation, before, after } = axis;
    throw new InputError(
      `layer ${name}: its window spans ${dilation * (kernel - 1) + 1} ${index === 0 ? 'rows' : 'columns'}, the image ` +
        `with padding has ${inputs + before + after}; use a smaller kernel or more padding`,
    );
  });
  return axes;
}

/**
 * Returns the same for a pool, each of whose windows must read an input that exists.
 *
 * @throws InputError that names the layer
 */
export function checkedPoolAxes(name: string, window: Window, shape: Shape): readonly [WindowAxis, WindowAxis] {
  const axes = checkedAxes(name, window, shape);
  axes.forEach((axis, index) => {
    for (let p = 0, places = placesOf(axis); p < places; p++) {
      const { start, end } = coveredAt(axis, p);
      if (start < end) continue;
      throw new InputError(
        `layer ${name}: window ${p} along the ${index === 0 ? 'rows' : 'columns'} covers nothing but padding; pad less`,
      );
    }
  });
  return axes;
}

function checkWindow(name: string, { kernel, strides, dilations, padding }: Window): void {
  const check = (field: string, extents: readonly number[], least: number): void => {
    const wrong = extents.find((extent) => !Number.isInteger(extent) || extent < least || extent > MAX_WINDOW_EXTENT);
    if (wrong === undefined) return;
    throw new InputError(
      `layer ${name}: the window's ${field} are [${extents.join(', ')}]; give integers from ${least} to ${MAX_WINDOW_EXTENT}`,
    );
  };
  check('kernel extents', kernel, 1);
  check('strides', strides, 1);
  check('dilations', dilations, 1);
  check('paddings', padding, 0);
}

/** Returns [channels, outputs along the rows, outputs along the columns]. */
export function windowShape(channels: number, [rows, columns]: readonly [WindowAxis, WindowAxis]): Shape {
  return [channels, placesOf(rows), placesOf(columns)];
}

/** Returns the least common multiple, or some number above MAX_DIVISOR if it is above. */
function leastCommonMultiple(a: number, b: number): number {
  if (a > MAX_DIVISOR) return a;
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
