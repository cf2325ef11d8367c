// Proof of work: the least nonce for which BLAKE3(seed ‖ nonce) starts with `bits` zero bits. The nonce is
// 32-bit little-endian, bits are counted from the most significant bit of the digest's first byte.
//
// The seed comes from a transcript and the nonce is absorbed before the draw that it protects: another draw
// costs the prover the work again, 2^bits hashes on average.

import { UsageError } from '../errors.ts';
import { blake3 } from './blake3.ts';

/** Bytes of a nonce. */
export const NONCE_LENGTH = 4;
/** More is not worth its time, and a nonce of 32 bits would not always exist. */
export const MAX_WORK_BITS = 24;

/** 32-bit little-endian. */
export function encodeNonce(nonce: number): Uint8Array {
  const bytes = new Uint8Array(NONCE_LENGTH);
  new DataView(bytes.buffer).setUint32(0, nonce, true);
  return bytes;
}

/** The inverse; every four bytes are a nonce. */
export function decodeNonce(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, NONCE_LENGTH).getUint32(0, true);
}

/**
 * The digest's first word, little-endian, has none of these bits if the digest starts with `bits` zeros.
 * @throws UsageError unless `bits` is an integer from 0 to `MAX_WORK_BITS`
 */
export function workMask(bits: number): number {
  if (!Number.isInteger(bits) || bits < 0 || bits > MAX_WORK_BITS) {
    throw new UsageError(`a proof of work of ${bits} bits; 0 to ${MAX_WORK_BITS} are possible`);
  }
  const mask = new DataView(new ArrayBuffer(4));
  mask.setUint32(0, bits === 0 ? 0 : 0xffffffff << (32 - bits), false);
  return mask.getUint32(0, true);
}

/**
 * Whether a nonce does the work.
 *
 * @example
 * ```ts
 * import { checkNonce, createHasher } from 'ternary-gkr/commit';
 *
 * const seed = new Uint8Array(32).fill(7);
 * const nonce = createHasher().grind(seed, 8);
 * console.log(checkNonce(seed, nonce, 8)); // true
 * ```
 */
export function checkNonce(seed: Uint8Array, nonce: number, bits: number): boolean {
  const message = new Uint8Array(seed.length + NONCE_LENGTH);
  message.set(seed);
  message.set(encodeNonce(nonce), seed.length);
  const digest = blake3(message);
  const first = new DataView(digest.buffer, digest.byteOffset, 4).getUint32(0, true);
  return (first & workMask(bits)) === 0;
}
