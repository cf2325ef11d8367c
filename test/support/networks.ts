// Small networks of every kind that the library proves, from a seed.

import type { Field } from '../../src/field/field.ts';
import { splitInputs } from '../../src/network/model/evaluate.ts';
import { hull, type Interval } from '../../src/network/model/interval.ts';
import { rulesOf } from '../../src/network/model/layers/registry.ts';
import { valuesOf } from '../../src/network/model/layers/values.ts';
import {
  type IntegerNetwork,
  type Layer,
  type OutputSpec,
  type Shape,
  sizeOf,
  inputsOf as tensorsRead,
  type Window,
} from '../../src/network/model/network.ts';
import { prove } from '../../src/network/proof/prove.ts';
import type { ProveOptions, ProveResult } from '../../src/network/proof/prove-options.ts';
import { commitTensor } from '../../src/network/proof/tensors/commit.ts';
import type { ProvingKey } from '../../src/network/statement/key.ts';
import { ternaryFromDense } from '../../src/sparse/ternary-matrix.ts';
import { integerFromDense, type WeightMatrix } from '../../src/sparse/weight-matrix.ts';
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
    outputs: [{ tensor: layers.length, scale: 1 }],
  };
}

/** The layers that a small network of images may have besides convolutions. */
const BLOCKS = ['convolution', 'residual', 'max-pool', 'average-pool', 'concatenate'] as const;

/**
 * A small network of images: some of the blocks above in an order that the seed chooses, then a linear layer. Over a
 * few seeds it has grouped, strided, dilated and unevenly padded windows, pools of all sorts, weights of both kinds,
 * sums with different multipliers, and several outputs.
 */
export function convolutional({ seed = 1 }: { readonly seed?: number } = {}): IntegerNetwork {
  const random = seeded(0x9e3779b9 ^ Math.imul(seed, 0x85ebca6b));
  for (let i = 0; i < 8; i++) random(2);
  const builder = new ImageBuilder(random);
  const order = [...BLOCKS].sort(() => random(3) - 1);
  const blocks = [BLOCKS[Math.abs(seed) % BLOCKS.length], ...order].slice(0, 2 + random(3));
  let tensor = builder.requantised(builder.convolution(0, { isTernary: random(2) === 0 }));
  const ends: number[] = [];
  for (const block of blocks) {
    tensor = builder.block(block, tensor);
    if (random(5) === 0) ends.push(tensor);
  }
  if (random(2) === 0) tensor = builder.requantised(builder.globalAverage(tensor));
  tensor = builder.linear(builder.flatten(tensor), 2 + random(4), random(2) === 0);
  const layers = builder.layers;
  const outputs: OutputSpec[] = [...ends, tensor].map((end, index) => ({ tensor: end, scale: 2 ** -index }));
  return { name: `images ${seed}`, input: builder.input, layers, outputs };
}

/** Layers one after the other, with shapes and bounds, so that windows fit and tables stay small. */
class ImageBuilder {
  readonly layers: Layer[] = [];
  readonly input: IntegerNetwork['input'];
  private readonly random: (below: number) => number;
  private readonly shapes: Shape[];
  private readonly bounds: Interval[];

  constructor(random: (below: number) => number) {
    this.random = random;
    const shape = [1 + random(3), 5 + random(4), 5 + random(4)];
    const [min, max] = random(2) === 0 ? [0, 15] : [-8, 7];
    this.input = { shape, min, max, scale: 1 / 16, mean: 0 };
    this.shapes = [shape];
    this.bounds = [hull([min, max])];
  }

  block(kind: (typeof BLOCKS)[number], tensor: number): number {
    switch (kind) {
      case 'convolution':
        return this.requantised(this.affine(this.convolution(tensor)));
      case 'residual': {
        const inner = this.requantised(this.affine(this.same(tensor)));
        const outer = this.affine(this.same(inner, this.shapes[tensor][0]));
        return this.requantised(this.add([outer, tensor], [1 + this.random(3), 5 - this.random(11)]));
      }
      case 'max-pool':
        return this.pool({ kind, name: this.name(kind), input: tensor, window: this.poolWindow(tensor) });
      case 'average-pool': {
        const countsPadding = this.random(2) === 0;
        const window = this.poolWindow(tensor);
        return this.requantised(this.pool({ kind, name: this.name(kind), input: tensor, window, countsPadding }));
      }
      case 'concatenate': {
        const branches = [tensor, this.requantised(this.same(tensor)), this.requantised(this.same(tensor))];
        return this.push({ kind, name: this.name(kind), inputs: branches.slice(this.random(2)) });
      }
    }
  }

  convolution(tensor: number, { isTernary = this.random(4) > 0 }: { readonly isTernary?: boolean } = {}): number {
    const [channels, ...extents] = this.shapes[tensor];
    const kernel = this.pair(() => 1 + this.random(3));
    const window: Window = {
      kernel,
      strides: this.pair(() => 1 + this.random(2)),
      dilations: this.pair((axis) => (extents[axis] > 4 ? 1 + this.random(2) : 1)),
      padding: [0, 1, 0, 1].map((axis) => this.random(kernel[axis] + 1)) as [number, number, number, number],
    };
    const groups = this.random(2) === 0 ? 1 : channels;
    const outputs = groups * (1 + this.random(groups === 1 ? 4 : 2));
    const weights = this.weights(outputs, channels * kernel[0] * kernel[1], groups, isTernary);
    const layer: Layer = { kind: 'convolution', name: this.name('convolution'), input: tensor, window, weights };
    return this.fits(layer) ? this.push(layer) : this.same(tensor);
  }

