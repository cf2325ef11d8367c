// Many hashes under one key, or under none, by @noble/hashes: the key is set up once, which halves the time
// of a short message. Verifiers hash Merkle paths with it.

import { blake3 } from '@noble/hashes/blake3.js';

/** Hashes a message into 32 bytes of its own. */
export type KeyedHash = (message: Uint8Array) => Uint8Array;

/** BLAKE3, keyed if there is a key of 32 bytes. */
export function keyedHash(key?: Uint8Array): KeyedHash {
  const options = key === undefined ? {} : { key };
  const fresh = blake3.create(options);
  let used = blake3.create(options);
  return (message) => {
    used = fresh._cloneInto(used);
    return used.update(message).digest();
  };
}
