// The opening benchmark: a small case through prover and verifier, and the line through made-up figures.

import { describe, expect } from 'vitest';
import { fitLine } from '../../bench/measure/statistics.ts';
import { benchOpening, estimateOpeningMs, fitOpenings, type OpeningFigures } from '../../bench/openings/openings.ts';
import { it } from '../support/end-to-end.ts';

describe('one opening', () => {
  it.each(['high', 'low'] as const)('is proven, verified and measured with %s memory', async (memory) => {
    const figures = await benchOpening({ outputs: 48, inputs: 70, density: 1 / 4, memory }, 3);
    expect(figures).toMatchObject({ outputs: 48, inputs: 70, density: 1 / 4, memory, proofs: 3 });
    expect(figures.nnz).toBeGreaterThan((48 * 70) / 8);
    expect(figures.nnz).toBeLessThan((48 * 70) / 2);
    expect(figures.openLowerQuartileMs).toBeLessThanOrEqual(figures.openMs);
    expect(figures.openMs).toBeLessThanOrEqual(figures.openUpperQuartileMs);
    expect(figures.readMs).toBeGreaterThanOrEqual(figures.claimMs);
    expect(figures.readMs).toBeLessThan(figures.claimMs + figures.vectorMs);
    for (const time of [figures.claimMs, figures.vectorMs, figures.verifyMs]) expect(time).toBeGreaterThan(0);
    expect(figures.proofBytes).toBeGreaterThan(1000);
  });
});

describe('the line', () => {
  const one = (memory: 'high' | 'low', nnz: number, openMs: number): OpeningFigures => ({
    ...{ outputs: 2048, inputs: 2048, density: nnz / 2 ** 22, memory, nnz, proofs: 9, openMs },
    ...{
      openLowerQuartileMs: openMs,
      openUpperQuartileMs: openMs,
      claimMs: 1,
      vectorMs: openMs - 1,
      workMs: 5,
      readMs: openMs / 2,
    },
    ...{ verifyMs: 9, proofBytes: 1000 },
  });

  it('is found for each memory choice, in gathers of this machine', () => {
    const counts = [1e6, 2e6, 4e6];
    const fits = fitOpenings(
      [
        ...counts.map((nnz) => one('high', nnz, 20 + nnz / 1e6)),
        ...counts.map((nnz) => one('low', nnz, 10 + nnz / 1e5)),
      ],
      0.5,
    );
    expect(fits.map(({ memory, densities }) => [memory, densities])).toEqual([
      ['high', 3],
      ['low', 3],
    ]);
    const [high, low] = fits;
    expect([high.fixedMs, high.nsPerNonzero, high.gathersPerNonzero, high.rSquared].map((x) => x.toFixed(6))).toEqual(
      [20, 1, 2, 1].map((x) => x.toFixed(6)),
    );
    expect(high.reading.gathersPerNonzero).toBeCloseTo(1, 9);
    expect(low.reading).toMatchObject({ fixedMs: expect.closeTo(5, 9), nsPerNonzero: expect.closeTo(5, 9) });
    expect([low.fixedMs, low.nsPerNonzero, low.gathersPerNonzero, low.rSquared].map((x) => x.toFixed(6))).toEqual(
      [10, 10, 20, 1].map((x) => x.toFixed(6)),
    );
  });

  it('is not drawn through two points', () => {
    expect(fitOpenings([one('high', 1, 2), one('high', 2, 3)], 0.5)).toEqual([]);
  });

  it('explains less where points stray', () => {
    const { a, b, rSquared } = fitLine([
      { x: 0, y: 0 },
      { x: 1, y: 3 },
      { x: 2, y: 0 },
    ]);
    expect([a, b, rSquared].map((x) => x.toFixed(9))).toEqual([1, 0, 0].map((x) => x.toFixed(9)));
  });

  it('weighs its cases by what they read', () => {
    const { nnz: _, ...small } = one('high', 1e6, 20);
    expect(estimateOpeningMs({ ...small, memory: 'low' })).toBeGreaterThan(estimateOpeningMs(small));
    expect(estimateOpeningMs({ ...small, density: 1 })).toBeGreaterThan(estimateOpeningMs(small));
  });
});
