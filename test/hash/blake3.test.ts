// Cases that hash.test.ts does not reach through the plain hasher: messages that lie anywhere in a buffer, hashes that
// take turns over the one state they share, and wrong keys. @noble/hashes is the oracle.

import { blake3 as oracle } from '@noble/hashes/blake3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { blake3, keyedBlake3 } from '../../src/hash/blake3.ts';

const key = Uint8Array.from({ length: 32 }, (_, k) => 255 - 3 * k);

describe('blake3', () => {
  it('reads a message at any offset of its buffer, and nothing beside it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2300 }), fc.nat(9), fc.nat(255), (message, offset, around) => {
        const buffer = new Uint8Array(message.length + offset + 5).fill(around);
        buffer.set(message, offset);
        expect(blake3(buffer.subarray(offset, offset + message.length))).toEqual(oracle(message));
      }),
    );
  });

  it('hashes under several keys and none by turns', () => {
    const [first, second] = [keyedBlake3(key), keyedBlake3(key.toReversed())];
    for (const length of [0, 3, 64, 1024, 1025, 5000]) {
      const message = Uint8Array.from({ length }, (_, k) => (k * k) % 256);
      expect(first(message)).toEqual(oracle(message, { key }));
      expect(blake3(message)).toEqual(oracle(message));
      expect(second(message)).toEqual(oracle(message, { key: key.toReversed() }));
    }
  });

  it('leaves the message and its key as they are, and later digests leave earlier ones', () => {
    const message = new Uint8Array(3000).fill(7);
    const used = key.slice();
    const hash = keyedBlake3(used);
    const digest = hash(message);
    expect([message.every((byte) => byte === 7), used]).toEqual([true, key]);
    used.fill(0);
    expect(hash(message)).toEqual(digest);
    hash(new Uint8Array(1));
    expect(digest).toEqual(oracle(message, { key }));
  });

  it.each([0, 31, 33])('refuses a key of %i bytes', (length) => {
    expect(() => keyedBlake3(new Uint8Array(length))).toThrow(UsageError);
  });
});
