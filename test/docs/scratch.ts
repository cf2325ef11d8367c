// A folder in which the code of one page runs as a reader would run it: `examples` is there, `ternary-gkr` and `npx
// ternary-gkr` are commands, and both are the sources as they stand.

import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { format } from 'node:util';
import { build } from 'esbuild';
import { bundledProgram } from '../cli/program.ts';
import { root } from './pages.ts';

const exported = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: Record<string, string> };

/** The source file of each entry point, by the name that a user imports: `ternary-gkr/field`. */
export const ENTRY_POINTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(exported.exports)
    .filter(([, file]) => file.endsWith('.js'))
    .map(([name, file]) => [
      name.replace('.', 'ternary-gkr'),
      join(root, file.replace('./dist/', 'src/').replace(/\.js$/, '.ts')),
    ]),
);

/** Bundles a module of a page, so that its imports of the library are the sources. */
export async function bundleModule(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    alias: { ...ENTRY_POINTS },
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

/** Runs a function, and returns the lines that it prints. */
export async function printing(run: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...values: unknown[]) => lines.push(...format(...values).split('\n'));
  try {
    await run();
  } finally {
    console.log = log;
  }
  return lines;
}

export interface Scratch {
  /** Runs a command of the shell in the folder; a failure is an error with all that it printed. */
  shell(command: string): Promise<string>;
  /** Runs a module in the folder and returns what it printed. */
  module(code: string): Promise<string>;
  remove(): void;
}

/** Makes the program once, and a folder for each page. */
export async function prepareScratch(): Promise<{ folder(): Scratch; remove(): void }> {
  const program = await bundledProgram();
  const commands = mkdtempSync(join(tmpdir(), 'ternary-gkr-commands-'));
  const command = (name: string, lines: string): void => {
    writeFileSync(join(commands, name), `#!/bin/sh\n${lines}\n`);
    chmodSync(join(commands, name), 0o755);
  };
  command('ternary-gkr', `exec '${process.execPath}' '${join(program, 'main.mjs')}' "$@"`);
  command('npx', 'exec "$@"');
  const env = { ...process.env, PATH: `${commands}${delimiter}${process.env['PATH']}`, NO_COLOR: '1' };

  function folder(): Scratch {
    const cwd = mkdtempSync(join(tmpdir(), 'ternary-gkr-page-'));
    symlinkSync(join(root, 'examples'), join(cwd, 'examples'));
    const run = (file: string, args: readonly string[]): Promise<string> =>
      new Promise((done, fail) => {
        execFile(file, [...args], { cwd, env, timeout: 120_000, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
          if (error === null) done(stdout);
          else fail(new Error(`${error.message}\n${stdout}${stderr}`));
        });
      });
    return {
      shell: (text) => run('/bin/sh', ['-ec', text]),
      async module(code) {
        writeFileSync(join(cwd, 'page.mjs'), await bundleModule(code));
        return run(process.execPath, ['page.mjs']);
      },
      remove: () => rmSync(cwd, { recursive: true, force: true }),
    };
  }
  return {
    folder,
    remove() {
      rmSync(commands, { recursive: true, force: true });
    },
  };
}
