// bench -- networks: small cases from the command line through processes of their own, and arguments that are wrong.

import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect } from 'vitest';
import { encodeNetwork } from '../../src/network/files/model.ts';
import { ternaryFromDense } from '../../src/sparse/ternary-matrix.ts';
import { expectOneLine, useProgram } from '../cli/program.ts';
import { it } from '../support/end-to-end.ts';

const program = useProgram('bench/run/main.ts');

const model = encodeNetwork({
  name: 'two',
  input: { shape: [2], min: 0, max: 9, scale: 1, mean: 0 },
  layers: [
    { kind: 'linear', name: 'fc', input: 0, weights: ternaryFromDense([1, -1, 0, 1], 2, 2) },
    { kind: 'requantise', name: 'relu', input: 1, shift: 1, activation: 'relu', min: 0, max: 9 },
  ],
  outputs: [{ tensor: 2, scale: 1 }],
});

beforeAll(() => writeFileSync(program.path('two.tern'), model));

describe('bench -- networks', () => {
  it('measures model files and networks of the zoo, each in a process of its own', { timeout: 120_000 }, async () => {
    const { code, report } = await program.json<{ networks: Record<string, unknown>[]; machine: object }>(
      ...['networks', '--names', 'two.tern,lenet5', '--density', '0.1', '--batch', '1,2', '--repeat', '2'],
    );
    expect(code).toBe(0);
    expect(Object.keys(report)).toEqual(['networks', 'skipped', 'machine']);
    const figure = expect.any(Number);
    const times = { inferenceMs: figure, proveMs: figure, coldProveMs: figure, verifyMs: figure };
    const quartiles = { proveLowerQuartileMs: figure, proveUpperQuartileMs: figure, proofs: 2 };
    const phaseNames = ['witness', 'commit', 'lookup', 'layers', 'openings', 'open'];
    const rest = {
      ...{ ...times, ...quartiles, proofBytes: figure, peakRssBytes: figure },
      phases: Object.fromEntries(phaseNames.map((name) => [name, figure])),
      layerOperations: { extensionAdditions: figure, extensionMultiplications: figure, mixedMultiplications: figure },
    };
    const held = { mode: 'public', memory: 'high' };
    const two = {
      ...held,
      name: 'two',
      source: 'file',
      density: 0.75,
      parameters: 4,
      weights: 4,
      nnz: 3,
      activations: 2,
    };
    const { nnz } = report.networks[2];
    const lenet = { ...held, name: 'lenet5', source: 'zoo', density: 0.1, parameters: 61_706, weights: 61_470, nnz };
    expect(report.networks).toEqual([
      ...[1, 2].map((batch) => ({ ...two, batch, ...rest })),
      ...[1, 2].map((batch) => ({ ...lenet, activations: 6_508, batch, ...rest })),
    ]);
    for (const { phases, proveUpperQuartileMs } of report.networks) {
      const sum = Object.values(phases as Record<string, number>).reduce((a, b) => a + b, 0);
      expect(sum).toBeLessThanOrEqual(2 * (proveUpperQuartileMs as number));
    }
    expect(report.machine).toMatchObject({ node: process.version, baseMulNs: figure, extMulNs: figure });
  });

  it('skips networks that do not fit, and says so', { timeout: 60_000 }, async () => {
    const { code, stdout } = await program.run(...['networks', '--names', 'vgg16', '--batch', '64', '--repeat', '1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/not measured:\n {2}vgg16, 0\.2, batch 64: it would take about \d+\.\d GiB of memory/);
  });

  it('gives the library’s reason where a batch has too many lookups', { timeout: 60_000 }, async () => {
    const { report } = await program.json<{ networks: object[]; skipped: { reason: string }[] }>(
      ...['networks', '--names', 'resnet20', '--batch', '16', '--repeat', '1'],
    );
    expect(report.networks).toEqual([]);
    expect(report.skipped).toMatchObject([
      { name: 'resnet20', batch: 16, reason: expect.stringMatching(/rows are more than the error budget allows/) },
    ]);
  });

  it.each<[string, string[], RegExp]>([
    ['a density above one', ['--density', '2'], /--density '2' is not a share/],
    ['a batch of none', ['--batch', '0'], /--batch '0' is not an integer from 1/],
    ['an option of layers', ['--sizes', '4'], /networks: unknown option --sizes/],
    [
      'a network like no other',
      ['--names', 'zzzzzzzzzz'],
      /unknown network 'zzzzzzzzzz'; the networks are .*, vgg16, /,
    ],
    ['an example’s name with a slip', ['--names', 'mlp-smal'], /unknown network 'mlp-smal'; did you mean mlp-small\?/],
  ])('with %s says so in one line', async (_, args, line) => {
    expectOneLine(await program.run('networks', ...args), line, 'bench');
  });
});
