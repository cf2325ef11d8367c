// The axis maps of windows: of a convolution, of both kinds of pools.

import type { Window } from '../network.ts';
import type { AxisEntry, AxisMap } from './axis-map.ts';

/** A window along one axis: place p covers the inputs stride·p + dilation·k − before, 0 ≤ k < kernel. */
export interface WindowAxis {
  readonly inputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** The axes (rows, columns) of a window on images of this size. */
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

/** Number of places. */
export function placesOf({ inputs, kernel, stride, dilation, before, after }: WindowAxis): number {
  return Math.floor((inputs + before + after - dilation * (kernel - 1) - 1) / stride) + 1;
}

/** The inputs of place p that exist, with their k, in order. */
function covered({ inputs, kernel, stride, dilation, before }: WindowAxis, p: number): { k: number; q: number }[] {
  const all = Array.from({ length: kernel }, (_, k) => ({ k, q: stride * p + dilation * k - before }));
  return all.filter(({ q }) => q >= 0 && q < inputs);
}

function mapOf(
  axis: WindowAxis,
  kernel: number,
  entriesOf: (inside: readonly { k: number; q: number }[], p: number) => AxisEntry[],
): AxisMap {
  const places = placesOf(axis);
  const entries = Array.from({ length: places }, (_, p) => entriesOf(covered(axis, p), p)).flat();
  return { kernel, places, inputs: axis.inputs, entries };
}

/** Each place of the kernel apart: what a convolution reads. */
export function kernelMap(axis: WindowAxis): AxisMap {
  return mapOf(axis, axis.kernel, (inside, p) => inside.map(({ k, q }) => ({ k, p, q, weight: 1 })));
}

/** Sums of windows, weighted so that they are one multiple of the means where padding does not count. */
export function averageMap(axis: WindowAxis, countsPadding: boolean): AxisMap {
  const counts = Array.from({ length: placesOf(axis) }, (_, p) => covered(axis, p).length);
  const whole = countsPadding ? 1 : counts.reduce(leastCommonMultiple, 1);
  return mapOf(axis, 1, (inside, p) => {
    const weight = countsPadding ? 1 : whole / counts[p];
    return inside.map(({ q }) => ({ k: 0, p, q, weight }));
  });
}

/** The j-th existing input of each window, the last where there are fewer. */
export function memberMap(axis: WindowAxis, j: number): AxisMap {
  return mapOf(axis, 1, (inside, p) => [{ k: 0, p, q: inside[Math.min(j, inside.length - 1)].q, weight: 1 }]);
}

/** The second existing input of each window minus the first; nothing where there is only one. */
export function differenceMap(axis: WindowAxis): AxisMap {
  return mapOf(axis, 1, ([first, second], p) =>
    second === undefined
      ? []
      : [
          { k: 0, p, q: second.q, weight: 1 },
          { k: 0, p, q: first.q, weight: -1 },
        ],
  );
}

/** The most existing inputs that a window has. */
export function mostMembers(axis: WindowAxis): number {
  return Math.max(...Array.from({ length: placesOf(axis) }, (_, p) => covered(axis, p).length));
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
