// Layers that do not fit what they read, or are malformed: the error names the layer, what is wrong and how to fix it.

import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { evaluate, tensorShapes } from '../../../src/network/model/evaluate.ts';
import { averageDivisor } from '../../../src/network/model/layers/average-pool/rules.ts';
import { rulesOf } from '../../../src/network/model/layers/registry.ts';
import type { Layer, Shape, Window } from '../../../src/network/model/network.ts';
import { ternaryFromDense } from '../../../src/sparse/ternary-matrix.ts';
import { convolutional } from '../../support/networks.ts';

const window: Window = { kernel: [3, 3], strides: [1, 1], dilations: [1, 1], padding: [0, 0, 0, 0] };
const zeros = (rows: number, columns: number) => ternaryFromDense(new Int8Array(rows * columns), rows, columns);
const convolution = (change: Partial<Window>, weights = zeros(2, 9)): Layer => ({
  kind: 'convolution',
  name: 'it',
  input: 0,
  window: { ...window, ...change },
  weights,
});
const maxPool = (change: Partial<Window>): Layer => ({
  kind: 'max-pool',
  name: 'it',
  input: 0,
  window: { ...window, ...change },
});
const averagePool = (change: Partial<Window>, countsPadding = false): Layer => ({
  kind: 'average-pool',
  name: 'it',
  input: 0,
  window: { ...window, ...change },
  countsPadding,
});
const requantise = (change: object): Layer => ({
  ...{ kind: 'requantise', name: 'it', input: 0, shift: 4, activation: 'relu', min: 0, max: 255 },
  ...(change as { shift: 4 }),
});
const affine: Layer = {
  kind: 'affine',
  name: 'it',
  input: 0,
  multipliers: new Int32Array(3),
  biases: new Int32Array(4),
};
const add = (inputs: readonly number[], multipliers: number): Layer => ({
  ...{ kind: 'add', name: 'it', inputs, multipliers: new Int32Array(multipliers) },
});
const concatenate = (inputs: readonly number[]): Layer => ({ kind: 'concatenate', name: 'it', inputs });

