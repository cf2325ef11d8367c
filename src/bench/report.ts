// Figures of a benchmark: medians and quartiles, and inputs to measure with.

import { type IntegerNetwork, sizeOf } from '../network/model/network.ts';

/** The median of one figure or more. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which a share of one figure or more lies, interpolated between neighbours. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** Inputs within the network's range, one after the other, always the same: a linear congruential sequence. */
export function syntheticInput({ input }: IntegerNetwork, inputs = 1): Int32Array {
  const length = inputs * sizeOf(input.shape);
  let state = 1;
  return Int32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return input.min + Math.floor((state / 2 ** 32) * (input.max - input.min + 1));
  });
}

/** Least squares y = a + b·x, and the share of the variance that it explains. */
export function fitLine(points: readonly { readonly x: number; readonly y: number }[]): {
  readonly a: number;
  readonly b: number;
  readonly rSquared: number;
} {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  let [xx, xy, yy] = [0, 0, 0];
  for (const { x, y } of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  const b = xy / xx;
  const a = meanY - b * meanX;
  const unexplained = points.reduce((sum, { x, y }) => sum + (y - a - b * x) ** 2, 0);
  return { a, b, rSquared: 1 - unexplained / yy };
}
