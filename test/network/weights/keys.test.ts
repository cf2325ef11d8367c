// Files of verifying keys: what is not a key is refused, and what is another key is not taken for the first.

import { blake3 } from '@noble/hashes/blake3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { decodeKey, encodeKey, keyDigest } from '../../../src/network/files/key.ts';
import { prove, readKey, verify } from '../../../src/network/index.ts';
import { boundsOf } from '../../../src/network/model/bounds.ts';
import { runs } from '../../support/depth.ts';
import { seeded } from '../../support/fields.ts';
import { convolutional, inputsOf, perceptron } from '../../support/networks.ts';
import { verifyModelFile } from '../../support/registered.ts';
import { mixedChain, outcome, registered } from './support.ts';

const CHECK_LENGTH = 8;
const network = convolutional({ seed: 2 });
const { provingKey, keyFile, registration } = await registered(network);
const honest = await prove(provingKey, inputsOf(network, 1));
const NAME_START = 5;
const name = new TextEncoder().encode(network.name);

/** The same bytes with the check sum that belongs to them. */
function resealed(bytes: Uint8Array): Uint8Array {
  const body = bytes.subarray(0, -CHECK_LENGTH);
  return Uint8Array.of(...body, ...blake3(body).subarray(0, CHECK_LENGTH));
}

/** The key of a file, or undefined if it is refused as it should be. */
function read(bytes: Uint8Array): ReturnType<typeof readKey> | undefined {
  try {
    return readKey(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return undefined;
  }
}

describe('a verifying key', () => {
  it('is one list of bytes, whatever the array that is given says of itself', async () => {
    const other = await registered(convolutional({ seed: 3 }));
    /** Gives the bytes of another key to a caller that asks for a part. */
    class TwoFaced extends Uint8Array {
      override subarray(start?: number, end?: number): never {
        return other.keyFile.subarray(start, end) as never;
      }
    }
    const bytes = new TwoFaced(keyFile);
    expect(readKey(bytes)).toMatchObject({ network: { name: network.name }, digest: keyDigest(keyFile) });
    expect(verifyModelFile(bytes, registration)).toEqual({ ok: true });
    expect(outcome(verifyModelFile(bytes, other.registration))).not.toBe('believed');
    for (const none of [undefined, [...keyFile], new DataView(new ArrayBuffer(8))]) {
      expect(read(none as unknown as Uint8Array)).toBeUndefined();
      expect(outcome(verifyModelFile(none as unknown as Uint8Array, registration))).toBe('statement at key');
    }
  });

  it('is what its file says (property)', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.boolean(),
        fc.uint8Array({ minLength: 26, maxLength: 26 }),
        (seed, isImage, root) => {
          const own = isImage ? convolutional({ seed }) : mixedChain(seeded(seed));
          const file = {
            network: own,
            bounds: boundsOf(own),
            code: { columnVariables: 5, rateBits: 2, digestLength: 26 },
            root,
          };
          const bytes = encodeKey(file);
          const decoded = decodeKey(bytes);
          expect(decoded).toMatchObject({ bounds: file.bounds, code: file.code, root });
          expect(encodeKey(decoded)).toEqual(bytes);
        },
      ),
      { numRuns: runs(60) },
    );
  });

  it('is refused if any byte of the file is another', () => {
    for (let at = 0; at < keyFile.length; at++) {
      for (const bit of [0, 7]) {
        const bytes = keyFile.map((byte, k) => (k === at ? byte ^ (1 << bit) : byte));
        expect(() => readKey(bytes), `byte ${at}`).toThrow(InputError);
        expect(outcome(verifyModelFile(bytes, registration))).toBe('statement at key');
      }
    }
  });

  it('is another key if any byte is another, even with a right check sum: none believes the proof or the registration', () => {
    let readable = 0;
    for (let at = 0; at < keyFile.length - CHECK_LENGTH; at++) {
      for (const change of [1, 2, 0x80, 0xff]) {
        const bytes = resealed(keyFile.map((byte, k) => (k === at ? byte ^ change : byte)));
        const key = read(bytes);
        if (key === undefined) continue;
        // a name is a label
        if (at >= NAME_START && at <= NAME_START + name.length) {
          expect(key.digest).toEqual(provingKey.digest);
          continue;
        }
        readable++;
        expect(key.digest, `byte ${at}`).not.toEqual(provingKey.digest);
        expect(outcome(verify(key, honest.publicSignals, honest.proof)), `byte ${at}`).not.toBe('believed');
        expect(outcome(verifyModelFile(bytes, registration)), `byte ${at}`).not.toBe('believed');
      }
    }
    // the root, the bounds and much of the architecture
    expect(readable).toBeGreaterThan(100);
  });

  it('cut short, continued, and of any bytes', () => {
    for (let length = 0; length < keyFile.length; length++) {
      const short = keyFile.subarray(0, length);
      expect(() => readKey(short)).toThrow(InputError);
      if (length > CHECK_LENGTH) expect(read(resealed(short))).toBeUndefined();
    }
    expect(() => readKey(Uint8Array.of(...keyFile, 0))).toThrow('check sum');
    expect(read(resealed(Uint8Array.of(...keyFile, 0)))).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const header = keyFile.subarray(0, NAME_START);
        expect(read(bytes)).toBeUndefined();
        expect(read(resealed(Uint8Array.of(...header, ...bytes, ...new Uint8Array(CHECK_LENGTH))))).toBeUndefined();
      }),
      { numRuns: runs(200) },
    );
  });

  it('has a label that names nothing', () => {
    const renamed = encodeKey({
      ...decodeKey(keyFile),
      network: { ...decodeKey(keyFile).network, name: 'another name' },
    });
    expect(renamed).not.toEqual(keyFile);
    expect(keyDigest(renamed)).toEqual(keyDigest(keyFile));
    const key = readKey(renamed, { registration });
    expect(verify(key, honest.publicSignals, honest.proof)).toMatchObject({ ok: true, weights: 'registered' });
  });

  it('has a digest of its own for every model', async () => {
    const one = await registered(perceptron({ sizes: [4, 3], seed: 1 }));
    const other = await registered(perceptron({ sizes: [4, 3], seed: 2 }));
    expect(one.verifyingKey.digest).not.toEqual(other.verifyingKey.digest);
  });

  it('says of a file that is none what it is', () => {
    expect(() => readKey(new Uint8Array(0))).toThrow('it does not begin with "TGVK"');
    expect(() => readKey(keyFile.map((byte, k) => (k === 4 ? 9 : byte)))).toThrow('its version is 9');
    expect(() => readKey(keyFile, { registration: registration.subarray(1) })).toThrow(
      'its registration does not prove it',
    );
  });
});
