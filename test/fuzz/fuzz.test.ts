// Fuzzing for as long as the depth of the run allows: `npm run fuzz` goes on (docs/fuzzing.md). What was found once is
// kept in regressions/, and must be refused for ever.

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { amountOf, isFull } from '../support/depth.ts';
import { TARGETS } from './targets/all.ts';
import { runCase } from './worker.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-fuzz-test-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The output of `npm run fuzz`, and how it ends. */
function fuzz(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  return new Promise((resolve) => {
    const command = [join(root, 'scripts/fuzz.mjs'), ...args, '--out', folder];
    execFile(process.execPath, command, { cwd: root }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr });
    });
  });
}

/** The same cases in every run; `npm run fuzz` makes others. */
const SEED = 20261121;

const regressions = join(import.meta.dirname, 'regressions');

/** The files of each case that was found once: `<target>.<what it shows>.<file>`. */
function keptCases(): Map<string, Record<string, Uint8Array>> {
  const cases = new Map<string, Record<string, Uint8Array>>();
  for (const name of readdirSync(regressions)) {
    const [target, what, file] = name.split('.');
    const bytes = new Uint8Array(readFileSync(join(regressions, name)));
    cases.set(`${target}.${what}`, { ...cases.get(`${target}.${what}`), [file]: bytes });
  }
  return cases;
}

describe('what was found once', () => {
  it.each([...keptCases()])('%s is refused as it should be', async (name, files) => {
    const target = TARGETS.find((each) => each.name === name.split('.')[0]);
    if (target === undefined) return expect.unreachable(`no target for ${name}`);
    const prepared = await target.prepare();
    const { problem, refusal } = await runCase(target, prepared, { files, what: name });
    expect(problem).toBeUndefined();
    expect(refusal).toBeDefined();
  });
});

describe('fuzzing', () => {
  it('finds nothing in parsers and verifiers', { timeout: 300_000 }, async () => {
    // a sample is bounded by its cases: a busy machine makes the same ones
    const seconds = isFull ? '3' : '30';
    const { code, text } = await fuzz(
      ...['--cases', String(amountOf('fuzzing')), '--seconds', seconds, '--seed', String(SEED)],
    );
    process.stdout.write(text);
    expect(text).toContain('nothing found');
    expect(code).toBe(0);
    for (const { name } of TARGETS) {
      const [, cases, accepted] = new RegExp(`^${name} +(\\d+) cases .* accepted (\\d+)`, 'm').exec(text) ?? [];
      expect(Number(cases), name).toBeGreaterThan(100);
      // mutants are near enough to valid files that some are valid
      expect(Number(accepted), name).toBeGreaterThan(0);
    }
  });

  it('finds planted defects, keeps their files and goes on after them', { timeout: 300_000 }, async () => {
    const planted = join(import.meta.dirname, 'planted.ts');
    const { code, text } = await fuzz(planted, '--cases', '12', '--seed', '7');
    expect(code).toBe(1);
    expect(text).toMatch(/throws, case \d+ of seed 7: a byte\nthrew TypeError: a planted error/);
    expect(text).toMatch(/accepts, case \d+ of seed 7: a byte\na planted forgery/);
    expect(text).toMatch(/slow, case \d+ of seed 7: a byte\ntook 1\d\d\d ms/);
    expect(text).toMatch(/hangs, case \d+ of seed 7: a byte\ndid not end in 5 s/);
    expect(text).toMatch(/allocates, case \d+ of seed 7: a byte\ntook 671\d+ bytes of memory for files of 1/);
    expect(text).toMatch(/exhausts, case \d+ of seed 7: a byte\nended the worker: .*memory/);
    expect(text).not.toMatch(/^FOUND sound/m);
    for (const { name } of [{ name: 'sound' }, { name: 'hangs' }, { name: 'exhausts' }]) {
      expect(text).toMatch(new RegExp(`^${name} +12 cases`, 'm'));
    }
    const kept = readdirSync(folder).filter((name) => name.endsWith('.file'));
    expect(kept).toHaveLength(6);
    for (const name of kept) expect([...readFileSync(join(folder, name))]).toEqual([3]);
  });

  it('makes the same cases from the same seed', async () => {
    const runs = [
      await fuzz('data', '--cases', '200', '--seed', '5'),
      await fuzz('data', '--cases', '200', '--seed', '5'),
    ];
    const counts = runs.map(({ text }) => /accepted \d+ +refused \d+ in \d+ ways/.exec(text)?.[0]);
    expect(counts[0]).toBeDefined();
    expect(counts[1]).toBe(counts[0]);
  });

  it('refuses a target that there is not', async () => {
    const { code, text } = await fuzz('nothing');
    expect(code).toBe(2);
    expect(text).toMatch(/^fuzz: no target nothing; there are model, /m);
  });
});
