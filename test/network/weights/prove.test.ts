// Proofs about committed weights, from registration to verdict, over networks of every kind of layer.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createArrayEngine } from '../../../src/field/array-engine.ts';
import { bn254, koalaBear } from '../../../src/field/index.ts';
import { createHasher } from '../../../src/hash/hasher.ts';
import {
  compile,
  evaluate,
  type IntegerNetwork,
  openRegistered,
  prove,
  readKey,
  securityBits,
  verify,
} from '../../../src/network/index.ts';
import { makeWitness } from '../../../src/network/proof/witness.ts';
import { prepareWeights } from '../../../src/network/run/prepared-weights.ts';
import { planWeights } from '../../../src/sparse/prove.ts';
import { ternaryFromDense } from '../../../src/sparse/ternary-matrix.ts';
import { integerFromDense, type WeightMatrix } from '../../../src/sparse/weight-matrix.ts';
import { proveForged } from '../../../src/testing/network/forged-proofs.ts';
import { runs } from '../../support/depth.ts';
import { seeded } from '../../support/fields.ts';
import { convolutional, inputsOf, type NetworkOptions, perceptron, proveBatch } from '../../support/networks.ts';
import { registerFiles, verifyModelFile } from '../../support/registered.ts';
import { mixedChain, outcome, registered } from './support.ts';

/** Returns the network's outputs for each input, one after the other. */
function outputsOf(network: IntegerNetwork, input: Int32Array): number[] {
  const length = network.input.shape.reduce((a, b) => a * b, 1);
  return Array.from({ length: input.length / length }, (_, b) => {
    const tensors = evaluate(network, input.subarray(b * length, (b + 1) * length));
    return network.outputs.flatMap(({ tensor }) => [...tensors[tensor - 1]]);
  }).flat();
}

async function roundTrip(network: IntegerNetwork, count: number): Promise<void> {
  const { provingKey, verifyingKey } = await registered(network);
  const input = inputsOf(network, count);
  const { proof, publicSignals } = await proveBatch(provingKey, input);
  expect(verify(verifyingKey, publicSignals, proof)).toEqual({
    ok: true,
    output: publicSignals.output,
    weights: 'registered',
  });
  expect([...publicSignals.output]).toEqual(outputsOf(network, input));
}

const signs = (rows: number, columns: number, seed: number): WeightMatrix => {
  const random = seeded(seed);
  const entries = Array.from({ length: rows * columns }, () => random(3) - 1);
  return ternaryFromDense(entries, rows, columns);
};

/** Two claims each on the matrices of a and b: they are read twice, without an activation between. */
const branched: IntegerNetwork = {
  ...perceptron({ sizes: [6, 5] }),
  layers: [
    { kind: 'linear', name: 'a', input: 0, weights: signs(5, 6, 1) },
    { kind: 'linear', name: 'b', input: 1, weights: signs(7, 5, 2) },
    {
      kind: 'affine',
      name: 'c',
      input: 2,
      multipliers: Int32Array.of(1, 2, 3, 0, 1, 2, 3),
      biases: Int32Array.of(0, 5, -5, 1, 2, 3, 4),
    },
    { kind: 'linear', name: 'd', input: 3, weights: signs(4, 7, 3) },
    { kind: 'linear', name: 'e', input: 2, weights: signs(3, 7, 4) },
    { kind: 'affine', name: 'f', input: 2, multipliers: new Int32Array(7).fill(-3), biases: new Int32Array(7).fill(2) },
  ],
  outputs: [
    { tensor: 5, scale: 1 },
    { tensor: 4, scale: 1 },
    { tensor: 6, scale: 1 },
    { tensor: 1, scale: 1 },
  ],
};

