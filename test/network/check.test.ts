// Networks written by hand: whatever is missing or of another type, the error names the layer and the field.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError, UsageError } from '../../src/errors.ts';
import { compile, encodeNetwork, type IntegerNetwork } from '../../src/network/index.ts';
import type { Window } from '../../src/network/model/network.ts';
import { integerFromDense } from '../../src/sparse/weight-matrix.ts';
import { runs } from '../support/depth.ts';
import { convolutional, perceptron } from '../support/networks.ts';

// layers: 0 flatten, 1 linear, 2 affine, 3 requantise, 4 linear, 5 affine
const network = perceptron({ sizes: [6, 5, 3] });
const withLayer = (index: number, change: object): unknown => ({
  ...network,
  layers: network.layers.map((layer, k) => (k === index ? { ...layer, ...change } : layer)),
});
const [, linear] = network.layers;
const weights = linear?.kind === 'linear' ? linear.weights : undefined;
const withWeights = (change: object): unknown => withLayer(1, { weights: { ...weights, ...change } });

const eightBit = integerFromDense(new Array(30).fill(7), 5, 6);
const withOutputs = (...outputs: unknown[]): unknown => ({ ...network, outputs });
const window: Window = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], padding: [0, 0, 0, 0] };
const withWindow = (change: object, layer: object = { kind: 'convolution' }): unknown =>
  withLayer(1, { ...layer, window: { ...window, ...change } });

