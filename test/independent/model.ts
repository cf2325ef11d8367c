/** Models and proofs as files, section 17: every rule of a reader is checked here. */

import { blake3 } from '@noble/hashes/blake3.js';
import { check, total } from './field.ts';

export type Interval = readonly [bigint, bigint];
/** A window along one axis. */
export type Axis = Readonly<Record<'inputs' | 'kernel' | 'stride' | 'dilation' | 'before' | 'places', number>>;
/** A layer of any kind, with the shape that it makes; what the kind does not have is empty or 0. */
export interface Layer {
  readonly kind: number;
  readonly inputs: readonly number[];
  readonly shape: readonly number[];
  readonly axes: readonly Axis[];
  readonly rows: readonly (readonly bigint[])[];
  readonly multipliers: readonly bigint[];
  readonly biases: readonly bigint[];
  readonly shift: number;
  readonly isRelu: boolean;
  readonly clamp: Interval;
  readonly countsPadding: boolean;
}

const MOST_VALUES = 2 ** 24;
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const list = <T>(length: number, read: (i: number) => T): T[] => Array.from({ length }, (_, i) => read(i));
const hash = (...parts: Uint8Array[]): Buffer => Buffer.from(blake3(Buffer.concat(parts)));

function readerOf(bytes: Buffer, magic: string) {
  let offset = 0;
  const take = (length: number): Buffer => {
    offset += length;
    check(offset <= bytes.length, 'the file ends early');
    return bytes.subarray(offset - length, offset);
  };
  const varint = (step = 1): number => {
    const byte = take(1)[0];
    check(step < 2 ** 35 && (byte > 0 || step === 1), 'a number is too long');
    const value = byte < 128 ? byte * step : (byte - 128) * step + varint(128 * step);
    check(value < 2 ** 32, 'a number is too large');
    return value;
  };
  /** Zigzag: 0, −1, 1, −2, … */
  const signed = (n = BigInt(varint())): bigint => (n >> 1n) ^ -(n & 1n);
  const double = (): number => {
    const value = take(8).readDoubleLE();
    check(Number.isFinite(value) && !Object.is(value, -0), 'a real number is infinite, none, or −0');
    return value;
  };
  const scale = (): unknown => check(double() > 0, 'a scale is not positive');
  const string = (): string => new TextDecoder('utf-8', { fatal: true }).decode(take(varint()));
  check(take(5).equals(Buffer.from(magic)), 'this is another kind of file');
  return { take, varint, signed, double, scale, string, at: (): number => offset };
}

type Reader = ReturnType<typeof readerOf>;

/** The rows of a matrix. */
function readMatrix({ take, varint }: Reader, width: number): bigint[][] {
  const [height, kind] = [varint(), take(1)[0]];
  check(height > 0 && kind <= 1, 'a matrix is empty, or of another kind');
  const counts = list(width, () => varint());
  check(Math.max(...counts) <= height, 'a column has more nonzeros than rows');
  const rows = list(height, () => new Array<bigint>(width).fill(0n));
  let [k, bits, byte] = [0, 0, 0];
  while (k < 30 && 3 * 2 ** (k + 1) * total(counts) <= 2 * (height * width - total(counts))) k++;
  const bit = (): number => {
    if (bits % 8 === 0) byte = take(1)[0];
    return (byte >> (bits++ % 8)) & 1;
  };
  const places = counts.flatMap((count, column) => {
    let row = -1;
    return list(count, () => {
      for (row++; bit(); ) row += 2 ** k;
      for (let low = 0; low < k; low++) row += bit() * 2 ** low;
      check(row < height, 'a gap leaves the matrix');
      rows[row][column] = kind === 0 && bit() ? -1n : 1n;
      return [row, column];
    });
  });
  while (bits % 8) check(bit() === 0, 'a stream of bits does not end in zeros');
  for (const [row, column] of kind === 0 ? [] : places) {
    rows[row][column] = BigInt(take(1).readInt8());
    check(rows[row][column] !== 0n, 'a nonzero is zero');
  }
  return rows;
}

/** The members of a place of a window, each with its input. */
export function membersOf({ inputs, kernel, stride, dilation, before }: Axis, p: number): { k: number; q: number }[] {
  const all = list(kernel, (k) => ({ k, q: stride * p + dilation * k - before }));
  return all.filter(({ q }) => q >= 0 && q < inputs);
}

/** L of section 7 along one axis. */
export function divisorOf(axis: Axis, countsPadding: boolean): number {
  const gcd = (a: number, b: number): number => (b ? gcd(b, a % b) : a);
  const counts = list(axis.places, (p) => membersOf(axis, p).length);
  return countsPadding ? axis.kernel : counts.reduce((a, b) => (a / gcd(a, b)) * b, 1);
}

function readWindow({ varint }: Reader, shape: readonly number[], isPool: boolean): Axis[] {
  const [kernel, strides, dilations, begin, end] = list(5, () => list(2, () => varint()));
  check(shape.length === 3, 'a window is not over an image');
  const isWithin = [...kernel, ...strides, ...dilations].every((n) => n >= 1 && n <= 2 ** 12);
  check(isWithin && Math.max(...begin, ...end) <= 2 ** 12, 'an extent of a window is out of range');
  return list(2, (i) => {
    const [inputs, stride, dilation, before] = [shape[i + 1], strides[i], dilations[i], begin[i]];
    const places = Math.floor((inputs + before + end[i] - dilation * (kernel[i] - 1) - 1) / stride) + 1;
    check(places >= 1, 'a window is larger than the padded image');
    const axis = { inputs, kernel: kernel[i], stride, dilation, before, places };
    check(!isPool || list(places, (p) => membersOf(axis, p).length).every((n) => n > 0), 'a pool has empty windows');
    return axis;
  });
}

