// The file of an integer network (`.tern`): two networks have equal bytes exactly if they are equal. The digest of all
// but the name and the check identifies the network (`networkDigest`).
//
//     "TERN" version:1
//     name  shape  min max scale mean
//     number of layers, then for each: kind:1  name  the tensors that it reads  fields of its kind (model-layers.ts)
//     number of outputs, then for each: tensor  scale
//     check:8, the first bytes of BLAKE3 of everything before
//
// Integers are varints, signed ones zigzag; scales are doubles. Sizes that follow from earlier ones (a layer's
// columns, the length of its biases) are not stored. Reading checks that the layers fit each other, that every tensor
// is read or given out, and that sizes are bounded by the length of the file; `compile` checks for overflow.

import { checkNetwork } from '../model/check.ts';
import { checkGraph } from '../model/check-graph.ts';
import { tensorShapes } from '../model/evaluate.ts';
import { MAX_TENSOR_VALUES } from '../model/layers/rules.ts';
import {
  type InputSpec,
  type IntegerNetwork,
  type Layer,
  type OutputSpec,
  type Shape,
  sizeOf,
} from '../model/network.ts';
import { ByteReader, ByteWriter, restating } from './byte-stream.ts';
import { digestOf } from './digest.ts';
import { CHECK_LENGTH, checkedBody, type Frame, headerLength, headerOf, withCheck } from './frame.ts';
import { readLayer } from './model-layers.ts';
import { storedWeights } from './stored-weights.ts';
import type { WeightsReader, WeightsWriter } from './weights-codec.ts';
import { writeLayer } from './write-layers.ts';

/** The first bytes of a model file: "TERN". */
export const MODEL_MAGIC: Uint8Array = new TextEncoder().encode('TERN');
const FRAME: Frame = {
  what: 'model file',
  magic: MODEL_MAGIC,
  version: 3,
  advice: 'copy the file again, or make it with `ternary-gkr import`',
  renew: 'import the ONNX file again',
};

const MAX_AXES = 8;
/** The most values that all tensors of a network may have together. */
const MAX_VALUES = MAX_TENSOR_VALUES;

/**
 * Returns the canonical bytes of a network.
 *
 * @throws InputError if a field is missing or of another type, the layers do not fit each other, or a value is out
 * of range
 *
 * @example
 * ```ts
 * import { encodeNetwork, type IntegerNetwork } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * // the bytes of a .tern file
 * console.log(new TextDecoder().decode(encodeNetwork(network).subarray(0, 4))); // TERN
 * ```
 */
export function encodeNetwork(network: IntegerNetwork): Uint8Array<ArrayBuffer> {
  checkNetwork(network);
  tensorShapes(network);
  const writer = new ByteWriter();
  writer.bytes(headerOf(FRAME));
  writeNetwork(writer, network, storedWeights);
  const bytes = withCheck(writer.finish());
  // The reader holds the remaining rules (ranges, limits), so that every file that is written can be read.
  decodeNetwork(bytes);
  return bytes;
}

/** Writes a network behind the header of a file. */
export function writeNetwork(writer: ByteWriter, network: IntegerNetwork, weights: WeightsWriter): void {
  writer.string(network.name);
  const { shape, min, max, scale, mean } = network.input;
  writer.varint(shape.length);
  for (const size of shape) writer.varint(size);
  writer.signed(min);
  writer.signed(max);
  writer.double(scale);
  writer.double(mean);
  writer.varint(network.layers.length);
  for (const layer of network.layers) writeLayer(writer, layer, weights);
  writer.varint(network.outputs.length);
  for (const output of network.outputs) {
    writer.varint(output.tensor);
    writer.double(output.scale);
  }
}

/**
 * Returns the digest that names a network in every statement: BLAKE3 of its canonical bytes with an empty name and
 * without the check.
 *
 * @param bytes - the result of `encodeNetwork`
 *
 * @example
 * ```ts
 * import { encodeNetwork, type IntegerNetwork } from 'ternary-gkr';
 * import { networkDigest } from 'ternary-gkr/network';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const bytes = encodeNetwork(network);
 * const renamed = encodeNetwork({ ...network, name: 'another name' });
 * // the name of a network is not a part of it
 * console.log(networkDigest(bytes).join() === networkDigest(renamed).join()); // true
 * ```
 */
