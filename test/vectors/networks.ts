// Networks of the vectors in which much happens in little: weights of 8 bits, remainders of two limbs, several outputs, and
// values that neither vanish nor saturate, so that a verifier which mixes something up does not get away with it.

import type { IntegerNetwork, Layer } from '../../src/network/index.ts';
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
