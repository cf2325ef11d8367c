// The file of a registration: the proof of `register` about a key, in a container with one accepted encoding.
//
//     "TGRG" version:1  digest of the key:32  registration
//
// The digest is only a hint for a clear message: a verifier absorbs the digest of its own key (`keyDigest`).

import { checkBytes, equalBytes } from '../../bytes.ts';
import { InputError, Rejection, UsageError } from '../../errors.ts';
import { DIGEST_LENGTH, shortDigest } from './digest.ts';
import { checkHeader, type Frame, headerOf } from './frame.ts';

/** The first bytes of a registration file: "TGRG". */
export const REGISTRATION_MAGIC: Uint8Array = new TextEncoder().encode('TGRG');
const DIGEST_START = REGISTRATION_MAGIC.length + 1;
const HEADER_LENGTH = DIGEST_START + DIGEST_LENGTH;
const FRAME: Frame = {
  what: 'registration file',
  magic: REGISTRATION_MAGIC,
  version: 1,
  advice: 'name the file that `ternary-gkr register` wrote',
  renew: 'register again',
};

/**
 * The contents of a registration file.
 *
 * @example
 * ```ts
 * import { decodeRegistrationFile, type RegistrationFile } from 'ternary-gkr/network';
 *
 * const read = (bytes: Uint8Array): RegistrationFile => decodeRegistrationFile(bytes);
 * ```
 */
export interface RegistrationFile {
  /** The digest of the key that it is about, as the file says: see `checkRegistrationKey`. */
  readonly digest: Uint8Array;
  readonly registration: Uint8Array;
}

/**
 * Returns the bytes of a registration file.
 *
 * @param digest - `keyDigest` of the verifying key
 * @throws UsageError if the digest has another length than 32 bytes
 *
 * @example
 * ```ts
 * import { type IntegerNetwork, register } from 'ternary-gkr';
 * import { encodeRegistrationFile } from 'ternary-gkr/network';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { verifyingKey, registration } = await register(network);
 * const file = encodeRegistrationFile({ digest: verifyingKey.digest, registration });
 * console.log(file.length > registration.length); // true
 * ```
 */
export function encodeRegistrationFile({ digest, registration }: RegistrationFile): Uint8Array<ArrayBuffer> {
  checkBytes('the digest', digest);
  checkBytes('the registration', registration);
  if (digest.length !== DIGEST_LENGTH) {
    throw new UsageError(`the digest has ${digest.length} bytes; give the key's, of ${DIGEST_LENGTH} bytes`);
  }
  const bytes = new Uint8Array(HEADER_LENGTH + registration.length);
  bytes.set([...headerOf(FRAME), ...digest]);
  bytes.set(registration, HEADER_LENGTH);
  return bytes;
}

/**
 * Returns the contents of a registration file, copied. The verifier checks the length of the registration.
 *
 * @throws InputError for anything but a registration file of this version, or one that ends within its header
 *
 * @example
 * ```ts
 * import { decodeRegistrationFile, encodeRegistrationFile } from 'ternary-gkr/network';
 *
 * const bytes = encodeRegistrationFile({ digest: new Uint8Array(32), registration: Uint8Array.of(1, 2, 3) });
 * console.log(decodeRegistrationFile(bytes).registration); // Uint8Array(3) [ 1, 2, 3 ]
 * ```
 */
export function decodeRegistrationFile(bytes: Uint8Array): RegistrationFile {
  checkHeader(bytes, FRAME);
  if (bytes.length < HEADER_LENGTH) {
    throw new InputError(`${FRAME.what}: it is shorter than its header of ${HEADER_LENGTH} bytes; ${FRAME.advice}`);
  }
  return {
    digest: new Uint8Array(bytes.subarray(DIGEST_START, HEADER_LENGTH)),
    registration: new Uint8Array(bytes.subarray(HEADER_LENGTH)),
  };
}

/**
 * Rejects a registration that names another key, with a message that says so; `verifyModel` rejects it regardless of
 * the file's digest.
 *
 * @throws Rejection with `statement`
 *
 * @example
 * ```ts
 * import { checkRegistrationKey } from 'ternary-gkr/network';
 *
 * const digest = new Uint8Array(32);
 * // throws an InputError for a registration of another key
 * checkRegistrationKey(digest, { digest });
 * console.log(digest.length); // 32
 * ```
 */
export function checkRegistrationKey(keyDigest: Uint8Array, { digest }: Pick<RegistrationFile, 'digest'>): void {
  if (equalBytes(digest, keyDigest)) return;
  throw new Rejection(
    'statement',
    'key',
    `the registration is of another model: it was made for ${shortDigest(digest)}, this key is ` +
      `${shortDigest(keyDigest)}; name the registration that was written with the key`,
  );
}
