// bench -- layers: its arguments, and one small case from the command line through a process of its own.

import { describe, expect } from 'vitest';
import { parseDensity, parseShape } from '../../bench/run/options.ts';
import { LAYER_METHODS } from '../../src/layer/protocol.ts';
import { expectOneLine, useProgram } from '../cli/program.ts';
import { it } from '../support/end-to-end.ts';

const program = useProgram('bench/run/main.ts');

describe('bench -- layers', () => {
  it('measures a layer by every method, each in a process of its own', { timeout: 120_000 }, async () => {
    const { code, report } = await program.json<{ layers: Record<string, unknown>[] }>(
      ...['layers', '--sizes', '20x13', '--densities', '1/4', '--batch', '3', '--repeat', '3'],
    );
    expect(code).toBe(0);
    const figure = expect.any(Number);
    expect(report).toEqual({
      layers: LAYER_METHODS.map((method) => ({
        ...{ method, outputs: 20, inputs: 13, density: 0.25, nnz: report.layers[0]['nnz'], batch: 3, proofs: 3 },
        ...{ proveMs: figure, proveLowerQuartileMs: figure, proveUpperQuartileMs: figure, coldProveMs: figure },
        ...{ prepareMs: figure, inferenceMs: figure, verifyMs: figure, proofBytes: figure, peakRssBytes: figure },
        operations: { extensionMultiplications: figure, mixedMultiplications: figure, baseMultiplications: figure },
        phases: expect.objectContaining({ rest: figure }),
      })),
      skipped: [],
      machine: {
        ...{ cpu: expect.any(String), cores: figure, memoryBytes: figure, platform: expect.any(String) },
        ...{ node: process.version, commit: expect.toSatisfy((commit) => commit === null || commit.length >= 40) },
        ...{ baseMulNs: figure, extMulNs: figure, gatherNs: figure },
      },
    });
  });

  it('skips what does not fit and says so', { timeout: 120_000 }, async () => {
    const { code, stdout } = await program.run(
      ...['layers', '--sizes', '16384', '--densities', '1', '--methods', 'ternary', '--batch', '16'],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/not measured:\n {2}16384, 1, batch 16, ternary: it would take about \d+\.\d GiB/);
  });

  it.each<[string, string[], RegExp]>([
    ['a method that is not there', ['--methods', 'terary'], /unknown method 'terary'; did you mean ternary\?/],
    ['a shape of three numbers', ['--sizes', '4x5x6'], /--sizes '4x5x6' is not a shape/],
    ['a shape of nothing', ['--sizes', '1024,'], /--sizes '' is not an integer from 1/],
    ['a density above one', ['--densities', '1/2,2'], /--densities '2' is not a share/],
    ['a density of nothing', ['--densities', '0'], /--densities '0' is not a share/],
    ['a batch of none', ['--batch', '0'], /--batch '0' is not an integer from 1/],
    ['no repeats', ['--repeat', '0'], /--repeat '0' is not an integer from 1/],
    [
      'an option of another benchmark',
      ['--names', 'x'],
      /layers: unknown option --names; see npm run bench -- layers --help/,
    ],
  ])('with %s says so in one line', async (_, args, line) => {
    expectOneLine(await program.run('layers', ...args), line, 'bench');
  });
});

describe('its values', () => {
  it('are shapes, outputs first', () => {
    expect(parseShape('4096')).toEqual({ outputs: 4096, inputs: 4096 });
    expect(parseShape('6912x2560')).toEqual({ outputs: 6912, inputs: 2560 });
    expect(parseShape('784×1024')).toEqual({ outputs: 784, inputs: 1024 });
  });

  it('are densities, as fractions or decimals', () => {
    expect(['1', '1/64', '0.25', '3/4'].map((text) => parseDensity(text))).toEqual([1, 1 / 64, 0.25, 0.75]);
  });
});
