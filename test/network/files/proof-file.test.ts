// The proof file: what it holds, what it refuses, and that the digest in it is a hint and no more.

import { describe, expect, it } from 'vitest';
import {
  checkProofNetwork,
  compile,
  decodeProofFile,
  encodeNetwork,
  encodeProofFile,
  type PublicSignals,
  prove,
  verify,
} from '../../../src/network/index.ts';
import { inputsOf, perceptron, proveBatch } from '../../support/networks.ts';

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
          `the proof is for another model or key: it was made for ${short(verifyingKey.digest)}, this one is ` +
          `${short(other.digest)}; verify it with the file that belongs to it: the model for public weights, the key for ` +
          'committed ones',
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
    ['nothing', [], 'bad-header', 'it does not begin with "TGKP"'],
    ['a model file', [...encodeNetwork(network)], 'bad-header', 'it does not begin with "TGKP"'],
    ['a magic number', [0x54, 0x47, 0x4b, 0x50], 'truncated', 'shorter than its header'],
    ['half a header', [...file.subarray(0, 50)], 'truncated', 'shorter than its header'],
    ['version 2', [0x54, 0x47, 0x4b, 0x50, 2, ...new Uint8Array(80)], 'bad-header', 'make the proof again'],
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

describe('committed tensors in a proof file', () => {
  const root = (first: number) => Uint8Array.from({ length: 26 }, (_, k) => first + k);
  const signals = (batch: number, ...tensors: number[]): PublicSignals => ({
    input: new Int32Array(0),
    output: Int32Array.of(1, -2),
    committed: { batch, tensors: tensors.map((tensor, k) => ({ tensor, root: root(k) })) },
  });

  it('come back as they were', () => {
    for (const given of [signals(3, 0), signals(1, 0, 2, 7), signals(2 ** 32 - 1, 2 ** 32 - 1)]) {
      const bytes = encodeProofFile(verifyingKey.digest, given, proof);
      expect(decodeProofFile(bytes)).toEqual({ digest: verifyingKey.digest, publicSignals: given, proof });
      // in a Buffer of Node too, which may begin anywhere in its memory
      expect(decodeProofFile(Buffer.from(`x${Buffer.from(bytes).toString('latin1')}`, 'latin1').subarray(1))).toEqual({
        digest: verifyingKey.digest,
        publicSignals: given,
        proof,
      });
    }
  });

  it('are proven and verified through a file', async () => {
    const made = await proveBatch(provingKey, inputsOf(network, 2), { commit: [0, 3] });
    const bytes = encodeProofFile(provingKey.digest, made.publicSignals, made.proof);
    const { publicSignals: signals, proof: own } = decodeProofFile(bytes);
    expect(signals).toEqual(made.publicSignals);
    expect(verify(verifyingKey, signals, own)).toMatchObject({ ok: true });
  });

  it('have one accepted encoding: any byte changed is refused or other contents', () => {
    const given = signals(3, 0, 2);
    const bytes = encodeProofFile(verifyingKey.digest, given, proof.subarray(0, 40));
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] ^= 1;
      try {
        const { digest, publicSignals, proof: own } = decodeProofFile(changed);
        expect(encodeProofFile(digest, publicSignals, own)).toEqual(changed);
      } catch (error) {
        expect(error).toMatchObject({ name: 'Rejection' });
      }
    }
  });

  it.each<[string, PublicSignals, string]>([
    ['none', signals(1), 'at least one tensor'],
    ['two that are one', signals(1, 2, 2), 'ascending, each of them once'],
    ['two in another order', signals(1, 2, 0), 'ascending, each of them once'],
    ['a tensor of no number', signals(1, -1), 'ascending, each of them once'],
    ['half an input', signals(0.5, 0), 'a batch and at least one'],
    [
      'a short root',
      { ...signals(1), committed: { batch: 1, tensors: [{ tensor: 4, root: root(1).subarray(1) }] } },
      'the root of tensor 4 has 25 bytes, not 26',
    ],
  ])('are not written if there are %s', (_, given, message) => {
    expect(() => encodeProofFile(verifyingKey.digest, given, proof)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(message) }),
    );
  });

  it('are refused in another order, twice, or a batch without them', () => {
    const refused = (code: string, message: string) =>
      expect.objectContaining({ name: 'Rejection', code, message: expect.stringContaining(message) });
    const bytes = encodeProofFile(verifyingKey.digest, signals(1, 2, 5), proof);
    const second = 37 + 20 + 30;
    for (const tensor of [2, 1]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt32LE(tensor, second);
      expect(() => decodeProofFile(changed)).toThrow(
        refused('non-canonical', `committed tensor ${tensor} follows tensor 2; they ascend`),
      );
    }
    const batch = Buffer.from(file);
    batch.writeUInt32LE(1, 37);
    expect(() => decodeProofFile(batch)).toThrow(refused('non-canonical', 'a batch of 1 without committed tensors'));
    const many = Buffer.from(bytes);
    many.writeUInt32LE(2 ** 32 - 1, 37 + 4);
    expect(() => decodeProofFile(many)).toThrow(refused('truncated', 'the header announces'));
  });
});
