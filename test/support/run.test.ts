// The harness itself: which depth and seed a run has, what it says of them, how amounts follow from them; and builds
// that are made once for the same sources.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { amountOf, depthOf, isFull, runs, SAMPLES, sampleOf, seed } from './depth.ts';
import { digestOf, made, root } from './made.ts';
import { announcement, firstOf, repetition, runOf } from './run.ts';

describe('a run', () => {
  it('has the depth of its script and a new seed, unless the environment gives others', () => {
    expect(runOf({}, 'quick', () => 7)).toEqual({ depth: 'quick', seed: 7 });
    expect(runOf({ TEST_DEPTH: 'full', TEST_SEED: '12' }, 'quick')).toEqual({ depth: 'full', seed: 12 });
    const seeds = Array.from({ length: 5 }, () => runOf({}, 'full').seed);
    expect(new Set(seeds).size).toBe(5);
  });

  it.each([
    [{ TEST_DEPTH: 'deep' }, "TEST_DEPTH is 'deep'; give quick or full"],
    [{ TEST_SEED: '-1' }, "TEST_SEED is '-1'; give an integer from 0 to 2147483647"],
    [{ TEST_SEED: '2147483648' }, "TEST_SEED is '2147483648'; give"],
    [{ TEST_SEED: ' ' }, "TEST_SEED is ' '; give"],
    [{ TEST_SEED: 'x' }, "TEST_SEED is 'x'; give"],
  ])('does not start with %j', (environment, message) => {
    expect(() => runOf(environment, 'quick')).toThrow(message);
  });

  it('says before its tests what it samples, and after a failure how to repeat it', () => {
    const text = announcement({ depth: 'quick', seed: 7 });
    expect(text).toContain('Quick depth, seed 7.');
    for (const { what, quick, full } of Object.values(SAMPLES)) {
      expect(text).toContain(`${what}: ${quick} (full depth: ${full})`);
    }
    expect(announcement({ depth: 'full', seed: 7 })).toBe('Full depth, seed 7.');
    expect(repetition({ depth: 'quick', seed: 7 }, ['test/a.test.ts'])).toBe(
      'To repeat: TEST_SEED=7 npm test -- test/a.test.ts',
    );
    expect(repetition({ depth: 'full', seed: 7 }, [])).toBe('To repeat: TEST_SEED=7 npm run test:full --');
  });

  it('starts first what takes longest, and names a file that is gone', () => {
    expect(() => firstOf(root, ['test/gone.test.ts'])).toThrow('starts test/gone.test.ts first, which does not exist');
    expect(firstOf(root, ['test/support/run.test.ts'])).toBeTypeOf('function');
  });

  it('takes less at quick depth, and something of everything', () => {
    for (const { quick, full } of Object.values(SAMPLES)) {
      expect(quick).toBeGreaterThan(0);
      expect(quick).toBeLessThan(full);
    }
    expect(amountOf('mutants')).toBe(isFull ? 50 : 3);
    expect([1, 40, 1000].map(runs)).toEqual(isFull ? [1, 40, 1000] : [1, 10, 250]);
    expect(Number.isSafeInteger(seed)).toBe(true);
  });

  it('is at full depth where nobody says which: mutation tests, and scripts that import from here', () => {
    expect(depthOf({})).toEqual({ isFull: true, seed: 1 });
    expect(depthOf({ TEST_DEPTH: 'quick', TEST_SEED: '9' })).toEqual({ isFull: false, seed: 9 });
  });

  it('samples a list by its seed, something of every list', () => {
    const list = Array.from({ length: 23 }, (_, k) => k);
    const sample = sampleOf(list, 5);
    if (isFull) expect(sample).toEqual(list);
    else expect([sample.length <= 5, sample.length >= 4, sample[1] - sample[0]]).toEqual([true, true, 5]);
    expect(sampleOf([7], 5)).toEqual([7]);
    expect(sampleOf([], 5)).toEqual([]);
  });

  it('is quick for npm test, and full for what is checked before a merge', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    expect(scripts).toMatchObject({ test: 'vitest run', 'test:full': 'vitest run --mode full' });
    expect(readFileSync(join(root, 'scripts/check.mjs'), 'utf8')).toContain("'vitest run --mode full'");
  });
});

describe('a build that tests share', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-made-'));
  const [from, into] = [join(folder, 'from'), join(folder, 'into')];
  mkdirSync(join(from, 'src'), { recursive: true });
  const source = (text: string): void => writeFileSync(join(from, 'src/a.ts'), text);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const build = (text: string) => made('b', (empty) => writeFileSync(join(empty, 'out'), text), { from, into });
  const outOf = (path: string): string => readFileSync(join(path, 'out'), 'utf8');

  it('is made once for the same sources, and again when one changes', async () => {
    source('1');
    const first = await build('first');
    expect(outOf(first)).toBe('first');
    expect(await build('again')).toBe(first);
    expect(outOf(first)).toBe('first');
    source('2');
    const second = await build('second');
    expect(second).not.toBe(first);
    expect(outOf(second)).toBe('second');
    source('1');
    expect(await build('again')).toBe(first);
  });

  it('comes from names and contents alone, and not from what is built, tested or hidden', () => {
    source('1');
    const digest = digestOf(from);
    for (const name of ['dist', 'test', 'node_modules', 'docs/api', 'docs/.vitepress/dist', '.git']) {
      mkdirSync(join(from, name), { recursive: true });
      writeFileSync(join(from, name, 'a'), 'x');
    }
    utimesSync(join(from, 'src/a.ts'), 1, 1);
    expect(digestOf(from)).toBe(digest);
    mkdirSync(join(from, 'docs/.vitepress/theme'));
    writeFileSync(join(from, 'docs/.vitepress/theme/a'), 'x');
    expect(digestOf(from)).not.toBe(digest);
  });

  it('leaves nothing if it fails, and old ones are removed', async () => {
    source('3');
    const failing = made('b', () => Promise.reject(new Error('no build')), { from, into });
    await expect(failing).rejects.toThrow('no build');
    expect(readdirSync(into).filter((name) => name.startsWith('making'))).toEqual([]);
    const third = await build('third');
    utimesSync(third, 1, 1);
    source('4');
    await build('fourth');
    expect(existsSync(third)).toBe(false);
  });

  it('that two processes make at once is there once', async () => {
    source('5');
    const both = await Promise.all(['one', 'two'].map(build));
    expect(both[0]).toBe(both[1]);
    expect(['one', 'two']).toContain(outOf(both[0]));
  });
});
