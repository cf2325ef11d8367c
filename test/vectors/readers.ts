// Model files for readers: a few that are read, and for each rule of docs/protocol.md, section 17, those that break it and
// no other. Written field by field, so that everything that a writer refuses can be written here.

import { ByteWriter } from '../../src/network/files/byte-stream.ts';
import { withCheck } from '../../src/network/files/frame.ts';

/** A model file; `rule` is the one that it breaks, and `says` a part of what this library says of it. */
export interface ReaderCase {
  readonly rule: string | null;
  readonly says: string;
  readonly file: Uint8Array;
}

type Put = (writer: ByteWriter) => void;

const bytesOf = (...puts: readonly Put[]): Uint8Array => {
  const writer = new ByteWriter();
  for (const put of puts) put(writer);
  return writer.finish();
};
const raw =
  (...values: readonly number[]): Put =>
  (writer) =>
    writer.bytes(Uint8Array.from(values));
const varints =
  (...values: readonly number[]): Put =>
  (writer) => {
    for (const value of values) writer.varint(value);
  };
const signed =
  (...values: readonly number[]): Put =>
  (writer) => {
    for (const value of values) writer.signed(value);
  };
const doubles =
  (value: number): Put =>
  (writer) =>
    writer.bytes(new Uint8Array(Float64Array.of(value).buffer));
const list =
  (...puts: readonly Put[]): Put =>
  (writer) => {
    for (const put of puts) put(writer);
  };

/** A layer of any kind, named `l`; inputs are written as they stand. */
const layer = (kind: number, inputs: readonly number[], ...rest: readonly Put[]): Put =>
  list(raw(kind, 1, 0x6c), varints(...inputs), ...rest);
const flatten = (input: number): Put => layer(4, [input]);
const requantise = (input: number, shift = 1, activation = 0, min = -1, max = 1): Put =>
  layer(3, [input], varints(shift), raw(activation), signed(min, max));
const affine = (input: number, channels: number): Put =>
  layer(2, [input], signed(...new Array<number>(2 * channels).fill(1)));
const add = (inputs: readonly number[], count = inputs.length): Put =>
  layer(8, [count, ...inputs], signed(...inputs.map(() => 1)));
const concatenate = (inputs: readonly number[]): Put => layer(9, [inputs.length, ...inputs]);
/** One output of two columns, each with a nonzero: gaps of 0, ones of both signs. */
const linear = (input: number): Put => layer(1, [input], varints(1), raw(0), varints(1, 1), raw(0b1000));

interface WindowFields {
  kernel?: readonly number[];
  strides?: readonly number[];
  dilations?: readonly number[];
  padding?: readonly number[];
}
const windowOf = ({
  kernel = [1, 1],
  strides = [1, 1],
  dilations = [1, 1],
  padding = [0, 0, 0, 0],
}: WindowFields): Put => varints(...kernel, ...strides, ...dilations, ...padding);
const maxPool = (input: number, window: WindowFields = {}): Put => layer(6, [input], windowOf(window));
const averagePool = (input: number, window: WindowFields, flag: number): Put =>
  layer(7, [input], windowOf(window), raw(flag));
/** No nonzeros. */
const convolution = (input: number, window: WindowFields, columns: number): Put =>
  layer(5, [input], windowOf(window), varints(1), raw(0), varints(...new Array<number>(columns).fill(0)));

interface Model {
  magic?: readonly number[];
  name?: readonly number[];
  /** As written; that of the shape unless given. */
  axes?: readonly number[];
  shape?: readonly number[];
  range?: readonly [number, number];
  scale?: number;
  mean?: number;
  layers: readonly Put[];
  /** As written; the number of layers unless given. */
  layerCount?: Put;
  /** The last tensor, unless given. */
  outputs?: readonly number[];
  outputScale?: number;
  end?: readonly number[];
}

