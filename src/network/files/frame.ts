// How the files of this program begin and end: four letters and a version, and, where an accident would not be noticed
// otherwise, a check of eight bytes, the first of BLAKE3 of everything before.

import { describe, equalBytes, isTyped } from '../../bytes.ts';
import { InputError } from '../../errors.ts';
import { blake3 } from '../../hash/blake3.ts';

/** Bytes of the check. */
export const CHECK_LENGTH = 8;

/** A kind of file, for what is said of one that is none. */
export interface Frame {
  /** `model file` */
  readonly what: string;
  /** The four letters. */
  readonly magic: Uint8Array;
  readonly version: number;
  /** How to get another file. */
  readonly advice: string;
  /** What to do with a file of an earlier version. */
  readonly renew: string;
}

/** Bytes before the content: the letters and the version. */
export function headerLength({ magic }: Frame): number {
  return magic.length + 1;
}

/** The letters and the version. */
export function headerOf({ magic, version }: Frame): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(...magic, version);
}

/** Why a value is no file of a kind: it is no bytes, or begins otherwise. Undefined if it does not, or ends before that. */
export function headerFault(bytes: Uint8Array, { what, magic, version, advice, renew }: Frame): string | undefined {
  if (!isTyped(bytes, 'Uint8Array')) return `${what}: it is ${describe(bytes)}, not a Uint8Array`;
  if (!equalBytes(bytes.subarray(0, magic.length), magic)) {
    return `it is not a ${what}: it does not begin with "${new TextDecoder().decode(magic)}"; ${advice}`;
  }
  const found = bytes[magic.length];
  if (found === undefined || found === version) return undefined;
  const mend = found < version ? renew : 'use a newer version of this program';
  return `${what}: its version is ${found}, this program reads version ${version}; ${mend}`;
}

/** @throws InputError for a fault of the header */
export function checkHeader(bytes: Uint8Array, frame: Frame): void {
  const fault = headerFault(bytes, frame);
  if (fault !== undefined) throw new InputError(fault);
}

function checkOf(body: Uint8Array): Uint8Array {
  return blake3(body).subarray(0, CHECK_LENGTH);
}

/** The bytes and their check. */
export function withCheck(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(body.length + CHECK_LENGTH);
  bytes.set(body);
  bytes.set(checkOf(body), body.length);
  return bytes;
}

/**
 * What stands before the check, header included.
 *
 * @throws InputError if the header or the check is wrong
 */
export function checkedBody(bytes: Uint8Array, frame: Frame): Uint8Array {
  checkHeader(bytes, frame);
  const body = bytes.subarray(0, Math.max(0, bytes.length - CHECK_LENGTH));
  if (body.length < headerLength(frame) || !equalBytes(bytes.subarray(body.length), checkOf(body))) {
    throw new InputError(`${frame.what}: its check sum is wrong, so the file is cut short or damaged; ${frame.advice}`);
  }
  return body;
}
