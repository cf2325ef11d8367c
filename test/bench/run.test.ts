// The command line of the benchmarks: its pages of help, what it measures many times in one process, and scripts/bench.mjs, which compiles
// it.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect } from 'vitest';
import { benchKernels } from '../../bench/kernels/kernels.ts';
import { benchScalars } from '../../bench/scalars/scalars.ts';
import { expectOneLine, useProgram } from '../cli/program.ts';
import { it } from '../support/end-to-end.ts';

const program = useProgram('bench/run/main.ts');
const root = resolve(import.meta.dirname, '../..');
const NAMES = ['kernels', 'scalars', 'layers', 'networks', 'openings'];

describe('the command line of the benchmarks', () => {
  it('lists what it measures, and each says more', async () => {
    const overview = await program.run('--help');
    expect(overview).toMatchObject({ code: 0, stderr: '' });
    expect([...overview.stdout.matchAll(/^ {2}(\S+) /gm)].map(([, name]) => name)).toEqual(NAMES);
    expect(overview.stdout).toContain('npm run bench -- report [results.json] [folder]');
    for (const name of NAMES) {
      const page = await program.run(name, '--help');
      expect(page).toMatchObject({ code: 0, stderr: '' });
      expect(page.stdout.startsWith(`usage: npm run bench -- ${name} [options]\n`)).toBe(true);
      expect(page.stdout).toContain('--json');
    }
  });

  it('says in one line what cannot be measured', async () => {
    const run = await program.run('layer');
    expectOneLine(run, /unknown command 'layer'; did you mean npm run bench -- layers\?/, 'bench');
  });
});

describe('kernels', () => {
  it('are measured on every engine, in order', { timeout: 120_000 }, () => {
    const kernels = benchKernels({ effort: { runs: 1, warmUpRuns: 0 } });
    const engines = [...new Set(kernels.map(({ engine }) => engine))];
    expect(engines).toContain('js');
    for (const engine of engines) {
      const own = kernels.filter((kernel) => kernel.engine === engine);
      expect(own.map(({ name }) => name)).toEqual([
        ...['baseMul', 'extMul', 'dot', 'bind', 'eqTable', 'foldFractions', 'weightedRound', 'callOverhead'],
        ...['ternaryGather', 'ntt', 'productSumcheck20'],
      ]);
      for (const { nsPerOp } of own) expect(nsPerOp).toBeGreaterThan(0);
    }
  });
});

describe('scalars', () => {
  it('are measured over every field, operations and rounds', { timeout: 120_000 }, async () => {
    const scalars = await benchScalars({ time: 1, warmupTime: 0 });
    const operations = ['addition', 'multiplication', 'inversion', "64 rounds, prover's channel"];
    expect(scalars.map(({ name }) => name)).toEqual(
      ['KoalaBear^4', 'BN254-scalar'].flatMap((field) =>
        [...operations, "64 rounds, verifier's channel"].map((operation) => `${field}: ${operation}`),
      ),
    );
    for (const { medianNs, samples } of scalars) {
      expect(medianNs).toBeGreaterThan(0);
      expect(samples).toBeGreaterThanOrEqual(64);
    }
  });
});

describe('scripts/bench.mjs', () => {
  const script = join(root, 'scripts/bench.mjs');
  const start = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });

  it('compiles them, runs them and leaves nothing behind', { timeout: 120_000 }, async () => {
    const help = start('help', 'networks');
    expect(help).toMatchObject({ status: 0, stdout: (await program.run('help', 'networks')).stdout });
    const refused = start('networks', '--weights', 'hidden');
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    const left = readdirSync(join(root, 'node_modules/.cache/ternary-gkr'));
    for (const { pid } of [help, refused]) expect(left.filter((name) => name.startsWith(`bench-${pid}-`))).toEqual([]);
  });

  it('writes reports, and says how', { timeout: 120_000 }, () => {
    expect(start('report', '--help').stdout).toMatch(/^usage: npm run bench -- report \[results.json\] \[folder\]\n/);
    expect(start('report', '--draw')).toMatchObject({
      status: 2,
      stderr: 'bench: report: unknown option --draw; see npm run bench -- report --help\n',
    });
  });
});
