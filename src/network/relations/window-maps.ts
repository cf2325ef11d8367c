// The axis maps of windows: of a convolution, of both kinds of pools.

import { averageWeights, coveredAt, coveredCounts, placesOf, type WindowAxis } from '../model/layers/window.ts';
import type { AxisEntry, AxisMap } from './axis-map.ts';

/** Returns the inputs of output p that exist, with their k, in order. */
function covered(axis: WindowAxis, p: number): { k: number; q: number }[] {
  const { start, end } = coveredAt(axis, p);
  const first = axis.stride * p - axis.before;
  return Array.from({ length: end - start }, (_, j) => ({ k: start + j, q: first + axis.dilation * (start + j) }));
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

/** Returns the map with one k per kernel position, as a convolution reads its input. */
export function kernelMap(axis: WindowAxis): AxisMap {
  return mapOf(axis, axis.kernel, (inside, p) => inside.map(({ k, q }) => ({ k, p, q, weight: 1 })));
}

/** Returns the map of window sums, weighted so that they are one multiple of the means. */
export function averageMap(axis: WindowAxis, countsPadding: boolean): AxisMap {
  const { weights } = averageWeights(axis, countsPadding);
  return mapOf(axis, 1, (inside, p) => inside.map(({ q }) => ({ k: 0, p, q, weight: weights[p] })));
}

/** Returns the map to the j-th existing input of each window, the last where there are fewer. */
export function memberMap(axis: WindowAxis, j: number): AxisMap {
  return mapOf(axis, 1, (inside, p) => [{ k: 0, p, q: inside[Math.min(j, inside.length - 1)].q, weight: 1 }]);
}

/** Returns the map to the second existing input of each window minus the first; zero where there is only one. */
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

/** Returns the largest number of existing inputs of a window. */
export function mostMembers(axis: WindowAxis): number {
  return coveredCounts(axis).reduce((most, count) => Math.max(most, count), 0);
}