function model(fields: Model): Uint8Array {
  const { layers, magic = [0x54, 0x45, 0x52, 0x4e, 3], name = [1, 0x78], shape = [2] } = fields;
  const { axes = [shape.length], range = [-8, 7], scale = 1, mean = 0, outputScale = 1, end = [] } = fields;
  const { layerCount = varints(layers.length), outputs = [layers.length] } = fields;
  return withCheck(
    bytesOf(
      raw(...magic, ...name),
      varints(...axes, ...shape),
      signed(...range),
      doubles(scale),
      doubles(mean),
      layerCount,
      ...layers,
      varints(outputs.length),
      ...outputs.map((tensor) => list(varints(tensor), doubles(outputScale))),
      raw(...end),
    ),
  );
}

const IMAGE = [1, 3, 3];
const one = (put: Put, fields: Partial<Model> = {}): Uint8Array => model({ layers: [put], ...fields });
const image = (put: Put, fields: Partial<Model> = {}): Uint8Array => one(put, { shape: IMAGE, ...fields });

/** A matrix of two columns over the input: its rows, kind, counts of nonzeros, and what follows. */
const matrix = (rows: number, kind: number, counts: readonly number[], ...rest: readonly number[]): Uint8Array =>
  one(layer(1, [0], varints(rows), raw(kind), varints(...counts), raw(...rest)));

/** Places that cover 1, 2, … 97 values, which have no common multiple below 2^31. */
const MANY_COUNTS: WindowFields = { kernel: [1, 97], padding: [0, 96, 0, 0] };

/** Without the last byte before its check. */
function cut(file: Uint8Array): Uint8Array {
  return withCheck(file.subarray(0, file.length - 9));
}

/** A flatten that nothing reads beside a linear layer over the image that it flattens: no graph tensor is without a reader. */
const UNREAD = model({
  shape: [3, 2],
  range: [0, 7],
  layers: [raw(4, 2, 0x6c, 0x30, 0), raw(1, 2, 0x6c, 0x31, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0)],
});

