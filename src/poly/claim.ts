// A claim: "the multilinear extension of some table takes this value at this point". Protocols map
// claims to claims; the receiver of one must discharge it.

import type { Point } from './point.ts';

/** An asserted evaluation of a table that the context names. */
export interface Claim<E> {
  readonly point: Point<E>;
  readonly value: E;
}
