// A proof as JSON: whatever was proven comes back the same, and what is malformed is refused by the name of its field.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, InputError, proofFromJson, proofToJson, prove, verify } from '../../../src/index.ts';
import { perceptron } from '../../support/networks.ts';

const FILE = {
  digest: Uint8Array.from({ length: 32 }, (_, i) => 7 * i),
  publicSignals: { input: Int32Array.of(1, -2), output: Int32Array.of(2 ** 31 - 1) },
  proof: Uint8Array.of(0, 255, 3),
};

describe('a proof as JSON', () => {
  it('comes back from text, and verifies', async () => {
    const { provingKey, verifyingKey } = compile(perceptron({ sizes: [6, 5, 3] }));
    const { proof, publicSignals } = await prove(provingKey, [1, 2, 3, 4, 5, 6]);
    const text = JSON.stringify(proofToJson({ digest: verifyingKey.digest, publicSignals, proof }));
    const read = proofFromJson(JSON.parse(text));
    expect(read).toEqual({ digest: verifyingKey.digest, publicSignals, proof });
    expect(verify(verifyingKey, read.publicSignals, read.proof).ok).toBe(true);
  });

  it('keeps any bytes and any signals', () => {
    const integers = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })).map((list) => Int32Array.from(list));
    const bytes = (length: { minLength: number; maxLength: number }) => fc.uint8Array(length);
    const root = bytes({ minLength: 26, maxLength: 26 });
    const committed = fc.record({ batch: fc.nat(9), tensors: fc.array(fc.record({ tensor: fc.nat(9), root })) });
    const file = fc.record({
      digest: bytes({ minLength: 32, maxLength: 32 }),
      publicSignals: fc.record({ input: integers, output: integers, committed }, { requiredKeys: ['input', 'output'] }),
      proof: bytes({ minLength: 0, maxLength: 20_000 }),
    });
    fc.assert(
      fc.property(file, (given) => {
        expect(proofFromJson(JSON.parse(JSON.stringify(proofToJson(given))))).toEqual(given);
      }),
    );
  });

  it.each([
    ['digest', { digest: 'ab' }],
    ['digest', { digest: undefined }],
    ['publicSignals', { publicSignals: null }],
    ['input', { publicSignals: { input: 'none', output: [] } }],
    ['proof', { proof: 7 }],
    ['proof', { proof: 'AP8' }],
    ['proof', { proof: 'AP8D\n' }],
    ['proof', { proof: 'AP8=AP8=' }],
    ['proof', { proof: 'AP9=' }],
  ])('is refused for its %s: %j', (field, change) => {
    const json = { ...proofToJson(FILE), ...change } as never;
    expect(() => proofFromJson(json)).toThrow(InputError);
    expect(() => proofFromJson(json)).toThrow(new RegExp(`${field} is not`));
  });

  it('is rejected for anything but an object', () => {
    expect(() => proofFromJson(null as never)).toThrow(InputError);
  });
});
