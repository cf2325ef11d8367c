// The hasher where WebAssembly is missing: @noble/hashes, one message at a time.

import { blake3 } from '@noble/hashes/blake3.js';
import { DIGEST_LENGTH, type Hasher, lengthOfEach } from './hasher-contract.ts';
import { checkNonce, workMask } from './proof-of-work.ts';

/** Slow and small; equal to the kernel hasher byte for byte. */
export function createPlainHasher(): Hasher {
  return {
    name: 'js',
    hashMany(messages, count, key) {
      const length = lengthOfEach(messages, count);
      const digests = new Uint8Array(count * DIGEST_LENGTH);
      const options = key === undefined ? {} : { key };
      for (let k = 0; k < count; k++) {
        digests.set(blake3(messages.subarray(k * length, (k + 1) * length), options), k * DIGEST_LENGTH);
      }
      return digests;
    },
    grind(seed, bits) {
      workMask(bits);
      let nonce = 0;
      while (!checkNonce(seed, nonce, bits)) nonce++;
      return nonce;
    },
  };
}
