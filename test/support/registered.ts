// Registered models with the bytes of their files, and checks that begin at the bytes of a key.

import { InputError } from '../../src/errors.ts';
import type { Field } from '../../src/field/field.ts';
import type { KoalaElement } from '../../src/field/koalabear.ts';
import type { ProverFile } from '../../src/network/files/prover.ts';
import {
  encodeVerifyingKey,
  type IntegerNetwork,
  type Registered,
  type RegisterOptions,
  readKey,
  register,
  verifyModel,
} from '../../src/network/index.ts';
import type { Verdict } from '../../src/verdict.ts';

/** A registered model, and what goes into its files. */
export interface RegisteredFiles<E> extends Registered<E> {
  /** The bytes of the key file. */
  readonly keyFile: Uint8Array<ArrayBuffer>;
  /** Digests of the encoded columns of the weights. */
  readonly leaves: Uint8Array;
}

export function registerFiles(
  network: IntegerNetwork,
  options?: RegisterOptions<KoalaElement>,
): Promise<RegisteredFiles<KoalaElement>>;
export function registerFiles<E>(
  network: IntegerNetwork,
  options: RegisterOptions<E> & { readonly field: Field<E> },
): Promise<RegisteredFiles<E>>;
export async function registerFiles<E>(
  network: IntegerNetwork,
  options?: RegisterOptions<E>,
): Promise<RegisteredFiles<E>> {
  const made = await register(network, options as RegisterOptions<E> & { readonly field: Field<E> });
  const { leaves } = made.provingKey;
  if (leaves === undefined) throw new Error('registration keeps the digests of its tree');
  return { ...made, keyFile: encodeVerifyingKey(made.verifyingKey), leaves };
}

/** `verifyModel` of the key in these bytes; bytes that are not a key are refused at `key`. */
export function verifyModelFile(bytes: Uint8Array, registration: Uint8Array): Verdict {
  try {
    return verifyModel(readKey(bytes), registration);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { ok: false, code: 'statement', where: 'key', message: error.message };
  }
}

/** The parts of a model's prover's file. */
export function partsOf<E>(model: RegisteredFiles<E>): ProverFile {
  return { verifyingKey: model.keyFile, network: model.provingKey.network, leaves: model.leaves };
}
