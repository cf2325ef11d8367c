// What names a network in every statement: SHA-256 of its model file without the network's name and without
// the check. The name is a label: the same network under another name is the same network.

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Bytes of a digest. */
export const DIGEST_LENGTH = 32;

const SHORT_LENGTH = 8;

/** The digest in the messages of this program: its first eight bytes, `0123456789abcdef…`. */
export function shortDigest(digest: Uint8Array): string {
  return `${bytesToHex(digest.subarray(0, SHORT_LENGTH))}…`;
}

/** SHA-256 of the parts, one after the other. */
export function digestOf(parts: readonly Uint8Array[]): Uint8Array {
  const hash = sha256.create();
  for (const part of parts) hash.update(part);
  return hash.digest();
}
