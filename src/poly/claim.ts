// A claim: "the multilinear extension of some table takes this value at this point". Protocols map
// claims to claims; the receiver of one must discharge it.

import type { Point } from './point.ts';

/**
 * An asserted evaluation of a table that the context names.
 *
 * @example
 * ```ts
 * import { koalaBear, type KoalaElement } from 'ternary-gkr/field';
 * import type { Claim } from 'ternary-gkr/poly';
 *
 * // the multilinear extension of (4, 6) is 6 at 1
 * const claim: Claim<KoalaElement> = { point: [koalaBear.one], value: koalaBear.fromInteger(6) };
 * ```
 */
export interface Claim<E> {
  readonly point: Point<E>;
  readonly value: E;
}
