// The first and last bytes of every file of this program: four letters and a version; and, where damage would not be
// noticed otherwise, a check of eight bytes, the first of BLAKE3 of everything before.

import { describe, equalBytes, isTyped } from '../../bytes.ts';
import { InputError } from '../../errors.ts';
import { blake3 } from '../../hash/blake3.ts';

/** Length of the check in bytes. */
export const CHECK_LENGTH = 8;

/** A file format, as error messages describe it. */
export interface Frame {
  /** `model file` */
  readonly what: string;
  /** The four letters. */
  readonly magic: Uint8Array;
  readonly version: number;
  /** How to get another file. */
  readonly advice: string;
  /** The advice for a file of an earlier version. */
  readonly renew: string;
}

/** Returns the number of bytes before the content: the letters and the version. */
export function headerLength({ magic }: Frame): number {
  return magic.length + 1;
}

/** Returns the letters and the version. */
export function headerOf({ magic, version }: Frame): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(...magic, version);
}

/** Returns why the bytes are not a file of this format; undefined if they begin like one or end within the header. */
export function headerFault(bytes: Uint8Array, { what, magic, version, advice, renew }: Frame): string | undefined {
  if (!isTyped(bytes, 'Uint8Array')) return `${what}: it is ${describe(bytes)}, not a Uint8Array`;
  if (!equalBytes(bytes.subarray(0, magic.length), magic)) {
    return `it is not a ${what}: it does not begin with "${new TextDecoder().decode(magic)}"; ${advice}`;
  }
  const found = bytes[magic.length];
  if (found === undefined || found === version) return undefined;
  const fix = found < version ? renew : 'use a newer version of this program';
  return `${what}: its version is ${found}, this program reads version ${version}; ${fix}`;
}

/** @throws InputError for a fault of the header */
export function checkHeader(bytes: Uint8Array, frame: Frame): void {
  const fault = headerFault(bytes, frame);
  if (fault !== undefined) throw new InputError(fault);
}

function checkOf(body: Uint8Array): Uint8Array {
  return blake3(body).subarray(0, CHECK_LENGTH);
}

/** Returns the bytes followed by their check. */
export function withCheck(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(body.length + CHECK_LENGTH);
  bytes.set(body);
  bytes.set(checkOf(body), body.length);
  return bytes;
}

/**
 * Returns the bytes before the check, header included.
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