export const READER_CASES: readonly ReaderCase[] = [
  [null, '', one(linear(0))],
  [null, '', one(affine(0, 2))],
  [null, '', model({ layers: [flatten(0), requantise(1), add([2, 0])], shape: [2] })],
  [null, '', image(convolution(0, { kernel: [2, 2], padding: [3, 0, 0, 0] }, 4))],
  [null, '', image(averagePool(0, { kernel: [2, 2], padding: [1, 1, 0, 0] }, 0))],
  [null, '', image(maxPool(0, { kernel: [3, 3], strides: [2, 2] }))],
  [null, '', model({ layers: [flatten(0), concatenate([1, 0])], outputs: [1, 2] })],
  [null, '', matrix(2, 1, [1, 1], 0b00, 127, 128)],
  ['kind of file', 'does not begin with', one(linear(0), { magic: [0x54, 0x45, 0x52, 0x4d, 3] })],
  ['kind of file', 'its version is 2', one(linear(0), { magic: [0x54, 0x45, 0x52, 0x4e, 2] })],
  ['check', 'check sum is wrong', one(linear(0)).with(7, 9)],
  ['end', 'ends before', cut(one(linear(0)))],
  ['end', 'follow the end', one(linear(0), { end: [0] })],
  ['varint', 'not in its shortest form', one(linear(0), { layerCount: raw(0x81, 0) })],
  ['varint', 'larger than 32 bits', one(linear(0), { layerCount: raw(0x81, 0x80, 0x80, 0x80, 0x10) })],
  ['double', 'not a finite number', one(linear(0), { mean: Number.POSITIVE_INFINITY })],
  ['double', 'not a finite number', one(linear(0), { mean: -0 })],
  ['string', 'not UTF-8', one(linear(0), { name: [1, 0x80] })],
  ['input axes', '0 axes', one(linear(0), { shape: [] })],
  ['input axes', '9 axes', one(flatten(0), { shape: [1, 1, 1, 1, 1, 1, 1, 1, 2] })],
  ['input axes', 'the shape is empty', one(flatten(0), { shape: [2, 0] })],
  ['input range', 'range is empty', one(linear(0), { range: [1, 0] })],
  ['scales', 'the input scale is not positive', one(linear(0), { scale: 0 })],
  ['scales', 'the scale of an output is not positive', one(linear(0), { outputScale: -1 })],
  ['values', 'above 16777216 entries', one(flatten(0), { shape: [2 ** 24 + 1] })],
  ['values', 'more than 16777216 values in all', model({ shape: [2 ** 23], layers: [flatten(0), flatten(1)] })],
  ['layers', 'it has no layers', model({ layers: [], outputs: [0] })],
  ['kinds', 'the kind 0 is not known', one(layer(0, [0]))],
  ['kinds', 'the kind 10 is not known', one(layer(10, [0]))],
  ['earlier tensors', 'does not come before it', one(flatten(1))],
  ['earlier tensors', 'adds nothing', one(add([]))],
  ['earlier tensors', 'concatenates nothing', one(concatenate([]))],
  ['outputs of a matrix', 'it has 0 outputs', matrix(0, 0, [0, 0])],
  ['kinds of weights', 'which is not known', matrix(1, 2, [1, 1], 0b1000)],
  ['nonzeros of a column', '2 nonzeros in 1 rows', matrix(1, 0, [2, 0], 0b0000)],
  ['gaps', 'leaves the matrix', matrix(1, 0, [1, 1], 0b0001)],
  ['last bits', 'not zero', matrix(1, 0, [1, 1], 0b11000)],
  ['8-bit nonzeros', 'is zero', matrix(2, 1, [1, 1], 0b00, 1, 0)],
  ['shift', 'the shift is 25', one(requantise(0, 25))],
  ['activation', 'the activation is not known', one(requantise(0, 1, 2))],
  ['clamp', 'does not contain 0', one(requantise(0, 1, 0, 1, 2))],
  ['clamp', 'does not contain 0', one(requantise(0, 1, 0, -2, -1))],
  ['images', 'a window needs', one(maxPool(0))],
  ['window extents', 'kernel extents', image(maxPool(0, { kernel: [0, 1] }))],
  ['window extents', 'kernel extents', image(maxPool(0, { kernel: [1, 4097], padding: [0, 4096, 0, 4096] }))],
  ['window extents', 'strides', image(maxPool(0, { strides: [1, 0] }))],
  ['window extents', 'strides', image(maxPool(0, { strides: [4097, 1] }))],
  ['window extents', 'dilations', image(maxPool(0, { dilations: [0, 1] }))],
  ['window extents', 'dilations', image(maxPool(0, { dilations: [1, 4097] }))],
  ['window extents', 'paddings', image(convolution(0, { padding: [0, 4097, 0, 0] }, 1))],
  ['window places', 'use a smaller kernel', image(convolution(0, { kernel: [4, 1] }, 4))],
  ['window places', 'use a smaller kernel', image(maxPool(0, { kernel: [1, 2], dilations: [1, 3] }))],
  ['pool places', 'nothing but padding', image(maxPool(0, { padding: [0, 0, 0, 1] }))],
  ['pool places', 'nothing but padding', image(averagePool(0, { padding: [1, 0, 0, 0] }, 1))],
  ['pool divisor', 'no common multiple below', image(averagePool(0, MANY_COUNTS, 0), { shape: [1, 1, 97] })],
  ['flag', 'neither 0 nor 1', image(averagePool(0, {}, 2))],
  ['one shape', 'give tensors of one shape', model({ layers: [flatten(0), add([0, 1])], shape: [2, 2] })],
  ['first axis', 'the first axis only', model({ layers: [flatten(0), concatenate([0, 1])], shape: [2, 2] })],
  [
    'first axis',
    'the first axis only',
    model({ layers: [maxPool(0, { kernel: [2, 1] }), concatenate([0, 1])], shape: IMAGE }),
  ],
  ['number of outputs', '0 outputs', one(linear(0), { outputs: [] })],
  ['number of outputs', '2 outputs of 1 layers', one(linear(0), { outputs: [1, 1] })],
  ['output tensors', "the network's input", one(linear(0), { outputs: [0] })],
  ['output tensors', 'which no earlier layer produces', one(linear(0), { outputs: [2] })],
  ['output tensors', 'give it once', model({ layers: [flatten(0), linear(1)], outputs: [2, 2] })],
  ['unread tensors', 'nothing reads what layer l0 produces', UNREAD],
  ['unread tensors', 'nothing reads what layer l produces', model({ layers: [flatten(0), linear(0)] })],
].map(([rule, says, file]) => ({ rule, says, file }) as ReaderCase);
