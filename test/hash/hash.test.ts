// Hashers against @noble/hashes: every length around the edges of blocks, chunks and trees, every way in which
// messages fill groups of four, keyed and not, in place and copied; and the proof of work.

import { blake3 } from '@noble/hashes/blake3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { KernelMemory } from '../../src/field/kernels/memory.ts';
import { createHasher, createPlainHasher } from '../../src/hash/hasher.ts';
import type { Hasher } from '../../src/hash/hasher-contract.ts';
import { createKernelHasher } from '../../src/hash/kernel-hasher.ts';
import { checkNonce, decodeNonce, encodeNonce } from '../../src/hash/proof-of-work.ts';
import { runs } from '../support/depth.ts';
import { seeded } from '../support/fields.ts';

const hashers: [string, () => Hasher][] = [
  ['kernel', () => createKernelHasher() as Hasher],
  ['plain', createPlainHasher],
];

const LENGTHS = [0, 1, 2, 31, 32, 63, 64, 65, 127, 128, 129, 1023, 1024, 1025, 2047, 2048, 2049, 3072, 3073, 4096];
const LONG_LENGTHS = [4097, 5120, 7169, 8192, 8193, 16385, 31744, 65537];
const COUNTS = [0, 1, 2, 3, 4, 5, 8];
/** Length, digest and keyed digest, from the test vectors of the BLAKE3 repository. */
const VECTORS: [number, string, string][] = [
  [
    0,
    'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
    '92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26',
  ],
  [
    1,
    '2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213',
    '6d7878dfff2f485635d39013278ae14f1454b8c0a3a2d34bc1ab38228a80c95b',
  ],
  [
    1024,
    '42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7',
    '75c46f6f3d9eb4f55ecaaee480db732e6c2105546f1e675003687c31719c7ba4',
  ],
  [
    1025,
    'd00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444',
    '357dc55de0c7e382c900fd6e320acc04146be01db6a8ce7210b7189bd664ea69',
  ],
  [
    4097,
    '9b4052b38f1c5fc8b1f9ff7ac7b27cd242487b3d890d15c96a1c25b8aa0fb995',
    '00df940cd36bb9fa7cbbc3556744e0dbc8191401afe70520ba292ee3ca80abbc',
  ],
];
const key = Uint8Array.from({ length: 32 }, (_, k) => 7 * k + 1);

function randomBytes(length: number, seed: number): Uint8Array {
  const random = seeded(seed);
  return Uint8Array.from({ length }, () => random(256));
}

/** Digests by @noble/hashes. */
function expected(messages: Uint8Array, count: number, withKey?: Uint8Array): Uint8Array {
  const length = count === 0 ? 0 : messages.length / count;
  const digests = new Uint8Array(32 * count);
  for (let k = 0; k < count; k++) {
    const message = messages.slice(k * length, (k + 1) * length);
    digests.set(withKey === undefined ? blake3(message) : blake3(message, { key: withKey }), 32 * k);
  }
  return digests;
}

describe.each(hashers)('the %s hasher', (_name, create) => {
  const hasher = create();

  it('hashes one message of any number of chunks, whole and broken, in place and copied', () => {
    for (let chunks = 0; chunks <= 41; chunks++) {
      for (const rest of chunks < 19 ? [0, 1, 63, 64, 65, 1023] : [0, 1]) {
        const message = randomBytes(1024 * chunks + rest, chunks);
        expect(hasher.hash(message), `${message.length} bytes`).toEqual(blake3(message));
      }
    }
    for (const [length, digest] of VECTORS) {
      const message = Uint8Array.from({ length }, (_, k) => k % 251);
      expect(Buffer.from(hasher.hash(message)).toString('hex')).toBe(digest);
    }
    const memory = new KernelMemory();
    const shared = createHasher(memory);
    const at = memory.allocate(5000);
    memory.bytes.set(randomBytes(5000, 3), at);
    expect(shared.hash(memory.bytes.subarray(at, at + 5000))).toEqual(blake3(randomBytes(5000, 3)));
  });

  it.each(LENGTHS)('hashes any number of messages of %i bytes', (length) => {
    for (const count of COUNTS) {
      const messages = randomBytes(length * count, length + count);
      expect(hasher.hashMany(messages, count)).toEqual(expected(messages, count));
      expect(hasher.hashMany(messages, count, key)).toEqual(expected(messages, count, key));
    }
  });

  it.each(LONG_LENGTHS)('hashes trees of chunks: %i bytes', (length) => {
    const messages = randomBytes(length * 5, length);
    expect(hasher.hashMany(messages, 5, key)).toEqual(expected(messages, 5, key));
  });

  // byte i of the input is i mod 251
  it.each(VECTORS)('has the published digests of %i bytes', (length, plain, keyed) => {
    const input = Uint8Array.from({ length }, (_, i) => i % 251);
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    expect(hex(hasher.hashMany(input, 1))).toBe(plain);
    const vectorKey = new TextEncoder().encode('whats the Elvish word for friend');
    expect(hex(hasher.hashMany(input, 1, vectorKey))).toBe(keyed);
  });

  it('hashes whatever lengths and counts', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.integer({ min: 1, max: 9 }), fc.nat(), (length, count, seed) => {
        const messages = randomBytes(length * count, seed);
        expect(hasher.hashMany(messages, count, key)).toEqual(expected(messages, count, key));
      }),
      { numRuns: runs(50) },
    );
  });

  it('keeps the first bytes of a digest, zeros after them', () => {
    for (const digestLength of [1, 16, 26, 31, 32]) {
      const messages = randomBytes(5 * 70, digestLength);
      const cut = expected(messages, 5, key).map((byte, at) => (at % 32 < digestLength ? byte : 0));
      expect(hasher.hashMany(messages, 5, key, digestLength)).toEqual(cut);
    }
    for (const digestLength of [0, 33, 2.5, Number.NaN]) {
      expect(() => hasher.hashMany(new Uint8Array(4), 2, key, digestLength)).toThrow(UsageError);
    }
  });

  it('refuses what does not divide into messages', () => {
    expect(() => hasher.hashMany(new Uint8Array(7), 2)).toThrow(UsageError);
    expect(() => hasher.hashMany(new Uint8Array(7), 0)).toThrow(UsageError);
  });

  it('finds the least nonce, which checkNonce accepts', () => {
    for (const bits of [0, 1, 5, 8, 9, 11]) {
      const seed = randomBytes(32, bits + 1);
      const nonce = hasher.grind(seed, bits);
      const works = (candidate: number): boolean => {
        const digest = blake3(Uint8Array.of(...seed, ...encodeNonce(candidate)));
        return (digest[0] * 2 ** 16 + digest[1] * 2 ** 8 + digest[2]) >> (24 - bits) === 0;
      };
      expect(works(nonce)).toBe(true);
      expect(checkNonce(seed, nonce, bits)).toBe(true);
      for (let smaller = 0; smaller < nonce; smaller++) expect(works(smaller)).toBe(false);
    }
  });

  it('refuses more work than a nonce can do', () => {
    expect(() => hasher.grind(new Uint8Array(32), 25)).toThrow(UsageError);
    expect(() => hasher.grind(new Uint8Array(32), -1)).toThrow(UsageError);
  });
});

