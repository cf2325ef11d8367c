// The seed of a proof's coins: random, and bound to all that determines the proof. With a generator that repeats itself, two
// proofs share their coins only if they are about the same things, and then they are the same proof; coins that served two
// different proofs would give both away.

import { blake3 } from '../../../hash/blake3.ts';

/** Returns 32 secret bytes. */
export function seedOf(parts: readonly (Uint8Array | Int32Array)[]): Uint8Array {
  const random = globalThis.crypto.getRandomValues(new Uint8Array(32));
  const pieces = [random, ...parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength))];
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + 4 + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    // framed, so that no two lists of parts give the same bytes
    new DataView(bytes.buffer).setUint32(at, piece.length, true);
    bytes.set(piece, at + 4);
    at += 4 + piece.length;
  }
  return blake3(bytes);
}
