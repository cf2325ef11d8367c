// Networks of the vectors in which much happens in little: weights of 8 bits, remainders of two limbs, several outputs, and
// values that neither vanish nor saturate, so that a verifier which mixes something up does not get away with it.

import type { IntegerNetwork, Layer, LinearLayer, Window } from '../../src/network/index.ts';
import { ternaryFromDense } from '../../src/sparse/ternary-matrix.ts';
import { integerFromDense } from '../../src/sparse/weight-matrix.ts';
import { seeded } from '../support/fields.ts';

type Random = (below: number) => number;

/** A linear layer of weights up to a magnitude: of 8 bits, or ternary ones, half of them zero. */
function linear(random: Random, input: number, [rows, columns]: readonly [number, number], most: number): Layer {
  const isTernary = most === 1;
  const weight = (): number => (isTernary ? 2 * random(2) - 1 : random(2 * most + 1) - most);
  const entries = Array.from({ length: rows * columns }, () => (isTernary && random(2) === 0 ? 0 : weight()));
  const weights = isTernary ? ternaryFromDense(entries, rows, columns) : integerFromDense(entries, rows, columns);
  return { kind: 'linear', name: `linear ${input}`, input, weights };
}

/** A multiplier for each channel, at most `spread` from the one given, and biases up to a magnitude. */
function affine(random: Random, input: number, size: number, multiplier: number, spread: number, most: number): Layer {
  return {
    kind: 'affine',
    name: `affine ${input}`,
    input,
    multipliers: Int32Array.from({ length: size }, () => multiplier + random(2 * spread + 1) - spread),
    biases: Int32Array.from({ length: size }, () => random(2 * most + 1) - most),
  };
}

function requantise(input: number, shift: number, activation: 'relu' | 'identity'): Layer {
  const min = activation === 'relu' ? 0 : -31;
  return { kind: 'requantise', name: `requantise ${input}`, input, shift, activation, min, max: 31 };
}

const specOf = (size: number): IntegerNetwork['input'] => ({ shape: [size], min: -8, max: 7, scale: 1, mean: 0 });

/**
 * A perceptron of three layers, of which the outer ones have weights of 8 bits. Its remainders have 13 bits, in two limbs,
 * and 4; outputs are its second activations and its last sums.
 */
export function deepPerceptron(): IntegerNetwork {
  const random = seeded(11);
  const layers = [
    linear(random, 0, [4, 5], 127),
    affine(random, 1, 4, 130, 0, 1000),
    requantise(2, 13, 'identity'),
    linear(random, 3, [3, 4], 1),
    affine(random, 4, 3, 11, 4, 90),
    requantise(5, 4, 'relu'),
    linear(random, 6, [2, 3], 127),
    affine(random, 7, 2, -3, 4, 1000),
  ];
  const outputs = [
    { tensor: 6, scale: 1 },
    { tensor: 8, scale: 0.5 },
  ];
  return { name: 'deep', input: specOf(5), layers, outputs };
}

/** Two branches from one activation are added, 2 to −3, and scaled; the sum is an output, too. */
export function branches(): IntegerNetwork {
  const random = seeded(12);
  const layers: Layer[] = [
    linear(random, 0, [4, 3], 127),
    requantise(1, 6, 'relu'),
    linear(random, 2, [4, 4], 1),
    { kind: 'add', name: 'add', inputs: [2, 3], multipliers: Int32Array.of(2, -3) },
    affine(random, 4, 4, 7, 4, 200),
    requantise(5, 5, 'identity'),
  ];
  const outputs = [
    { tensor: 4, scale: 1 },
    { tensor: 6, scale: 1 },
  ];
  return { name: 'branches', input: specOf(3), layers, outputs };
}

const WINDOW: Window = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], padding: [0, 0, 0, 0] };

/**
 * Every kind of layer, and every way in which it becomes relations: windows that stride, dilate and are padded unevenly,
 * one that is the identity, pools with and without padding that counts, in which a first member is the identity and in
 * which it is not, images and vectors after each other, flattened images that are read as vectors and as images, sums of
 * tensors that lie differently, and values of both signs.
 */
export function images(): IntegerNetwork {
  const random = seeded(14);
  const convolution = (input: number, columns: number, outputs: number, window: Window): Layer => {
    const { weights } = linear(random, input, [outputs, columns], 1) as LinearLayer;
    return { kind: 'convolution', name: `convolution ${input}`, input, weights, window };
  };
  const uneven: Window = { kernel: [3, 2], strides: [2, 1], dilations: [1, 2], padding: [1, 0, 1, 1] };
  const layers: Layer[] = [
    convolution(0, 12, 3, uneven),
    affine(random, 1, 3, 3, 2, 20),
    requantise(2, 4, 'identity'),
    {
      kind: 'max-pool',
      name: 'greatest',
      input: 3,
      window: { ...WINDOW, kernel: [2, 3], padding: [0, 1, 1, 0] },
    },
    {
      kind: 'average-pool',
      name: 'mean of what is there',
      input: 3,
      window: { ...WINDOW, kernel: [2, 3], padding: [1, 0, 0, 1] },
      countsPadding: false,
    },
    requantise(5, 5, 'identity'),
    { kind: 'concatenate', name: 'channels', inputs: [4, 6] },
    convolution(7, 6, 2, WINDOW),
    {
      kind: 'average-pool',
      name: 'mean with padding',
      input: 8,
      window: { ...WINDOW, kernel: [2, 2], strides: [1, 2], padding: [0, 1, 1, 1] },
      countsPadding: true,
    },
    { kind: 'flatten', name: 'flatten', input: 9 },
    affine(random, 10, 12, 5, 3, 50),
    linear(random, 7, [12, 36], 20),
    { kind: 'add', name: 'add', inputs: [10, 12], multipliers: Int32Array.of(-3, 2) },
    { kind: 'concatenate', name: 'vectors', inputs: [11, 13, 10] },
    requantise(14, 9, 'relu'),
    linear(random, 15, [3, 36], 127),
  ];
  const outputs = [
    { tensor: 16, scale: 1 },
    { tensor: 13, scale: 0.5 },
  ];
  const input = { shape: [2, 5, 4], min: -8, max: 7, scale: 1, mean: 0 };
  return { name: 'images', input, layers, outputs };
}

/** For committed weights: a matrix of 8-bit weights and a ternary one, and scales of both sorts; small, with small bounds. */
export function bothKinds(): IntegerNetwork {
  const random = seeded(13);
  const layers = [
    linear(random, 0, [3, 3], 9),
    affine(random, 1, 3, 3, 0, 7),
    requantise(2, 4, 'relu'),
    linear(random, 3, [2, 3], 1),
    affine(random, 4, 2, 2, 4, 7),
  ];
  return { name: 'both kinds', input: specOf(3), layers, outputs: [{ tensor: 5, scale: 1 }] };
}
