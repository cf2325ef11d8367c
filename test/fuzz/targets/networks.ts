// Networks changed as objects, and written without the checks of `encodeNetwork`: files that are sound in every byte
// and say what no importer would.

import { blake3 } from '@noble/hashes/blake3.js';
import { ByteWriter } from '../../../src/network/files/byte-stream.ts';
import { MODEL_MAGIC, writeNetwork } from '../../../src/network/files/model.ts';
import { storedWeights } from '../../../src/network/files/stored-weights.ts';
import { type IntegerNetwork, inputsOf, type Layer, type Window } from '../../../src/network/model/network.ts';
import { ternaryFromDense } from '../../../src/sparse/ternary-matrix.ts';
import { integerFromDense, type WeightMatrix } from '../../../src/sparse/weight-matrix.ts';
import { convolutional, perceptron } from '../../support/networks.ts';
import type { Random } from '../random.ts';

export const CHECK_LENGTH = 8;

/** The networks that mutants are made of: all kinds of layers, both kinds of weights. */
export const BASES: readonly IntegerNetwork[] = [
  perceptron({ sizes: [7, 6, 3] }),
  perceptron({ sizes: [5, 9, 8, 2], multipliers: 'uniform', activatedOutput: true, seed: 3 }),
  ...Array.from({ length: 30 }, (_, seed) => convolutional({ seed: seed + 1 })),
  bare([2, 3, 3]),
  bare([40]),
];

/** Layers without matrices, which take any number of channels. */
function bare(shape: readonly number[]): IntegerNetwork {
  const [channels] = shape;
  const integers = (value: number): Int32Array => new Int32Array(channels).fill(value);
  return {
    name: 'bare',
    input: { shape, min: -4, max: 5, scale: 0.5, mean: 1 },
    layers: [
      { kind: 'affine', name: 'scale', input: 0, multipliers: integers(2), biases: integers(-1) },
      { kind: 'requantise', name: 'relu', input: 1, shift: 1, activation: 'relu', min: 0, max: 7 },
      { kind: 'add', name: 'sum', inputs: [2, 0], multipliers: Int32Array.of(1, -3) },
      { kind: 'concatenate', name: 'both', inputs: [3, 2] },
      { kind: 'flatten', name: 'flat', input: 4 },
    ],
    outputs: [{ tensor: 5, scale: 1 }],
  };
}

/** A file with its check sum. */
export function withCheck(body: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([body, blake3(body).subarray(0, CHECK_LENGTH)]));
}

/** A model file of any object that the writer does not stumble over; undefined if it does. */
export function writeUnchecked(network: IntegerNetwork): Uint8Array | undefined {
  const writer = new ByteWriter();
  try {
    writer.bytes(MODEL_MAGIC);
    writer.byte(3);
    writeNetwork(writer, network, storedWeights);
    return withCheck(writer.finish());
  } catch {
    return undefined;
  }
}

type Change = (random: Random, network: IntegerNetwork, layers: Layer[]) => Partial<IntegerNetwork> | undefined;

const signed = (random: Random): number => random.integer() | 0;

function changedWindow(random: Random, window: Window): Window {
  const field = random.pick(['kernel', 'strides', 'dilations', 'padding'] as const);
  const values = [...window[field]];
  values[random.below(values.length)] = random.oneIn(2) ? random.below(5) : Math.min(random.integer(), 2 ** 32 - 1);
  return { ...window, [field]: values };
}

/** Weights of either kind, few of them or many. */
function someMatrix(random: Random, rowCount: number, columnCount: number): WeightMatrix {
  const isTernary = random.oneIn(2);
  const zeros = random.below(4);
  const entries = Array.from({ length: rowCount * columnCount }, () => {
    if (random.below(4) < zeros) return 0;
    return isTernary ? 2 * random.below(2) - 1 : random.pick([-128, -1, 1, 3, 127]);
  });
  return isTernary
    ? ternaryFromDense(entries, rowCount, columnCount)
    : integerFromDense(entries, rowCount, columnCount);
}

