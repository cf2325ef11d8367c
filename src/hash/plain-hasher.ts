// The hasher where WebAssembly is missing: one message at a time.

import { blake3, DIGEST_LENGTH, keyedBlake3 } from './blake3.ts';
import { type Hasher, lengthOfEach, truncateDigests } from './hasher-contract.ts';
import { NONCE_LENGTH, workMask } from './proof-of-work.ts';

/**
 * Slow and small; equal to the kernel hasher byte for byte.
 *
 * @example
 * ```ts
 * import { createHasher, createPlainHasher } from 'ternary-gkr/commit';
 *
 * const message = new TextEncoder().encode('abc');
 * // the same digests without WebAssembly
 * console.log(createPlainHasher().hash(message).join() === createHasher().hash(message).join()); // true
 * ```
 */
export function createPlainHasher(): Hasher {
  return {
    name: 'js',
    hash: blake3,
    hashMany(messages, count, key, digestLength = DIGEST_LENGTH) {
      const length = lengthOfEach(messages, count);
      const digests = new Uint8Array(count * DIGEST_LENGTH);
      const hash = key === undefined ? blake3 : keyedBlake3(key);
      for (let k = 0; k < count; k++) {
        digests.set(hash(messages.subarray(k * length, (k + 1) * length)), k * DIGEST_LENGTH);
      }
      return truncateDigests(digests, digestLength);
    },
    grind(seed, bits) {
      const mask = workMask(bits);
      const message = new Uint8Array(seed.length + NONCE_LENGTH);
      message.set(seed);
      const words = new DataView(message.buffer);
      for (let nonce = 0; ; nonce++) {
        words.setUint32(seed.length, nonce, true);
        const digest = blake3(message);
        const first = digest[0] | (digest[1] << 8) | (digest[2] << 16) | (digest[3] << 24);
        if ((first & mask) === 0) return nonce;
      }
    },
  };
}
