// The equality polynomial eq(a, b) = Π_k (a_k·b_k + (1 − a_k)·(1 − b_k)) and sums of it over parts of the
// cube, in closed form: what verifiers need of eq. Whole tables come from a field's `tables` (verifiers)
// or an engine's `eqTable` and `eqSuffixes` (provers).

import { UsageError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import type { Point } from './point.ts';

/**
 * eq(a, b); points of equal length.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { evaluateEq } from 'ternary-gkr/poly';
 *
 * console.log(evaluateEq(bn254, [1n, 0n], [1n, 0n]), evaluateEq(bn254, [1n, 0n], [1n, 1n])); // 1n 0n
 * ```
 */
export function evaluateEq<E>(field: Field<E>, a: Point<E>, b: Point<E>): E {
  if (a.length !== b.length) throw new UsageError(`eq of points of ${a.length} and ${b.length} variables`);
  let product = field.one;
  for (let k = 0; k < a.length; k++) {
    // a·b + (1 − a)(1 − b) = 1 − a − b + 2ab
    const ab = field.mul(a[k], b[k]);
    const factor = field.add(field.sub(field.sub(field.one, a[k]), b[k]), field.add(ab, ab));
    product = field.mul(product, factor);
  }
  return product;
}

/**
 * eq(point, x) at the vertex x with the given index.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { evaluateEqAtIndex } from 'ternary-gkr/poly';
 *
 * // index 2 of two variables is the point (1, 0)
 * console.log(evaluateEqAtIndex(bn254, [5n, 7n], 2) === bn254.mul(5n, bn254.sub(1n, 7n))); // true
 * ```
 */
export function evaluateEqAtIndex<E>(field: Field<E>, point: Point<E>, index: number): E {
  let product = field.one;
  for (let k = 0; k < point.length; k++) {
    const bit = Math.floor(index / 2 ** (point.length - 1 - k)) % 2;
    product = field.mul(product, bit === 1 ? point[k] : field.sub(field.one, point[k]));
  }
  return product;
}

/**
 * Σ_{i < count} eq(point, i): the multilinear extension of "index below count", in log₂ steps.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { evaluateBelow } from 'ternary-gkr/poly';
 *
 * // of two variables: eq(point, 0) + eq(point, 1) + eq(point, 2)
 * console.log(evaluateBelow(bn254, [2n, 3n], 3) === bn254.sub(1n, 6n)); // true
 * ```
 */
export function evaluateBelow<E>(field: Field<E>, point: Point<E>, count: number): E {
  if (count >= 2 ** point.length) return field.one;
  let sum = field.zero;
  let prefix = field.one;
  for (let k = 0; k < point.length; k++) {
    const complement = field.sub(field.one, point[k]);
    if (Math.floor(count / 2 ** (point.length - 1 - k)) % 2 === 1) {
      // all indices that agree with count so far and have 0 here lie below it
      sum = field.add(sum, field.mul(prefix, complement));
      prefix = field.mul(prefix, point[k]);
    } else {
      prefix = field.mul(prefix, complement);
    }
  }
  return sum;
}

/**
 * Σ_i eq(point, i)·(start + i) = start + Σ_k point_k·2^(n−1−k): the extension of consecutive integers.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { evaluateConsecutive } from 'ternary-gkr/poly';
 *
 * // the table of 10, 11, 12, 13 at its entry of index 2, which is the point (1, 0)
 * console.log(evaluateConsecutive(bn254, [1n, 0n], 10)); // 12n
 * ```
 */
export function evaluateConsecutive<E>(field: Field<E>, point: Point<E>, start: number): E {
  let sum = field.zero;
  for (const coordinate of point) sum = field.add(field.add(sum, sum), coordinate);
  return field.add(sum, field.fromInteger(start));
}

/**
 * Σ_{i < count} eq(a, i)·eq(b, i): the extension of eq(a, ·) on the first `count` indices, zero beyond, at b; in linear time.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { evaluateEqBelow } from 'ternary-gkr/poly';
 *
 * // Σ over x < 3 of eq(a, x)·eq(b, x); at a vertex it tells whether the vertex is below 3
 * console.log(evaluateEqBelow(bn254, [1n, 0n], [1n, 0n], 3), evaluateEqBelow(bn254, [1n, 1n], [1n, 1n], 3)); // 1n 0n
 * ```
 */
export function evaluateEqBelow<E>(field: Field<E>, a: Point<E>, b: Point<E>, count: number): E {
  if (a.length !== b.length) throw new UsageError(`eq of points of ${a.length} and ${b.length} variables`);
  const { length } = a;
  if (count >= 2 ** length) return evaluateEq(field, a, b);
  // rest[k] = eq(a, b) in the variables from k on
  const rest = new Array<E>(length + 1).fill(field.one);
  for (let k = length - 1; k >= 0; k--) rest[k] = field.mul(rest[k + 1], evaluateEq(field, [a[k]], [b[k]]));
  let sum = field.zero;
  let prefix = field.one;
  for (let k = 0; k < length; k++) {
    const atZero = field.mul(field.sub(field.one, a[k]), field.sub(field.one, b[k]));
    if (Math.floor(count / 2 ** (length - 1 - k)) % 2 === 1) {
      // all indices that agree with count so far and have 0 here lie below it
      sum = field.add(sum, field.mul(prefix, field.mul(atZero, rest[k + 1])));
      prefix = field.mul(prefix, field.mul(a[k], b[k]));
    } else {
      prefix = field.mul(prefix, atZero);
    }
  }
  return sum;
}

/**
 * Σ_x eq(a, x)·eq(b, x)·eq(c, x) over the cube: Π_k (a_k·b_k·c_k + (1 − a_k)·(1 − b_k)·(1 − c_k)).
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { evaluateEqOfThree } from 'ternary-gkr/poly';
 *
 * // Σ_x eq(a, x)·eq(b, x)·eq(c, x)
 * console.log(evaluateEqOfThree(bn254, [2n], [3n], [5n])); // 22n
 * ```
 */
export function evaluateEqOfThree<E>(field: Field<E>, a: Point<E>, b: Point<E>, c: Point<E>): E {
  const not = (x: E): E => field.sub(field.one, x);
  return a.reduce((product, x, k) => {
    const ones = field.mul(field.mul(x, b[k]), c[k]);
    const zeros = field.mul(field.mul(not(x), not(b[k])), not(c[k]));
    return field.mul(product, field.add(ones, zeros));
  }, field.one);
}
