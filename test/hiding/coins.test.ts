// Coins: uniform elements below p, the same from the same seed and label, others from any other.

import { describe, expect, it } from 'vitest';
import { createHasher, createPlainHasher } from '../../src/hash/hasher.ts';
import { createCoins } from '../../src/hiding/coins.ts';
import { settings } from '../support/fields.ts';

const seed = Uint8Array.from({ length: 32 }, (_, k) => k);

describe.each(settings.filter((_, k) => k === 0 || k === 3))('coins over %s', (_name, field) => {
  const coins = createCoins(field, createHasher(), seed);
  const { baseByteLength, byteLength, degree } = field;
  const count = 6000 * degree;

  it('are canonical and uniform', () => {
    const bytes = coins.draw('a', count);
    expect(bytes).toHaveLength(count * baseByteLength);
    let ones = 0;
    for (let at = 0; at < bytes.length; at += byteLength) {
      const value = field.read(bytes, at);
      expect(value).toBeDefined();
      // in the upper half of the prime field
      ones += field.toCoefficients(value).filter((c) => 2n * BigInt(c) > field.characteristic).length;
    }
    // five standard deviations
    expect(Math.abs(ones - count / 2)).toBeLessThan(2.5 * Math.sqrt(count));
  });

  it('follow from seed and label, on every hasher, and a shorter draw is the start of a longer one', () => {
    const bytes = coins.draw('a', 100);
    expect(createCoins(field, createPlainHasher(), seed).draw('a', 100)).toEqual(bytes);
    expect(coins.draw('a', 40)).toEqual(bytes.subarray(0, 40 * baseByteLength));
    expect(coins.draw('b', 100)).not.toEqual(bytes);
    expect(createCoins(field, createHasher(), seed.with(31, 0)).draw('a', 100)).not.toEqual(bytes);
    expect(coins.draw('a', 0)).toHaveLength(0);
  });
});
