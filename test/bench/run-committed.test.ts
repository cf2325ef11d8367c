// bench -- networks with committed weights, and bench -- openings: small cases from the command line through processes of
// their own.

import { describe, expect } from 'vitest';
import { expectOneLine, useProgram } from '../cli/program.ts';
import { it } from '../support/end-to-end.ts';

const program = useProgram('bench/run/main.ts');
const figure = expect.any(Number);

describe('bench -- networks --weights', () => {
  it('measures public and committed weights, and one registration', { timeout: 120_000 }, async () => {
    const { code, report } = await program.json<{ networks: Record<string, unknown>[]; skipped: object[] }>(
      ...['networks', '--names', 'mlp-small', '--weights', 'public,committed', '--memory', 'high,low'],
      ...['--repeat', '1'],
    );
    expect(code).toBe(0);
    expect(report.skipped).toEqual([]);
    expect(report.networks.map(({ mode, memory }) => [mode, memory])).toEqual([
      ['public', 'high'],
      ['committed', 'high'],
      ['committed', 'low'],
    ]);
    const [open, high, low] = report.networks;
    const registration = {
      ...{ registerMs: figure, verifyModelMs: figure, keyBytes: figure, registrationBytes: figure },
      ...{ proverFileBytes: figure, registerPeakRssBytes: figure },
    };
    expect(high).toMatchObject({ proveMs: figure, verifyMs: figure, proofBytes: figure, ...registration });
    for (const name of Object.keys(registration)) {
      expect(open).not.toHaveProperty(name);
      expect(low[name]).toBe(high[name]);
    }
    expect(low['proofBytes']).toBe(high['proofBytes']);
    expect(high['proofBytes']).toBeGreaterThan(open['proofBytes'] as number);
    expect(open).toHaveProperty('layerOperations');
    expect(high).not.toHaveProperty('layerOperations');
  });

  it.each<[string, string[], RegExp]>([
    ['weights that are neither', ['--weights', 'hidden'], /--weights 'hidden' is not known; write public, committed/],
    ['memory of another size', ['--memory', 'middle'], /--memory 'middle' is not known; write high, low/],
  ])('with %s says so in one line', async (_, args, line) => {
    expectOneLine(await program.run('networks', '--names', 'mlp-small', ...args), line, 'bench');
  });
});

describe('bench -- openings', () => {
  it('measures a committed matrix and fits the line', { timeout: 120_000 }, async () => {
    const { code, report } = await program.json<{ openings: Record<string, unknown>[]; fits: object[] }>(
      ...['openings', '--sizes', '64x32', '--densities', '1,1/2,1/4', '--memory', 'high,low', '--repeat', '2'],
    );
    expect(code).toBe(0);
    expect(Object.keys(report)).toEqual(['openings', 'skipped', 'fits', 'machine']);
    expect(report.openings.map(({ density, memory }) => [density, memory])).toEqual(
      ['high', 'low'].flatMap((memory) => [1, 1 / 2, 1 / 4].map((density) => [density, memory])),
    );
    expect(report.openings[0]).toEqual({
      ...{ outputs: 64, inputs: 32, density: 1, memory: 'high', nnz: 2048, proofs: 2, proofBytes: figure },
      ...{ openMs: figure, openLowerQuartileMs: figure, openUpperQuartileMs: figure },
      ...{ claimMs: figure, vectorMs: figure, readMs: figure, workMs: figure, verifyMs: figure },
    });
    const line = { fixedMs: figure, nsPerNonzero: figure, rSquared: figure, gathersPerNonzero: figure };
    expect(report.fits).toEqual(
      ['high', 'low'].map((memory) => ({
        ...{ outputs: 64, inputs: 32, memory, densities: 3 },
        ...line,
        reading: line,
      })),
    );
  });

  it('knows no names of networks', async () => {
    expectOneLine(await program.run('openings', '--names', 'vgg16'), /openings: unknown option --names/, 'bench');
  });
});
