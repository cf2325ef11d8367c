// The verifying key's file: one accepted encoding, and a reader that takes any bytes.

import { blake3 } from '@noble/hashes/blake3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { decodeKey, encodeKey, keyDigest } from '../../../src/network/files/key.ts';
import { compile, readKey } from '../../../src/network/index.ts';
import { emptyMatrix } from '../../../src/network/model/bounds.ts';
import type { IntegerNetwork, Layer } from '../../../src/network/model/network.ts';
import { runs } from '../../support/depth.ts';
import { verifyModelFile } from '../../support/registered.ts';
import { registerModel } from './support.ts';

const { network, keyFile, registration, provingKey } = await registerModel(1);
const other = await registerModel(2);

/** Bytes with the check that belongs to them. */
function checked(bytes: Uint8Array): Uint8Array {
  const body = bytes.subarray(0, -8);
  return Uint8Array.of(...body, ...blake3(body).subarray(0, 8));
}

/** Returns the key that a reader finds in bytes: undefined if it rejects them as it should. */
function reading<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return undefined;
  }
}

describe('a key file', () => {
  it('is small, holds no weights, and is named by its digest', () => {
    const { network: outline, root, code } = decodeKey(keyFile);
    expect(keyFile.length).toBeLessThan(400);
    expect(encodeKey(decodeKey(keyFile))).toEqual(keyFile);
    for (const layer of outline.layers) {
      if (layer.kind === 'linear') expect(layer.weights.nonzeros).toBe(0);
      if (layer.kind === 'affine')
        expect([...layer.multipliers, ...layer.biases].every((value) => value === 0)).toBe(true);
    }
    expect(root.length).toBe(code.digestLength);
    const key = readKey(keyFile);
    expect(key.digest).toEqual(keyDigest(keyFile));
    expect(key.digest).toEqual(provingKey.digest);
    expect(key.digest).not.toEqual(compile(network).verifyingKey.digest);
    expect(key.digest).not.toEqual(readKey(other.keyFile).digest);
  });

  it('keeps its digest under another name', () => {
    const renamed = encodeKey({
      ...decodeKey(keyFile),
      network: { ...decodeKey(keyFile).network, name: 'x' },
    });
    expect(renamed).not.toEqual(keyFile);
    expect(keyDigest(renamed)).toEqual(keyDigest(keyFile));
    expect(verifyModelFile(renamed, registration)).toEqual({ ok: true });
  });

  it('with any byte changed is refused; with its check made anew it is another key or refused', () => {
    const { network: outline } = decodeKey(keyFile);
    const nameEnds = 6 + outline.name.length;
    for (let at = 0; at < keyFile.length - 8; at++) {
      for (const change of [1, 0x80]) {
        const bytes = keyFile.slice();
        bytes[at] ^= change;
        expect(
          reading(() => readKey(bytes)),
          `byte ${at}`,
        ).toBeUndefined();
        const forged = checked(bytes);
        const file = reading(() => decodeKey(forged));
        if (file === undefined) continue;
        expect(encodeKey(file)).toEqual(forged);
        if (at < nameEnds) continue;
        expect(keyDigest(forged)).not.toEqual(keyDigest(keyFile));
        reading(() => readKey(forged));
        expect(verifyModelFile(forged, registration), `byte ${at}`).toMatchObject({ ok: false });
      }
    }
  });

  it('cannot ask for more memory than its model is worth', () => {
    // one large input that many matrices without weights read: some bytes each
    const [readers, width] = [40, 2 ** 20];
    const weights = emptyMatrix({ rowCount: 1, columnCount: width }, true);
    const layers: Layer[] = Array.from({ length: readers }, (_, k) => ({
      kind: 'linear',
      name: `${k}`,
      input: 0,
      weights,
    }));
    const inputs = layers.map((_, k) => k + 1);
    const outline: IntegerNetwork = {
      name: 'wide',
      input: { shape: [width], min: 0, max: 1, scale: 1, mean: 0 },
      layers: [...layers, { kind: 'concatenate', name: 'all', inputs }],
      outputs: [{ tensor: readers + 1, scale: 1 }],
    };
    const bounds = [...layers.map(() => ({ kind: 'matrix', isTernary: true, plus: 1, minus: 0 }) as const), undefined];
    const bytes = encodeKey({ ...decodeKey(keyFile), network: outline, bounds });
    expect(bytes.length).toBeLessThan(1000);
    expect(() => decodeKey(bytes)).toThrow(/layer 4 .*: the matrices have more than 4194304 columns in all/);
    expect(verifyModelFile(bytes, registration)).toMatchObject({ ok: false, code: 'statement', where: 'key' });
  });

  it('is refused, not looked for, in any other bytes', () => {
    const bytes = fc
      .tuple(fc.nat(keyFile.length), fc.uint8Array({ maxLength: 300 }))
      .map(([length, rest]) => checked(Uint8Array.of(...keyFile.subarray(0, length), ...rest, ...new Uint8Array(8))));
    fc.assert(
      fc.property(bytes, (content) => {
        const file = reading(() => decodeKey(content));
        if (file !== undefined) expect(encodeKey(file)).toEqual(content);
        const verdict = verifyModelFile(content, registration);
        expect(verdict.ok && file === undefined).toBe(false);
      }),
      { numRuns: runs(200) },
    );
  });
});
