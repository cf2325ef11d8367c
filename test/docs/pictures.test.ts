// Every picture below docs is drawn again from the data files beside it, and must come out byte for byte; so must the
// pages that are written from them.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesBelowDocs, root } from './pages.ts';

/**
 * Who draws what: the files come from `script`, given a copy of docs without its pictures, without the page that is written
 * whole and without figures between markers. A folder of pictures that is not in this list fails the first test.
 */
const SOURCES = [
  {
    pictures: 'docs/benchmarks/',
    script: 'scripts/bench.mjs',
    args: (docs: string) => ['report', join(docs, 'benchmarks/layers.json'), docs],
  },
  {
    pictures: 'docs/course/pictures/',
    script: 'scripts/course-pictures.mjs',
    args: (docs: string) => [join(docs, 'course/pictures')],
  },
  {
    pictures: 'docs/experiments/pictures/',
    script: 'scripts/experiment.mjs',
    args: (docs: string) => ['all', '--draw', '--docs', docs],
  },
].filter(({ script }) => existsSync(join(root, script)));

const isPicture = (path: string): boolean => /\.(?:svg|png|jpe?g|webp|gif)$/.test(path);
const pictures = filesBelowDocs().filter(isPicture);
/** The page that is written whole. */
const WHOLE = 'docs/benchmarks.md';
/** It, and pages with figures between markers. */
const written = filesBelowDocs().filter((path) => {
  if (!path.endsWith('.md')) return false;
  return path === WHOLE || readFileSync(join(root, path), 'utf8').includes('<!-- figures: ');
});
const withoutFigures = (text: string): string =>
  text.replace(/(<!-- figures: [\w-]+ -->\n)[\s\S]*?(<!-- end of figures -->)/g, '$1$2');
let copy = '';

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'ternary-gkr-pictures-'));
  for (const path of filesBelowDocs().filter((file) => !isPicture(file) && file !== WHOLE)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), withoutFigures(readFileSync(join(root, path), 'utf8')));
  }
  for (const { script, args } of SOURCES) {
    execFileSync(process.execPath, [join(root, script), ...args(join(copy, 'docs'))], { stdio: 'pipe' });
  }
}, 120_000);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('the pictures of docs', () => {
  it('all have a script that draws them', () => {
    const known = (path: string): boolean => SOURCES.some((source) => path.startsWith(source.pictures));
    expect(pictures.filter((path) => !known(path))).toEqual([]);
  });

  it.each([...pictures, ...written])('%s comes from its data', (path) => {
    expect(readFileSync(join(copy, path), 'utf8')).toBe(readFileSync(join(root, path), 'utf8'));
  });
});
