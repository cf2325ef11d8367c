// The proving key of a registered model, from the prover's file or from the network and its verifying key.

import { equalBytes } from '../../bytes.ts';
import { treeOfDigests } from '../../commit/merkle/prove.ts';
import { InputError, UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { type KoalaElement, koalaBear } from '../../field/koalabear.ts';
import { createHasher } from '../../hash/hasher.ts';
import { decodeKey, encodeKey, keyDigest } from '../files/key.ts';
import { decodeNetwork, encodeNetwork } from '../files/model.ts';
import { decodeProverFile, encodeProverFile } from '../files/prover.ts';
import { boundsOf } from '../model/bounds.ts';
import type { IntegerNetwork } from '../model/network.ts';
import { checkProvingKey } from '../run/options.ts';
import { fieldOf } from '../statement/calls.ts';
import type { ProvingKey, VerifyingKey } from '../statement/key.ts';
import { encodeVerifyingKey, registeredKey } from './read-key.ts';

/**
 * Returns the proving key of a registered model from its network and its verifying key. The first proof encodes the weights
 * once more; a prover's file (`encodeProvingKey`, `openProver`) saves that.
 *
 * @throws UsageError for anything but a key of a registered model; InputError for the key of another network
 *
 * @example
 * ```ts
 * import { type IntegerNetwork, openRegistered, prove, register, verify } from 'ternary-gkr';
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
 * // from the network, without the prover's file; the weights are committed again
 * const provingKey = openRegistered(network, verifyingKey);
 * const { publicSignals, proof } = await prove(provingKey, [5, 3]);
 * console.log(verify(verifyingKey, publicSignals, proof).ok); // true
 * ```
 */
export function openRegistered<E>(network: IntegerNetwork, verifyingKey: VerifyingKey<E>): ProvingKey<E> {
  const file = encodeVerifyingKey(verifyingKey);
  return ownKey(decodeNetwork(encodeNetwork(network)), file, verifyingKey.field);
}

/**
 * Options of `openProver`.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import type { OpenProverOptions } from 'ternary-gkr/network';
 *
 * const options: OpenProverOptions<bigint> = { field: bn254 };
 * ```
 */
export interface OpenProverOptions<E> {
  /** The field to prove over; KoalaBear unless given. */
  readonly field?: Field<E>;
}

/**
 * Returns the proving key in the bytes of a prover's file.
 *
 * @throws InputError for bytes that are not a prover's file, a key of another model, or digests that are not those of the
 * key's commitment; whether the weights have these digests shows when they are encoded for the first proof
 *
 * @example
 * ```ts
 * import { encodeProvingKey, type IntegerNetwork, openProver, prove, register, verify } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { provingKey, verifyingKey } = await register(network);
 * const opened = openProver(encodeProvingKey(provingKey));
 * const { publicSignals, proof } = await prove(opened, [5, 3]);
 * console.log(verify(verifyingKey, publicSignals, proof).ok); // true
 * ```
 */
export function openProver(bytes: Uint8Array, options?: OpenProverOptions<KoalaElement>): ProvingKey<KoalaElement>;
export function openProver<E>(
  bytes: Uint8Array,
  options: OpenProverOptions<E> & { readonly field: Field<E> },
): ProvingKey<E>;
export function openProver<E>(bytes: Uint8Array, options?: OpenProverOptions<E>): ProvingKey<E> {
  const field = fieldOf(options, koalaBear as unknown as Field<E>);
  const { verifyingKey, network, leaves } = decodeProverFile(bytes);
  const key = ownKey(network, verifyingKey, field);
  const root = key.weights?.root ?? new Uint8Array(0);
  if (!equalBytes(treeOfDigests(createHasher(), leaves, root.length).root, root)) {
    throw new InputError(
      "prover's file: its digests do not lead to the root of its key, so it is damaged or put together from two; " +
        'copy the file again, or make it with `ternary-gkr register`',
    );
  }
  return { ...key, leaves };
}

/**
 * Returns the bytes of a prover's file, which `openProver` reads. They hold the weights.
 *
 * @throws UsageError for anything but a proving key of `register` or `openProver`
 *
 * @example
 * ```ts
 * import { encodeProvingKey, type IntegerNetwork, openProver, register } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { provingKey } = await register(network);
 * // the bytes of a .prover file, which holds the weights
 * const file = encodeProvingKey(provingKey);
 * console.log(openProver(file).network.name); // small
 * ```
 */
export function encodeProvingKey(key: ProvingKey<unknown>): Uint8Array<ArrayBuffer> {
  checkProvingKey(key);
  const verifyingKey = encodeVerifyingKey(key);
  if (key.leaves === undefined) {
    throw new UsageError('the proving key has no digests of its encoded weights; give that of register or openProver');
  }
  return encodeProverFile({ verifyingKey, network: key.network, leaves: key.leaves });
}

/** Returns the key for a network that the caller holds with its weights. */
function ownKey<E>(network: IntegerNetwork, verifyingKey: Uint8Array, field: Field<E>): ProvingKey<E> {
  const file = decodeKey(verifyingKey);
  const own = encodeKey({ ...file, network, bounds: boundsOf(network) });
  if (!equalBytes(keyDigest(own), keyDigest(verifyingKey))) {
    throw new InputError(
      `network ${network.name}: the verifying key is of another model; name the key that its registration wrote`,
    );
  }
  return { ...registeredKey({ ...file, network }, verifyingKey, field, 'unchecked'), hasWeights: true };
}
