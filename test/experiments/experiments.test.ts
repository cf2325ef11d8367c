// The experiments of docs: every script runs in its small version against the sources, by the runner that `npm run
// experiment` starts, and what the pages show comes from the kept data.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const home = join(root, 'docs/experiments');
const names = readdirSync(home)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.replace(/\.mjs$/, ''));

interface Results {
  readonly experiment: string;
  readonly quick: boolean;
  readonly date: string;
  readonly machine: Readonly<Record<'cpu' | 'platform' | 'node', string>> & { readonly load: number };
  readonly rows: readonly Readonly<Record<string, number | string>>[];
}

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Rows of the small version, and what each of them names a case by. */
const SMALL: Readonly<Record<string, { readonly rows: number; readonly names: readonly string[] }>> = {
  accuracy: { rows: 6, names: ['rule', 'kept'] },
  batch: { rows: 4, names: ['weights', 'batch'] },
  'dense-8-bit': { rows: 6, names: ['weights', 'density'] },
  density: { rows: 28, names: ['method', 'density'] },
  phases: { rows: 6, names: ['network', 'phase'] },
  rates: { rows: 8, names: ['rateBits', 'grindingBits'] },
  scaling: { rows: 21, names: ['width', 'phase'] },
};

const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');
const resultsIn = (folder: string, name: string): Results => JSON.parse(read(folder, 'data', `${name}.json`));

let scripts = '';
let folder = '';
let small = '';
let ran: Run;

