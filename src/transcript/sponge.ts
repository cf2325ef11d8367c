// The hash of a transcript as a sponge: absorb bytes in any pieces, squeeze an extendable output of all
// that has been absorbed, go on absorbing. Squeezing works on a copy and changes nothing, so that two
// squeezes with nothing absorbed in between yield the same bytes; transcript.ts sees to it that this
// never happens.
//
// Source: the hash instantiations of draft-irtf-cfrg-fiat-shamir; TurboSHAKE128 is RFC 9861, with a capacity of
// 256 bits.

import { Keccak } from '@noble/hashes/sha3.js';

/** Bytes that one permutation takes in or gives out: 1600 bits of state, 256 of capacity. */
const RATE = 168;
/** The bits of domain separation with the first bit of padding: TurboSHAKE's default. */
const SUFFIX = 0x1f;
const ROUNDS = 12;
/** Of an output that is not extended; none is asked for. */
const OUTPUT_LENGTH = 32;

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
  const hash = new Keccak(RATE, SUFFIX, OUTPUT_LENGTH, true, ROUNDS);
  let copy: Keccak | undefined;
  return {
    absorb(bytes) {
      hash.update(bytes);
    },
    squeeze() {
      const output = hash._cloneInto(copy);
      copy = output;
      return (length) => {
        // Up to 64 bytes an array lies on the JavaScript heap, which makes it cheap; most reads are shorter.
        const bytes = new Uint8Array(length);
        output.xofInto(bytes);
        return bytes;
      };
    },
  };
}
