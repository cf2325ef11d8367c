// What a layer's verifier is given is checked before it is used: types, lengths, the method.

import { describe, expect, it } from 'vitest';
import { createKoalaBearEngine, koalaBear } from '../../../src/field/index.ts';
import { LAYER_METHODS, prepareLayer, proveLayerStatement, verifyLayerStatement } from '../../../src/network/index.ts';
import { ternaryDigest, ternaryFromDense } from '../../../src/sparse/index.ts';

const weights = ternaryFromDense([1, -1, 0, 1, 1, 1], 2, 3);
const digest = ternaryDigest(weights);
const input = Int32Array.of(3, 4, 5);
const engine = createKoalaBearEngine();

describe.each(LAYER_METHODS)('the verifier of a layer by %s', (method) => {
  const { proof, output } = proveLayerStatement(engine, prepareLayer(engine, method, weights), input);
  const check = (given: { input?: unknown; output?: unknown; proof?: unknown }) =>
    verifyLayerStatement(
      koalaBear,
      method,
      weights,
      digest,
      (given.input ?? input) as Int32Array,
      (given.output ?? output) as Int32Array,
      (given.proof ?? proof) as Uint8Array,
    );

  it('accepts the statement', () => {
    expect([...output]).toEqual([-1, 12]);
    expect(check({})).toEqual({ ok: true });
  });

  it('refuses values that are no 32-bit integers', () => {
    const floats = Float64Array.of(3.4, 4.2, 5.9);
    expect(check({ input: floats })).toMatchObject({ code: 'statement', where: 'input' });
    expect(check({ input: [3, 4, 5] })).toMatchObject({ code: 'statement', where: 'input' });
    expect(check({ output: Float64Array.of(-1, Number.NaN) })).toMatchObject({ code: 'statement', where: 'output' });
    expect(check({ proof: { length: 2e9 } })).toMatchObject({ code: 'bad-header', where: 'proof' });
  });

  it('takes only methods and digests that are such', () => {
    const verify = (name: string, name32: Uint8Array) => () =>
      verifyLayerStatement(koalaBear, name as 'ternary', weights, name32, input, output, proof);
    expect(verify('fastest', digest)).toThrow('no method fastest');
    expect(verify(method, digest.subarray(1))).toThrow('a digest is 32 bytes');
  });
});
