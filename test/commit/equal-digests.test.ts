// Two digests are the same if all their bytes are, and there are no more of either.

import { describe, expect, it } from 'vitest';
import { equalDigests } from '../../src/commit/merkle/verify.ts';

const digest = Uint8Array.from({ length: 26 }, (_, k) => (k * 37) % 256);

describe('digests', () => {
  it('are the same as their copies', () => {
    expect(equalDigests(digest, digest.slice())).toBe(true);
  });

  it.each(Array.from(digest.keys()))('differ in byte %i', (at) => {
    const other = digest.map((byte, k) => (k === at ? byte ^ 1 : byte));
    expect(equalDigests(digest, other)).toBe(false);
    expect(equalDigests(other, digest)).toBe(false);
  });

  it('differ from digests that begin alike', () => {
    expect(equalDigests(digest, digest.subarray(0, 25))).toBe(false);
    expect(equalDigests(digest.subarray(0, 25), digest)).toBe(false);
    expect(equalDigests(digest.subarray(0, 0), digest)).toBe(false);
  });
});
