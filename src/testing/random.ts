// Pseudo-random choices from a seed: an attack that is found must be found again.

import type { Field } from '../field/field.ts';

/**
 * A uniform integer in [0, below).
 *
 * @example
 * ```ts
 * import { type Random, seeded } from 'ternary-gkr/testing';
 *
 * const random: Random = seeded(1);
 * console.log(random(10) < 10); // true
 * ```
 */
export type Random = (below: number) => number;

/**
 * A generator of small integers; the same seed gives the same sequence.
 *
 * @example
 * ```ts
 * import { seeded } from 'ternary-gkr/testing';
 *
 * const [one, other] = [seeded(7), seeded(7)];
 * console.log(one(1000) === other(1000)); // true
 * ```
 */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * A pseudo-random element, every coordinate of 30 bits for each 32 of the characteristic's.
 *
 * @example
 * ```ts
 * import { koalaBear } from 'ternary-gkr/field';
 * import { randomElement, seeded } from 'ternary-gkr/testing';
 *
 * console.log(randomElement(koalaBear, seeded(1)).length); // 4
 * ```
 */
export function randomElement<E>(field: Field<E>, random: Random): E {
  const coordinate = (): bigint => {
    let value = 0n;
    for (let left = field.characteristic; left > 0n; left >>= 32n) value = (value << 30n) + BigInt(random(2 ** 30));
    return value;
  };
  return field.fromCoefficients(Array.from({ length: field.degree }, coordinate));
}

/** One of a list. */
export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random(choices.length)];
}
