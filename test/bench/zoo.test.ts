// The zoo: its shapes are the published ones, and its integers are those of an imported network.

import { describe, expect, it } from 'vitest';
import { syntheticTernary } from '../../bench/measure/synthetic.ts';
import { networkFacts } from '../../bench/networks/facts.ts';
import { buildZooNetwork, isZooName, ZOO_NAMES, type ZooName } from '../../bench/zoo/zoo.ts';
import { syntheticInput } from '../../src/cli/measure.ts';
import { encodeNetwork } from '../../src/network/files/model.ts';
import { compile } from '../../src/network/keys/compile.ts';
import { evaluate, outputOf, tensorBounds, tensorShapes } from '../../src/network/model/evaluate.ts';
import type { IntegerNetwork, LayerKind } from '../../src/network/model/network.ts';
import { prove } from '../../src/network/proof/prove.ts';
import { verify } from '../../src/network/proof/verify.ts';
import { ternaryFromDense, ternaryToDense } from '../../src/sparse/ternary-matrix.ts';

/** Built once: the large ones take a third of a second. */
const networks = new Map<ZooName, IntegerNetwork>();
const zoo = (name: ZooName): IntegerNetwork => {
  const network = networks.get(name) ?? buildZooNetwork(name);
  networks.set(name, network);
  return network;
};

const weightsOf = (network: IntegerNetwork, kind: LayerKind): number =>
  network.layers.reduce((sum, layer) => {
    if (layer.kind !== kind || !('weights' in layer)) return sum;
    return sum + layer.weights.rowCount * layer.weights.columnCount;
  }, 0);

describe('parameters', () => {
  // weights, biases, and two values for each channel that is normalised
  it.each<[ZooName, number, string]>([
    ['lenet5', 61_706, 'LeNet-5 with every filter on all channels'],
    ['vgg11', 9_217_728 + 2 * 2_752 + 530_442, 'convolutions, normalisation, classifier 512-512-10'],
    ['vgg16', 14_710_464 + 2 * 4_224 + 530_442, 'convolutions, normalisation, classifier 512-512-10'],
    ['resnet20', 269_722 + 2_752, 'He et al. 2016: 0.27 million; and two projections'],
    ['resnet18', 11_173_962, 'the CIFAR variant, 10 classes'],
    ['mobilenet', 3_504_872 - 1_281_000 + 12_810, 'MobileNetV2 with 10 instead of 1,000 classes'],
  ])('of %s are the published %i: %s', (name, parameters) => {
    expect(networkFacts(zoo(name)).parameters).toBe(parameters);
  });

  it('lie where they should', () => {
    expect(weightsOf(zoo('vgg16'), 'convolution')).toBe(14_710_464);
    expect(weightsOf(zoo('vgg11'), 'linear')).toBe(2 * 512 * 512 + 512 * 10);
    expect(weightsOf(zoo('resnet18'), 'linear')).toBe(5_120);
  });
});

describe.each([...ZOO_NAMES])('%s', (name) => {
  const network = zoo(name);
  const tensors = evaluate(network, syntheticInput(network));

  it('has the density that was asked for, and ten classes', () => {
    const { weights, nnz } = networkFacts(network);
    expect(Math.abs(nnz - 0.2 * weights)).toBeLessThan(6 * Math.sqrt(0.16 * weights));
    const shapes = tensorShapes(network);
    expect(network.outputs.map(({ tensor }) => shapes[tensor])).toEqual([[10]]);
  });

  it('uses the range of its activations and keeps within its bounds', () => {
    const bounds = tensorBounds(network, tensorShapes(network));
    network.layers.forEach((layer, index) => {
      const [least, most] = [tensors[index].reduce((a, b) => Math.min(a, b)), tensors[index].reduce(max2)];
      expect(bounds[index + 1].min, layer.name).toBeLessThanOrEqual(least);
      expect(bounds[index + 1].max, layer.name).toBeGreaterThanOrEqual(most);
      if (layer.kind !== 'requantise') return;
      expect(most, layer.name).toBeGreaterThan(layer.max / 4);
      const firing = tensors[index].reduce((count, value) => count + Number(value > 0), 0) / tensors[index].length;
      expect(firing, layer.name).toBeGreaterThan(0.1);
      expect(firing, layer.name).toBeLessThan(0.95);
    });
  });

  it('can be proven', () => {
    expect(compile(network).verifyingKey.plan(1).lookups).toBeDefined();
  });
});

const max2 = (a: number, b: number): number => Math.max(a, b);

describe('networks of the zoo', () => {
  it.each(ZOO_NAMES.filter((name) => name === 'lenet5' || name === 'resnet20'))(
    'prove and verify: %s',
    async (name) => {
      const network = zoo(name);
      const { provingKey, verifyingKey } = compile(network);
      const input = syntheticInput(network);
      const { proof, publicSignals } = await prove(provingKey, input);
      const output = outputOf(network, evaluate(network, input));
      expect(verify(verifyingKey, publicSignals, proof)).toEqual({ ok: true, output, weights: 'public' });
    },
  );

  it('are the same for the same seed and density, and others for others', () => {
    const bytes = encodeNetwork(zoo('resnet20'));
    expect(encodeNetwork(buildZooNetwork('resnet20', { density: 0.2, seed: 1 }))).toEqual(bytes);
    expect(encodeNetwork(buildZooNetwork('resnet20', { seed: 2 }))).not.toEqual(bytes);
    expect(networkFacts(buildZooNetwork('lenet5', { density: 1 })).nnz).toBe(61_470);
    expect(() => buildZooNetwork('lenet5', { density: 0 })).toThrow(/a density lies in \(0, 1\]/);
  });

  it('can be compiled at every density, however few weights are left', () => {
    for (const density of [1, 0.05, 0.001]) {
      for (const name of ['lenet5', 'resnet20'] as const) compile(buildZooNetwork(name, { density }));
    }
  });

  it('have names', () => {
    expect(['vgg16', 'mlp-small', 'toString'].map(isZooName)).toEqual([true, false, false]);
  });
});

describe('grouped weights', () => {
  it('are zero outside of their blocks, in their one form', () => {
    const weights = syntheticTernary(6, 12, 1, 3, 3);
    const dense = ternaryToDense(weights);
    expect(ternaryFromDense(dense, 6, 12)).toEqual(weights);
    dense.forEach((entry, at) => {
      const isWithin = Math.floor(Math.floor(at / 12) / 2) === Math.floor((at % 12) / 4);
      expect(Math.abs(entry)).toBe(isWithin ? 1 : 0);
    });
    expect(() => syntheticTernary(6, 12, 1, 3, 4)).toThrow('4 groups do not divide 6 outputs and 12 inputs');
  });
});
