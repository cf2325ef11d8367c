// The registration's file: what it holds, and that the digest in it is a hint and no more.

import { describe, expect, it } from 'vitest';
import { keyDigest } from '../../../src/network/files/key.ts';
import { checkRegistrationKey, decodeRegistrationFile, encodeRegistrationFile } from '../../../src/network/index.ts';
import { verifyModelFile } from '../../support/registered.ts';
import { registerModel } from './support.ts';

const { keyFile, registration } = await registerModel(1);
const other = await registerModel(2);
const digest = keyDigest(keyFile);
const file = encodeRegistrationFile({ digest, registration });

describe('a registration file', () => {
  it('holds the registration and the digest of its key', () => {
    const decoded = decodeRegistrationFile(file);
    expect(decoded).toEqual({ digest, registration });
    expect(checkRegistrationKey(digest, decoded)).toBeUndefined();
    expect(verifyModelFile(keyFile, decoded.registration)).toEqual({ ok: true });
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'it does not begin with "TGRG"'],
    ['a key', keyFile, 'it does not begin with "TGRG"'],
    ['half a header', file.subarray(0, 36), 'it is shorter than its header of 37 bytes'],
    [
      'a newer version',
      Uint8Array.from(file, (byte, k) => (k === 4 ? 2 : byte)),
      'use a newer version of this program',
    ],
    [
      'an older version',
      Uint8Array.from(file, (byte, k) => (k === 4 ? 0 : byte)),
      'its version is 0, this program reads version 1; register again',
    ],
  ])('of %s is refused', (_, bytes, message) => {
    expect(() => decodeRegistrationFile(bytes)).toThrow(
      expect.objectContaining({ name: 'InputError', message: expect.stringContaining(message) }),
    );
  });

  it('of another model is told by its digest, and refused whatever that says', () => {
    const foreign = decodeRegistrationFile(encodeRegistrationFile({ digest, registration: other.registration }));
    expect(checkRegistrationKey(digest, foreign)).toBeUndefined();
    expect(verifyModelFile(keyFile, foreign.registration)).toMatchObject({ ok: false });
    const honest = { digest: keyDigest(other.keyFile) };
    expect(() => checkRegistrationKey(digest, honest)).toThrow(
      expect.objectContaining({ name: 'Rejection', code: 'statement', where: 'key' }),
    );
    expect(() => encodeRegistrationFile({ digest: digest.subarray(1), registration })).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringContaining('31 bytes') }),
    );
  });
});
