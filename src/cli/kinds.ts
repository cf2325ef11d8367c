// File kinds, recognised by their first bytes, so that an error can name the kind of a file in the wrong place.

import { InputError } from '../errors.ts';
import { KEY_MAGIC } from '../network/files/key.ts';
import { MODEL_MAGIC } from '../network/files/model.ts';
import { PROOF_MAGIC } from '../network/files/proof.ts';
import { PROVER_MAGIC } from '../network/files/prover.ts';
import { REGISTRATION_MAGIC } from '../network/files/registration.ts';

/** A kind of file that this program writes. */
export type FileKind = 'model' | 'key' | 'prover' | 'registration' | 'proof' | 'commitment';

interface KindDescription {
  /** The name as in `it is a proof file`. */
  readonly name: string;
  readonly magic: Uint8Array;
  /** The command that writes one. */
  readonly from: string;
}

/** The first bytes of a commitment file, which is JSON. */
export const COMMITMENT_START = '{"shape":[';

export const KINDS: Readonly<Record<FileKind, KindDescription>> = {
  model: { name: 'model file', magic: MODEL_MAGIC, from: 'import' },
  key: { name: 'verifying key', magic: KEY_MAGIC, from: 'register' },
  prover: { name: "prover's file", magic: PROVER_MAGIC, from: 'register' },
  registration: { name: 'registration file', magic: REGISTRATION_MAGIC, from: 'register' },
  proof: { name: 'proof file', magic: PROOF_MAGIC, from: 'prove' },
  commitment: { name: 'commitment file', magic: new TextEncoder().encode(COMMITMENT_START), from: 'commit' },
};

/** Returns the kind of a file; undefined for a file that this program does not write. */
export function kindOf(bytes: Uint8Array): FileKind | undefined {
  const kinds = Object.keys(KINDS) as FileKind[];
  return kinds.find((kind) => KINDS[kind].magic.every((byte, k) => bytes[k] === byte));
}

/** @throws InputError if a file of this program is in the place of another, such as `an ONNX file` */
export function requireForeign(path: string, bytes: Uint8Array, wanted: string): void {
  const kind = kindOf(bytes);
  if (kind === undefined) return;
  throw new InputError(`${path}: it is a ${KINDS[kind].name}, not ${wanted}; name ${wanted}`);
}

/**
 * Returns the kind of a file, which must be one of those.
 *
 * @param bytes - the bytes of the file
 * @param hints - the advice for some other kinds
 * @throws InputError that names the kind of the file
 */
export function requireKind<K extends FileKind>(
  path: string,
  bytes: Uint8Array,
  wanted: readonly K[],
  hints: Partial<Readonly<Record<FileKind, string>>> = {},
): K {
  const kind = kindOf(bytes);
  const known = wanted.find((each) => each === kind);
  if (known !== undefined) return known;
  const names = wanted.map((each) => `a ${KINDS[each].name}`).join(' or ');
  if (kind === undefined) {
    const starts = wanted.map((each) => `"${new TextDecoder().decode(KINDS[each].magic)}"`).join(' or ');
    const commands = [...new Set(wanted.map((each) => `\`ternary-gkr ${KINDS[each].from}\``))].join(' or ');
    throw new InputError(`${path}: it is not ${names}: it does not begin with ${starts}; make one with ${commands}`);
  }
  const hint = hints[kind] ?? `name ${names}`;
  throw new InputError(`${path}: it is a ${KINDS[kind].name}, not ${names}; ${hint}`);
}
