// The digest that names a network in every statement: BLAKE3 of its canonical bytes, without the network's name and
// without the check. The name is a label: the same network under another name is the same network.

import { bytesToHex } from '@noble/hashes/utils.js';
import { blake3, DIGEST_LENGTH } from '../../hash/blake3.ts';

export { DIGEST_LENGTH };

const SHORT_LENGTH = 8;

/** Returns a digest as messages show it: its first eight bytes, `0123456789abcdef…`. */
export function shortDigest(digest: Uint8Array): string {
  return `${bytesToHex(digest.subarray(0, SHORT_LENGTH))}…`;
}

/**
 * Returns the digest of a file's content.
 *
 * @param header - magic and version
 * @param rest - the bytes between the name and the check
 */
export function digestOf(header: Uint8Array, rest: Uint8Array): Uint8Array {
  // a zero in between: the length of an empty name
  const content = new Uint8Array(header.length + 1 + rest.length);
  content.set(header);
  content.set(rest, header.length + 1);
  return blake3(content);
}