  /** A convolution that keeps rows and columns. */
  same(tensor: number, outputs = 1 + this.random(4)): number {
    const [channels] = this.shapes[tensor];
    const window: Window = { kernel: [3, 3], strides: [1, 1], dilations: [1, 1], padding: [1, 1, 1, 1] };
    const weights = this.weights(outputs, 9 * channels, 1, true);
    return this.push({ kind: 'convolution', name: this.name('convolution'), input: tensor, window, weights });
  }

  affine(tensor: number): number {
    const [channels] = this.shapes[tensor];
    const isUniform = this.random(3) === 0;
    const multipliers = Int32Array.from({ length: channels }, () => (isUniform ? 3 : this.random(9) - 4));
    const biases = Int32Array.from({ length: channels }, () => this.random(41) - 20);
    return this.push({ kind: 'affine', name: this.name('affine'), input: tensor, multipliers, biases });
  }

  /** At most some 64 quotients. */
  requantised(tensor: number): number {
    const { min, max } = this.bounds[tensor];
    let shift = 0;
    while ((max - min) / 2 ** shift > 64) shift++;
    const isRelu = this.random(3) > 0;
    return this.push({
      kind: 'requantise',
      name: this.name('requantise'),
      input: tensor,
      shift,
      activation: isRelu ? 'relu' : 'identity',
      min: isRelu ? 0 : -16,
      max: 15,
    });
  }

  add(inputs: readonly number[], multipliers: readonly number[]): number {
    return this.push({ kind: 'add', name: this.name('add'), inputs, multipliers: Int32Array.from(multipliers) });
  }

  globalAverage(tensor: number): number {
    const [, rows, columns] = this.shapes[tensor];
    const window: Window = { kernel: [rows, columns], strides: [1, 1], dilations: [1, 1], padding: [0, 0, 0, 0] };
    return this.push({
      kind: 'average-pool',
      name: this.name('average-pool'),
      input: tensor,
      window,
      countsPadding: false,
    });
  }

  flatten(tensor: number): number {
    return this.push({ kind: 'flatten', name: this.name('flatten'), input: tensor });
  }

  linear(tensor: number, outputs: number, isTernary: boolean): number {
    const weights = this.weights(outputs, this.shapes[tensor][0], 1, isTernary);
    return this.affine(this.push({ kind: 'linear', name: this.name('linear'), input: tensor, weights }));
  }

  private poolWindow(tensor: number): Window {
    const [, rows, columns] = this.shapes[tensor];
    const kernel = this.pair((axis) => Math.min(2 + this.random(2), [rows, columns][axis]));
    return {
      kernel,
      strides: this.pair(() => 1 + this.random(3)),
      dilations: [1, 1],
      padding: [0, 1, 0, 1].map((axis) => this.random(kernel[axis])) as [number, number, number, number],
    };
  }

  /** A pool; without padding where a window would hold nothing else. */
  private pool(layer: Extract<Layer, { kind: 'max-pool' | 'average-pool' }>): number {
    if (this.fits(layer)) return this.push(layer);
    return this.push({ ...layer, window: { ...layer.window, padding: [0, 0, 0, 0] } });
  }

  private weights(rowCount: number, columnCount: number, groups: number, isTernary: boolean): WeightMatrix {
    const groupOf = (index: number, count: number): number => Math.floor((index * groups) / count);
    const entries = Array.from({ length: rowCount * columnCount }, (_, k) => {
      const isInside = groupOf(Math.floor(k / columnCount), rowCount) === groupOf(k % columnCount, columnCount);
      if (!isInside || this.random(10) < 4) return 0;
      return isTernary ? 2 * this.random(2) - 1 : this.random(256) - 128;
    });
    return isTernary
      ? ternaryFromDense(entries, rowCount, columnCount)
      : integerFromDense(entries, rowCount, columnCount);
  }

  private pair(value: (axis: 0 | 1) => number): [number, number] {
    return [value(0), value(1)];
  }

  private name(kind: string): string {
    return `${kind} ${this.layers.length}`;
  }

  private fits(layer: Layer): boolean {
    try {
      rulesOf(layer).outputShape(layer, this.read(layer, this.shapes));
      return true;
    } catch {
      return false;
    }
  }

  private push(layer: Layer): number {
    const shapes = this.read(layer, this.shapes);
    const rules = rulesOf(layer);
    this.shapes.push(rules.outputShape(layer, shapes));
    this.bounds.push(valuesOf(layer).bound(layer, this.read(layer, this.bounds), shapes));
    return this.layers.push(layer);
  }

  private read<T>(layer: Layer, tensors: readonly T[]): T[] {
    return tensorsRead(layer).map((tensor) => tensors[tensor]);
  }
}

/** Whole inputs within the range of a network. */
export function inputsOf(network: IntegerNetwork, count: number, seed = 2): Int32Array {
  const random = seeded(seed);
  const length = network.input.shape.reduce((product, extent) => product * extent, 1);
  const { min, max } = network.input;
  return Int32Array.from({ length: length * count }, () => min + random(max - min + 1));
}

/** Proves whole inputs that stand one after the other, with one proof. */
export function proveBatch<E>(key: ProvingKey<E>, inputs: Int32Array, options?: ProveOptions): Promise<ProveResult> {
  return prove(key, splitInputs(inputs, key.inputLength), options);
}

/** The root of whole tensors that stand one after the other. */
export function commitBatch(shape: Shape, values: ArrayLike<number>, field?: Field<unknown>): Uint8Array {
  return commitTensor(shape, splitInputs(Int32Array.from(values), sizeOf(shape)), field);
}
