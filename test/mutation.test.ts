// The mutation tests (scripts/mutation.mjs) leave out no verifier and name only tests that exist, and what their page
// says of survivors is about code that is still there.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Some files, and the tests that must notice when they are altered. */
interface Group {
  readonly name: string;
  /** Whether these are files that verifiers share with provers. */
  readonly shared?: boolean;
  readonly files: readonly string[];
  readonly tests: readonly string[];
}

const root = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const filesOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
    (name) => `${folder}/${name.replaceAll('\\', '/')}`,
  );

const groups = JSON.parse(read('scripts/mutation/groups.json')) as Group[];
const mutated = groups.flatMap(({ files }) => files);

describe('the mutation tests', () => {
  it('are of every verifier, each once', () => {
    const expected = ['sumcheck', 'commit', 'lookup', 'gkr', 'sparse', 'layer', 'hiding', 'network', 'accuracy']
      .flatMap((folder) => filesOf(`src/${folder}`))
      .filter((path) => /\/verify[^/]*\.ts$/.test(path));
    expect(expected.length).toBeGreaterThanOrEqual(20);
    const verifiers = groups.filter(({ shared }) => shared !== true).flatMap(({ files }) => files);
    expect(verifiers.sort()).toEqual(expected.sort());
    expect(new Set(mutated).size).toBe(mutated.length);
  });

  it.each(groups)('of $name run tests that exist', ({ tests }) => {
    const known = new Set(filesOf('test'));
    expect(tests).not.toEqual([]);
    expect(tests.filter((path) => !known.has(path))).toEqual([]);
  });

  it('explain survivors by code that is there', () => {
    const explained = [...read('docs/mutation-testing.md').matchAll(/^- `(src[^`]+)`: `` ?(.+?) ?`` → /gm)];
    for (const [, path, code] of explained) {
      expect(mutated).toContain(path);
      expect(read(path).replace(/\s+/g, ' '), path).toContain(code);
    }
  });
});
