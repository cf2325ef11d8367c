// Reads files: models, data, labels. Data may be compressed with gzip. output.ts writes.

import { readFileSync } from 'node:fs';
import { gunzip, readArray, readLabels, splitIntegerSamples } from '../data/index.ts';
import { InputError } from '../errors.ts';
import { decodeNetwork } from '../network/files/model.ts';
import type { IntegerNetwork } from '../network/model/network.ts';
import { requireKind } from './kinds.ts';

/** Returns the bytes of a file as they are. */
export function readFile(path: string): Uint8Array {
  try {
    const bytes = readFileSync(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  } catch (error) {
    throw fileError(path, error, 'read');
  }
}

/** Returns the bytes of a file, decompressed if they are compressed with gzip. */
export const readPlain = (path: string): Promise<Uint8Array> => gunzip(readFile(path), path);

/** Returns the network in a model file. */
export function readModel(path: string): IntegerNetwork {
  const bytes = readFile(path);
  requireKind(path, bytes, ['model'], {
    prover: 'this command takes the model that was registered',
    key: 'a key has no weights; this command takes the model that was registered',
  });
  return naming(path, () => decodeNetwork(bytes));
}

/** Runs `read`; an error about the contents of a file gets the file's path. */
export function naming<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof InputError && !error.message.startsWith(path)
      ? new InputError(`${path}: ${error.message}`)
      : error;
  }
}

/** Returns the samples of a data file, as stored integers. */
export async function readSamples(path: string, shape: readonly number[]): Promise<Int32Array[]> {
  return splitIntegerSamples(await readArray(readFile(path), path), shape, path);
}

/** Returns the labels of the first `samples` samples; further labels are left out. */
export async function readLabelsFor(path: string, samples: number): Promise<Int32Array> {
  const labels = await readLabels(readFile(path), path);
  if (labels.length >= samples) return labels.subarray(0, samples);
  throw new InputError(
    `${path}: ${labels.length} labels for ${samples} samples; name the labels that belong to the data`,
  );
}

/** The meaning of the system's codes, and how to fix the cause. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file or folder does not exist; check the path',
  EISDIR: 'it is a folder; name a file',
  ENOTDIR: 'part of the path is not a folder; check the path',
  EACCES: 'permission is denied; check the permissions',
  EPERM: 'permission is denied; check the permissions',
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the quota is used up; free some space',
  EFBIG: 'it exceeds the file size limit; raise the limit (ulimit -f)',
  EIO: 'the disk reports an error; use another disk',
  EROFS: 'the disk is read-only; use another disk',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB; split it',
};

/** Returns why the system cannot read or write a file, in one line. */
export function fileError(path: string, error: unknown, verb: 'read' | 'written'): InputError {
  return new InputError(`${path}: it cannot be ${verb}: ${reasonOf(error)}`);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return (code === undefined ? undefined : REASONS[code]) ?? String(error);
}
