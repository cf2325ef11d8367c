// The proof file: what it holds, what it refuses, and that the digest in it is a hint and no more.

import { describe, expect, it } from 'vitest';
import {
  checkProofNetwork,
  compile,
  decodeProofFile,
  encodeNetwork,
  encodeProofFile,
  prove,
  verify,
} from '../../../src/network/index.ts';
import { inputsOf, perceptron } from '../../support/networks.ts';

const network = perceptron({ sizes: [6, 5, 3], seed: 4 });
const { provingKey, verifyingKey } = compile(network);
/** Computes the same: nothing but the digest tells it apart. */
const other = compile({
  ...network,
  outputs: network.outputs.map(({ tensor }) => ({ tensor, scale: 2 })),
}).verifyingKey;
const { proof, publicSignals } = await prove(provingKey, inputsOf(network, 1));
const file = encodeProofFile(verifyingKey.digest, publicSignals, proof);

describe('the digest in a proof file', () => {
  it('is that of the network that the proof was made for', () => {
    expect(decodeProofFile(file)).toEqual({ digest: verifyingKey.digest, publicSignals, proof });
    expect(checkProofNetwork(verifyingKey, decodeProofFile(file))).toBeUndefined();
  });

  it('tells another network, with both digests', () => {
    const short = (digest: Uint8Array): string => `${Buffer.from(digest).toString('hex').slice(0, 16)}…`;
    expect(() => checkProofNetwork(other, decodeProofFile(file))).toThrow(
      expect.objectContaining({
        name: 'Rejection',
        code: 'statement',
        where: 'network',
        message:
          `the proof is for another model: it was made for ${short(verifyingKey.digest)}, this one is ` +
          `${short(other.digest)}; verify it with the model that it was made for`,
      }),
    );
  });

  it('does not help a forger: the statement has the digest of the verifier’s own key', () => {
    const forged = decodeProofFile(encodeProofFile(other.digest, publicSignals, proof));
    expect(checkProofNetwork(other, forged)).toBeUndefined();
    const verdict = verify(other, forged.publicSignals, forged.proof);
    expect(verdict).toMatchObject({ ok: false, code: 'sumcheck', where: 'lookup/layer 1' });
  });

  it('has 32 bytes', () => {
    expect(() => encodeProofFile(new Uint8Array(31), publicSignals, proof)).toThrow('the digest has 31 bytes');
  });
});

describe('a proof file', () => {
  it.each<[string, number[], string, string]>([
    ['nothing', [], 'bad-header', 'this is not a proof file'],
    ['a model file', [...encodeNetwork(network)], 'bad-header', 'this is not a proof file'],
    ['a magic number', [0x54, 0x47, 0x4b, 0x50], 'truncated', 'shorter than its header'],
    ['half a header', [...file.subarray(0, 40)], 'truncated', 'shorter than its header'],
    ['version 1', [0x54, 0x47, 0x4b, 0x50, 1, ...new Uint8Array(12)], 'bad-header', 'make the proof again'],
    ['version 9', [0x54, 0x47, 0x4b, 0x50, 9], 'bad-header', 'use a newer version'],
    ['a byte less', [...file.subarray(0, -1)], 'truncated', `announces ${file.length} bytes`],
    ['a byte more', [...file, 0], 'trailing-bytes', `announces ${file.length} bytes`],
  ])('of %s is refused', (_, bytes, code, message) => {
    expect(() => decodeProofFile(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({ name: 'Rejection', code, message: expect.stringContaining(message) }),
    );
  });
});
