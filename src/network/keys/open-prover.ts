// The proving key of a registered model, from the prover's file or from the network and its verification key.

import { equalBytes } from '../../bytes.ts';
import { treeOfDigests } from '../../commit/merkle/prove.ts';
import { InputError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import type { KoalaElement } from '../../field/koalabear.ts';
import { koalaBear } from '../../field/koalabear.ts';
import { createHasher } from '../../hash/hasher.ts';
import { decodeKey, encodeKey, keyDigest } from '../files/key.ts';
import { decodeNetwork, encodeNetwork } from '../files/model.ts';
import { decodeProverFile } from '../files/prover.ts';
import { boundsOf } from '../model/bounds.ts';
import type { IntegerNetwork } from '../model/network.ts';
import type { ProvingKey } from '../statement/key.ts';
import { registeredKey } from './read-key.ts';

/** The proving key of a registered model from its network and its verification key. */
export function openRegistered(network: IntegerNetwork, verificationKey: Uint8Array): ProvingKey<KoalaElement>;
export function openRegistered<E>(network: IntegerNetwork, verificationKey: Uint8Array, field: Field<E>): ProvingKey<E>;
export function openRegistered<E>(given: IntegerNetwork, verificationKey: Uint8Array, known?: Field<E>): ProvingKey<E> {
  const field = known ?? (koalaBear as unknown as Field<E>);
  return ownKey(decodeNetwork(encodeNetwork(given)), verificationKey, field);
}

/**
 * The proving key in a prover's file.
 *
 * @throws InputError for bytes that are no such file, a key of another model, or digests that are not those of the
 * key's commitment; whether the weights are those of the digests shows when they are laid out for the first proof
 */
export function openProver(bytes: Uint8Array): ProvingKey<KoalaElement>;
export function openProver<E>(bytes: Uint8Array, field: Field<E>): ProvingKey<E>;
export function openProver<E>(bytes: Uint8Array, known?: Field<E>): ProvingKey<E> {
  const { verificationKey, network, leaves } = decodeProverFile(bytes);
  const key = ownKey(network, verificationKey, known ?? (koalaBear as unknown as Field<E>));
  const root = key.weights?.root ?? new Uint8Array(0);
  if (!equalBytes(treeOfDigests(createHasher(), leaves, root.length).root, root)) {
    throw new InputError(
      "prover's file: its digests do not lead to the root of its key, so it is damaged or put together from two; " +
        'copy the file again, or make it with `ternary-gkr register`',
    );
  }
  return { ...key, leaves };
}

/** A key about a network of our own. */
export function ownKey<E>(network: IntegerNetwork, verificationKey: Uint8Array, field: Field<E>): ProvingKey<E> {
  const file = decodeKey(verificationKey);
  const own = encodeKey({ ...file, network, bounds: boundsOf(network) });
  if (!equalBytes(keyDigest(own), keyDigest(verificationKey))) {
    throw new InputError(
      `network ${network.name}: the verification key is of another model; name the key that its registration wrote`,
    );
  }
  return { ...registeredKey(file, network, verificationKey, field, 'unchecked'), hasWeights: true };
}
