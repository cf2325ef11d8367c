// Writes files: each appears whole or not at all, and files that belong together all at once. The bytes are written
// to a temporary file beside the destination and flushed to the disk; then it is renamed. A new file gets the
// permissions of the file that it replaces.
//
// A process that is killed leaves its temporary file, `<name>.<process>-<number>.tmp`, and the destination as it was;
// the next run that writes there removes it. Killed between the renames of files that belong together, it leaves whole
// files of two sets: their digests tell them apart when they are read.

import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../errors.ts';
import { fileError } from './files.ts';
import { type FileKind, KINDS } from './kinds.ts';
import { withLocks } from './lock.ts';

/** Bytes to be written to a path. */
export interface OutputFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Milliseconds after which an unchanged temporary file counts as left behind: longer than any write pauses. */
const LEFT_BEHIND_MS = 60_000;
/** Permissions of a file: the bits of a mode, and those that a new file has before the process's mask. */
const MODE_BITS = 0o777;
const NEW_FILE_MODE = 0o666;

/**
 * Rejects an output before the work for it is done. It may be a new file, an empty one, one of the same
 * kind, or with `--force` any ordinary file.
 */
export function checkOutput(path: string, kind: FileKind, force: boolean): void {
  const existing = ordinaryFile(path);
  if (existing === undefined || existing.size === 0 || force || beginsWith(path, KINDS[kind].magic)) return;
  throw new InputError(
    `${path}: the file exists and is not a ${KINDS[kind].name}; name another with -o, or overwrite it with --force`,
  );
}

/**
 * Returns the file at a path, undefined if there is none.
 *
 * @throws InputError if no file can be there, or if it is a folder or a device, which a rename would replace
 */
function ordinaryFile(path: string): Stats | undefined {
  let stats: Stats | undefined;
  const refuse = (why: string): never => {
    throw new InputError(`${path}: it cannot be written: ${why}`);
  };
  try {
    const folder = dirname(path);
    if (!statSync(folder).isDirectory()) refuse('part of the path is not a folder; check the path');
    accessSync(folder, constants.W_OK);
    stats = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw error instanceof InputError ? error : fileError(path, error, 'written');
  }
  if (stats?.isDirectory()) refuse('it is a folder; name a file');
  if (stats?.isFile() === false) refuse('it is not an ordinary file; name another');
  return stats;
}

function beginsWith(path: string, magic: Uint8Array): boolean {
  const file = openSync(path, 'r');
  try {
    const start = new Uint8Array(magic.length);
    return readSync(file, start) === magic.length && start.every((byte, i) => byte === magic[i]);
  } finally {
    closeSync(file);
  }
}

/** Writes one file, whole or not at all. */
export function writeFile(path: string, bytes: Uint8Array): void {
  writeFiles([{ path, bytes }]);
}

/**
 * Writes files that belong together. None takes its name before all of them are on the disk, and two processes that
 * write the same set do so one after the other.
 *
 * @throws InputError that names the file and says why the system cannot write it
 */
export function writeFiles(files: readonly OutputFile[]): void {
  const temporaries = files.map(({ path }) => `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`);
  let path = '';
  try {
    files.forEach((file, k) => {
      path = file.path;
      const replaced = ordinaryFile(path);
      removeLeftBehind(path);
      // a user who could not read the replaced file can never read this one: it may hold weights
      const mode = (replaced?.mode ?? NEW_FILE_MODE) & MODE_BITS;
      // fails if another process created a file of this name
      writeFileSync(temporaries[k], file.bytes, { flag: 'wx', flush: true, mode });
      if (replaced !== undefined) chmodSync(temporaries[k], mode);
    });
    const rename = (): void =>
      files.forEach((file, k) => {
        path = file.path;
        renameSync(temporaries[k], path);
      });
    if (files.length === 1) rename();
    else withLocks(files, rename);
  } catch (error) {
    throw error instanceof InputError ? error : fileError(path, error, 'written');
  } finally {
    for (const temporary of temporaries) rmSync(temporary, { force: true });
  }
}

/** Removes temporary files beside a file that ended processes left, if they have not changed for a while. */
function removeLeftBehind(path: string): void {
  const start = `${basename(path)}.`;
  for (const name of namesIn(dirname(path))) {
    const [, owner] = (name.startsWith(start) && /^(\d+)-[0-9a-f]{8}\.tmp$/.exec(name.slice(start.length))) || [];
    const file = join(dirname(path), name);
    if (owner === undefined || isRunning(Number(owner))) continue;
    const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (Date.now() - written > LEFT_BEHIND_MS) rmSync(file, { force: true });
  }
}

/** Returns an empty list where the folder may be written to but not listed. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
