// The bytes of a layer in a model file: kind:1, name, the tensors that it reads, then the fields of its kind. A new
// kind is one entry of the tables here and in write-layers.ts and one number, which is never given to another kind.
//
//     window: kernel, strides, dilations (rows, columns), padding (top, left, bottom, right)
//     linear: outputs  matrix      convolution: window  outputs  matrix
//     affine: multipliers  biases      requantise: shift  activation:1  min  max
//     max-pool: window      average-pool: window  countsPadding:1
//     add: multipliers      concatenate, flatten: nothing
//
// Sizes that follow from the shapes before (a matrix's columns, the number of biases) are not stored. The rules of a
// kind check on writing and on reading that a layer fits the tensors that it reads. Weights have readers and writers of
// their own: in full (stored-weights.ts), or only as sizes (outlined-weights.ts) if they are committed.

import { REGISTRY, rulesOf } from '../model/layers/registry.ts';
import { type Layer, type LayerKind, type Shape, sizeOf, type Window } from '../model/network.ts';
import { type ByteReader, restating } from './byte-stream.ts';
import type { WeightsReader } from './weights-codec.ts';

/** The activations by their byte. */
export const ACTIVATIONS = ['identity', 'relu'] as const;

export type LayerOf<K extends LayerKind> = Extract<Layer, { kind: K }>;
/** The fields that all kinds have, read before the rest. */
type Common = 'kind' | 'name' | 'input' | 'inputs';

/** Reads the fields that only this kind has; `shapes` are those of the tensors that the layer reads. */
type ReadFields<K extends LayerKind> = (
  reader: ByteReader,
  shapes: readonly Shape[],
  weights: WeightsReader,
) => Omit<LayerOf<K>, Common>;

/** The number of each kind in a file. */
export const NUMBERS: Readonly<Record<LayerKind, number>> = {
  linear: 1,
  affine: 2,
  requantise: 3,
  flatten: 4,
  convolution: 5,
  'max-pool': 6,
  'average-pool': 7,
  add: 8,
  concatenate: 9,
};

const READERS: { readonly [K in LayerKind]: ReadFields<K> } = {
  linear: (reader, [shape], codec) => ({ weights: codec.readMatrix(reader, sizeOf(shape)) }),

  affine: (reader, [[channels]], codec) => codec.readScale(reader, channels),

  requantise(reader) {
    return {
      shift: reader.varint('the shift'),
      activation: ACTIVATIONS[reader.byte('the activation')] ?? reader.fail('the activation is not known'),
      min: reader.signed('the lower clamp'),
      max: reader.signed('the upper clamp'),
    };
  },

  flatten: () => ({}),

  convolution(reader, [shape], codec) {
    const window = readWindow(reader);
    return { window, weights: codec.readMatrix(reader, shape[0] * window.kernel[0] * window.kernel[1]) };
  },

  'max-pool': (reader) => ({ window: readWindow(reader) }),

  'average-pool'(reader) {
    return { window: readWindow(reader), countsPadding: reader.flag('whether padding counts') };
  },

  add: (reader, shapes) => ({ multipliers: reader.signedMany(shapes.length, 'a multiplier') }),

  concatenate: () => ({}),
};

const KINDS = new Map((Object.keys(NUMBERS) as LayerKind[]).map((kind) => [NUMBERS[kind], kind]));

/** The reader of a kind that is only known at run time; the caller pairs it with a layer of that kind. */
function readerOf(kind: LayerKind): ReadFields<LayerKind> {
  return READERS[kind] as unknown as ReadFields<LayerKind>;
}

/** Reads a layer, and computes the shape of its output from the shapes of earlier tensors. */
export function readLayer(
  reader: ByteReader,
  shapes: readonly Shape[],
  weights: WeightsReader,
): { readonly layer: Layer; readonly shape: Shape } {
  const number = reader.byte('the kind');
  const kind = KINDS.get(number) ?? reader.fail(`the kind ${number} is not known`);
  const name = reader.string('the name');
  reader.place += ` ${JSON.stringify(name)}`;
  const { reads } = REGISTRY[kind];
  const count = reads === 'inputs' ? reader.varint('the number of inputs') : 1;
  reader.require(count, 'the inputs');
  const inputs = Array.from({ length: count }, () => {
    const tensor = reader.varint('the input');
    return tensor < shapes.length ? tensor : reader.fail(`it reads tensor ${tensor}, which does not come before it`);
  });
  const inputShapes = inputs.map((tensor) => shapes[tensor]);
  const common = reads === 'inputs' ? { kind, name, inputs } : { kind, name, input: inputs[0] };
  const layer = { ...common, ...readerOf(kind)(reader, inputShapes, weights) } as Layer;
  const shape = restating(
    () => rulesOf(layer).outputShape(layer, inputShapes),
    (problem) => reader.fail(problem),
  );
  return { layer, shape };
}

function readWindow(reader: ByteReader): Window {
  const pair = (what: string): [number, number] => [reader.varint(what), reader.varint(what)];
  const kernel = pair('the kernel');
  const strides = pair('the strides');
  const dilations = pair('the dilations');
  return { kernel, strides, dilations, padding: [...pair('the padding'), ...pair('the padding')] };
}