function run(...args: readonly string[]): Promise<Run> {
  return new Promise((done) => {
    const all = [join(root, 'scripts/experiment.mjs'), ...args];
    execFile(process.execPath, all, { cwd: folder }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
  });
}

beforeAll(async () => {
  // below node_modules, so that the bundles find the packages
  const cache = join(root, 'node_modules', '.cache', 'ternary-gkr');
  mkdirSync(cache, { recursive: true });
  scripts = mkdtempSync(join(cache, 'experiments-'));
  folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-experiments-'));
  small = join(folder, 'experiments');
  await build({
    entryPoints: names.map((name) => join(home, `${name}.mjs`)),
    outdir: scripts,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    external: ['@noble/*', '@bufbuild/*', 'onnx-buf'],
    alias: aliases(),
    logLevel: 'warning',
  });
  mkdirSync(small);
  for (const name of names) writeFileSync(join(small, `${name}.md`), withoutFigures(read(home, `${name}.md`)));
  ran = await run('all', '--quick', '--docs', folder, '--from', scripts);
}, 120_000);
afterAll(() => {
  for (const made of [scripts, folder]) if (made !== '') rmSync(made, { recursive: true, force: true });
});

/** The entry points of the package by the names that users import, as sources. */
function aliases(): Record<string, string> {
  const { exports } = JSON.parse(read(root, 'package.json')) as { exports: Record<string, string> };
  const entries = Object.entries(exports).filter(([, file]) => file.endsWith('.js'));
  return Object.fromEntries(
    entries.map(([name, file]) => [
      join('ternary-gkr', name),
      join(root, file.replace('dist/', 'src/').replace(/\.js$/, '.ts')),
    ]),
  );
}

const withoutFigures = (page: string): string =>
  page.replace(/(<!-- figures: \w+ -->\n)[\s\S]*?(<!-- end of figures -->)/g, '$1$2');

it('the runner runs all of them, and says so', () => {
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const lines = ran.stdout.trimEnd().split('\n');
  const counts = lines.map((line) => /^([\w-]+): (\d+) rows in [\d.]+ s, written to /.exec(line)?.slice(1));
  expect(counts).toEqual(names.map((name) => [name, String(SMALL[name].rows)]));
});

describe.each(names)('%s', (name) => {
  it('is a script of under 60 lines on the public API', () => {
    const script = read(home, `${name}.mjs`);
    expect(script.trimEnd().split('\n').length).toBeLessThan(60);
    const imports = [...script.matchAll(/^import .* from '([^']+)';$/gm)].map(([, from]) => from);
    expect(imports.some((from) => from.startsWith('ternary-gkr'))).toBe(true);
    expect(imports.filter((from) => !/^(?:ternary-gkr(?:\/\w+)?|node:\w+(?:\/\w+)?)$/.test(from))).toEqual([]);
    expect(script).not.toMatch(/import\(|require\(/);
  });

  it('measures each of its cases once', () => {
    const { experiment, quick, date, machine, rows } = resultsIn(small, name);
    expect({ experiment, quick }).toEqual({ experiment: name, quick: true });
    expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(machine.node).toBe(process.version);
    expect(machine.load).toBeGreaterThanOrEqual(0);
    expect(rows).toHaveLength(SMALL[name].rows);
    const cases = rows.map((row) => SMALL[name].names.map((key) => row[key]).join());
    expect(new Set(cases).size).toBe(rows.length);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(Object.keys(rows[0]));
      for (const [key, value] of Object.entries(row)) {
        if (typeof value === 'number') expect(value, key).toBeGreaterThanOrEqual(0);
        if (/Ms$|^ms$|Bytes$|^nonzeros$/.test(key) && key !== 'hashedBytes') expect(value, key).toBeGreaterThan(0);
      }
    }
  });

  it('fills its page and draws its picture, which show every row', () => {
    const page = read(small, `${name}.md`);
    expect(page).toContain('The small version, timed once: its figures say nothing.');
    expect(page).not.toMatch(/undefined|NaN|Infinity|null/);
    expect(page).not.toMatch(/-->\n<!-- end of figures/);
    const svg = read(small, 'pictures', `${name}.svg`);
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(svg).not.toMatch(/undefined|NaN|Infinity/);
    const marks = svg.match(/aria-roledescription="(?:point|bar)"/g) ?? [];
    expect(marks).toHaveLength(SMALL[name].rows);
  });

  it('is shown with figures of a whole run', async () => {
    const { experiment, quick, rows } = resultsIn(home, name);
    expect({ experiment, quick }).toEqual({ experiment: name, quick: false });
    expect(rows.length).toBeGreaterThanOrEqual(SMALL[name].rows);
    expect(Object.keys(rows[0])).toEqual(Object.keys(resultsIn(small, name).rows[0]));
    const page = read(home, `${name}.md`);
    for (const part of ['Question', 'Hypothesis', 'Method']) expect(page).toContain(`\n**${part}.** `);
    for (const link of [`${name}.mjs`, `data/${name}.json`, `pictures/${name}.svg`])
      expect(page).toContain(`(${link})`);
    expect(page).toContain(`npm run experiment ${name}`);
    expect(read(home, 'index.md')).toContain(`(${name}.md)`);
  });
});

it('draws the pictures and tables of docs again from the data, byte for byte', async () => {
  const copy = join(folder, 'copy', 'experiments');
  mkdirSync(join(copy, 'data'), { recursive: true });
  for (const name of names) {
    writeFileSync(join(copy, 'data', `${name}.json`), read(home, 'data', `${name}.json`));
    writeFileSync(join(copy, `${name}.md`), withoutFigures(read(home, `${name}.md`)));
  }
  expect(await run('all', '--draw', '--docs', join(folder, 'copy'))).toMatchObject({ code: 0, stderr: '' });
  for (const name of names) {
    expect(read(copy, 'pictures', `${name}.svg`)).toBe(read(home, 'pictures', `${name}.svg`));
    expect(read(copy, `${name}.md`)).toBe(read(home, `${name}.md`));
  }
}, 120_000);

describe('the small version shows', () => {
  const rows = (name: string) => resultsIn(small, name).rows;

  it('openings within the error that was asked for', () => {
    for (const { securityBits } of rows('rates')) expect(securityBits).toBeGreaterThanOrEqual(100);
  });

  it('that fewer weights read no more digits than all of them', () => {
    for (const rule of ['random', 'random, rescaled', 'by activation']) {
      const [all, quarter] = rows('accuracy').filter((row) => row['rule'] === rule);
      expect(all['correct']).toBeGreaterThanOrEqual(38);
      expect(quarter['nonzeros']).toBeLessThan(Number(all['nonzeros']) * 0.26);
      expect(quarter['correct']).toBeLessThan(Number(all['correct']));
    }
  });

  it('smaller proofs for each input of a batch', () => {
    for (const weights of ['public', 'committed']) {
      const [one, four] = rows('batch').filter((row) => row['weights'] === weights);
      expect(Number(four['proofBytes'])).toBeLessThan(4 * Number(one['proofBytes']));
    }
  });

  it('operations where a proof has them', () => {
    const of = (phase: string) => rows('phases').find((row) => row['phase'] === phase);
    expect(of('witness')?.['extensionProducts']).toBe(0);
    expect(of('lookup')?.['extensionProducts']).toBeGreaterThan(1000);
    expect(of('layers')?.['additions']).toBeGreaterThan(50_813);
    expect(of('open')?.['hashedBytes']).toBeGreaterThan(1000);
  });
});

describe('the runner', () => {
  it('lists the experiments and their questions', async () => {
    const { code, stdout } = await run();
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n').slice(1);
    expect(lines.map((line) => line.trim().split(/\s+/)[0])).toEqual(names);
    for (const line of lines) expect(line).toMatch(/\?$/);
  });

  it('says how it is called', async () => {
    for (const option of ['--help', '-h']) {
      const { code, stdout, stderr } = await run(option);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      for (const name of ['--quick', '--draw', '--docs', '--from', 'FILE.mjs']) expect(stdout).toContain(name);
    }
  });

  it("runs a script of somebody's own, shows its rows, and keeps them where it is told", async () => {
    const file = join(folder, 'mine.mjs');
    writeFileSync(
      file,
      `export const cases = (quick) => (quick ? [{ n: 1 }] : [{ n: 1 }, { n: 2 }]);
      export const measure = ({ n }, { median }) => ({ n, cube: n ** 3, middle: median([n, 1 / 3, 9]) / 3 });`,
    );
    const shown = await run(file, '--from', scripts);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/│ n +│ cube │ middle +│/);
    expect(shown.stdout).toMatch(/│ 2 +│ 8 +│ 0.666667 │/);
    expect(shown.stdout).toMatch(/mine: 2 rows in [\d.]+ s, nothing written\n$/);
    const target = join(folder, 'own');
    const kept = await run(file, '--quick', '--docs', target, '--from', scripts);
    expect(kept).toMatchObject({ code: 0, stderr: '' });
    expect(resultsIn(join(target, 'experiments'), 'mine').rows).toEqual([{ n: 1, cube: 1, middle: 1 / 3 }]);
    const half = join(folder, 'half.mjs');
    writeFileSync(half, 'export const cases = () => [];');
    expect(await run(half, '--from', scripts)).toEqual({
      ...{ code: 2, stdout: '', stderr: `experiment: ${half} does not export a function measure\n` },
    });
  });

  it('does not run the whole of what was to be quick, where npm keeps the option', async () => {
    const script = join(root, 'scripts/experiment.mjs');
    const env = { ...process.env, npm_config_quick: 'true' };
    const answer = await new Promise<string>((done) => {
      execFile(process.execPath, [script, 'density'], { env }, (_, stdout, stderr) => done(stdout + stderr));
    });
    expect(answer).toBe(
      'experiment: npm keeps --quick for itself; put -- before the name: npm run experiment -- NAME --quick\n',
    );
  });

  it.each([
    [['/nowhere/mine.mjs'], 'experiment: file /nowhere/mine.mjs does not exist\n'],
    [['nothing'], `experiment: unknown experiment nothing; use ${names.join(', ')}, or all\n`],
    [['density', 'speed'], /^experiment: unknown experiment speed; [^\n]*\n$/],
    [['density', '--slow'], /^experiment: Unknown option '--slow'; there are --quick, [^\n]*\n$/],
    [
      ['density', '--draw', '--docs', '/nowhere'],
      'experiment: /nowhere/experiments has no data of density to draw from\n',
    ],
  ])('%j is refused in one line', async (args, line) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    if (typeof line === 'string') expect(stderr).toBe(line);
    else expect(stderr).toMatch(line);
  });
});
