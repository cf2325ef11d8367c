// SHAKE128 as a sponge: what the draft of the channel has vectors for besides TurboSHAKE128.

import { shake128 } from '@noble/hashes/sha3.js';
import type { Sponge } from '../../src/transcript/index.ts';

export function shake128Sponge(): Sponge {
  const hash = shake128.create({});
  return {
    absorb(bytes) {
      hash.update(bytes);
    },
    squeeze() {
      const output = hash.clone();
      return (length) => output.xof(length);
    },
  };
}
