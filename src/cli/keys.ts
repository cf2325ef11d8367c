// Keys from files: with public weights from a model file, with committed weights from the files of `register`.

import { InputError } from '../errors.ts';
import { decodeNetwork } from '../network/files/model.ts';
import { checkRegistrationKey, decodeRegistrationFile } from '../network/files/registration.ts';
import { compile } from '../network/keys/compile.ts';
import { openProver } from '../network/keys/open-prover.ts';
import { readKey, verifyModel } from '../network/keys/read-key.ts';
import type { ProvingKey, VerifyingKey } from '../network/statement/key.ts';
import { naming, readFile } from './files.ts';
import { requireKind } from './kinds.ts';
import { refusalOf } from './verdicts.ts';

/** Returns a proving key from a model file, whose weights are public, or from a prover's file. */
export function readProvingKey(path: string): ProvingKey {
  const bytes = readFile(path);
  const kind = requireKind(path, bytes, ['model', 'prover'], {
    key: 'a key verifies; proving takes the .prover file that was written with it',
  });
  return naming(path, () => (kind === 'model' ? compile(decodeNetwork(bytes)).provingKey : openProver(bytes)));
}

/** The advice if the two files of `verify` are in the wrong order. */
export const PROOF_SECOND = 'the model or key comes first, the proof second';

/** A verifying key, and how long the check of its registration took. */
export interface CheckedKey {
  readonly key: VerifyingKey;
  readonly registrationMs: number | undefined;
}

/**
 * Returns a verifying key from a model file or a key file.
 *
 * @param registrationPath - checked first, if there is one
 * @throws Rejection for a registration that does not prove the key
 */
export function readVerifyingKey(path: string, registrationPath: string | undefined): CheckedKey {
  const bytes = readFile(path);
  const kind = requireKind(path, bytes, ['model', 'key'], {
    prover: 'it holds the weights and is for proving; a verifier takes the .vkey file that was written with it',
    registration: 'it belongs to a key: give it by --registration',
    proof: PROOF_SECOND,
  });
  if (kind === 'model') {
    if (registrationPath !== undefined) {
      throw new InputError(
        `${path}: --registration goes with a verifying key, and this is a model file: its weights are public; leave it out`,
      );
    }
    return { key: naming(path, () => compile(decodeNetwork(bytes)).verifyingKey), registrationMs: undefined };
  }
  const key = naming(path, () => readKey(bytes));
  if (registrationPath === undefined) return { key, registrationMs: undefined };
  const registrationMs = checkRegistration(key, registrationPath);
  return { key: { ...key, weightStatus: 'registered' }, registrationMs };
}

/**
 * Checks the registration in a file; returns how long the proof in it took.
 *
 * @throws Rejection if it does not prove the key
 */
export function checkRegistration(key: VerifyingKey, path: string): number {
  const content = readFile(path);
  requireKind(path, content, ['registration']);
  const file = naming(path, () => decodeRegistrationFile(content));
  checkRegistrationKey(key.digest, file);
  const started = performance.now();
  const verdict = verifyModel(key, file.registration);
  if (!verdict.ok) throw refusalOf(verdict, 'registration/');
  return performance.now() - started;
}

/** Returns the status of a key's weights in words, with a warning if this program has not checked them. */
export function weightLines({ weightStatus }: VerifyingKey): string[] {
  switch (weightStatus) {
    case 'public':
      return ['weights   public'];
    case 'registered':
      return ['weights   committed; their registration was checked'];
    case 'unchecked':
      return [
        'weights   committed; their registration was NOT checked',
        'WARNING   a key with an unchecked registration proves nothing about the weights: give --registration <file>,',
        '          or check it once with ternary-gkr verify-model',
      ];
  }
}
