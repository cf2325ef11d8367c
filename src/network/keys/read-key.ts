// The verifier's key of a registered model: read from its file, and trusted only with a registration that
// was checked here.

import { checkBytes } from '../../bytes.ts';
import { InputError, UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { type KoalaElement, koalaBear } from '../../field/koalabear.ts';
import { toVerdict, type Verdict } from '../../verdict.ts';
import { decodeKey, type KeyFile, keyDigest } from '../files/key.ts';
import type { RegistrationStatement } from '../registration/protocol.ts';
import { checkRegistration, verifyRegistration } from '../registration/verify.ts';
import { fieldOf, requireKey } from '../statement/calls.ts';
import type { VerifyingKey } from '../statement/key.ts';
import { planGraph } from '../statement/plan.ts';
import { layoutWeights } from '../weights/layout.ts';
import { makeKey } from './compile.ts';

/**
 * Options of `readKey`.
 *
 * @example
 * ```ts
 * import type { KoalaElement } from 'ternary-gkr/field';
 * import type { ReadKeyOptions } from 'ternary-gkr/network';
 *
 * // a key without its registration proves nothing about the weights
 * const withRegistration = (registration: Uint8Array): ReadKeyOptions<KoalaElement> => ({ registration });
 * ```
 */
export interface ReadKeyOptions<E> {
  /** The registration. If given, it is checked, and a key that it does not prove is rejected. */
  readonly registration?: Uint8Array;
  /** The field to verify over; KoalaBear unless given. */
  readonly field?: Field<E>;
}

/**
 * Returns the verifying key in the bytes of a key file.
 *
 * @throws InputError for bytes that are not a key, a model that cannot be proven about, or a registration that does not
 * prove the key
 *
 * @example
 * ```ts
 * import { encodeVerifyingKey, type IntegerNetwork, readKey, register } from 'ternary-gkr';
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
 * const file = encodeVerifyingKey(verifyingKey);
 * console.log(readKey(file).weightStatus); // unchecked
 * console.log(readKey(file, { registration }).weightStatus); // registered
 * ```
 */
export function readKey(bytes: Uint8Array, options?: ReadKeyOptions<KoalaElement>): VerifyingKey<KoalaElement>;
export function readKey<E>(
  bytes: Uint8Array,
  options: ReadKeyOptions<E> & { readonly field: Field<E> },
): VerifyingKey<E>;
export function readKey<E>(given: Uint8Array, options: ReadKeyOptions<E> = {}): VerifyingKey<E> {
  const field = fieldOf(options, koalaBear as unknown as Field<E>);
  const bytes = ownBytes(given);
  const file = decodeKey(bytes);
  const { registration } = options;
  const key = registeredKey(file, bytes, field, registration === undefined ? 'unchecked' : 'registered');
  if (registration !== undefined) {
    const verdict = verifyRegistration(registrationStatement(key), registration);
    if (!verdict.ok) throw new InputError(`verifying key: its registration does not prove it (${verdict.message})`);
  }
  key.plan(1);
  return key;
}

/** Returns a verifier's key for a registered model; its statements about the weights follow from the bounds alone. */
export function registeredKey<E>(
  { bounds, code, root, network }: KeyFile,
  bytes: Uint8Array,
  field: Field<E>,
  weightStatus: 'registered' | 'unchecked',
): VerifyingKey<E> {
  const graph = planGraph(network, field.characteristic, bounds);
  const layout = layoutWeights(graph);
  const key = makeKey({
    network,
    graph,
    field,
    digest: keyDigest(bytes),
    file: bytes,
    weights: { layout, code, root },
    weightStatus,
  });
  return { ...key, hasWeights: false };
}

/** Returns the statement of a registration. */
export function registrationStatement<E>({ field, digest, graph, weights }: VerifyingKey<E>): RegistrationStatement<E> {
  if (weights === undefined) throw new UsageError('the weights of this key are public: there is nothing to register');
  return { field, bytes: digest, graph, ...weights };
}

/**
 * Returns the bytes of a registered model's key file, which `readKey` reads.
 *
 * @throws UsageError for anything but a key of a registered model
 *
 * @example
 * ```ts
 * import { encodeVerifyingKey, type IntegerNetwork, register } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { verifyingKey } = await register(network);
 * // the bytes of a .vkey file
 * console.log(encodeVerifyingKey(verifyingKey).length < 200); // true
 * ```
 */
export function encodeVerifyingKey(key: VerifyingKey<unknown>): Uint8Array<ArrayBuffer> {
  requireKey(key);
  if (key.file !== undefined) return new Uint8Array(key.file);
  throw new UsageError('the weights of this key are public: publish the network (encodeNetwork), or register it first');
}

/**
 * Checks that a registration proves the key's statements about the committed weights: ternary weights are −1, 0 and 1,
 * all others lie in their ranges, no row is larger than its bound, and padding is zero. Total: any bytes give a verdict
 * (verdict.ts).
 *
 * @param key - the key that `verify` takes, from `readKey`
 * @throws UsageError if the key is not one, or its weights are public
 *
 * @example
 * ```ts
 * import { type IntegerNetwork, register, verifyModel } from 'ternary-gkr';
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
 * console.log(verifyModel(verifyingKey, registration).ok); // true
 * console.log(verifyModel(verifyingKey, registration.slice(1)).ok); // false
 * ```
 */
export function verifyModel<E>(key: VerifyingKey<E>, registration: Uint8Array): Verdict {
  requireKey(key);
  const statement = registrationStatement(key);
  return toVerdict('key', () => {
    checkRegistration(statement, registration);
    return {};
  });
}

/** Returns a copy, so that the bytes read and the bytes hashed are the same, however the given array behaves. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  checkBytes('verifying key', bytes);
  return new Uint8Array(bytes);
}
