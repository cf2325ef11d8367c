// The shapes of published networks. Parameters are those of the papers and of the usual CIFAR variants; where these
// differ, the choice and its source are named.

import type { IntegerNetwork } from '../../src/network/model/network.ts';
import { type Branch, type Filter, ZooBuilder } from './builder.ts';

const DIGIT = [1, 28, 28];
const CIFAR = [3, 32, 32];
const CLASSES = 10;

/** The contents of a shape. */
export interface ZooOptions {
  /** Expected share of nonzero weights, in (0, 1]. */
  readonly density: number;
  readonly seed: number;
}

export type ZooShape = (name: string, options: ZooOptions) => IntegerNetwork;

type Activation = 'relu' | 'identity';

/** A convolution with batch normalisation, activated. */
function normalised(
  builder: ZooBuilder,
  input: number,
  outputs: number,
  filter: Filter,
  activation: Activation = 'relu',
): number {
  return builder.activate([branch(builder, input, outputs, filter)], activation);
}

const branch = (builder: ZooBuilder, input: number, outputs: number, filter: Filter): Branch => ({
  tensor: builder.convolution(input, outputs, filter),
  scale: 'normalisation',
});

/** Hidden layers with biases, and a last one. */
function classifier(builder: ZooBuilder, name: string, input: number, hidden: readonly number[] = []): IntegerNetwork {
  let tensor = builder.flatten(input);
  for (const outputs of hidden) {
    tensor = builder.activate([{ tensor: builder.linear(tensor, outputs), scale: 'bias' }], 'relu');
  }
  return builder.finish(name, builder.linear(tensor, CLASSES));
}

/** LeNet-5 as it is trained today: 28 × 28 digits padded by two, ReLU, average pools, every filter on all channels. */
export const lenet5: ZooShape = (name, { density, seed }) => {
  const builder = new ZooBuilder(DIGIT, density, seed);
  let tensor = 0;
  for (const [outputs, padding] of [
    [6, 2],
    [16, 0],
  ]) {
    const convolution = builder.convolution(tensor, outputs, { kernel: 5, padding });
    tensor = builder.averagePool(builder.activate([{ tensor: convolution, scale: 'bias' }], 'relu'), 2);
  }
  return classifier(builder, name, tensor, [120, 84]);
};

/**
 * VGG for 32 × 32 images (Simonyan and Zisserman, 2015, configurations A and D; the numbers are the filters between
 * pools), with the classifier 512-512-10 on the 512 features that five pools leave. This is the network with 15 million
 * parameters and 16 weighted layers that published provers report (zkCNN, ePrint 2021/673, models.cpp of its code); a
 * classifier of a single layer, common too, has 525,312 weights less and would have 14 such layers.
 */
const vgg =
  (blocks: readonly (readonly number[])[]): ZooShape =>
  (name, { density, seed }) => {
    const builder = new ZooBuilder(CIFAR, density, seed);
    let tensor = 0;
    for (const block of blocks) {
      for (const outputs of block) tensor = normalised(builder, tensor, outputs, { kernel: 3 });
      tensor = builder.maxPool(tensor, 2);
    }
    return classifier(builder, name, tensor, [512, 512]);
  };

export const vgg11 = vgg([[64], [128], [256, 256], [512, 512], [512, 512]]);
export const vgg16 = vgg([
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
]);

/**
 * Residual networks for CIFAR (He et al., 2016): a 3 × 3 convolution, stages of blocks of two, the first block of every
 * stage but the first with a stride of 2, a mean over all places, one linear layer. Shortcuts that change the shape are
 * projections, 1 × 1 convolutions with batch normalisation (their option B), which is what exported networks have; the
 * paper's CIFAR networks fill up with zero channels instead (option A), 2,752 parameters less in ResNet-20.
 */
const resnet =
  (stages: readonly number[], blocks: number): ZooShape =>
  (name, { density, seed }) => {
    const builder = new ZooBuilder(CIFAR, density, seed);
    let tensor = normalised(builder, 0, stages[0], { kernel: 3 });
    stages.forEach((channels, stage) => {
      for (let block = 0; block < blocks; block++) {
        const stride = stage > 0 && block === 0 ? 2 : 1;
        const inner = normalised(builder, tensor, channels, { kernel: 3, stride });
        const shortcut: Branch =
          stride === 1
            ? { tensor, scale: 'identity' }
            : branch(builder, tensor, channels, { kernel: 1, stride, padding: 0 });
        tensor = builder.activate([branch(builder, inner, channels, { kernel: 3 }), shortcut], 'relu');
      }
    });
    return classifier(builder, name, builder.averagePool(tensor, 32 / 2 ** (stages.length - 1)));
  };

/** 16, 32 and 64 channels, three blocks each. Provers report a network of this kind and size as "ResNet-18". */
export const resnet20 = resnet([16, 32, 64], 3);
/** ResNet-18 with a 3 × 3 convolution and no pool before the stages, as is usual for CIFAR. */
export const resnet18 = resnet([64, 128, 256, 512], 2);

/** Stages of MobileNetV2 (Sandler et al., 2018, table 2): expansion, channels, blocks, stride. */
const INVERTED_STAGES: readonly (readonly [number, number, number, number])[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

/**
 * MobileNetV2 for 32 × 32 images: the stride of the first convolution is 1. Blocks expand, filter each channel by itself
 * and project without an activation; they add their input where the shape is the same.
 */
export const mobilenet: ZooShape = (name, { density, seed }) => {
  const builder = new ZooBuilder(CIFAR, density, seed);
  let tensor = normalised(builder, 0, 32, { kernel: 3 });
  for (const [expansion, channels, blocks, firstStride] of INVERTED_STAGES) {
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 ? firstStride : 1;
      const inputs = builder.channelsOf(tensor);
      const wide = inputs * expansion;
      const expanded = expansion === 1 ? tensor : normalised(builder, tensor, wide, { kernel: 1 });
      const filtered = normalised(builder, expanded, wide, { kernel: 3, stride, groups: wide });
      const projected = branch(builder, filtered, channels, { kernel: 1 });
      const isResidual = stride === 1 && inputs === channels;
      tensor = builder.activate(isResidual ? [projected, { tensor, scale: 'identity' }] : [projected], 'identity');
    }
  }
  const features = normalised(builder, tensor, 1280, { kernel: 1 });
  return classifier(builder, name, builder.averagePool(features, 2));
};