/** A layer with something else in it: a number, or other weights of the same size. */
function changedLayer(random: Random, layer: Layer): Layer {
  switch (layer.kind) {
    case 'requantise':
      return {
        ...layer,
        ...random.pick<object>([
          { shift: random.below(40) },
          { shift: Math.min(random.integer(), 2 ** 32 - 1) },
          { min: signed(random) },
          { max: signed(random) },
          { min: -random.below(2 ** 20), max: random.below(2 ** 20) },
          { activation: random.pick(['relu', 'identity']) },
        ]),
      };
    case 'affine': {
      const which = random.pick(['multipliers', 'biases'] as const);
      const values = layer[which].slice();
      values[random.below(values.length)] = signed(random);
      return { ...layer, [which]: random.oneIn(4) ? values.fill(signed(random)) : values };
    }
    case 'add': {
      const multipliers = layer.multipliers.slice();
      multipliers[random.below(multipliers.length)] = signed(random);
      return { ...layer, multipliers };
    }
    case 'convolution':
      if (random.oneIn(3)) {
        const { rowCount, columnCount } = layer.weights;
        return { ...layer, weights: someMatrix(random, random.oneIn(2) ? rowCount : 1 + random.below(6), columnCount) };
      }
      return { ...layer, window: changedWindow(random, layer.window) };
    case 'max-pool':
      return { ...layer, window: changedWindow(random, layer.window) };
    case 'average-pool':
      return random.oneIn(4)
        ? { ...layer, countsPadding: !layer.countsPadding }
        : { ...layer, window: changedWindow(random, layer.window) };
    case 'linear':
      return random.oneIn(4)
        ? { ...layer, weights: { ...layer.weights, rowCount: random.integer() } }
        : { ...layer, weights: someMatrix(random, 1 + random.below(12), layer.weights.columnCount) };
    case 'concatenate':
    case 'flatten':
      return { ...layer, name: layer.name + random.word() };
  }
}

const CHANGES: readonly Change[] = [
  (random, { input }) => {
    const shape = [...input.shape];
    shape[random.below(shape.length)] = random.oneIn(2) ? 1 + random.below(64) : random.integer();
    return { input: { ...input, shape } };
  },
  (random, { input }) => ({ input: { ...input, shape: [...input.shape, 1 + random.below(3)] } }),
  (random, { input }) => ({ input: { ...input, [random.pick(['min', 'max'])]: signed(random) } }),
  (random, { input }) => ({ input: { ...input, min: -random.below(2 ** 26), max: random.below(2 ** 26) } }),
  (random, _, layers) => {
    const at = random.below(layers.length);
    layers[at] = changedLayer(random, layers[at]);
    return { layers };
  },
  (random, _, layers) => {
    const at = random.below(layers.length);
    const layer = layers[at];
    const tensor = random.oneIn(4) ? random.integer() : random.below(layers.length + 2);
    layers[at] =
      'inputs' in layer
        ? { ...layer, inputs: layer.inputs.map((input, k) => (k === 0 ? tensor : input)) }
        : ({ ...layer, input: tensor } as Layer);
    return { layers };
  },
  (random, { outputs }, layers) => {
    // one more layer behind the last, many times over
    const last = layers.length;
    const count = random.oneIn(4) ? 1 + random.below(random.oneIn(16) ? 4000 : 100) : 1;
    for (let k = 0; k < count; k++) {
      const kind = random.pick(['flatten', 'add', 'concatenate'] as const);
      const tensor = last + k;
      if (kind === 'flatten') layers.push({ kind, name: 'more', input: tensor });
      else if (kind === 'concatenate') layers.push({ kind, name: 'more', inputs: [tensor, tensor] });
      else layers.push({ kind, name: 'more', inputs: [tensor, tensor], multipliers: Int32Array.of(1, signed(random)) });
    }
    return {
      layers,
      outputs: outputs.map((each) => (each.tensor === last ? { ...each, tensor: last + count } : each)),
    };
  },
  (random, { outputs }, layers) => {
    const at = random.below(layers.length);
    layers.splice(at, 1);
    const moved = layers.map((layer) => {
      const inputs = inputsOf(layer).map((tensor) => (tensor > at ? tensor - 1 : tensor));
      return ('inputs' in layer ? { ...layer, inputs } : { ...layer, input: inputs[0] }) as Layer;
    });
    return {
      layers: moved,
      outputs: outputs.map((each) => ({ ...each, tensor: Math.min(each.tensor, moved.length) })),
    };
  },
  (random, { outputs }, layers) => {
    const tensor = 1 + random.below(layers.length + 1);
    return { outputs: [...outputs, { tensor, scale: 1 }] };
  },
  (random) => ({ name: random.pick(['', 'other', '\u{1f600}', 'x'.repeat(500)]) }),
];

/** A network with one to three things changed. */
export function changedNetwork(random: Random, network: IntegerNetwork): IntegerNetwork {
  let changed = network;
  const count = 1 + (random.oneIn(3) ? random.below(3) : 0);
  for (let k = 0; k < count; k++) {
    const part = random.pick(CHANGES)(random, changed, [...changed.layers]);
    if (changed.layers.length > 0) changed = { ...changed, ...part };
    if (changed.layers.length === 0) return network;
  }
  return changed;
}
