// Codecs of files that are given something else than bytes: an error of one line that names what was given, and never
// a file of it.

import { describe, expect, it } from 'vitest';
import { decodeAccuracy } from '../../../src/accuracy/file.ts';
import {
  checkProofNetwork,
  decodeNetwork,
  decodeProofFile,
  encodeProofFile,
  type ProofFile,
  proofToJson,
  readKey,
} from '../../../src/index.ts';
import { decodeProverFile } from '../../../src/network/files/prover.ts';
import { decodeRegistrationFile, encodeRegistrationFile } from '../../../src/network/files/registration.ts';

const digest = new Uint8Array(32);
const signals = { input: Int32Array.of(1), output: Int32Array.of(2) };
const proof = Uint8Array.of(1, 2, 3);
const named = (name: string, message: RegExp) =>
  expect.objectContaining({ name, message: expect.stringMatching(message) });

describe.each<[string, string, (bytes: never) => unknown]>([
  ['decodeNetwork', 'InputError', decodeNetwork],
  ['readKey', 'InputError', readKey],
  ['decodeProverFile', 'InputError', decodeProverFile],
  ['decodeRegistrationFile', 'InputError', decodeRegistrationFile],
  ['decodeProofFile', 'Rejection', decodeProofFile],
  ['decodeAccuracy', 'Rejection', decodeAccuracy],
])('%s', (_, error, decode) => {
  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /it is missing, not a Uint8Array$/],
    ['null', null, /it is null, not a Uint8Array$/],
    ['an ArrayBuffer', new ArrayBuffer(99), /it is an ArrayBuffer, not a Uint8Array$/],
    ['text', 'TERN', /it is 'TERN', not a Uint8Array$/],
    ['a list of numbers', [1, 2, 3], /it is an array, not a Uint8Array$/],
    ['other integers', new Int32Array(3), /it is an Int32Array, not a Uint8Array$/],
    ['a promise', Promise.resolve(new Uint8Array(9)), /it is a Promise, not a Uint8Array$/],
  ])('refuses %s', (_what, value, message) => {
    expect(() => decode(value as never)).toThrow(named(error, message));
  });
});

describe('what is written', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['a proof of text', () => encodeProofFile(digest, signals, 'text' as never), /^the proof: it is 'text'/],
    [
      'a proof without a digest',
      () => encodeProofFile(undefined as never, signals, proof),
      /^the digest: it is missing/,
    ],
    ['a proof without signals', () => encodeProofFile(digest, undefined as never, proof), /^public signals: missing/],
    ['lists as signals', () => encodeProofFile(digest, { input: [1], output: [2] } as never, proof), /an Int32Array/],
    ['JSON of nothing', () => proofToJson(undefined as never), /^the digest: it is missing/],
    ['JSON of a proof', () => proofToJson(proof as unknown as ProofFile), /^the digest: it is missing/],
    [
      'a registration of text',
      () => encodeRegistrationFile({ digest, registration: 'text' as never }),
      /^the registration: it is 'text'/,
    ],
  ])('is not a file of %s', (_, write, message) => {
    expect(write).toThrow(named('InputError', message));
  });

  it('is read back', () => {
    const file = decodeProofFile(encodeProofFile(digest, signals, proof));
    expect(file).toEqual({ digest, publicSignals: signals, proof });
    expect(() => checkProofNetwork({ digest }, file)).not.toThrow();
    expect(() => checkProofNetwork({ digest: digest.subarray(1) }, file)).toThrow(/another model or key/);
  });
});
