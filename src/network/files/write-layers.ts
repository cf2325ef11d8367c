// Writes a layer of a model file, in the format that model-layers.ts describes and reads. Verifiers do not load it.

import { REGISTRY } from '../model/layers/registry.ts';
import { inputsOf, type Layer, type LayerKind, type Window } from '../model/network.ts';
import type { ByteWriter } from './byte-stream.ts';
import { ACTIVATIONS, type LayerOf, NUMBERS } from './model-layers.ts';
import type { WeightsWriter } from './weights-codec.ts';

/** Writes the fields that only this kind has. */
type WriteFields<K extends LayerKind> = (writer: ByteWriter, layer: LayerOf<K>, weights: WeightsWriter) => void;

const WRITERS: { readonly [K in LayerKind]: WriteFields<K> } = {
  linear(writer, { weights }, codec) {
    codec.writeMatrix(writer, weights);
  },

  affine(writer, layer, codec) {
    codec.writeScale(writer, layer);
  },

  requantise(writer, { shift, activation, min, max }) {
    writer.varint(shift);
    writer.byte(ACTIVATIONS.indexOf(activation));
    writer.signed(min);
    writer.signed(max);
  },

  flatten() {
    // A flatten has no fields of its own.
  },

  convolution(writer, { window, weights }, codec) {
    writeWindow(writer, window);
    codec.writeMatrix(writer, weights);
  },

  'max-pool'(writer, { window }) {
    writeWindow(writer, window);
  },

  'average-pool'(writer, { window, countsPadding }) {
    writeWindow(writer, window);
    writer.byte(countsPadding ? 1 : 0);
  },

  add(writer, { multipliers }) {
    for (const multiplier of multipliers) writer.signed(multiplier);
  },

  concatenate() {
    // A concatenation has no fields besides the tensors that it reads.
  },
};

/** Writes a layer that `checkNetwork` has accepted and that fits its inputs. */
export function writeLayer(writer: ByteWriter, layer: Layer, weights: WeightsWriter): void {
  writer.byte(NUMBERS[layer.kind]);
  writer.string(layer.name);
  const inputs = inputsOf(layer);
  if (REGISTRY[layer.kind].reads === 'inputs') writer.varint(inputs.length);
  for (const tensor of inputs) writer.varint(tensor);
  const write = WRITERS[layer.kind] as unknown as WriteFields<LayerKind>;
  write(writer, layer, weights);
}

function writeWindow(writer: ByteWriter, { kernel, strides, dilations, padding }: Window): void {
  for (const extents of [kernel, strides, dilations, padding]) for (const extent of extents) writer.varint(extent);
}
