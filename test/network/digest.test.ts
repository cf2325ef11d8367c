// The digest that names a network in a statement: it covers everything but the network's name.

import { blake3 } from '@noble/hashes/blake3.js';
import { describe, expect, it } from 'vitest';
import { decodeNetwork, encodeNetwork, networkDigest } from '../../src/network/files/model.ts';
import { compile, type IntegerNetwork, prove, verify } from '../../src/network/index.ts';
import { inputsOf, perceptron } from '../support/networks.ts';

const network = perceptron({ sizes: [6, 5, 3], seed: 4 });
const { provingKey, verifyingKey } = compile(network);
const last = network.layers.length;
const digestOf = (other: IntegerNetwork): Uint8Array => networkDigest(encodeNetwork(other));

describe('the digest of a network', () => {
  it('does not depend on its name, which stays in the file', async () => {
    const renamed = { ...network, name: 'another name, longer than before' };
    expect(encodeNetwork(renamed)).not.toEqual(encodeNetwork(network));
    expect(decodeNetwork(encodeNetwork(renamed)).name).toBe(renamed.name);
    expect(digestOf(renamed)).toEqual(digestOf(network));
    const { proof, publicSignals } = await prove(provingKey, inputsOf(network, 1));
    expect(verify(compile(renamed).verifyingKey, publicSignals, proof).ok).toBe(true);
  });

  it('is that of the key, and pinned', () => {
    expect(digestOf(network)).toEqual(verifyingKey.digest);
    expect(Buffer.from(digestOf(network)).toString('hex')).toBe(
      '6e2405552ffd3433eb433a5b28fa611edbc3613c9bab187f0c4ae1cb4214a6a3',
    );
  });

  it('is BLAKE3 of the file with an empty name and without the check', () => {
    const unnamed = encodeNetwork({ ...network, name: '' });
    expect(digestOf(network)).toEqual(blake3(unnamed.subarray(0, -8)));
  });

  it.each<[string, Partial<IntegerNetwork>]>([
    ['the input’s range', { input: { ...network.input, max: network.input.max - 1 } }],
    ['the input’s shape', { input: { ...network.input, shape: [2, 3] } }],
    ['the output’s scale', { outputs: [{ tensor: last, scale: 2 }] }],
    ['which tensor is the output', { outputs: [...network.outputs, { tensor: last - 1, scale: 1 }] }],
    ['the layers', { layers: network.layers.slice(0, -1), outputs: [{ tensor: last - 1, scale: 1 }] }],
    ['their names', { layers: network.layers.map((layer) => ({ ...layer, name: `${layer.name}'` })) }],
  ])('depends on %s', (_, change) => {
    expect(digestOf({ ...network, ...change })).not.toEqual(verifyingKey.digest);
  });
});
