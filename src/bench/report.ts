// Figures of a benchmark: medians, and inputs to measure with.

import type { IntegerNetwork } from '../network/network.ts';

/** The median of one figure or more. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** An input within the network's range, always the same: a linear congruential sequence. */
export function syntheticInput({ input }: IntegerNetwork): Int32Array {
  const length = input.shape.reduce((product, size) => product * size, 1);
  let state = 1;
  return Int32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return input.min + Math.floor((state / 2 ** 32) * (input.max - input.min + 1));
  });
}