describe('proofs about committed weights', () => {
  it.each([
    ['a perceptron with one multiplier for each output', perceptron({ sizes: [6, 5, 3] })],
    ['one public multiplier for all', perceptron({ sizes: [6, 5, 4, 3], multipliers: 'uniform' })],
    ['layers of very different widths', perceptron({ sizes: [2, 3, 40, 1] })],
    ['no weights that are not zero', perceptron({ sizes: [4, 3, 2], density: 0 })],
    ['a single layer of one weight', perceptron({ sizes: [1, 1] })],
    ['weights of 8 bits alone', eightBits({ sizes: [5, 4, 3] })],
    ['several claims on one matrix, and several outputs', branched],
  ])('%s, alone and in batches', async (_case, network) => {
    for (const count of [1, 3]) await roundTrip(network, count);
  });

  it('any chain of layers (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(100_000), fc.integer({ min: 1, max: 3 }), (seed, count) =>
        roundTrip(mixedChain(seeded(seed)), count),
      ),
      { numRuns: runs(25) },
    );
  });

  it('any network of images (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(100_000), fc.integer({ min: 1, max: 2 }), (seed, count) =>
        roundTrip(convolutional({ seed }), count),
      ),
      { numRuns: 10 },
    );
  });

  it('has the same bytes by both engines, whether encoded weights are kept or not', async () => {
    for (const network of [perceptron({ sizes: [20, 17, 5] }), convolutional({ seed: 2 }), branched]) {
      const { provingKey } = await registered(network);
      const input = inputsOf(network, 2);
      const { proof } = await proveBatch(provingKey, input, { engine: 'wasm', memory: 'high' });
      for (const engine of ['wasm', 'js'] as const) {
        for (const memory of ['high', 'low'] as const) {
          const other = await proveBatch(provingKey, input, { engine, memory });
          expect(other.proof, `${network.name}, ${engine}, ${memory}`).toEqual(proof);
        }
      }
    }
  });

  it('has the bytes of the bigint reference', async () => {
    for (const network of [perceptron({ sizes: [5, 4, 3] }), convolutional({ seed: 4 })]) {
      const { provingKey: key } = await registered(network);
      const { graph, weights } = key;
      if (weights === undefined) throw new Error('the weights are not committed');
      const input = inputsOf(network, 1);
      const { proof } = await proveBatch(key, input);
      const reference = createArrayEngine(koalaBear);
      const hasher = createHasher();
      const prepare = (engine: typeof reference) => prepareWeights(engine, hasher, graph, weights);
      const forged = await proveForged(key, key.plan(1), makeWitness(key.plan(1), input), {
        workspace: () => ({
          engine: reference,
          hasher,
          weightPlan: (node) => planWeights(reference, node.weights),
          weights: prepare(reference),
          prepareWeights: prepare,
        }),
      });
      expect(forged.proof).toEqual(proof);
    }
  });

  it('proves over BN254', async () => {
    const network = perceptron({ sizes: [4, 3, 2] });
    const { provingKey, keyFile, registration } = await registerFiles(network, { field: bn254 });
    const key = readKey(keyFile, { registration, field: bn254 });
    const { proof, publicSignals } = await proveBatch(provingKey, inputsOf(network, 2));
    expect(verify(key, publicSignals, proof)).toMatchObject({ ok: true, weights: 'registered' });
    expect(verify(readKey(keyFile), publicSignals, proof).ok).toBe(false);
  });

  it('has a registration of the same bytes by both engines', async () => {
    const network = convolutional({ seed: 3 });
    const [wasm, js] = [
      await registerFiles(network, { engine: 'wasm' }),
      await registerFiles(network, { engine: 'js' }),
    ];
    expect(js.keyFile).toEqual(wasm.keyFile);
    expect(js.registration).toEqual(wasm.registration);
  });

  it('goes on from files: a prover with the network and the key, a verifier with the key alone', async () => {
    const network = convolutional({ seed: 6 });
    const { verifyingKey } = await registered(network);
    const provingKey = openRegistered(network, verifyingKey);
    const { proof, publicSignals } = await prove(provingKey, inputsOf(network, 1));
    expect(verify(verifyingKey, publicSignals, proof)).toMatchObject({ ok: true, weights: 'registered' });
    // the verifier's network has no weights to run
    expect(verifyingKey.network.layers).not.toEqual(network.layers);
  });

  it('proves what a caller changes only as it was registered', async () => {
    const base = perceptron({ sizes: [6, 5, 3] });
    const mine = { ...base, layers: base.layers.map((layer) => ({ ...layer })) };
    const affine = mine.layers[2];
    if (affine.kind !== 'affine') throw new Error('an affine layer is expected');
    Object.assign(affine, { biases: affine.biases.slice() });
    const { provingKey, verifyingKey } = await registered(mine);
    affine.biases[0] += 1;
    const { proof, publicSignals } = await prove(provingKey, inputsOf(base, 1));
    expect(outcome(verify(verifyingKey, publicSignals, proof))).toBe('believed');
    expect([...publicSignals.output]).toEqual(outputsOf(base, inputsOf(base, 1)));
  });

  it('has keys and verifiers that do not grow with the nonzeros', async () => {
    const options: NetworkOptions = { sizes: [64, 32, 10], multipliers: 'uniform' };
    const dense = await registered(perceptron({ ...options, density: 1 }));
    const sparse = await registered(perceptron({ ...options, density: 1 / 16 }));
    expect(dense.keyFile.length - sparse.keyFile.length).toBeLessThan(8);
    const plan = dense.verifyingKey.plan(1);
    expect(dense.verifyingKey.graph.nodes.every((node) => node.kind !== 'matrix' || node.weights.nonzeros === 0)).toBe(
      true,
    );
    expect(sparse.verifyingKey.commitment(sparse.verifyingKey.plan(1))?.levels[0]).toEqual(
      dense.verifyingKey.commitment(plan)?.levels[0],
    );
  });

  it('itemises at least 100 bits, the claims on weights among them', async () => {
    const network = perceptron({ sizes: [30, 20, 10] });
    const { verifyingKey } = await registered(network);
    for (const [batch, committed] of [
      [1, []],
      [7, [0]],
      [2, [0, 3, 6]],
    ] as [number, number[]][]) {
      const { total, terms } = securityBits(verifyingKey, { batch, commit: committed });
      expect(total).toBeGreaterThanOrEqual(100);
      expect(-Math.log2(terms.reduce((sum, { bits }) => sum + 2 ** -bits, 0))).toBeCloseTo(total);
      expect(terms.map(({ name }) => name)).toContain('claims on weights to one');
      for (const tensor of committed) {
        const place = verifyingKey.graph.places[tensor];
        expect(terms.map(({ name }) => name)).toContain(`claims on committed tensor ${place} to one`);
      }
    }
  });

  it('says what is known of the weights', async () => {
    const network = perceptron({ sizes: [6, 5, 3] });
    const { provingKey, keyFile, registration, verifyingKey } = await registered(network);
    const { proof, publicSignals } = await prove(provingKey, inputsOf(network, 1));
    const statuses = [verifyingKey, readKey(keyFile), openRegistered(network, verifyingKey)].map((key) => {
      const verdict = verify(key, publicSignals, proof);
      return verdict.ok && verdict.weights;
    });
    expect(statuses).toEqual(['registered', 'unchecked', 'unchecked']);
    expect(verifyModelFile(keyFile, registration)).toEqual({ ok: true });
    expect(compile(network).verifyingKey.weightStatus).toBe('public');
  });
});

/** A perceptron whose weights are all of 8 bits. */
function eightBits(options: NetworkOptions): IntegerNetwork {
  const base = perceptron({ ...options, shift: 9 });
  const random = seeded(9);
  return {
    ...base,
    layers: base.layers.map((layer) => {
      if (layer.kind !== 'linear') return layer;
      const { rowCount, columnCount } = layer.weights;
      const entries = Array.from({ length: rowCount * columnCount }, () => random(256) - 128);
      return { ...layer, weights: integerFromDense(entries, rowCount, columnCount) };
    }),
  };
}
