// The sponge under a channel: absorb bytes, and squeeze a copy. TurboSHAKE128 (RFC 9861) unless another is
// given.

import { turboshake128 } from '@noble/hashes/sha3-addons.js';

/** A hash in progress. */
export interface Sponge {
  absorb(bytes: Uint8Array): void;
  /**
   * The extendable output of everything absorbed so far; each call of the reader yields the next bytes.
   * Absorbing goes on afterwards as if nothing had been squeezed.
   */
  squeeze(): (length: number) => Uint8Array;
}

/** Makes an empty sponge. */
export type SpongeFactory = () => Sponge;

/** TurboSHAKE128 with domain byte 0x1F. */
export const turboShake128Sponge: SpongeFactory = () => {
  const state = turboshake128.create({});
  return {
    absorb: (bytes) => {
      state.update(bytes);
    },
    squeeze: () => {
      const copy = state.clone();
      return (length) => copy.xof(length);
    },
  };
};
