// Small networks of every kind that the library proves, from a seed.

import type { IntegerNetwork, Layer } from '../../src/network/index.ts';
import { ternaryFromDense } from '../../src/sparse/index.ts';
import { seeded } from './fields.ts';

/** How a test network is built. */
export interface NetworkOptions {
  readonly sizes: readonly number[];
  readonly seed?: number;
  /** One multiplier for all outputs of a layer (1), or one each. */
  readonly multipliers?: 'uniform' | 'mixed';
  readonly shift?: number;
  readonly activation?: 'relu' | 'identity';
  /** Whether the last layer is requantised and activated too. */
  readonly activatedOutput?: boolean;
  readonly density?: number;
}

/** A perceptron with random ternary weights; inputs lie in [0, 15]. */
export function perceptron({
  sizes,
  seed = 1,
  multipliers = 'mixed',
  shift = 3,
  activation = 'relu',
  activatedOutput = false,
  density = 0.6,
}: NetworkOptions): IntegerNetwork {
  const random = seeded(seed);
  const layers: Layer[] = [{ kind: 'flatten', name: 'flatten', input: 0 }];
  for (let k = 1; k < sizes.length; k++) {
    const [inputs, outputs] = [sizes[k - 1], sizes[k]];
    const entries = Array.from({ length: inputs * outputs }, () =>
      random(1000) < 1000 * density ? 2 * random(2) - 1 : 0,
    );
    const input = (): number => layers.length;
    layers.push({
      kind: 'linear',
      name: `linear ${k}`,
      input: input(),
      weights: ternaryFromDense(entries, outputs, inputs),
    });
    layers.push({
      kind: 'affine',
      name: `affine ${k}`,
      input: input(),
      multipliers: Int32Array.from({ length: outputs }, () => (multipliers === 'uniform' ? 1 : random(9) - 4)),
      biases: Int32Array.from({ length: outputs }, () => random(41) - 20),
    });
    if (k < sizes.length - 1 || activatedOutput) {
      layers.push({
        kind: 'requantise',
        name: `activation ${k}`,
        input: input(),
        shift,
        activation,
        min: activation === 'relu' ? 0 : -15,
        max: 15,
      });
    }
  }
  return {
    name: `perceptron ${sizes.join('-')}`,
    input: { shape: [1, sizes[0]], min: 0, max: 15, scale: 1, mean: 0 },
    layers,
    outputScale: 1,
  };
}

/** Whole inputs within the range of a network. */
export function inputsOf(network: IntegerNetwork, count: number, seed = 2): Int32Array {
  const random = seeded(seed);
  const length = network.input.shape.reduce((product, extent) => product * extent, 1);
  const { min, max } = network.input;
  return Int32Array.from({ length: length * count }, () => min + random(max - min + 1));
}
