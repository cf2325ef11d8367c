// The randomness of a hiding prover: uniform elements of the prime field, from a secret seed.

import type { Field } from '../field/field.ts';
import type { Hasher } from '../hash/hasher-contract.ts';

/**
 * A source of uniform elements. A label is drawn from once in a proof.
 *
 * @example
 * ```ts
 * import { type Coins, createCoins, createHasher } from 'ternary-gkr/commit';
 * import { koalaBear } from 'ternary-gkr/field';
 *
 * const coins: Coins = createCoins(koalaBear, createHasher(), new Uint8Array(32));
 * console.log(coins.draw('pads', 3).length); // 12
 * ```
 */
export interface Coins {
  /** Returns canonical encodings of `count` elements of the prime field, back to back. */
  draw(label: string, count: number): Uint8Array;
}

/** The most digests of one call of the hasher. */
const BATCH = 4096;
const DIGEST_LENGTH = 32;

/**
 * Coins that follow from a seed of 32 secret bytes: BLAKE3, keyed with the hash of seed and label, of 0, 1, …, from which
 * candidates are taken that are below p.
 *
 * @example
 * ```ts
 * import { createCoins, createHasher } from 'ternary-gkr/commit';
 * import { koalaBear } from 'ternary-gkr/field';
 *
 * const seed = crypto.getRandomValues(new Uint8Array(32));
 * console.log(createCoins(koalaBear, createHasher(), seed).draw('noise', 10).length); // 40
 * ```
 */
export function createCoins(field: Field<unknown>, hasher: Hasher, seed: Uint8Array): Coins {
  const { baseByteLength: size, characteristic } = field;
  const bound = Array.from({ length: size }, (_, k) => Number((characteristic >> BigInt(8 * k)) & 255n));
  // bits of the last byte that an element may have
  const mask = 2 ** bound[size - 1].toString(2).length - 1;
  return {
    draw(label, count) {
      const name = new TextEncoder().encode(label);
      const key = hasher.hash(Uint8Array.from([...seed, ...name]));
      const elements = new Uint8Array(count * size);
      let filled = 0;
      for (let first = 0; filled < count; ) {
        const due = Math.ceil(((count - filled) * size) / DIGEST_LENGTH);
        // a few more, for candidates that are too large
        const batch = Math.min(BATCH, due + Math.ceil(due / 64));
        const messages = new DataView(new ArrayBuffer(8 * batch));
        for (let k = 0; k < batch; k++) messages.setUint32(8 * k, first + k, true);
        const digests = hasher.hashMany(new Uint8Array(messages.buffer), batch, key);
        first += batch;
        for (let at = 0; at + size <= digests.length && filled < count; at += size) {
          digests[at + size - 1] &= mask;
          const candidate = digests.subarray(at, at + size);
          if (!isBelow(candidate, bound)) continue;
          elements.set(candidate, filled * size);
          filled++;
        }
      }
      return elements;
    },
  };
}

/** Whether an integer is below another; both in little-endian bytes. */
function isBelow(bytes: Uint8Array, bound: readonly number[]): boolean {
  for (let k = bound.length - 1; k >= 0; k--) if (bytes[k] !== bound[k]) return bytes[k] < bound[k];
  return false;
}