describe('the kernel hasher', () => {
  it('agrees with the plain one on work of 16 bits', () => {
    const seed = randomBytes(32, 99);
    expect(createHasher().name).toBe('wasm');
    expect(createHasher().grind(seed, 16)).toBe(createPlainHasher().grind(seed, 16));
  });

  it('hashes in place what lies in its memory, and leaves it as it was', () => {
    const memory = new KernelMemory();
    const hasher = createHasher(memory);
    const messages = randomBytes(7 * 1500, 3);
    const at = memory.allocate(messages.length);
    memory.bytes.set(messages, at);
    const mark = memory.mark();
    expect(hasher.hashMany(memory.bytes.subarray(at, at + messages.length), 7, key)).toEqual(
      expected(messages, 7, key),
    );
    expect(memory.mark()).toBe(mark);
    expect(memory.bytes.slice(at, at + messages.length)).toEqual(messages);
  });

  it.each([0, 1, 3, 63, 64, 65, 127, 128, 512, 1023, 1024, 1025, 2048, 2049, 3073, 5000])(
    'gives the same digests in place, wherever they start, as copied: %i bytes',
    (length) => {
      const memory = new KernelMemory();
      const hasher = createHasher(memory);
      for (const count of [0, 1, 2, 3, 4, 5, 9]) {
        const messages = randomBytes(length * count, 31 * length + count);
        const digests = expected(messages, count, key);
        const at = memory.allocate(messages.length + 1) + (count % 2);
        memory.bytes.set(messages, at);
        const inside = memory.bytes.subarray(at, at + messages.length);
        expect(inside.buffer).toBe(memory.bytes.buffer);
        expect(hasher.hashMany(inside, count, key)).toEqual(digests);
        expect(hasher.hashMany(messages, count, key)).toEqual(digests);
        expect(createPlainHasher().hashMany(inside, count, key)).toEqual(digests);
      }
    },
  );

  it('survives that its memory grows while it hashes in place', () => {
    const memory = new KernelMemory();
    const hasher = createHasher(memory);
    const count = memory.bytes.length / 64;
    const at = memory.allocate(64 * count);
    memory.bytes.set(randomBytes(640, 4), at);
    const first = memory.bytes.slice(at, at + 640);
    const before = memory.bytes.length;
    const digests = hasher.hashMany(memory.bytes.subarray(at, at + 64 * count), count);
    expect(memory.bytes.length).toBeGreaterThan(before);
    expect(digests.subarray(0, 320)).toEqual(expected(first, 10));
  });

  it('copies in pieces what lies elsewhere', () => {
    const messages = randomBytes(3 * 2 ** 20, 5);
    const count = messages.length / 1024;
    expect(createHasher().hashMany(messages, count)).toEqual(expected(messages, count));
  });

  it('gives way to the plain one where there is no WebAssembly', () => {
    expect(createHasher(new KernelMemory({ backing: 'array' })).name).toBe('js');
  });
});

describe('the proof of work', () => {
  it('depends on every byte of seed and nonce', () => {
    const seed = randomBytes(32, 8);
    const nonce = createHasher().grind(seed, 12);
    const others = [0, 1, 2, 3].map((k) => (nonce ^ (1 << (8 * k))) >>> 0);
    expect(others.filter((other) => checkNonce(seed, other, 12))).toEqual([]);
    const seeds = Array.from(seed, (_, k) => seed.map((byte, at) => (at === k ? byte ^ 1 : byte)));
    expect(seeds.filter((other) => checkNonce(other, nonce, 12))).toEqual([]);
  });

  it('encodes a nonce in four bytes, every one of which is a nonce', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), (nonce) => {
        expect(decodeNonce(encodeNonce(nonce))).toBe(nonce);
      }),
    );
  });
});
