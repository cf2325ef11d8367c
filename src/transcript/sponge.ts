// The hash of a transcript as a sponge: absorb bytes in any pieces, squeeze an extendable output of all
// that has been absorbed, go on absorbing. Squeezing works on a copy and changes nothing, so that two
// squeezes with nothing absorbed in between yield the same bytes; transcript.ts sees to it that this
// never happens.
//
// Source: the hash instantiations of draft-irtf-cfrg-fiat-shamir; TurboSHAKE128 is RFC 9861, with a capacity of
// 256 bits.

import { keccakP } from '@noble/hashes/sha3.js';
import { swap32IfBE } from '@noble/hashes/utils.js';

const STATE = 200;
/** Bytes that one permutation takes in or gives out: 1600 bits of state, 256 of capacity. */
const RATE = 168;
/** The bits of domain separation with the first bit of padding: TurboSHAKE's default. */
const SUFFIX = 0x1f;
/** The last bit of padding, in the last byte. */
const END = 0x80;
const ROUNDS = 12;

/**
 * Yields the next `length` bytes, in memory of their own.
 *
 * @example
 * ```ts
 * import { type SpongeReader, turboShake128Sponge } from 'ternary-gkr/transcript';
 *
 * const read: SpongeReader = turboShake128Sponge().squeeze();
 * // the next bytes of an endless output
 * console.log(read(2).length, read(30).length); // 2 30
 * ```
 */
export type SpongeReader = (length: number) => Uint8Array;

/**
 * A hash of extendable output that the transcript runs on.
 *
 * @example
 * ```ts
 * import { type Sponge, turboShake128Sponge } from 'ternary-gkr/transcript';
 *
 * const sponge: Sponge = turboShake128Sponge();
 * sponge.absorb(Uint8Array.of(1, 2, 3));
 * console.log(sponge.squeeze()(4).length); // 4
 * ```
 */
export interface Sponge {
  /** Appends to what has been absorbed; the bytes are copied. */
  absorb(bytes: Uint8Array): void;
  /** The output that belongs to what has been absorbed, from its first byte. The reader ends with the next `squeeze`. */
  squeeze(): SpongeReader;
}

/**
 * A fresh TurboSHAKE128 sponge, domain byte 0x1F. The default.
 *
 * @example
 * ```ts
 * import { turboShake128Sponge } from 'ternary-gkr/transcript';
 *
 * const [one, other] = [turboShake128Sponge(), turboShake128Sponge()];
 * one.absorb(Uint8Array.of(1));
 * other.absorb(Uint8Array.of(2));
 * console.log(one.squeeze()(8).join() === other.squeeze()(8).join()); // false
 * ```
 */
export function turboShake128Sponge(): Sponge {
  const state = new Uint8Array(STATE);
  const output = new Uint8Array(STATE);
  let filled = 0;
  return {
    absorb(bytes) {
      for (let from = 0; from < bytes.length; ) {
        const end = Math.min(bytes.length, from + RATE - filled);
        while (from < end) state[filled++] ^= bytes[from++];
        if (filled < RATE) continue;
        permute(state);
        filled = 0;
      }
    },
    squeeze() {
      output.set(state);
      output[filled] ^= SUFFIX;
      output[RATE - 1] ^= END;
      permute(output);
      let read = 0;
      return (length) => {
        // up to 64 bytes an array lies on the JavaScript heap, which makes it cheap; most reads are shorter
        const bytes = new Uint8Array(length);
        for (let to = 0; to < length; ) {
          if (read === RATE) {
            permute(output);
            read = 0;
          }
          const end = Math.min(length, to + RATE - read);
          while (to < end) bytes[to++] = output[read++];
        }
        return bytes;
      };
    },
  };
}

/** The permutation Keccak-p[1600, 12], in place. */
function permute(state: Uint8Array): void {
  const words = new Uint32Array(state.buffer);
  swap32IfBE(words);
  keccakP(words, ROUNDS);
  swap32IfBE(words);
}
