// Files in and out: models, data, labels. What is read may be compressed with gzip; what is written appears
// whole or not at all.

import {
  closeSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { gunzip, readArray, readLabels, splitIntegerSamples } from '../data/index.ts';
import { InputError } from '../errors.ts';
import { decodeNetwork } from '../network/files/model.ts';
import type { IntegerNetwork } from '../network/network.ts';
import { type FileKind, KINDS, requireKind } from './kinds.ts';

/** The bytes of a file as they are. */
export function readFile(path: string): Uint8Array {
  try {
    const bytes = readFileSync(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  } catch (error) {
    throw fileError(path, error, 'read');
  }
}

/** The bytes of a file, decompressed if they are compressed with gzip. */
export const readPlain = (path: string): Promise<Uint8Array> => gunzip(readFile(path), path);

/** The network in a model file. */
export function readModel(path: string): IntegerNetwork {
  const bytes = readFile(path);
  requireKind(path, bytes, ['model'], {
    prover: 'this command takes the model that was registered',
    key: 'a key has no weights; this command takes the model that was registered',
  });
  return naming(path, () => decodeNetwork(bytes));
}

/** Errors in what a file holds name the file. */
export function naming<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof InputError && !error.message.startsWith(path)
      ? new InputError(`${path}: ${error.message}`)
      : error;
  }
}

/** The samples of a data file, as stored integers. */
export async function readSamples(path: string, shape: readonly number[]): Promise<Int32Array[]> {
  return splitIntegerSamples(await readArray(readFile(path), path), shape, path);
}

/** Labels for so many samples; more labels than that are left out. */
export async function readLabelsFor(path: string, samples: number): Promise<Int32Array> {
  const labels = await readLabels(readFile(path), path);
  if (labels.length >= samples) return labels.subarray(0, samples);
  throw new InputError(
    `${path}: ${labels.length} labels for ${samples} samples; name the labels that belong to the data`,
  );
}

/**
 * Refuses an output before the work for it is done. What may be written is a new file, an empty one, one of the same
 * kind, or with `--force` any ordinary file.
 */
export function checkOutput(path: string, kind: FileKind, force: boolean): void {
  const existing = ordinaryFile(path);
  if (existing === undefined || existing.size === 0 || force || beginsWith(path, KINDS[kind].magic)) return;
  throw new InputError(
    `${path}: the file exists and is no ${KINDS[kind].name}; name another with -o, or overwrite it with --force`,
  );
}

/**
 * The file at a path, undefined if there is none.
 *
 * @throws InputError if there can be none, or what is there is a folder or a device: a rename would replace it
 */
function ordinaryFile(path: string): Stats | undefined {
  let stats: Stats | undefined;
  try {
    const isFolder = statSync(dirname(path)).isDirectory();
    if (!isFolder) throw new InputError(`${path}: it cannot be written: ${REASONS['ENOTDIR']}`);
    stats = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw error instanceof InputError ? error : fileError(path, error, 'written');
  }
  if (stats?.isDirectory()) throw new InputError(`${path}: it cannot be written: ${REASONS['EISDIR']}`);
  if (stats?.isFile() === false) {
    throw new InputError(`${path}: it cannot be written: it is no ordinary file; name another`);
  }
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

/** Writes a file under a temporary name and renames it. */
export function writeFile(path: string, bytes: Uint8Array): void {
  ordinaryFile(path);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, bytes);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw fileError(path, error, 'written');
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder; check the path',
  EISDIR: 'it is a folder; name a file',
  ENOTDIR: 'part of the path is not a folder; check the path',
  EACCES: 'permission is denied; check who may use it',
  EPERM: 'permission is denied; check who may use it',
  ENOSPC: 'the disk is full; make room',
  EROFS: 'the disk can only be read; choose another place',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB; split it',
};

function fileError(path: string, error: unknown, verb: string): InputError {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  const reason = (code === undefined ? undefined : REASONS[code]) ?? String(error);
  return new InputError(`${path}: it cannot be ${verb}: ${reason}`);
}
