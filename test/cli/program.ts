// The command line, or that of the benchmarks, as a user has it: bundled, and run in its own process.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect } from 'vitest';
import { made, root } from '../support/made.ts';

/** How a run ended. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program and a folder for its files, made before the tests of a file and removed after them. */
export interface Program {
  /** The program's file, for tests that start it in ways of their own. */
  readonly main: string;
  /** An empty folder; commands run in it. */
  readonly folder: string;
  path(name: string): string;
  run(...args: readonly string[]): Promise<Run>;
  /** Runs with --json; standard output must be one JSON object on one line. */
  json<T = Record<string, unknown>>(...args: readonly string[]): Promise<{ readonly code: number; readonly report: T }>;
}

/** The path of a file in examples. */
export const example = (name: string): string => join(root, 'examples', name);

const COMMAND_LINE = 'src/cli/main.ts';

/** A bundled program, which finds its packages and the manifest: a folder with `main.mjs`. Each command is a chunk. */
export const bundledProgram = (entry = COMMAND_LINE): Promise<string> =>
  made(entry === COMMAND_LINE ? 'cli' : 'bench', (folder) =>
    build({
      entryPoints: [join(root, entry)],
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'warning',
    }),
  );

/** The program for the tests of the calling file. */
export function useProgram(entry = COMMAND_LINE): Program {
  let bundle = '';
  let folder = '';

  beforeAll(async () => {
    bundle = await bundledProgram(entry);
    folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-test-'));
  });

  afterAll(() => {
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  const run = (...args: readonly string[]): Promise<Run> =>
    new Promise((done) => {
      execFile(
        process.execPath,
        [join(bundle, 'main.mjs'), ...args],
        { cwd: folder, timeout: 60_000, maxBuffer: 2 ** 26 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
          done({ code, stdout, stderr });
        },
      );
    });

  return {
    get main() {
      return join(bundle, 'main.mjs');
    },
    get folder() {
      return folder;
    },
    path: (name) => join(folder, name),
    run,
    async json<T>(...args: readonly string[]) {
      const { code, stdout, stderr } = await run(...args, '--json');
      expect(stdout, stderr).toMatch(/^\{.*\}\n$/);
      return { code, report: JSON.parse(stdout) as T };
    },
  };
}

/** The run failed with exit code 2 and one line on standard error, nothing else. */
export function expectOneLine(run: Run, line: RegExp, name = 'ternary-gkr'): void {
  expect(run.stderr).toMatch(/^[^\n]+\n$/);
  expect(run.stderr.startsWith(`${name}: `)).toBe(true);
  expect(run.stderr).toMatch(line);
  expect(run.stdout).toBe('');
  expect(run.code).toBe(2);
}
