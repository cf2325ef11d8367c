// The two ends of the Fiat–Shamir channel. The prover sends and draws, the verifier receives and draws;
// everything that is sent or received is absorbed before the next challenge, framed by its label and its
// count. A hint carries a decommitment: it is not absorbed, because it is checked against a root that was.
// Nothing else puts a byte into a proof.

import type { RejectionCode } from '../errors.ts';

/**
 * The common part of both ends: absorbs data that both know, and draws challenges.
 *
 * @example
 * ```ts
 * import type { Channel } from 'ternary-gkr/transcript';
 *
 * // Both sides draw the point in the same place.
 * function drawPoint<E>(channel: Channel<E>, variables: number): E[] {
 *   return channel.within('point', () => channel.drawMany('point', variables));
 * }
 * ```
 */
export interface Channel<E> {
  /** Absorbs bytes that both sides hold: the statement. */
  absorb(label: string, bytes: Uint8Array): void;
  /** Returns one uniform field element. */
  draw(label: string): E;
  /** Returns `count` uniform elements from one squeeze. */
  drawMany(label: string, count: number): E[];
  /** Returns `count` uniform integers in [0, 2^bits), bits ≤ 30, from one squeeze; repetitions are possible. */
  drawIndices(label: string, count: number, bits: number): number[];
  /** Returns 32 uniform bytes: the seed of a proof of work. */
  drawBytes(label: string): Uint8Array;
  /** Runs `run` with `name` added to the path that a rejection names; nothing is absorbed. */
  within<T>(name: string, run: () => T): T;
}

/**
 * The prover's end.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { createProverChannel, type ProverChannel } from 'ternary-gkr/transcript';
 *
 * const channel: ProverChannel<bigint> = createProverChannel(bn254);
 * channel.send('value', [42n]);
 * console.log(channel.bytes().length); // 32
 * ```
 */
export interface ProverChannel<E> extends Channel<E> {
  send(label: string, values: readonly E[]): void;
  sendBytes(label: string, bytes: Uint8Array): void;
  /** Puts bytes into the proof without absorbing them. */
  hint(label: string, bytes: Uint8Array): void;
  /**
   * Shows that a product is not zero, where the verifier has `requireNonzero`: sends nothing and costs nothing unless values
   * are hidden.
   */
  requireNonzero(factors: readonly E[]): void;
  /** The proof so far. */
  bytes(): Uint8Array<ArrayBuffer>;
}

/**
 * The verifier's end. Reading past the end or a non-canonical value raises a `Rejection` that names the place.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { createVerifierChannel, type VerifierChannel } from 'ternary-gkr/transcript';
 *
 * const channel: VerifierChannel<bigint> = createVerifierChannel(bn254, new Uint8Array(32));
 * console.log(channel.receive('value', 1)); // [ 0n ]
 * channel.finish();
 * ```
 */
export interface VerifierChannel<E> extends Channel<E> {
  receive(label: string, count: number): E[];
  receiveBytes(label: string, length: number): Uint8Array;
  hint(label: string, length: number): Uint8Array;
  /** The current place of the verifier, for rejections: the names given to `within`, joined by "/". */
  readonly where: string;
  /**
   * Checks that two values are equal. Every check of a protocol that compares elements is made here.
   *
   * @param place - the name of the compared message, below the current place
   * @throws Rejection `code` unless they are equal
   */
  require(left: E, right: E, code: RejectionCode, message: string, place?: string): void;
  /**
   * Checks that elements which the caller gives, a claim or its point, are canonical: a verifier computes with nothing else.
   *
   * @param place - the name of what is given, below the current place
   * @throws Rejection `non-canonical` if one is not
   */
  requireCanonical(elements: readonly E[], place?: string): void;
  /**
   * Checks that a value is not zero.
   *
   * @throws Rejection `code` if it is
   */
  requireNonzero(value: E, code: RejectionCode, message: string): void;
  /** Raises a `Rejection` unless every byte has been consumed. */
  finish(): void;
}