describe('a network', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'the network is missing; give an IntegerNetwork'],
    ['null', null, 'the network is null; give an IntegerNetwork'],
    ['a name', 'mlp', "the network is 'mlp'; give an IntegerNetwork"],
    ['no name', { ...network, name: undefined }, "network: the field 'name' is missing; give a string"],
    ['no input', { ...network, input: undefined }, "network: the field 'input' is missing; give an object"],
    ['no layers', { ...network, layers: undefined }, "network: the field 'layers' is missing; give an array"],
    ['no outputs', { ...network, outputs: undefined }, "network: the field 'outputs' is missing; give an array"],
    ['an empty list of outputs', { ...network, outputs: [] }, 'network perceptron 6-5-3: it has no outputs; give at'],
    [
      'layers that read nothing',
      { ...network, layers: [{ kind: 'concatenate', name: 'none', inputs: [] }], outputs: [{ tensor: 1, scale: 1 }] },
      'network perceptron 6-5-3: nothing reads what the input produces; leave it out, or make it an output',
    ],
    [
      'an empty list of layers',
      { ...network, layers: [] },
      'network perceptron 6-5-3: it has no layers; give at least',
    ],
    ['an output that is missing', withOutputs(null), 'output 0 is null; give an OutputSpec'],
    ['no scale', withOutputs({ tensor: 6, scale: '1' }), "output 0: the field 'scale' is '1'; give a number"],
    [
      'a scale of zero',
      withOutputs({ tensor: 6, scale: 0 }),
      'output 0: its scale is 0; give a finite positive number',
    ],
    [
      'the input as output',
      withOutputs({ tensor: 0, scale: 1 }),
      "output 0: it is the network's input; name the tensor",
    ],
    ['an output from nowhere', withOutputs({ tensor: 7, scale: 1 }), 'output 0: it reads tensor 7, which no earlier'],
    [
      'an output twice',
      withOutputs({ tensor: 6, scale: 1 }, { tensor: 6, scale: 2 }),
      'output 1: tensor 6 is output 0 already; give it once',
    ],
    [
      'a layer of no use',
      withOutputs({ tensor: 5, scale: 1 }),
      'network perceptron 6-5-3: nothing reads what layer affine 2 produces; leave it out, or make it an output',
    ],
    [
      'an input without shape',
      { ...network, input: { ...network.input, shape: 6 } },
      "network, input: the field 'shape' is 6; give an array",
    ],
    [
      'an input without axes',
      { ...network, input: { ...network.input, shape: [] } },
      'network, input: the shape has no axes; give at least one',
    ],
    [
      'an empty axis',
      { ...network, input: { ...network.input, shape: [6, 0] } },
      'network, input: shape[1] is 0; give a positive integer',
    ],
    ['a hole', { ...network, layers: [...network.layers, undefined] }, 'layer 6 is missing; give a Layer'],
    [
      'a kind that is not there',
      withLayer(1, { kind: 'conv' }),
      "layer 1, linear 1: the field 'kind' is 'conv'; give 'linear' or 'convolution' or 'affine' or",
    ],
    ['a layer without name', withLayer(1, { name: undefined }), "layer 1: the field 'name' is missing; give a string"],
    ['no tensor', withLayer(1, { input: null }), "layer 1, linear 1: the field 'input' is null; give a number"],
    [
      'no weights',
      withLayer(1, { weights: undefined }),
      "layer 1, linear 1: the field 'weights' is missing; give a matrix as ternaryFromDense and",
    ],
    ['dense weights', withLayer(1, { weights: [[1, 0]] }), "the field 'weights' is an array; give a matrix as"],
    [
      'plain multipliers',
      withLayer(2, { multipliers: [1, 2, 3, 4, 5] }),
      "layer 2, affine 1: the field 'multipliers' is an array; give an Int32Array",
    ],
    [
      'biases of floats',
      withLayer(2, { biases: new Float64Array(5) }),
      "layer 2, affine 1: the field 'biases' is a Float64Array; give an Int32Array",
    ],
    [
      'an unknown activation',
      withLayer(3, { activation: 'gelu' }),
      "layer 3, activation 1: the field 'activation' is 'gelu'; give 'relu' or 'identity'",
    ],
    [
      'no shift',
      withLayer(3, { shift: undefined }),
      "layer 3, activation 1: the field 'shift' is missing; give a number",
    ],
    ['a clamp of text', withLayer(3, { max: '15' }), "layer 3, activation 1: the field 'max' is '15'; give a number"],
    [
      'rows in an array',
      withWeights({ rows: [0, 1] }),
      "layer 1, linear 1, weights: the field 'rows' is an array; give a Uint32Array",
    ],
    [
      'half a row',
      withWeights({ rowCount: 4.5 }),
      "layer 1, linear 1, weights: the field 'rowCount' is 4.5; give a positive integer",
    ],
    ['ends that are missing', withWeights({ ends: new Uint32Array(5) }), "the field 'weights' is inconsistent: its"],
    [
      'ends that go back',
      withWeights({ ends: weights?.ends.slice().reverse() }),
      "the field 'weights' is inconsistent",
    ],
    ['nonzeros that are not there', withWeights({ nonzeros: 1 }), "the field 'weights' is inconsistent"],
    [
      'a row outside',
      withWeights({ rows: weights?.rows.slice().fill(5, 3, 4) }),
      "layer 1, linear 1: the field 'weights' is inconsistent: rows[3] is 5 of 5; give a matrix as",
    ],
    [
      'a list of tensors',
      withLayer(1, { inputs: [1] }),
      "layer 1, linear 1: it has a field 'inputs', but a linear layer",
    ],
    ['a tensor from nowhere', withLayer(1, { input: 2 }), 'layer linear 1: it reads tensor 2, which no earlier layer'],
    [
      'a convolution without window',
      withLayer(1, { kind: 'convolution' }),
      "layer 1, linear 1: the field 'window' is missing; give a Window: kernel, strides, dilations and padding",
    ],
    [
      'a window without strides',
      withWindow({ strides: undefined }),
      "layer 1, linear 1, window: the field 'strides' is missing; give an array",
    ],
    [
      'a window of one axis',
      withWindow({ kernel: [3] }),
      "layer 1, linear 1, window: the field 'kernel' is a list of 1; give 2 integers: rows, columns",
    ],
    [
      'too little padding',
      withWindow({ padding: [1, 1] }),
      "window: the field 'padding' is a list of 2; give 4 integers: top, left, bottom, right",
    ],
    [
      'a negative padding',
      withWindow({ padding: [0, 0, -1, 0] }),
      'window: padding[2] is -1; give an integer, zero or',
    ],
    ['a stride of zero', withWindow({ strides: [1, 0] }), 'window: strides[1] is 0; give a positive integer'],
    ['half a dilation', withWindow({ dilations: [0.5, 1] }), 'window: dilations[0] is 0.5; give a positive integer'],
    [
      'padding that counts perhaps',
      withWindow({}, { kind: 'average-pool', countsPadding: 1 }),
      "layer 1, linear 1: the field 'countsPadding' is 1; give a boolean",
    ],
    ['a sum of one', withLayer(1, { kind: 'add' }), "layer 1, linear 1: the field 'inputs' is missing; give an array"],
    [
      'a sum of a hole',
      withLayer(1, { kind: 'add', inputs: [0, undefined], multipliers: new Int32Array(2) }),
      'layer linear 1: it reads tensor missing, which no earlier layer produces',
    ],
    [
      'plain 8-bit weights',
      withLayer(1, { weights: { ...eightBit, weights: [1, 2] } }),
      "layer 1, linear 1, weights: the field 'weights' is an array; give an Int8Array",
    ],
    [
      'an 8-bit weight of zero',
      withLayer(1, { weights: { ...eightBit, weights: eightBit.weights.slice().fill(0, 2, 3) } }),
      "layer 1, linear 1: the field 'weights' is inconsistent: weights[2] is 0; give a matrix as",
    ],
    [
      'an 8-bit weight too few',
      withLayer(1, { weights: { ...eightBit, weights: eightBit.weights.slice(1) } }),
      "the field 'weights' is inconsistent: 29 weights for 30 rows; give a matrix as",
    ],
  ])('of %s is refused with its place', (_, wrong, message) => {
    for (const use of [compile, encodeNetwork]) {
      expect(() => use(wrong as IntegerNetwork)).toThrow(InputError);
      expect(() => use(wrong as IntegerNetwork)).toThrow(message);
    }
  });

  it('with anything in place of anything gives an InputError or a key, never a TypeError', () => {
    const anything = fc.oneof(
      fc.anything({ withTypedArray: true, withBigInt: true, withNullPrototype: true }),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 2 ** 31, 2 ** 53, new Int32Array(5)),
    );
    const originals = [network, convolutional({ seed: 1 }), convolutional({ seed: 2 }), convolutional({ seed: 3 })];
    const replaced = fc.tuple(fc.constantFrom(...originals), fc.nat(), anything).map(([original, at, value]) => {
      let place = at % countFields(original);
      return { at: place, wrong: replaceField(original, () => place-- === 0, value) as IntegerNetwork };
    });
    fc.assert(
      fc.property(replaced, ({ wrong }) => {
        try {
          compile(wrong);
        } catch (error) {
          expect(error instanceof InputError || error instanceof UsageError, String(error)).toBe(true);
        }
      }),
      { numRuns: runs(1000) },
    );
  });
});

const isLeaf = (value: unknown): boolean => typeof value !== 'object' || value === null || ArrayBuffer.isView(value);

/** How many values and containers there are, typed arrays as one. */
function countFields(value: unknown): number {
  return isLeaf(value) ? 1 : Object.values(value as object).reduce((sum, inner) => sum + countFields(inner), 1);
}

/** A copy in which the field that `isHere` picks has another value. */
function replaceField(value: unknown, isHere: () => boolean, by: unknown): unknown {
  if (isHere()) return by;
  if (isLeaf(value)) return value;
  if (Array.isArray(value)) return value.map((inner) => replaceField(inner, isHere, by));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, inner]) => [name, replaceField(inner, isHere, by)]),
  );
}
