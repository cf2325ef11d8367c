// The positions of a code word that are opened: a uniform set of distinct ones.

import { describe, expect, it } from 'vitest';
import { drawPositions } from '../../../src/commit/recursive/positions.ts';
import { koalaBear } from '../../../src/field/index.ts';
import { createProverChannel } from '../../../src/transcript/index.ts';

describe('positions', () => {
  const draw = (queries: number, codeBits: number, seed: number): number[] => {
    const channel = createProverChannel(koalaBear);
    channel.absorb('seed', Uint8Array.of(seed, seed >> 8));
    return drawPositions(channel, { columnVariables: codeBits - 1, rateBits: 1, queries });
  };

  it('are as many as asked for, distinct, ascending and in range', () => {
    for (const codeBits of [1, 2, 3, 6, 12]) {
      const count = 2 ** codeBits;
      for (const queries of [1, 2, count / 2, count / 2 + 1, count - 1, count, count + 5].filter((q) => q >= 1)) {
        const positions = draw(queries, codeBits, queries);
        expect(positions).toHaveLength(Math.min(queries, count));
        expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
        expect(positions[0]).toBeGreaterThanOrEqual(0);
        expect(positions[positions.length - 1]).toBeLessThan(count);
      }
    }
  });

  it.each([2, 3, 5, 6])('%i of 8 hit every position equally often', (queries) => {
    const hits = new Array<number>(8).fill(0);
    const runs = 2000;
    for (let seed = 0; seed < runs; seed++) for (const position of draw(queries, 3, seed)) hits[position]++;
    const mean = (runs * queries) / 8;
    // six standard deviations; the draws are the same in every run of this test
    const tolerance = 6 * Math.sqrt(mean * (1 - queries / 8));
    for (const count of hits) expect(Math.abs(count - mean)).toBeLessThan(tolerance);
  });
});
