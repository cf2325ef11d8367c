// Two kinds of failure. A mistake of the caller (a wrong shape, a malformed model) throws one of the
// errors below; a bad proof is a result: verifiers raise `Rejection` inside and the outermost call turns
// it into a verdict (verdict.ts).

/**
 * The reason why a verifier rejected. Stable: programs may switch on it.
 *
 * @example
 * ```ts
 * import type { RejectionCode } from 'ternary-gkr';
 *
 * const isDamaged = (code: RejectionCode): boolean => code === 'truncated' || code === 'trailing-bytes';
 * ```
 */
export type RejectionCode =
  | 'truncated' // the proof ends before the message that is due
  | 'trailing-bytes' // bytes are left after the last message
  | 'non-canonical' // an encoding that is not the one accepted encoding of its value
  | 'bad-header' // magic number, version or field
  | 'statement' // public signals that do not fit the key: shapes or ranges
  | 'input-range' // a public input outside the range that the key's bounds assume
  | 'sumcheck' // the final evaluation does not equal the claim that the rounds leave
  | 'claim' // an evaluation of a public value differs from the one claimed
  | 'lookup-root' // the two sums of fractions differ
  | 'lookup-zero-denominator' // a root with denominator zero
  | 'merkle' // a Merkle path that does not lead to the root
  | 'proximity' // an opened column disagrees with the combined row
  | 'opening' // the combined row does not give the claimed evaluation
  | 'grinding' // a proof-of-work nonce without the required zeros
  | 'hidden' // the equations between hidden values do not hold
  | 'internal'; // an unexpected error inside the verifier; the proof is not accepted

/**
 * Raised by the verifiers of single protocols and by readers of proofs. The `verify` of a network turns it into a
 * verdict; a caller of a single protocol's verifier catches it.
 *
 * @example
 * ```ts
 * import { Rejection } from 'ternary-gkr';
 *
 * const rejection = new Rejection('truncated', 'lookup/layer 3', 'the proof ends after 12 bytes');
 * console.log(rejection.code, '|', rejection.where); // truncated | lookup/layer 3
 * ```
 */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  readonly code: RejectionCode;
  readonly where: string;

  /**
   * @param code - which rule is broken
   * @param where - protocol, layer and round, e.g. `lookup/layer 3/round 1`
   * @param message - one sentence for people
   */
  constructor(code: RejectionCode, where: string, message: string) {
    super(message);
    this.code = code;
    this.where = where;
  }
}

/**
 * Unusable input from a user: says what, where and how to fix it.
 *
 * @example
 * ```ts
 * import { decodeNetwork, InputError } from 'ternary-gkr';
 *
 * try {
 *   decodeNetwork(Uint8Array.of(1, 2, 3));
 * } catch (error) {
 *   console.log(error instanceof InputError); // true
 * }
 * ```
 */
export class InputError extends Error {
  override readonly name: string = 'InputError';
}

/**
 * A shape or parameter that the caller got wrong.
 *
 * @example
 * ```ts
 * import { UsageError } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * try {
 *   ternaryFromDense([1, 2], 1, 2);
 * } catch (error) {
 *   console.log(error instanceof UsageError); // true
 * }
 * ```
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Memory that the system or a limit does not grant. The arguments are right, nothing is left half done, and the key can
 * be used again.
 *
 * @example
 * ```ts
 * import { MemoryError } from 'ternary-gkr';
 *
 * const error = new MemoryError(2 ** 33, 'a WebAssembly memory has at most 4 GiB', 'prove fewer inputs at once');
 * console.log(error.bytes); // 8589934592
 * ```
 */
export class MemoryError extends RangeError {
  override readonly name = 'MemoryError';
  /** Bytes that were needed in all. */
  readonly bytes: number;

  /**
   * @param bytes - the bytes that were needed in all
   * @param why - the limit that was met, and how much is granted
   * @param remedy - how to need less
   */
  constructor(bytes: number, why: string, remedy: string) {
    super(`the prover needs ${bytes} bytes of memory; ${why}; ${remedy}`);
    this.bytes = bytes;
  }
}