/** The fields of a kind, and the first axes of its output from the shapes that it reads. */
function readKind(reader: Reader, kind: number, shapes: readonly (readonly number[])[]): Partial<Layer> {
  const { take, varint, signed } = reader;
  const [shape] = shapes;
  check(shape !== undefined, 'a layer reads nothing');
  switch (kind) {
    case 1: {
      const rows = readMatrix(reader, sizeOf(shape));
      return { rows, shape: [rows.length] };
    }
    case 2: {
      const [multipliers, biases] = list(2, () => list(shape[0], () => signed()));
      return { multipliers, biases };
    }
    case 3: {
      const [shift, activation, clamp] = [varint(), take(1)[0], [signed(), signed()] as const];
      check(shift <= 24 && activation <= 1 && clamp[0] <= 0n && clamp[1] >= 0n, 'a requantisation is out of range');
      return { shift, isRelu: activation === 1, clamp };
    }
    case 4:
      return { shape: [sizeOf(shape)] };
    case 5: {
      const axes = readWindow(reader, shape, false);
      const rows = readMatrix(reader, shape[0] * axes[0].kernel * axes[1].kernel);
      return { axes, rows, shape: [rows.length, axes[0].places, axes[1].places] };
    }
    case 6:
    case 7: {
      const axes = readWindow(reader, shape, true);
      const flag = kind === 7 ? take(1)[0] : 0;
      check(flag <= 1, 'padding neither counts nor not');
      const divisor = axes.reduce((product, axis) => product * divisorOf(axis, kind === 6 || flag === 1), 1);
      check(kind === 6 || divisor <= 2 ** 31, 'the divisor of a mean is too large');
      return { axes, countsPadding: flag === 1, shape: [shape[0], axes[0].places, axes[1].places] };
    }
    case 8:
      check(
        shapes.every((other) => `${other}` === `${shape}`),
        'a sum is of tensors of several shapes',
      );
      return { multipliers: shapes.map(() => signed()) };
    default: {
      check(kind === 9, 'a kind of layer is not known');
      const rest = (other: readonly number[]): string => `${other.length}: ${other.slice(1)}`;
      check(
        shapes.every((other) => rest(other) === rest(shape)),
        'parts differ beyond their first axis',
      );
      return { shape: [total(shapes.map(([first]) => first)), ...shape.slice(1)] };
    }
  }
}

export function readModel(bytes: Buffer) {
  const reader = readerOf(bytes, 'TERN\u0003');
  const { take, varint, signed, double, scale, string, at } = reader;
  check(hash(bytes.subarray(0, -8)).subarray(0, 8).equals(bytes.subarray(-8)), 'the check is wrong');
  string();
  const start = at();
  const axisCount = varint();
  check(axisCount >= 1 && axisCount <= 8, 'the input has too many axes or none');
  const shapes: (readonly number[])[] = [list(axisCount, () => varint())];
  check(Math.min(...shapes[0]) >= 1, 'an axis of the input is empty');
  const range: Interval = [signed(), signed()];
  check(range[0] <= range[1], 'the range of the input is empty');
  scale();
  double();
  const layerCount = varint();
  check(layerCount >= 1, 'the network has no layers');
  const layers = list(layerCount, (): Layer => {
    const kind = take(1)[0];
    string();
    const inputs = list(kind === 8 || kind === 9 ? varint() : 1, () => varint());
    check(
      inputs.every((tensor) => tensor < shapes.length),
      'a layer reads a later tensor',
    );
    const read = inputs.map((tensor) => shapes[tensor]);
    const own = { shape: read[0], axes: [], rows: [], multipliers: [], biases: [], shift: 0, isRelu: false };
    const layer = { ...own, clamp: [0n, 0n] as const, countsPadding: false, ...readKind(reader, kind, read) };
    shapes.push(layer.shape);
    check(total(shapes.map(sizeOf)) <= MOST_VALUES, 'the tensors have too many values');
    return { ...layer, kind, inputs };
  });
  const outputCount = varint();
  check(outputCount >= 1 && outputCount <= layerCount, 'there are too many outputs or none');
  const outputs = list(outputCount, () => {
    const tensor = varint();
    scale();
    check(tensor >= 1 && tensor <= layerCount, 'an output is the input, or not there');
    return tensor;
  });
  check(new Set(outputs).size === outputs.length, 'an output is given twice');
  const used = new Set([...outputs, ...layers.flatMap(({ inputs }) => inputs)]);
  check(used.size === layerCount + 1, 'a tensor is read by nothing');
  check(at() === bytes.length - 8, 'bytes follow the network');
  const digest = hash(Buffer.from('TERN\u0003\u0000'), bytes.subarray(start, -8));
  return { digest, range, shapes, layers, outputs };
}

export type Model = ReturnType<typeof readModel>;

export function readProof(bytes: Buffer) {
  const { take, at } = readerOf(bytes, 'TGKP\u0003');
  const digest = take(32);
  const [batch, tensors, inputs, outputs, length] = list(5, () => take(4).readUInt32LE());
  check(batch === 0 || tensors > 0, 'there is a batch without committed tensors');
  const committed = list(tensors, () => ({ tensor: take(4).readUInt32LE(), root: take(26) }));
  const ascend = committed.every(({ tensor }, i) => i === 0 || committed[i - 1].tensor < tensor);
  check(ascend, 'the committed tensors do not ascend');
  const [input, output, proof] = [4 * inputs, 4 * outputs, length].map(take);
  check(at() === bytes.length, 'the file has bytes left');
  return { digest, batch, committed, input, output, proof };
}
