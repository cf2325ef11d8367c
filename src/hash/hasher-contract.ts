// The contract of a hasher: BLAKE3 of one message or of many of one length, and proofs of work. Provers hash through
// one; verifiers call blake3.ts. Source: the BLAKE3 paper (O'Connor, Aumasson, Neves, Wilcox-O'Hearn).

import { UsageError } from '../errors.ts';
import { DIGEST_LENGTH } from './blake3.ts';

/**
 * A hash function for Merkle trees and proofs of work.
 *
 * @example
 * ```ts
 * import { createHasher, type Hasher } from 'ternary-gkr/commit';
 *
 * const hasher: Hasher = createHasher();
 * // two messages of four bytes, one digest after the other
 * console.log(hasher.hashMany(new Uint8Array(8), 2).length); // 64
 * ```
 */
export interface Hasher {
  /** BLAKE3 of one message; the digest in memory of its own. */
  hash(message: Uint8Array): Uint8Array;
  /** `wasm` or `js`: shown in reports. */
  readonly name: 'wasm' | 'js';
  /**
   * BLAKE3 of `count` messages of one length that lie back to back, keyed if there is a key of 32 bytes.
   * @param digestLength - bytes of a digest that count, 32 by default; the others are zero
   * @returns the digests, 32 bytes each and back to back, in memory of their own
   * @throws UsageError if the bytes do not divide into `count` messages, or a digest has no such length
   */
  hashMany(messages: Uint8Array, count: number, key?: Uint8Array, digestLength?: number): Uint8Array;
  /**
   * The least nonce that does the work (proof-of-work.ts).
   * @param seed - 32 bytes
   * @throws UsageError if `bits` is more than 24
   */
  grind(seed: Uint8Array, bits: number): number;
}

/** The length of each message. */
export function lengthOfEach(messages: Uint8Array, count: number): number {
  const length = count === 0 ? 0 : messages.length / count;
  if (!Number.isInteger(length) || length * count !== messages.length) {
    throw new UsageError(`${messages.length} bytes are not ${count} messages of one length`);
  }
  return length;
}

/**
 * Digests, 32 bytes each and back to back, of which only the first bytes count: the others become zero, in place.
 * @throws UsageError unless `digestLength` is an integer from 1 to 32
 */
export function truncateDigests(digests: Uint8Array, digestLength: number): Uint8Array {
  if (!(Number.isInteger(digestLength) && digestLength >= 1 && digestLength <= DIGEST_LENGTH)) {
    throw new UsageError(`a digest of ${digestLength} bytes, not 1 to ${DIGEST_LENGTH}`);
  }
  for (let start = 0; start < digests.length; start += DIGEST_LENGTH) {
    for (let k = digestLength; k < DIGEST_LENGTH; k++) digests[start + k] = 0;
  }
  return digests;
}
