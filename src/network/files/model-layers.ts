// The bytes of a layer in a model file: kind:1, name, input, then what the kind needs. A new kind is one entry
// of the table below and one number, which is never given to another kind.

import { InputError } from '../../errors.ts';
import type { Layer, LayerKind } from '../network.ts';
import type { ByteReader, ByteWriter } from './byte-stream.ts';
import { readMatrix, writeMatrix } from './model-matrix.ts';

/** All tensors of a network together have at most this many entries. */
export const MAX_TENSOR_ENTRIES = 2 ** 22;
const MAX_SHIFT = 30;
const ACTIVATIONS = ['identity', 'relu'] as const;

type LayerOf<K extends LayerKind> = Extract<Layer, { kind: K }>;
/** What all kinds have. */
type Common<K extends LayerKind> = Pick<LayerOf<K>, 'kind' | 'name' | 'input'>;

interface LayerCodec<K extends LayerKind> {
  readonly number: number;
  /** Writes what is particular to the kind; `inputLength` is the length of the tensor that the layer reads. */
  write(writer: ByteWriter, layer: LayerOf<K>, inputLength: number): void;
  read(reader: ByteReader, common: Common<K>, inputLength: number): LayerOf<K>;
  outputLength(layer: LayerOf<K>, inputLength: number): number;
}

const CODECS: { readonly [K in LayerKind]: LayerCodec<K> } = {
  linear: {
    number: 1,
    write(writer, { name, weights }, inputLength) {
      if (weights.columnCount !== inputLength) {
        throw new InputError(`layer '${name}' has ${weights.columnCount} columns for a tensor of ${inputLength}`);
      }
      writer.varint(weights.rowCount);
      writeMatrix(writer, weights);
    },
    read(reader, common, inputLength) {
      const rowCount = reader.varint('the number of outputs');
      if (rowCount === 0 || rowCount > MAX_TENSOR_ENTRIES) reader.fail(`it has ${rowCount} outputs`);
      return { ...common, weights: readMatrix(reader, rowCount, inputLength) };
    },
    outputLength: ({ weights }) => weights.rowCount,
  },

  affine: {
    number: 2,
    write(writer, { name, multipliers, biases }, inputLength) {
      for (const values of [multipliers, biases]) {
        if (values.length !== inputLength) {
          throw new InputError(`layer '${name}' has ${values.length} values for a tensor of ${inputLength}`);
        }
        for (const value of values) writer.signed(value);
      }
    },
    read(reader, common, inputLength) {
      reader.require(2 * inputLength, 'the multipliers and biases');
      const multipliers = readIntegers(reader, inputLength, 'a multiplier');
      return { ...common, multipliers, biases: readIntegers(reader, inputLength, 'a bias') };
    },
    outputLength: (_, inputLength) => inputLength,
  },

  requantise: {
    number: 3,
    write(writer, { shift, activation, min, max }) {
      writer.varint(shift);
      writer.byte(ACTIVATIONS.indexOf(activation));
      writer.signed(min);
      writer.signed(max);
    },
    read(reader, common) {
      const shift = reader.varint('the shift');
      if (shift > MAX_SHIFT) reader.fail(`the shift is ${shift}, above ${MAX_SHIFT}`);
      const activation = ACTIVATIONS[reader.byte('the activation')] ?? reader.fail('the activation is not known');
      const min = reader.signed('the lower clamp');
      const max = reader.signed('the upper clamp');
      if (min > 0 || max < 0) reader.fail(`the clamp from ${min} to ${max} does not contain 0`);
      return { ...common, shift, activation, min, max };
    },
    outputLength: (_, inputLength) => inputLength,
  },

  flatten: {
    number: 4,
    write() {
      // A name for the same tensor has nothing of its own.
    },
    read: (_, common) => common,
    outputLength: (_, inputLength) => inputLength,
  },
};

const KINDS = new Map((Object.keys(CODECS) as LayerKind[]).map((kind) => [CODECS[kind].number, kind]));

/** The codec of a kind that is only known at run time; the caller pairs it with a layer of that kind. */
function codecOf(kind: LayerKind): LayerCodec<LayerKind> {
  return CODECS[kind] as unknown as LayerCodec<LayerKind>;
}

/**
 * Writes a layer; returns the length of the tensor that it makes.
 *
 * @param lengths - the lengths of the tensors before it
 * @throws InputError if the layer does not fit them
 */
export function writeLayer(writer: ByteWriter, layer: Layer, lengths: readonly number[]): number {
  const inputLength = lengths[layer.input];
  if (inputLength === undefined) {
    throw new InputError(`layer '${layer.name}' reads tensor ${layer.input}, which does not come before it`);
  }
  const codec = codecOf(layer.kind) as LayerCodec<LayerKind> | undefined;
  if (codec === undefined) throw new InputError(`layer '${layer.name}' has the unknown kind '${layer.kind}'`);
  writer.byte(codec.number);
  writer.string(layer.name);
  writer.varint(layer.input);
  codec.write(writer, layer, inputLength);
  return codec.outputLength(layer, inputLength);
}

/** Reads a layer and the length of the tensor that it makes. */
export function readLayer(reader: ByteReader, lengths: readonly number[]): { layer: Layer; length: number } {
  const number = reader.byte('the kind');
  const kind = KINDS.get(number) ?? reader.fail(`the kind ${number} is not known`);
  const name = reader.string('the name');
  reader.place += ` ${JSON.stringify(name)}`;
  const input = reader.varint('the input');
  const inputLength = lengths[input] ?? reader.fail(`it reads tensor ${input}, which does not come before it`);
  const codec = codecOf(kind);
  const layer = codec.read(reader, { kind, name, input }, inputLength);
  return { layer, length: codec.outputLength(layer, inputLength) };
}

function readIntegers(reader: ByteReader, count: number, what: string): Int32Array {
  const values = new Int32Array(count);
  for (let i = 0; i < count; i++) values[i] = reader.signed(what);
  return values;
}
