// The bytes of a layer in a model file: kind:1, name, the tensors that it reads, then the fields of its kind. A new
// kind is one entry of the table below and one number, which is never given to another kind.
//
//     window: kernel, strides, dilations (rows, columns), padding (top, left, bottom, right)
//     linear: outputs  matrix      convolution: window  outputs  matrix
//     affine: multipliers  biases      requantise: shift  activation:1  min  max
//     max-pool: window      average-pool: window  countsPadding:1
//     add: multipliers      concatenate, flatten: nothing
//
// Sizes that follow from the shapes before (a matrix's columns, the number of biases) are not stored. The rules of a
// kind check on writing and on reading that a layer fits the tensors that it reads. Weights have a codec of their own:
// in full (stored-weights.ts), or only as sizes (outlined-weights.ts) if they are committed.

import { REGISTRY, rulesOf } from '../model/layers/registry.ts';
import { inputsOf, type Layer, type LayerKind, type Shape, sizeOf, type Window } from '../model/network.ts';
import { type ByteReader, type ByteWriter, restating } from './byte-stream.ts';
import type { WeightsCodec } from './weights-codec.ts';

const ACTIVATIONS = ['identity', 'relu'] as const;

type LayerOf<K extends LayerKind> = Extract<Layer, { kind: K }>;
/** The fields that all kinds have, read before the rest. */
type Common = 'kind' | 'name' | 'input' | 'inputs';

interface LayerCodec<K extends LayerKind> {
  readonly number: number;
  /** Writes the fields of the kind. */
  write(writer: ByteWriter, layer: LayerOf<K>, weights: WeightsCodec): void;
  /** Reads them; `shapes` are those of the tensors that the layer reads. */
  read(reader: ByteReader, shapes: readonly Shape[], weights: WeightsCodec): Omit<LayerOf<K>, Common>;
}

const CODECS: { readonly [K in LayerKind]: LayerCodec<K> } = {
  linear: {
    number: 1,
    write(writer, { weights }, codec) {
      codec.writeMatrix(writer, weights);
    },
    read: (reader, [shape], codec) => ({ weights: codec.readMatrix(reader, sizeOf(shape)) }),
  },

  affine: {
    number: 2,
    write(writer, layer, codec) {
      codec.writeScale(writer, layer);
    },
    read: (reader, [[channels]], codec) => codec.readScale(reader, channels),
  },

  requantise: {
    number: 3,
    write(writer, { shift, activation, min, max }) {
      writer.varint(shift);
      writer.byte(ACTIVATIONS.indexOf(activation));
      writer.signed(min);
      writer.signed(max);
    },
    read(reader) {
      return {
        shift: reader.varint('the shift'),
        activation: ACTIVATIONS[reader.byte('the activation')] ?? reader.fail('the activation is not known'),
        min: reader.signed('the lower clamp'),
        max: reader.signed('the upper clamp'),
      };
    },
  },

  flatten: {
    number: 4,
    write() {
      // A flatten has no fields of its own.
    },
    read: () => ({}),
  },

  convolution: {
    number: 5,
    write(writer, { window, weights }, codec) {
      writeWindow(writer, window);
      codec.writeMatrix(writer, weights);
    },
    read(reader, [shape], codec) {
      const window = readWindow(reader);
      return { window, weights: codec.readMatrix(reader, shape[0] * window.kernel[0] * window.kernel[1]) };
    },
  },

  'max-pool': {
    number: 6,
    write(writer, { window }) {
      writeWindow(writer, window);
    },
    read: (reader) => ({ window: readWindow(reader) }),
  },

  'average-pool': {
    number: 7,
    write(writer, { window, countsPadding }) {
      writeWindow(writer, window);
      writer.byte(countsPadding ? 1 : 0);
    },
    read(reader) {
      const window = readWindow(reader);
      const flag = reader.byte('whether padding counts');
      if (flag > 1) reader.fail(`whether padding counts is ${flag}, neither 0 nor 1`);
      return { window, countsPadding: flag === 1 };
    },
  },

  add: {
    number: 8,
    write(writer, { multipliers }) {
      for (const multiplier of multipliers) writer.signed(multiplier);
    },
    read: (reader, shapes) => ({ multipliers: reader.signedMany(shapes.length, 'a multiplier') }),
  },

  concatenate: {
    number: 9,
    write() {
      // A concatenation has no fields besides the tensors that it reads.
    },
    read: () => ({}),
  },
};

const KINDS = new Map((Object.keys(CODECS) as LayerKind[]).map((kind) => [CODECS[kind].number, kind]));

/** Returns the codec of a kind that is only known at run time; the caller pairs it with a layer of that kind. */
function codecOf(kind: LayerKind): LayerCodec<LayerKind> {
  return CODECS[kind] as unknown as LayerCodec<LayerKind>;
}

/** Writes a layer that `checkNetwork` has accepted and that fits its inputs. */
export function writeLayer(writer: ByteWriter, layer: Layer, weights: WeightsCodec): void {
  const codec = codecOf(layer.kind);
  writer.byte(codec.number);
  writer.string(layer.name);
  const inputs = inputsOf(layer);
  if (REGISTRY[layer.kind].reads === 'inputs') writer.varint(inputs.length);
  for (const tensor of inputs) writer.varint(tensor);
  codec.write(writer, layer, weights);
}

/** Reads a layer, and computes the shape of its output from the shapes of earlier tensors. */
export function readLayer(
  reader: ByteReader,
  shapes: readonly Shape[],
  weights: WeightsCodec,
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
  const layer = { ...common, ...codecOf(kind).read(reader, inputShapes, weights) } as Layer;
  const shape = restating(
    () => rulesOf(layer).outputShape(layer, inputShapes),
    (problem) => reader.fail(problem),
  );
  return { layer, shape };
}

function writeWindow(writer: ByteWriter, { kernel, strides, dilations, padding }: Window): void {
  for (const extents of [kernel, strides, dilations, padding]) for (const extent of extents) writer.varint(extent);
}

function readWindow(reader: ByteReader): Window {
  const pair = (what: string): [number, number] => [reader.varint(what), reader.varint(what)];
  const kernel = pair('the kernel');
  const strides = pair('the strides');
  const dilations = pair('the dilations');
  return { kernel, strides, dilations, padding: [...pair('the padding'), ...pair('the padding')] };
}
