// A field that watches a verifier: it records the comparison of two elements that failed last, and how far the proof
// had been read by then. It does not change results.

import type { Field } from '../field/field.ts';

/**
 * A comparison of a verifier that came out false.
 *
 * @example
 * ```ts
 * import type { Mismatch } from 'ternary-gkr/testing';
 *
 * const text = ({ left, right }: Mismatch<bigint>): string => `${left} is not ${right}`;
 * ```
 */
export interface Mismatch<E> {
  readonly left: E;
  readonly right: E;
  /** Number of comparisons before it. */
  readonly ordinal: number;
  /** Bytes of the proof up to the end of the last element read. */
  readonly consumed: number;
}

/**
 * The field to verify with.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { type Watch, watchField } from 'ternary-gkr/testing';
 *
 * const watch: Watch<bigint> = watchField(bn254, 32);
 * watch.field.equal(7n, 8n);
 * console.log(watch.mismatch()?.right); // 8n
 * ```
 */
export interface Watch<E> {
  readonly field: Field<E>;
  /** The last comparison, if it failed. */
  mismatch(): Mismatch<E> | undefined;
}

/**
 * Returns a field that records the comparison that failed last.
 *
 * @param length - the proof's length, by which its buffer is known from others that elements are read from
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { watchField } from 'ternary-gkr/testing';
 *
 * const { field, mismatch } = watchField(bn254, 32);
 * field.equal(7n, 8n);
 * console.log(mismatch()?.left); // 7n
 * ```
 */
export function watchField<E>(field: Field<E>, length: number): Watch<E> {
  let ordinal = 0;
  let consumed = 0;
  let last: Mismatch<E> | undefined;
  return {
    field: {
      ...field,
      read(source, offset) {
        if (source.length === length) consumed = offset + field.byteLength;
        return field.read(source, offset);
      },
      equal(left, right) {
        const isEqual = field.equal(left, right);
        last = isEqual ? undefined : { left, right, ordinal, consumed };
        ordinal++;
        return isEqual;
      },
    },
    mismatch: () => last,
  };
}