describe('a layer', () => {
  it.each<[string, Layer, readonly Shape[], string]>([
    [
      'a column of weights too few',
      { kind: 'linear', name: 'it', input: 0, weights: zeros(2, 9) },
      [[2, 5]],
      'its weights have 9 columns, its input 10 values (2 × 5); give one column for each value',
    ],
    [
      'more outputs than fit',
      { kind: 'linear', name: 'it', input: 0, weights: { ...zeros(2, 1), rowCount: 2 ** 24 + 1 } },
      [[1]],
      'its output of 16777217 has more than 16777216 values; use fewer outputs or less padding',
    ],
    [
      'a filter of another size',
      convolution({}),
      [[2, 5, 5]],
      'its weights have 9 columns; a kernel of 3 × 3 on an input of 2 × 5 × 5 needs 2 · 3 · 3 = 18',
    ],
    [
      'a flattened image',
      convolution({}),
      [[25]],
      'its input has the shape [25]; a window needs [channels, rows, columns]',
    ],
    [
      'an image without channels',
      maxPool({}),
      [[5, 5]],
      'its input has the shape [5, 5]; a window needs [channels, rows, columns]',
    ],
    [
      'a kernel that is too large',
      convolution({ dilations: [1, 3] }),
      [[1, 5, 6]],
      'its window spans 7 columns, the image with padding has 6; use a smaller kernel or more padding',
    ],
    [
      'a padding that is not an integer',
      convolution({ padding: [0, 0.5, 0, 0] }),
      [[1, 5, 5]],
      "the window's paddings are [0, 0.5, 0, 0]; give integers from 0 to 4096",
    ],
    [
      'a stride beyond the limit',
      maxPool({ strides: [1, 4097] }),
      [[1, 5, 5]],
      "the window's strides are [1, 4097]; give integers from 1 to 4096",
    ],
    [
      'a dilation of zero',
      averagePool({ dilations: [0, 1] }),
      [[1, 5, 5]],
      "the window's dilations are [0, 1]; give integers from 1 to 4096",
    ],
    [
      'a kernel of nothing',
      averagePool({ kernel: [0, 1] }),
      [[1, 5, 5]],
      "the window's kernel extents are [0, 1]; give integers from 1 to 4096",
    ],
    [
      'a maximum of padding alone',
      maxPool({ padding: [0, 3, 0, 0] }),
      [[1, 5, 5]],
      'window 0 along the columns covers nothing but padding; pad less',
    ],
    [
      'a mean of padding between the rows',
      averagePool({ kernel: [2, 1], dilations: [4, 1], padding: [2, 0, 2, 0], strides: [1, 1] }),
      [[1, 1, 5]],
      'window 0 along the rows covers nothing but padding; pad less',
    ],
    [
      'means of too many kinds',
      averagePool({ kernel: [40, 40], padding: [39, 39, 39, 39] }),
      [[1, 40, 40]],
      'the numbers of values in its windows have no common multiple below 2^31',
    ],
    [
      'a window of an image that grows too large',
      convolution({ padding: [4096, 4096, 4096, 4096] }),
      [[1, 1, 1]],
      'its output of 2 × 8191 × 8191 has more than 16777216 values; use fewer outputs or less padding',
    ],
    ['a bias too many', affine, [[3, 2, 2]], '3 multipliers and 4 biases for an input of 3 × 2 × 2; give 3 of each'],
    ['half a shift', requantise({ shift: 0.5 }), [[3]], 'the shift is 0.5; give an integer from 0 to 24'],
    ['a shift beyond the limit', requantise({ shift: 25 }), [[3]], 'the shift is 25; give an integer from 0 to 24'],
    [
      'a clamp without zero',
      requantise({ min: 1 }),
      [[3]],
      'the clamp [1, 255] does not contain 0, which padding needs',
    ],
    [
      'an endless clamp',
      requantise({ max: Number.POSITIVE_INFINITY }),
      [[3]],
      'the clamp [0, Infinity] does not contain',
    ],
    ['nothing to add', add([], 0), [], 'it adds nothing; give at least one tensor'],
    ['a multiplier too few', add([0, 1], 1), [[3], [3]], '1 multipliers for 2 tensors; give one for each'],
    [
      'a sum of different shapes',
      add([0, 1], 2),
      [[3, 2, 2], [12]],
      'it adds tensors of 3 × 2 × 2 and of 12; give tensors of one shape',
    ],
    ['nothing to concatenate', concatenate([]), [], 'it concatenates nothing; give at least one tensor'],
    [
      'images of different sizes',
      concatenate([0, 1]),
      [
        [3, 2, 2],
        [3, 2, 3],
      ],
      'it concatenates tensors of 3 × 2 × 2 and of 3 × 2 × 3; give tensors that differ in the first axis only',
    ],
    [
      'an image and a vector',
      concatenate([0, 1]),
      [[3, 2, 2], [3]],
      'it concatenates tensors of 3 × 2 × 2 and of 3; give tensors that differ in the first axis only',
    ],
  ])('with %s is refused', (_, layer, shapes, message) => {
    const shape = () => rulesOf(layer).outputShape(layer, shapes);
    expect(shape).toThrow(InputError);
    expect(shape).toThrow(`layer it: ${message}`);
  });
});

describe('the divisor of an average pool', () => {
  it('is the kernel where padding counts, and fits every border where it does not', () => {
    const padded: Window = { kernel: [3, 2], strides: [2, 1], dilations: [1, 1], padding: [1, 0, 1, 1] };
    expect(averageDivisor(padded, [4, 5, 5], true)).toBe(6);
    // 2, 3 and 2 rows; 2, 2, 2, 2 and 1 columns
    expect(averageDivisor(padded, [4, 5, 5], false)).toBe(12);
    expect(averageDivisor({ ...window, kernel: [7, 7] }, [64, 7, 7], false)).toBe(49);
  });
});

describe('a network', () => {
  const network = convolutional();

  it('is evaluated one input at a time', () => {
    const length = tensorShapes(network)[0].reduce((a, b) => a * b);
    expect(() => evaluate(network, new Int32Array(2 * length))).toThrow(
      `the input has ${2 * length} values; network images 1 takes ${length} for each input`,
    );
    expect(() => evaluate(network, new Int32Array(length - 1))).toThrow(
      `the input has ${length - 1} values; network images 1 takes ${length} for each input`,
    );
  });

  it('with a layer that reads a later tensor is not evaluated', () => {
    const [first, ...rest] = network.layers;
    const wrong = { ...network, layers: [{ ...first, input: 1 } as Layer, ...rest] };
    expect(() => tensorShapes(wrong)).toThrow(
      `layer ${first.name}: it reads tensor 1, which no earlier layer produces`,
    );
  });
});
