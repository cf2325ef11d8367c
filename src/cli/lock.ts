// One process at a time: a lock is a file that only one process can create. It is held for the few milliseconds in
// which files that belong together get their names; an older one was left by a process that was killed.

import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError } from '../errors.ts';

const STALE_MS = 5_000;
const PAUSE_MS = 5;

/** Runs `use` while no other process does so for any of these files. */
export function withLocks(files: readonly { readonly path: string }[], use: () => void): void {
  // in one order everywhere, so that two processes cannot wait for each other
  const paths = [...new Set(files.map(({ path }) => `${resolve(path)}.lock`))].sort();
  const held: string[] = [];
  try {
    for (const path of paths) {
      take(path);
      held.push(path);
    }
    use();
  } finally {
    for (const path of held) rmSync(path, { force: true });
  }
}

function take(path: string): void {
  for (const started = Date.now(); !isTaken(path); pause()) {
    if (Date.now() - started > 2 * STALE_MS) {
      throw new InputError(`${path}: other processes hold it; try again when they are done, or remove it`);
    }
    const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > STALE_MS) rmSync(path, { force: true });
  }
}

/** Creates the lock if it does not exist; returns whether it could. */
function isTaken(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx'));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Blocks the process for a moment: it has nothing else to do while it waits. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
