// Two lists of bytes, digests among them, are equal if their lengths and all their bytes are.

import { describe, expect, it } from 'vitest';
import { equalBytes } from '../src/bytes.ts';

const digest = Uint8Array.from({ length: 26 }, (_, k) => (k * 37) % 256);

describe('digests', () => {
  it('are the same as their copies', () => {
    expect(equalBytes(digest, digest.slice())).toBe(true);
  });

  it.each(Array.from(digest.keys()))('differ in byte %i', (at) => {
    const other = digest.map((byte, k) => (k === at ? byte ^ 1 : byte));
    expect(equalBytes(digest, other)).toBe(false);
    expect(equalBytes(other, digest)).toBe(false);
  });

  it('differ from digests that begin alike', () => {
    expect(equalBytes(digest, digest.subarray(0, 25))).toBe(false);
    expect(equalBytes(digest.subarray(0, 25), digest)).toBe(false);
    expect(equalBytes(digest.subarray(0, 0), digest)).toBe(false);
  });
});