export function networkDigest(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes, FRAME.what, FRAME.advice);
  const header = reader.bytes(headerLength(FRAME), 'the header');
  reader.string('the name');
  const rest = reader.bytes(reader.remaining - CHECK_LENGTH, 'the network');
  return digestOf(header, rest);
}

/**
 * Returns the network in a file. Takes at most 256 bytes of memory for each byte of the file, and time in proportion.
 *
 * @throws InputError for any bytes that `encodeNetwork` does not write
 *
 * @example
 * ```ts
 * import { decodeNetwork, encodeNetwork, type IntegerNetwork } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const read = decodeNetwork(encodeNetwork(network));
 * console.log(read.name, read.layers.length); // small 1
 * ```
 */
export function decodeNetwork(bytes: Uint8Array): IntegerNetwork {
  const reader = new ByteReader(checkedBody(bytes, FRAME), FRAME.what, FRAME.advice);
  reader.bytes(headerLength(FRAME), 'the header');
  const network = readNetwork(reader, storedWeights);
  reader.place = 'the end';
  reader.finish();
  return network;
}

/** Reads what `writeNetwork` wrote; every size is bounded, and layers fit each other. */
export function readNetwork(reader: ByteReader, weights: WeightsReader): IntegerNetwork {
  const name = reader.string('the name');
  const input = readInput(reader);
  reader.place = 'the layers';
  const layerCount = reader.varint('the number of layers');
  if (layerCount === 0) reader.fail('it has no layers');
  const shapes: Shape[] = [input.shape];
  let entries = sizeOf(input.shape);
  const layers: Layer[] = [];
  for (let i = 0; i < layerCount; i++) {
    reader.place = `layer ${i}`;
    const { layer, shape } = readLayer(reader, shapes, weights);
    entries += sizeOf(shape);
    if (entries > MAX_VALUES) reader.fail(`the tensors have more than ${MAX_VALUES} values in all`);
    layers.push(layer);
    shapes.push(shape);
  }
  const network = { name, input, layers, outputs: readOutputs(reader, layerCount) };
  restating(
    // the reader gave every field its type, so only the graph is left to check
    () => checkGraph(network),
    (problem) => reader.fail(problem),
  );
  return network;
}

function readInput(reader: ByteReader): InputSpec {
  reader.place = 'the input';
  const axes = reader.varint('the shape');
  if (axes === 0 || axes > MAX_AXES) reader.fail(`the input has ${axes} axes, not 1 to ${MAX_AXES}`);
  const shape: number[] = [];
  let length = 1;
  for (let axis = 0; axis < axes; axis++) {
    const size = reader.varint('the shape');
    length *= size;
    if (size === 0 || length > MAX_VALUES) reader.fail(`the shape is empty or above ${MAX_VALUES} entries`);
    shape.push(size);
  }
  const min = reader.signed('the smallest input');
  const max = reader.signed('the largest input');
  if (min > max) reader.fail(`the input range is empty: from ${min} to ${max}`);
  const scale = readScale(reader, 'the input scale');
  return { shape, min, max, scale, mean: reader.double('the input mean') };
}

function readOutputs(reader: ByteReader, layerCount: number): OutputSpec[] {
  reader.place = 'the outputs';
  const count = reader.varint('the number of outputs');
  if (count === 0 || count > layerCount) reader.fail(`there are ${count} outputs of ${layerCount} layers`);
  return Array.from({ length: count }, () => ({
    tensor: reader.varint('an output'),
    scale: readScale(reader, 'the scale of an output'),
  }));
}

function readScale(reader: ByteReader, what: string): number {
  const scale = reader.double(what);
  if (scale <= 0) reader.fail(`${what} is not positive`);
  return scale;
}
