// Ways to start the program on a bad day: through a shell that sets limits or redirects, or with a module that is
// loaded before it and breaks something.

import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Program, Run } from '../cli/program.ts';

/** How a run ended that may have been killed. */
export interface End extends Run {
  readonly signal: NodeJS.Signals | undefined;
}

const LIMITS = { timeout: 60_000, maxBuffer: 2 ** 26 };

/** Runs a shell script in the program's folder; in it, `"$@"` is the program with these arguments. */
export function runShell(program: Program, script: string, ...args: readonly string[]): Promise<End> {
  const words = ['-c', script, 'sh', process.execPath, program.main, ...args];
  return ended((done) => execFile('/bin/sh', words, { ...LIMITS, cwd: program.folder }, done));
}

let modules = 0;

/** Runs the program after a module with this text has been loaded. */
export function runAfter(program: Program, module: string, ...args: readonly string[]): Promise<End> {
  const path = program.path(`before-${modules++}.mjs`);
  writeFileSync(path, module);
  const words = ['--import', path, program.main, ...args];
  return ended((done) => execFile(process.execPath, words, { ...LIMITS, cwd: program.folder }, done));
}

type Done = (error: Error | null, stdout: string, stderr: string) => void;

function ended(start: (done: Done) => void): Promise<End> {
  return new Promise((resolve) => {
    start((error, stdout, stderr) => {
      const { code, signal } = (error ?? { code: 0 }) as { readonly code?: unknown; readonly signal?: NodeJS.Signals };
      resolve({ code: typeof code === 'number' ? code : -1, signal: signal ?? undefined, stdout, stderr });
    });
  });
}

/** Whether this process may mount a file system of its own, in a namespace of its own. */
export function canMount(): boolean {
  return spawnSync('/bin/sh', ['-c', 'unshare -m mount -t tmpfs -o size=8k full /tmp']).status === 0;
}

/**
 * A module that makes the `nth` call of a function of `node:fs` on a path that ends so do something else: `otherwise` is
 * the body of a function of the call's arguments, with `original` for what is replaced.
 */
export function breaking(name: string, ending: string, otherwise: string, nth = 1): string {
  return `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const original = fs.${name};
    let calls = 0;
    fs.${name} = (...args) => {
      if (!(typeof args[0] === 'string' && ${ending}.test(args[0])) || ++calls !== ${nth}) return original(...args);
      ${otherwise}
    };
    syncBuiltinESMExports();
  `;
}

/** The body of a write that stops half way, as a full disk stops it. */
export const FULL_HALF_WAY = `
  original(args[0], args[1].subarray(0, args[1].length >> 1), args[2]);
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
`;

/** The body of a call in which the process is killed. */
export const KILLED = `
  process.kill(process.pid, 'SIGKILL');
  for (;;);
`;

/** The files in the folder that no command is asked to write. */
export function leftovers(program: Program): string[] {
  return readdirSync(program.folder).filter((name) => /\.(tmp|lock)$/.test(name));
}

/** The run failed with exit code 2 and one line, and left nothing unfinished. */
export function expectRefused(program: Program, run: End, line: RegExp): void {
  expect(run.stderr).toMatch(/^ternary-gkr: [^\n]+\n$/);
  expect(run.stderr).toMatch(line);
  expect({ code: run.code, signal: run.signal, stdout: run.stdout }).toEqual({
    code: 2,
    signal: undefined,
    stdout: '',
  });
  expect(leftovers(program)).toEqual([]);
}
