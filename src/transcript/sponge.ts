// The hash of a transcript as a sponge: absorb bytes in any pieces, squeeze an extendable output of all
// that has been absorbed, go on absorbing. Squeezing works on a copy and changes nothing, so that two
// squeezes with nothing absorbed in between yield the same bytes; transcript.ts sees to it that this
// never happens.
//
// Source: the hash instantiations of draft-irtf-cfrg-fiat-shamir; TurboSHAKE128 is RFC 9861, SHAKE128
// is FIPS 202. Both have a capacity of 256 bits.

import { shake128 as shake128Hash } from '@noble/hashes/sha3.js';
import { turboshake128 as turboShake128Hash } from '@noble/hashes/sha3-addons.js';

/** Yields the next `length` bytes, in memory of their own. */
export type SpongeReader = (length: number) => Uint8Array;

export interface Sponge {
  /** Appends to what has been absorbed; the bytes are copied. */
  absorb(bytes: Uint8Array): void;
  /** The output that belongs to what has been absorbed, from its first byte. The reader ends with the next `squeeze`. */
  squeeze(): SpongeReader;
}

/** What this file uses of an extendable-output hash of @noble/hashes. */
interface ExtendableHash<Self> {
  update(data: Uint8Array): unknown;
  xofInto(out: Uint8Array): unknown;
  _cloneInto(to?: Self): Self;
}

function createHashSponge<Hash extends ExtendableHash<Hash>>(hash: Hash): Sponge {
  let copy: Hash | undefined;
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

/** A fresh TurboSHAKE128 sponge, domain byte 0x1F: twelve rounds. The default. */
export function turboShake128Sponge(): Sponge {
  return createHashSponge(turboShake128Hash.create({}));
}

/** A fresh SHAKE128 sponge: twenty-four rounds. */
export function shake128Sponge(): Sponge {
  return createHashSponge(shake128Hash.create({}));
}
