// Networks of images as relations: what the evaluators make is what the definitions say, padding is zero, outputs are
// the network's, and proofs of them are believed, over both fields and by all engines.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bn254, koalaBear } from '../../../src/field/index.ts';
import { compile, evaluate, type IntegerNetwork, prove, verify } from '../../../src/network/index.ts';
import { sizeOf } from '../../../src/network/model/network.ts';
import { makeWitness } from '../../../src/network/proof/witness.ts';
import { padTensors } from '../../../src/poly/cube.ts';
import { isInside, runCubes } from '../../../src/testing/network/cubes.ts';
import { koalaBearReference } from '../../field/reference.ts';
import { runs } from '../../support/depth.ts';
import { seeded } from '../../support/fields.ts';
import { convolutional, proveBatch } from '../../support/networks.ts';

function inputsOf(network: IntegerNetwork, batch: number, seed: number): Int32Array {
  const random = seeded(seed);
  const { shape, min, max } = network.input;
  return Int32Array.from({ length: batch * sizeOf(shape) }, () => min + random(max - min + 1));
}

describe('networks of images', () => {
  it('run as relations as they run as layers, and are zero on padding (property)', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(fc.nat({ max: 10_000 }), fc.integer({ min: 1, max: 3 }), (seed, batch) => {
        const network = convolutional({ seed });
        for (const layer of network.layers) kinds.add(layer.kind);
        const plan = compile(network).provingKey.plan(batch);
        const input = inputsOf(network, batch, seed);
        const { tensors, publicSignals } = makeWitness(plan, input);
        const cubes = runCubes(plan, padTensors(network.input.shape, batch, input));
        cubes.forEach((cube, tensor) => {
          // windows that only a matrix reads are never made
          if (tensors[tensor].length > 0) expect(tensors[tensor]).toEqual(cube);
          const { shape, axes, variables } = plan.graph.tensors[tensor];
          const isTrue = (at: number): boolean =>
            at < batch * 2 ** variables && isInside(shape, axes, at % 2 ** variables);
          expect(cube.findIndex((value, at) => value !== 0 && !isTrue(at))).toBe(-1);
        });
        const length = sizeOf(network.input.shape);
        const outputs = Array.from({ length: batch }, (_, b) => {
          const run = evaluate(network, input.subarray(b * length, (b + 1) * length));
          return network.outputs.flatMap(({ tensor }) => [...run[tensor - 1]]);
        });
        expect([...publicSignals.output]).toEqual(outputs.flat());
      }),
      { numRuns: 60 },
    );
    expect([...kinds].sort()).toEqual([
      'add',
      'affine',
      'average-pool',
      'concatenate',
      'convolution',
      'flatten',
      'linear',
      'max-pool',
      'requantise',
    ]);
  });

  it('are proven in batches, and other outputs and inputs are refused (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 10_000 }), fc.integer({ min: 1, max: 4 }), async (seed, batch) => {
        const network = convolutional({ seed });
        const { provingKey, verifyingKey } = compile(network);
        const input = inputsOf(network, batch, seed);
        const { proof, publicSignals } = await proveBatch(provingKey, input);
        expect(verify(verifyingKey, publicSignals, proof)).toMatchObject({ ok: true });
        const random = seeded(seed);
        for (const name of ['input', 'output'] as const) {
          const values = Int32Array.from(publicSignals[name]);
          const at = random(values.length);
          values[at] += values[at] > 0 ? -1 : 1;
          expect(verify(verifyingKey, { ...publicSignals, [name]: values }, proof).ok).toBe(false);
        }
      }),
      { numRuns: runs(20) },
    );
  }, 60_000);

  it('have the proof of the bigint reference, claim by claim (property)', async () => {
    const reference = { ...koalaBearReference, name: koalaBear.name };
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 10_000 }), fc.integer({ min: 1, max: 2 }), async (seed, batch) => {
        const network = convolutional({ seed });
        const input = inputsOf(network, batch, seed);
        const { proof, publicSignals } = await proveBatch(compile(network).provingKey, input);
        const slow = compile(network, { field: reference });
        expect((await proveBatch(slow.provingKey, input)).proof).toEqual(proof);
        expect(verify(slow.verifyingKey, publicSignals, proof)).toMatchObject({ ok: true });
      }),
      { numRuns: 3 },
    );
  }, 120_000);

  it('have the same proof by JavaScript as by WebAssembly, and one over BN254', async () => {
    for (const seed of [2, 3, 4]) {
      const network = convolutional({ seed });
      const input = inputsOf(network, 2, seed);
      const { provingKey } = compile(network);
      const { proof } = await proveBatch(provingKey, input, { engine: 'wasm' });
      expect((await proveBatch(provingKey, input, { engine: 'js' })).proof).toEqual(proof);
    }
    const network = convolutional({ seed: 1 });
    const { provingKey, verifyingKey } = compile(network, { field: bn254 });
    const { proof, publicSignals } = await prove(provingKey, inputsOf(network, 1, 1));
    expect(verify(verifyingKey, publicSignals, proof)).toMatchObject({ ok: true });
    expect(provingKey.field).not.toBe(koalaBear);
  }, 120_000);
});
