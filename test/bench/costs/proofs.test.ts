// The cost of whole proofs equals what the instrument counts, phase by phase: weights public and committed, with and
// without memory for their code, tensors committed, batches; perceptrons and random networks of images.

import { describe, expect, it } from 'vitest';
import { proofCost } from '../../../bench/costs/proof.ts';
import { bn254, noOperations } from '../../../src/field/index.ts';
import { compile, type PhaseCounts, register, verify } from '../../../src/network/index.ts';
import type { IntegerNetwork } from '../../../src/network/model/network.ts';
import { createEngine, type MemoryChoice } from '../../../src/network/run/engines.ts';
import { type PreparedWeights, prepareWeights } from '../../../src/network/run/prepared-weights.ts';
import { keepWorkspace } from '../../../src/network/run/workspace.ts';
import type { ProvingKey } from '../../../src/network/statement/key.ts';
import { convolutional, inputsOf, type NetworkOptions, perceptron, proveBatch } from '../../support/networks.ts';

interface Case {
  readonly batch?: number;
  readonly commit?: readonly number[];
  readonly memory?: MemoryChoice;
}

/** Gives the key an engine that keeps the positions from which messages are weighed: no count but these is drawn. */
function recordPositions<E>(key: ProvingKey<E>, memory: MemoryChoice): number[][] {
  const positions: number[][] = [];
  const { engine: inner, hasher } = createEngine(key.field, undefined);
  const engine: typeof inner = {
    ...inner,
    powerSums(at, ...rest) {
      positions.push([...at]);
      return inner.powerSums(at, ...rest);
    },
  };
  const weights = key.weights && prepareWeights(engine, hasher, key.graph, key.weights, memory);
  keepWorkspace(key, { memory }, { engine, hasher, weights: weights as PreparedWeights });
  return positions;
}

/** A traced proof, which is accepted, and what it should have cost. */
async function checkCost<E>(key: ProvingKey<E>, { batch = 1, commit = [], memory = 'high' }: Case): Promise<void> {
  const positions = recordPositions(key, memory);
  const phases = new Map<string, PhaseCounts>();
  const trace = (counts: PhaseCounts): void => {
    phases.set(counts.phase, counts);
  };
  const input = inputsOf(key.network, batch);
  const { proof, publicSignals } = await proveBatch(key, input, { memory, commit, trace });
  expect(verify(key, publicSignals, proof).ok).toBe(true);
  const plan = key.plan(batch, commit);
  expect(positions.length).toBe((key.commitment(plan)?.levels.length ?? 1) - 1);
  expect([...phases.keys()].slice(0, 5)).toEqual(['witness', 'commit', 'lookup', 'layers', 'openings']);
  const costs = proofCost(key, plan, { publicSignals, memory, positions });
  for (const [phase, { operations, merkleBytes }] of Object.entries(costs)) {
    const counts = phases.get(phase);
    // nothing is opened where nothing is committed
    const counted = counts?.operations ?? noOperations();
    const merkle = counts?.hashedBytes.merkle ?? 0;
    expect({ phase, operations: counted, merkleBytes: merkle }).toEqual({ phase, operations, merkleBytes });
  }
}

/** The network's tensors from the first to the last, some of them left out. */
function someTensors({ layers }: IntegerNetwork, seed: number): number[] {
  return [0, ...layers.map((_, layer) => layer + 1)].filter((tensor) => (tensor * 7 + seed) % 3 === 0).slice(0, 3);
}

const perceptrons: [string, NetworkOptions][] = [
  ['a perceptron', { sizes: [20, 17, 9, 5] }],
  ['an activated output', { sizes: [6, 5, 3], activatedOutput: true }],
  ['a remainder of several limbs', { sizes: [4, 3, 2], shift: 14 }],
  ['multipliers that are public', { sizes: [9, 30, 4], multipliers: 'uniform' }],
  ['a larger perceptron', { sizes: [100, 300, 10], density: 0.1 }],
];

describe('the cost of a proof of', () => {
  it.each(perceptrons)('%s, weights public', async (_name, options) => {
    const { provingKey } = compile(perceptron(options));
    for (const batch of [1, 3]) await checkCost(provingKey, { batch });
    await checkCost(provingKey, { batch: 2, commit: [0, 2, provingKey.network.layers.length] });
  });

  it.each(perceptrons)('%s, weights committed', async (_name, options) => {
    const { provingKey } = await register(perceptron(options));
    for (const memory of ['high', 'low'] as const) {
      for (const batch of [1, 3]) await checkCost(provingKey, { batch, memory });
      await checkCost(provingKey, { batch: 2, memory, commit: [0, 2, provingKey.network.layers.length] });
    }
  });

  it('a layer without lookups, where nothing is committed but the weights', async () => {
    const network = perceptron({ sizes: [9, 4] });
    await checkCost(compile(network).provingKey, {});
    const { provingKey } = await register(network);
    for (const memory of ['high', 'low'] as const) await checkCost(provingKey, { memory });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('random network of images %i, weights public', async (seed) => {
    const network = convolutional({ seed });
    const { provingKey } = compile(network);
    await checkCost(provingKey, { batch: 1 + (seed % 3) });
    await checkCost(provingKey, { commit: someTensors(network, seed) });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('random network of images %i, weights committed', async (seed) => {
    const network = convolutional({ seed });
    const { provingKey } = await register(network);
    await checkCost(provingKey, { batch: 1 + (seed % 3), memory: 'low' });
    await checkCost(provingKey, { commit: someTensors(network, seed), memory: seed % 2 === 0 ? 'low' : 'high' });
  });

  it('a perceptron over another field', async () => {
    const network = perceptron({ sizes: [6, 5, 3] });
    await checkCost(compile(network, { field: bn254 }).provingKey, { batch: 2, commit: [0] });
    const { provingKey } = await register(network, { field: bn254 });
    for (const memory of ['high', 'low'] as const) await checkCost(provingKey, { memory });
  });
});
