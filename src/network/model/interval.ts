// Bounds of a tensor's values, and how sums move them.

/**
 * All values of a tensor lie in [min, max], padding included: min ≤ 0 ≤ max.
 *
 * @example
 * ```ts
 * import type { Interval } from 'ternary-gkr/network';
 *
 * const bytes: Interval = { min: 0, max: 255 };
 * ```
 */
export interface Interval {
  readonly min: number;
  readonly max: number;
}

/** The smallest interval that contains all values and zero. */
export function hull(values: Iterable<number>): Interval {
  let min = 0;
  let max = 0;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

/** Returns bounds of plus·x − minus·x′ with x and x′ within bounds, for the row where they are widest. */
export function boundSums(
  { plus, minus }: { readonly plus: ArrayLike<number>; readonly minus: ArrayLike<number> },
  { min, max }: Interval,
): Interval {
  let least = 0;
  let greatest = 0;
  for (let row = 0; row < plus.length; row++) {
    least = Math.min(least, plus[row] * min - minus[row] * max);
    greatest = Math.max(greatest, plus[row] * max - minus[row] * min);
  }
  return { min: least, max: greatest };
}
