// The layout of a hiding proof: how many random coefficients follow a row, and where pads, noise and mask lie.
//
// The secrets are a committed matrix of base rows of 2^k entries, encoded with a tail. After the rows of data come, with
// `chunks` = ⌈pads/2^k⌉ and `degree` = [F : F_p], whose basis is β_0 = 1, β_1 = X, …:
//
//     degree rows            G   the mask: G = Σ_c β_c·row_c, uniform, tail included
//     chunks·degree rows     P   chunk i: the coordinates of pads i·2^k …; zeros after the last pad, and a tail
//     chunks·degree rows     N   noise of the same shape
//
// An element that is sent before the line is sent as x_i + P_(i+2); the first two pads blind the equations' coefficients.

import type { Field } from '../field/field.ts';
import { MAX_DEGREE } from './tape.ts';

/** Random coefficients after each row at a level that hides: more than the positions that a level opens. */
export const LEAST_TAIL = 160;

/** Pads that nothing is sent under: the first ones. */
export const RESERVED_PADS = MAX_DEGREE - 1;

/** Elements that are sent in the clear before z: one for the claim, and the lower coefficients of the equations. */
export const BLINDS = 1 + MAX_DEGREE;

/**
 * The sizes of a hiding opening.
 *
 * @example
 * ```ts
 * import { chooseParameters, type HidingShape } from 'ternary-gkr/commit';
 * import { koalaBear } from 'ternary-gkr/field';
 *
 * const shape: HidingShape = { pads: 100, equations: 10 };
 * const members = [{ used: 2 ** 10, variables: 10 }];
 * const hiding = { ...shape, secrets: 0 };
 * const { levels } = chooseParameters({ field: koalaBear, securityBits: 100, members, hiding });
 * console.log(levels[0].tail); // 160
 * ```
 */
export interface HidingShape {
  /** Elements that are sent before the line, and the reserved ones. */
  readonly pads: number;
  /** The most checks of hidden values before the line. */
  readonly equations: number;
}

/**
 * The line of a hiding opening, as the level that discloses needs it (verify.ts).
 *
 * @example
 * ```ts
 * import type { Line } from 'ternary-gkr/commit';
 * import { koalaBear, type KoalaElement } from 'ternary-gkr/field';
 *
 * const line: Line<KoalaElement> = {
 *   z: koalaBear.one,
 *   value: koalaBear.zero,
 *   mask: [koalaBear.one],
 *   checkPads: () => undefined,
 * };
 * ```
 */
export interface Line<E> {
  readonly z: E;
  /** The claim on the message G + z·(combined rows). */
  readonly value: E;
  /** The weights of the rows that hold G. */
  readonly mask: readonly E[];
  /**
   * Checks the pads and the noise in a column of the secrets.
   *
   * @param blinds - pads and noise: the rows after the mask
   * @throws Rejection `proximity` or `non-canonical`
   */
  checkPads(blinds: Uint8Array, position: number): void;
}

/**
 * The level at which the line is drawn.
 *
 * @example
 * ```ts
 * import type { LineLevel } from 'ternary-gkr/commit';
 *
 * // rows of 2^8 entries, encoded at rate 1/8, and pads in one of them
 * const level: LineLevel = { columnVariables: 8, rateBits: 3, chunks: 1 };
 * ```
 */
export interface LineLevel {
  readonly columnVariables: number;
  readonly rateBits: number;
  readonly chunks?: number;
}

/**
 * Where an opening that hides has its line from.
 *
 * @example
 * ```ts
 * import type { LineSource } from 'ternary-gkr/commit';
 *
 * const none: LineSource<bigint> = {
 *   drawLine() {
 *     throw new Error('no line');
 *   },
 * };
 * ```
 */
export interface LineSource<E> {
  /** Receives the line at the level that discloses, given the value of the combined rows. */
  drawLine(level: LineLevel, value: E): Line<E>;
}

/** Returns the number of rows over F that hold the pads. */
export const chunkCount = (pads: number, columnVariables: number): number => Math.ceil(pads / 2 ** columnVariables);

/** Returns the rows of G, P and N together. */
export const blindRows = (degree: number, chunks: number): number => degree * (1 + 2 * chunks);

/** Returns the number of elements that the line shows: each pad's combination and those of the chunks' tails. */
export const shownCount = (pads: number, chunks: number): number => pads + chunks * LEAST_TAIL;

/** Returns the numerator over |F| of the error of checking equations on a line. */
export const lineErrorCount = (equations: number): number => equations - 1 + MAX_DEGREE + 1;

/** Returns β_0 = 1, β_1 = X, …: the basis of F over the prime field. */
export function basisOf<E>(field: Field<E>): E[] {
  const { degree } = field;
  return Array.from({ length: degree }, (_, c) =>
    field.fromCoefficients(Array.from({ length: degree }, (_, j) => (j === c ? 1 : 0))),
  );
}
