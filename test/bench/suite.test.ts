// The estimates that choose which networks are measured, and what a network is made of.

import { describe, expect, it } from 'vitest';
import {
  describeNetworkCase,
  estimateNetworkBytes,
  estimateNetworkMs,
  formatShare,
  type NetworkCase,
  reasonToSkipNetwork,
  weightVariants,
} from '../../bench/networks/cases.ts';
import { networkFacts } from '../../bench/networks/facts.ts';
import { runSuite } from '../../bench/run/suite.ts';
import { compile } from '../../src/network/keys/compile.ts';
import type { IntegerNetwork } from '../../src/network/model/network.ts';
import { ternaryFromDense } from '../../src/sparse/ternary-matrix.ts';

const vgg16: NetworkCase = {
  ...{ name: 'vgg16', source: 'zoo', density: 0.2, batch: 1, mode: 'public', memory: 'high' },
  ...{ parameters: 15_249_354, weights: 15_239_872, nnz: 3_047_974, activations: 277_504 },
};

describe('estimates of networks', () => {
  it('allow what fits and refuse what cannot be addressed', () => {
    const limit = 3.5 * 2 ** 30;
    expect(reasonToSkipNetwork(vgg16, limit)).toBeUndefined();
    expect(reasonToSkipNetwork({ ...vgg16, batch: 64 }, limit)).toMatch(
      /^it would take about \d+\.\d GiB of memory; 3\.5 GiB are allowed$/,
    );
  });

  it('grow with the weights, the values and the batch, which is padded', () => {
    for (const estimate of [estimateNetworkBytes, estimateNetworkMs]) {
      const least = estimate(vgg16);
      expect(estimate({ ...vgg16, nnz: 2 * vgg16.nnz })).toBeGreaterThan(least);
      expect(estimate({ ...vgg16, activations: 2 * vgg16.activations })).toBeGreaterThan(least);
      expect(estimate({ ...vgg16, batch: 3 })).toBeGreaterThan(least);
    }
    expect(estimateNetworkBytes({ ...vgg16, batch: 3 })).toBe(estimateNetworkBytes({ ...vgg16, batch: 4 }));
  });

  it('add what committed weights take, zeros too', () => {
    const committed: NetworkCase = { ...vgg16, mode: 'committed' };
    for (const estimate of [estimateNetworkBytes, estimateNetworkMs]) {
      expect(estimate(committed)).toBeGreaterThan(estimate(vgg16));
      const zeros = { weights: 2 * vgg16.weights };
      expect(estimate({ ...committed, ...zeros })).toBeGreaterThan(estimate(committed));
      expect(estimate({ ...vgg16, ...zeros })).toBe(estimate(vgg16));
    }
    expect(estimateNetworkMs({ ...committed, memory: 'low' })).toBeGreaterThan(estimateNetworkMs(committed));
  });

  it('know memory as a question of committed weights only', () => {
    expect(weightVariants(['public', 'committed'], ['high', 'low'])).toEqual([
      { mode: 'public', memory: 'high' },
      { mode: 'committed', memory: 'high' },
      { mode: 'committed', memory: 'low' },
    ]);
    expect(weightVariants(['committed'], ['low'])).toEqual([{ mode: 'committed', memory: 'low' }]);
  });

  it('name cases', () => {
    expect(describeNetworkCase({ ...vgg16, batch: 4 })).toBe('vgg16, 0.2, batch 4');
    const committed = describeNetworkCase({ ...vgg16, mode: 'committed', memory: 'low' });
    expect(committed).toBe('vgg16, 0.2, batch 1, committed, low memory');
    expect([0.2, 0.29998373, 1, 1 / 64].map(formatShare)).toEqual(['0.2', '0.3', '1', '0.0156']);
  });
});

describe('a suite', () => {
  it('keeps the order, and the reasons of those that were not measured', async () => {
    const lines: [number, string][] = [];
    const results = await runSuite(
      [1, 2, 3, 4].map((size) => ({ size })),
      {
        describe: ({ size }) => `case ${size}`,
        estimateMs: ({ size }) => 1000 * size,
        reasonToSkip: ({ size }) => (size === 2 ? 'too even' : undefined),
        run: async ({ size }) => (size === 3 ? { reason: 'too odd' } : { size, ms: size }),
      },
      (fraction, label) => lines.push([fraction, label]),
      () => 0,
    );
    expect(results).toEqual({
      measured: [
        { size: 1, ms: 1 },
        { size: 4, ms: 4 },
      ],
      skipped: [
        { size: 2, reason: 'too even' },
        { size: 3, reason: 'too odd' },
      ],
    });
    expect(lines).toEqual([
      [0, 'case 1; about 8 s left'],
      [1 / 8, 'case 3; about 0 s left'],
      [4 / 8, 'case 4; about 0 s left'],
    ]);
  });
});

describe('facts of a network', () => {
  const network = (groups: number, multipliers: readonly number[]): IntegerNetwork => ({
    name: 'facts',
    input: { shape: [4, 3, 3], min: 0, max: 9, scale: 1, mean: 0 },
    layers: [
      {
        kind: 'convolution',
        name: 'conv',
        input: 0,
        weights: ternaryFromDense(
          Array.from({ length: 16 }, (_, k) =>
            Number(Math.floor(k / 4 / (4 / groups)) === Math.floor((k % 4) / (4 / groups))),
          ),
          4,
          4,
        ),
        window: { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], padding: [0, 0, 0, 0] },
      },
      {
        kind: 'affine',
        name: 'norm',
        input: 1,
        multipliers: Int32Array.from(multipliers),
        biases: new Int32Array(4),
      },
      { kind: 'requantise', name: 'relu', input: 2, shift: 1, activation: 'relu', min: 0, max: 9 },
    ],
    outputs: [{ tensor: 3, scale: 1 }],
  });

  it('count the weights within groups, biases, and multipliers that differ', () => {
    compile(network(2, [1, 2, 3, 4]));
    const activations = 36;
    expect(networkFacts(network(1, [1, 2, 3, 4]))).toEqual({ parameters: 24, weights: 16, nnz: 16, activations });
    expect(networkFacts(network(2, [5, 5, 5, 5]))).toEqual({ parameters: 12, weights: 8, nnz: 8, activations });
    expect(networkFacts(network(4, [5, 5, 5, 6]))).toEqual({ parameters: 12, weights: 4, nnz: 4, activations });
  });
});
