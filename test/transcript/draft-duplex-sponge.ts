// The duplex sponge of draft-irtf-cfrg-fiat-shamir-03 (sections "Duplex Sponge" and "Session Identifiers")
// over this library's `Sponge`: the session identifier padded to the rate is absorbed first; consecutive
// squeezes continue one stream, and a non-empty absorb starts a new one. The channel is stricter: it frames
// and counts, so that no two of its squeezes share a stream.

import type { Sponge, SpongeReader } from '../../src/transcript/sponge.ts';

const RATE = 168;
const SESSION_LABEL = new TextEncoder().encode('irtf-cfrg-fiat-shamir/session-id');

export class DuplexSponge {
  readonly #sponge: Sponge;
  #reader: SpongeReader | undefined;

  constructor(create: () => Sponge, sessionId: Uint8Array) {
    this.#sponge = create();
    const block = new Uint8Array(RATE);
    block.set(sessionId);
    this.#sponge.absorb(block);
  }

  absorb(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#reader = undefined;
    this.#sponge.absorb(bytes);
  }

  squeeze(length: number): Uint8Array {
    this.#reader ??= this.#sponge.squeeze();
    return this.#reader(length);
  }
}

/** The 32-byte session identifier that belongs to an application's tag. */
export function deriveSessionId(create: () => Sponge, tag: Uint8Array): Uint8Array {
  const sponge = new DuplexSponge(create, SESSION_LABEL);
  sponge.absorb(tag);
  return sponge.squeeze(32);
}
