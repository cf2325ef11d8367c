// Points of a cube and the one variable order of this library.
//
// A table of 2^n values is the multilinear polynomial that takes them on {0, 1}^n. Variable 0 is the MOST
// significant bit of the index: value at index i is the value at x with i = Σ x_k·2^(n−1−k). Binding
// variable 0 therefore combines the two contiguous halves of the table, and an aligned block of a table
// belongs to a prefix of its variables, the place within the block to the suffix.

import { UsageError } from '../errors.ts';

/**
 * A point of F^n, most significant variable first.
 *
 * @example
 * ```ts
 * import { koalaBear, type KoalaElement } from 'ternary-gkr/field';
 * import type { Point } from 'ternary-gkr/poly';
 *
 * // of three variables, the most significant bit of an index first
 * const point: Point<KoalaElement> = [koalaBear.one, koalaBear.zero, koalaBear.one];
 * ```
 */
export type Point<E> = readonly E[];

/**
 * ⌈log₂ n⌉ for 1 ≤ n ≤ 2^32: the number of variables that n values need.
 *
 * @example
 * ```ts
 * import { logCeil } from 'ternary-gkr/poly';
 *
 * console.log(logCeil(1), logCeil(5), logCeil(8)); // 0 3 3
 * ```
 */
export function logCeil(n: number): number {
  if (!Number.isSafeInteger(n) || n < 1) throw new UsageError(`a table has at least one value, not ${n}`);
  if (n > 2 ** 32) throw new UsageError(`a table of ${n} values; at most 2^32`);
  return n <= 1 ? 0 : 32 - Math.clz32(n - 1);
}

/**
 * The last `count` variables of a point.
 *
 * @example
 * ```ts
 * import { suffix } from 'ternary-gkr/poly';
 *
 * console.log(suffix([1n, 2n, 3n], 1)); // [ 3n ]
 * ```
 */
export function suffix<E>(point: Point<E>, count: number): Point<E> {
  if (count > point.length) throw new UsageError(`a point of ${point.length} variables has no suffix of ${count}`);
  return point.slice(point.length - count);
}

/**
 * The first variables of a point, all but the last `count`.
 *
 * @example
 * ```ts
 * import { prefixBefore } from 'ternary-gkr/poly';
 *
 * console.log(prefixBefore([1n, 2n, 3n], 1)); // [ 1n, 2n ]
 * ```
 */
export function prefixBefore<E>(point: Point<E>, count: number): Point<E> {
  if (count > point.length) throw new UsageError(`a point of ${point.length} variables has no suffix of ${count}`);
  return point.slice(0, point.length - count);
}
