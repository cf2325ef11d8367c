import { expect, it, vi } from 'vitest';
let held: unknown;
vi.mock('../../src/network/files/model.ts', () => ({ encodeNetwork: (n: unknown) => { held = n; return new Uint8Array(3); }, decodeNetwork: () => held, networkDigest: () => new Uint8Array(32) }));
vi.mock('../../src/network/check.ts', () => ({ checkNetwork: () => {} }));
import { compile } from '../../src/network/key.ts';
import { prove } from '../../src/network/prove.ts';
import { verify } from '../../src/network/verify.ts';
import { evaluate } from '../../src/network/evaluate.ts';
import { makeWitness } from '../../src/network/witness.ts';
import { ternaryFromDense } from '../../src/sparse/ternary-matrix.ts';
import { integerFromDense } from '../../src/sparse/weight-matrix.ts';
import { seeded } from '../support/fields.ts';
import type { IntegerNetwork } from '../../src/network/network.ts';

const random = seeded(5);
const tern = (r: number, c: number) => ternaryFromDense(Array.from({ length: r * c }, () => (random(10) < 5 ? 2 * random(2) - 1 : 0)), r, c);
const ints = (r: number, c: number) => integerFromDense(Array.from({ length: r * c }, () => (random(10) < 5 ? random(20) - 10 : 0)), r, c);
const win = (k: number, s: number, p: [number, number, number, number]) => ({ kernel: [k, k] as const, strides: [s, s] as const, dilations: [1, 1] as const, padding: p });
const network: IntegerNetwork = {
  name: 't', input: { shape: [2, 7, 6], min: 0, max: 15, scale: 1, mean: 0 },
  layers: [
    { kind: 'convolution', name: 'c1', input: 0, weights: ints(3, 18), window: win(3, 1, [1, 1, 1, 1]) }, // 3,7,6
    { kind: 'affine', name: 'a1', input: 1, multipliers: Int32Array.of(1, 2, -3), biases: Int32Array.of(4, -5, 60) },
    { kind: 'requantise', name: 'r1', input: 2, shift: 3, activation: 'relu', min: 0, max: 31 },
    { kind: 'max-pool', name: 'm1', input: 3, window: win(3, 2, [1, 0, 1, 1]) },
    { kind: 'convolution', name: 'c2', input: 4, weights: tern(3, 3), window: win(1, 1, [0, 0, 0, 0]) },
    { kind: 'add', name: 'add', inputs: [5, 4], multipliers: Int32Array.of(3, -2) },
    { kind: 'requantise', name: 'r2', input: 6, shift: 2, activation: 'identity', min: -15, max: 15 },
    { kind: 'concatenate', name: 'cat', inputs: [7, 4] },
    { kind: 'average-pool', name: 'avg', input: 8, window: win(2, 1, [1, 0, 0, 1]), countsPadding: false },
    { kind: 'flatten', name: 'f', input: 9 },
    { kind: 'linear', name: 'fc', input: 10, weights: tern(5, 72) },
    { kind: 'affine', name: 'afc', input: 11, multipliers: Int32Array.from({ length: 5 }, () => 1), biases: Int32Array.of(1, 2, 3, 4, 5) },
  ],
  outputs: [{ tensor: 12, scale: 1 }, { tensor: 7, scale: 1 }],
};
it('shapes', () => { console.log(evaluate(network, new Int32Array(84)).map((t) => t.length)); });
for (const batch of [1, 3]) it(`proves ${batch}`, async () => {
  const keys = compile(network);
  const input = Int32Array.from({ length: 84 * batch }, () => random(16));
  const w = makeWitness(keys.provingKey.plan(batch), input);
  for (let b = 0; b < batch; b++) {
    const run = evaluate(network, input.slice(84 * b, 84 * b + 84));
    expect([...w.publicSignals.output.slice(b * w.publicSignals.output.length / batch, (b + 1) * w.publicSignals.output.length / batch)]).toEqual([...run[11], ...run[6]]);
  }
  const { proof, publicSignals } = await prove(keys.provingKey, input);
  const v = verify(keys.verifyingKey, publicSignals, proof);
  console.log(proof.length, v.ok ? 'ok' : v);
  expect(v.ok).toBe(true);
  publicSignals.output[0] ^= 1;
  expect(verify(keys.verifyingKey, publicSignals, proof).ok).toBe(false);
});
