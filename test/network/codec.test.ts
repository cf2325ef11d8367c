// The model file: one encoding per network, and no bytes whatever that do more harm than an InputError.

import { blake3 } from '@noble/hashes/blake3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { decodeNetwork, encodeNetwork } from '../../src/network/files/model.ts';
import { rulesOf } from '../../src/network/model/layers/registry.ts';
import {
  type IntegerNetwork,
  inputsOf,
  type Layer,
  type OutputSpec,
  type Shape,
  sizeOf,
  type Window,
} from '../../src/network/model/network.ts';
import { ternaryFromDense, ternaryFromEntries } from '../../src/sparse/ternary-matrix.ts';
import { integerFromDense, type WeightMatrix } from '../../src/sparse/weight-matrix.ts';
import { runs } from '../support/depth.ts';

const int32 = () => fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const name = () => fc.string({ unit: 'grapheme', maxLength: 12 });
const scale = () => fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true });

/** A matrix of the given number of columns, ternary or of 8-bit integers, at a random density. */
const matrix = (columnCount: number): fc.Arbitrary<WeightMatrix> =>
  fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 40 }), fc.boolean())
    .chain(([rowCount, zeros, isTernary]) => {
      const nonzero = isTernary ? fc.constantFrom(-1, 1) : fc.integer({ min: -128, max: 127 });
      const entry = fc.oneof({ arbitrary: fc.constant(0), weight: zeros }, { arbitrary: nonzero, weight: 1 });
      const cells = rowCount * columnCount;
      const make = isTernary ? ternaryFromDense : integerFromDense;
      return fc
        .array(entry, { minLength: cells, maxLength: cells, size: 'max' })
        .map((entries) => make(entries, rowCount, columnCount));
    });

const int32s = (length: number) =>
  fc.array(int32(), { minLength: length, maxLength: length, size: 'max' }).map(Int32Array.from.bind(Int32Array));

const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
const anyWindow: fc.Arbitrary<Window> = fc.record({
  kernel: pair(3),
  strides: pair(3),
  dilations: pair(2),
  padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
});
const noPadding: Window = { kernel: [1, 1], strides: [2, 1], dilations: [1, 1], padding: [0, 0, 0, 0] };

/** The layer if it fits what it reads, another one if not. */
const fitting = (cases: fc.Arbitrary<Layer>, shapes: readonly Shape[], other: (layer: Layer) => Layer) =>
  cases.map((layer) => {
    try {
      rulesOf(layer).outputShape(
        layer,
        inputsOf(layer).map((tensor) => shapes[tensor] as Shape),
      );
      return layer;
    } catch {
      return other(layer);
    }
  });

const layer = (shapes: readonly Shape[]): fc.Arbitrary<Layer> =>
  fc.nat(shapes.length - 1).chain((input): fc.Arbitrary<Layer> => {
    const shape = shapes[input] as Shape;
    const [channels = 0] = shape;
    const common = { name: name(), input: fc.constant(input) };
    const cases: fc.Arbitrary<Layer>[] = [
      fc.record({ kind: fc.constant('linear' as const), ...common, weights: matrix(sizeOf(shape)) }),
      fc.record({
        kind: fc.constant('affine' as const),
        ...common,
        multipliers: int32s(channels),
        biases: int32s(channels),
      }),
      fc.record({
        kind: fc.constant('requantise' as const),
        ...common,
        shift: fc.nat(24),
        activation: fc.constantFrom('relu' as const, 'identity' as const),
        min: fc.integer({ min: -(2 ** 31), max: 0 }),
        max: fc.nat(2 ** 31 - 1),
      }),
      fc.record({ kind: fc.constant('flatten' as const), ...common }),
      fc.integer({ min: 1, max: 3 }).chain((count) =>
        fc.record({
          kind: fc.constant('add' as const),
          name: name(),
          inputs: fc.constant(new Array<number>(count).fill(input)),
          multipliers: int32s(count),
        }),
      ),
      fc.record({
        kind: fc.constant('concatenate' as const),
        name: name(),
        inputs: fc.constant([input, ...shapes.flatMap((each, i) => (`${each}` === `${shape}` ? [i] : []))]),
      }),
    ];
    if (shape.length === 3) {
      const pool = (kind: 'max-pool' | 'average-pool') =>
        fitting(
          fc
            .record({ kind: fc.constant(kind), ...common, window: anyWindow, countsPadding: fc.boolean() })
            .map(
              ({ countsPadding, ...rest }): Layer =>
                rest.kind === 'max-pool' ? (rest as Layer) : ({ ...rest, countsPadding } as Layer),
            ),
          shapes,
          (wrong) => ({ ...wrong, window: noPadding }) as Layer,
        );
      const convolution = anyWindow.chain((window) =>
        fc.record({
          kind: fc.constant('convolution' as const),
          ...common,
          window: fc.constant(window),
          weights: matrix(channels * window.kernel[0] * window.kernel[1]),
        }),
      );
      cases.push(
        pool('max-pool'),
        pool('average-pool'),
        fitting(convolution, shapes, ({ name: other }) => ({ kind: 'flatten', name: other, input })),
      );
    }
    return fc.oneof(...cases);
  });

/** One to five layers, each reading some tensor before it. */
const layers = (inputShape: Shape): fc.Arbitrary<Layer[]> => {
  const grow = (made: Layer[], shapes: readonly Shape[], left: number): fc.Arbitrary<Layer[]> =>
    left === 0
      ? fc.constant(made)
      : layer(shapes).chain((next) => {
          const read = inputsOf(next).map((tensor) => shapes[tensor] as Shape);
          return grow([...made, next], [...shapes, rulesOf(next).outputShape(next, read)], left - 1);
        });
  return fc.integer({ min: 1, max: 5 }).chain((count) => grow([], [inputShape], count));
};

/** Every tensor that no layer reads, and some others. */
const outputs = (made: readonly Layer[]): fc.Arbitrary<OutputSpec[]> => {
  const read = new Set(made.flatMap(inputsOf));
  const tensors = made.map((_, index) => index + 1);
  const needed = tensors.filter((tensor) => !read.has(tensor));
  return fc
    .shuffledSubarray(tensors.filter((tensor) => read.has(tensor)))
    .chain((others) =>
      fc.tuple(...[...others, ...needed].map((tensor) => fc.record({ tensor: fc.constant(tensor), scale: scale() }))),
    );
};

const network: fc.Arbitrary<IntegerNetwork> = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), int32(), int32())
  .chain(([shape, a, b]) =>
    layers(shape).chain((made) =>
      fc.record({
        name: name(),
        input: fc.record({
          shape: fc.constant(shape),
          min: fc.constant(Math.min(a, b)),
          max: fc.constant(Math.max(a, b)),
          scale: scale(),
          mean: fc.double({ noNaN: true, noDefaultInfinity: true }).map((mean) => mean + 0),
        }),
        layers: fc.constant(made),
        outputs: outputs(made),
      }),
    ),
  );

const example: IntegerNetwork = {
  name: 'example',
  input: { shape: [3], min: 0, max: 255, scale: 1 / 255, mean: 0 },
  layers: [
    { kind: 'linear', name: 'fc1', input: 0, weights: ternaryFromDense([1, 0, -1, 0, -1, 1], 2, 3) },
    { kind: 'affine', name: 'fc1', input: 1, multipliers: Int32Array.of(3, 4), biases: Int32Array.of(-1, 1000) },
    { kind: 'requantise', name: 'relu1', input: 2, shift: 4, activation: 'relu', min: 0, max: 255 },
  ],
  outputs: [{ tensor: 3, scale: 0.25 }],
};

/** Every kind of layer, windows with a different number at each place, 8-bit weights, two outputs. */
const image: IntegerNetwork = {
  name: 'image',
  input: { shape: [2, 6, 7], min: -128, max: 127, scale: 0.5, mean: -1 },
  layers: [
    {
      kind: 'convolution',
      name: 'conv',
      input: 0,
      window: { kernel: [2, 1], strides: [3, 2], dilations: [4, 5], padding: [0, 1, 2, 0] },
      weights: integerFromDense([1, 0, -128, 127, 0, 0, 0, -1], 2, 4),
    },
    { kind: 'affine', name: 'norm', input: 1, multipliers: Int32Array.of(3, -4), biases: Int32Array.of(-1, 1000) },
    { kind: 'requantise', name: 'relu', input: 2, shift: 4, activation: 'relu', min: 0, max: 255 },
    {
      kind: 'max-pool',
      name: 'max',
      input: 3,
      window: { kernel: [2, 2], strides: [1, 1], dilations: [1, 1], padding: [0, 1, 1, 0] },
    },
    {
      kind: 'average-pool',
      name: 'mean',
      input: 3,
      window: { kernel: [2, 2], strides: [1, 1], dilations: [1, 1], padding: [0, 1, 1, 0] },
      countsPadding: false,
    },
    { kind: 'add', name: 'sum', inputs: [4, 5, 4], multipliers: Int32Array.of(4, -1, 2 ** 31 - 1) },
    { kind: 'concatenate', name: 'both', inputs: [6, 5] },
    { kind: 'flatten', name: 'flat', input: 7 },
    { kind: 'linear', name: 'fc', input: 8, weights: ternaryFromDense([1, ...new Array(30).fill(0), -1], 1, 32) },
  ],
  outputs: [
    { tensor: 9, scale: 1 },
    { tensor: 4, scale: 0.25 },
  ],
};

/** The file with this body: magic, version and check sum are right. */
function file(body: ArrayLike<number>): Uint8Array {
  const content = Uint8Array.of(0x54, 0x45, 0x52, 0x4e, 3, ...Array.from(body));
  return Uint8Array.of(...content, ...blake3(content).subarray(0, 8));
}
const bodyOf = (bytes: Uint8Array): Uint8Array => bytes.subarray(5, bytes.length - 8);

/** Decoding gives an InputError of one line or a network whose encoding is these bytes. */
function expectHarmless(bytes: Uint8Array): void {
  let decoded: IntegerNetwork;
  try {
    decoded = decodeNetwork(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).not.toContain('\n');
    return;
  }
  expect(encodeNetwork(decoded)).toEqual(bytes);
}

describe('the model file', () => {
  it('gives back every network', () => {
    fc.assert(
      fc.property(network, (original) => {
        expect(decodeNetwork(encodeNetwork(original))).toEqual(original);
      }),
    );
  });

  it('is the same for equal networks and another for different ones', () => {
    fc.assert(
      fc.property(network, network, (a, b) => {
        expect(encodeNetwork(a)).toEqual(encodeNetwork(structuredClone(a)));
        const equal = Buffer.compare(encodeNetwork(a), encodeNetwork(b)) === 0;
        expect(equal).toBe(Buffer.compare(Buffer.from(JSON.stringify(a)), Buffer.from(JSON.stringify(b))) === 0);
      }),
    );
  });

  it('gives back weights far apart and close together', () => {
    const column = (rowCount: number, rows: readonly number[]): IntegerNetwork => {
      const entries = rows.map((row, i) => ({ row, column: 0, sign: i % 3 === 0 ? -1 : 1 }));
      const weights = ternaryFromEntries(entries, rowCount, 1);
      const input = { ...example.input, shape: [1] };
      return {
        ...{ name: '', input, outputs: [{ tensor: 1, scale: 1 }] },
        layers: [{ kind: 'linear', name: '', input: 0, weights }],
      };
    };
    const dense = Array.from({ length: 150 }, (_, row) => row);
    for (const [rowCount, rows] of [
      [2 ** 22, [0, 1, 2 ** 22 - 1]],
      [2 ** 22, [2 ** 21 + 12345]],
      [2 ** 22, []],
      [200, [...dense, 199]],
      [166, [...dense, 164, 165]],
    ] as const) {
      const original = column(rowCount, rows);
      expect(decodeNetwork(encodeNetwork(original))).toEqual(original);
    }
  });

  it('is pinned', () => {
    expect(Buffer.from(encodeNetwork(example)).toString('hex')).toBe(
      '5445524e03076578616d706c65010300fe03101010101010703f00000000000000000301036663310002000101025400020366633101060801d00f030572656c753102040100fe030103000000000000d03f6d8206d0c2e4a10a',
    );
    expect(Buffer.from(encodeNetwork(image)).toString('hex')).toBe(
      '5445524e0305696d61676503020607ff01fe01000000000000e03f000000000000f0bf090504636f6e7600020103020405000102000201010001020001807fff02046e6f726d01060701d00f030472656c7502040100fe0306036d6178030202010101010001010007046d65616e030202010101010001010000080373756d030405040801feffffff0f0904626f74680206050404666c61740701026663080100010000000000000000000000000000000000000000000000000000000000000100020209000000000000f03f04000000000000d03ffcc765b32d87e675',
    );
  });

  it('takes at most 7 bits for a nonzero at density 1/16 and 3.2 at 1/2', () => {
    const bits = (density: number) => {
      // A fixed sequence of 16-bit values stands for a random one.
      let state = 1;
      const entries = Array.from({ length: 512 * 512 }, () => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        return state >>> 16 < density * 65536 ? 1 - 2 * ((state >>> 8) & 1) : 0;
      });
      const weights = ternaryFromDense(entries, 512, 512);
      const bytes = encodeNetwork({
        ...example,
        input: { ...example.input, shape: [512] },
        layers: [{ kind: 'linear', name: '', input: 0, weights }],
        outputs: [{ tensor: 1, scale: 1 }],
      });
      return (8 * bytes.length) / weights.nonzeros;
    };
    expect(bits(1 / 16)).toBeLessThan(7);
    expect(bits(1 / 2)).toBeLessThan(3.2);
  });
});

describe('a damaged model file', () => {
  const bytes = encodeNetwork(example);

  it('with any bit flipped is refused', () => {
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => decodeNetwork(flipped)).toThrow(InputError);
    }
  });

  it('cut anywhere is refused', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeNetwork(bytes.subarray(0, length))).toThrow(InputError);
    }
  });

  it('with bytes after its end is refused', () => {
    expect(() => decodeNetwork(Uint8Array.of(...bytes, 0))).toThrow(/check sum is wrong/);
    expect(() => decodeNetwork(file([...bodyOf(bytes), 0]))).toThrow(/the end, byte \d+: 1 bytes follow the end/);
  });

  it('of another kind, another version or no content says so', () => {
    expect(() => decodeNetwork(new Uint8Array())).toThrow(/does not begin with "TERN"/);
    expect(() => decodeNetwork(new TextEncoder().encode('PK\u0003\u0004'))).toThrow(/does not begin with "TERN"/);
    expect(() => decodeNetwork(Uint8Array.of(...bytes.subarray(0, 4), 1, ...bytes.subarray(5)))).toThrow(
      /its version is 1, this program reads version 3; import the ONNX file again/,
    );
    expect(() => decodeNetwork(Uint8Array.of(...bytes.subarray(0, 4), 4))).toThrow(
      /its version is 4, this program reads version 3; use a newer version of this program/,
    );
    expect(() => decodeNetwork(bytes.subarray(0, 4))).toThrow(/check sum is wrong/);
  });
});

describe('a forged model file, its check sum made right', () => {
  const body = bodyOf(encodeNetwork(image));

  it.each([example, image])('with any bit flipped is refused or is the one file of another network', (original) => {
    const whole = bodyOf(encodeNetwork(original));
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const flipped = whole.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      expectHarmless(file(flipped));
    }
  });

  it('cut anywhere is refused and names the place', () => {
    for (let length = 0; length < body.length; length++) {
      expect(() => decodeNetwork(file(body.subarray(0, length)))).toThrow(
        /^model file, .*, byte \d+: .*; copy the file/,
      );
    }
  });

  it('of random bytes is refused or is the one file of a network', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (random) => expectHarmless(file(random))),
      { numRuns: runs(2000) },
    );
  });

  it('with several bytes changed is refused or is the one file of another network', () => {
    fc.assert(
      fc.property(network, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), (original, changes) => {
        const changed = bodyOf(encodeNetwork(original)).slice();
        for (const [at, value] of changes) changed[at % changed.length] = value;
        expectHarmless(file(changed));
      }),
    );
  });

  // name, shape, min, max, scale and mean of the forgeries below; one layer's tensor as output
  const one = [0, 0, 0, 0, 0, 0, 0xf0, 0x3f];
  const zero = [0, 0, 0, 0, 0, 0, 0, 0];
  const header = (...shape: number[]) => [0, ...shape, 0, 0, ...one, ...zero];
  const output = (tensor: number) => [1, tensor, ...one];
  const single = (...layer: number[]) => [...header(1, 1), 1, ...layer, ...output(1)];
  const onImage = (...layer: number[]) => [...header(3, 1, 6, 7), 1, ...layer, ...output(1)];
  const pool = (...window: number[]) => onImage(6, 0, 0, ...window);
  const huge = [0xff, 0xff, 0xff, 0xff, 0x0f];

  it.each<[string, number[], RegExp]>([
    ['an input larger than the limit', header(1, ...huge), /the input, byte \d+: the shape is empty or above/],
    ['an empty axis', header(1, 0), /the shape is empty/],
    ['no axes', header(0), /0 axes, not 1 to 8/],
    ['too many axes', header(9, 1, 1, 1, 1, 1, 1, 1, 1, 1), /9 axes, not 1 to 8/],
    ['no layers', [...header(1, 1), 0], /the layers, byte \d+: it has no layers/],
    [
      'a number of layers that the file does not hold',
      [...header(1, 1), ...huge],
      /layer 0, byte \d+: the file ends before/,
    ],
    ['an unknown kind', single(10, 0, 0), /the kind 10 is not known/],
    ['a layer that reads itself', single(4, 0, 1), /it reads tensor 1, which does not come before it/],
    ['more inputs than the file holds', [...header(1, 1), 1, 9, 0, ...huge], /ends before the inputs/],
    ['no inputs', single(9, 0, 0), /it concatenates nothing/],
    [
      'sums of different shapes',
      [...header(1, 2), 2, 1, 0, 0, 1, 0, 0, 0, 8, 0, 2, 0, 1, 2, 2],
      /adds tensors of 2 and of 1;/,
    ],
    ['an unknown kind of weights', single(1, 0, 0, 1, 2), /the weights are of kind 2/],
    ['a matrix wider than the file', [...header(1, 0x80, 0x80, 0x40), 1, 1, 0, 0, 1, 0], /ends before the weights/],
    ['a matrix taller than the limit', single(1, 0, 0, ...huge, 0, 0), /its output of 4294967295 has more than/],
    ['more nonzeros than rows', single(1, 0, 0, 1, 0, 2, 0), /column 0 has 2 nonzeros in 1 rows/],
    ['more nonzeros than bits', [...header(1, 1), 1, 1, 0, 0, 100, 0, 100, 0], /ends before the weights/],
    ['a row outside the matrix', single(1, 0, 0, 2, 0, 1, 0b0111), /column 0 .* leaves the matrix of 2 rows/],
    ['a run of ones without end', [...header(1, 1), 1, 1, 0, 0, 2, 0, 1, 0xff], /leaves the matrix of 2 rows/],
    ['padding bits that are not zero', single(1, 0, 0, 2, 0, 1, 0b1000), /the bits after the weights are not zero/],
    ['an 8-bit weight of zero', single(1, 0, 0, 2, 1, 1, 0, 0), /a weight that is said to be nonzero is zero/],
    [
      '8-bit weights that the file does not hold',
      [...header(1, 1), 1, 1, 0, 0, 2, 1, 2, 0, 5],
      /ends before the weights/,
    ],
    ['an 8-bit row outside', single(1, 0, 0, 2, 1, 1, 0b0111, 5), /column 0 .* leaves the matrix of 2 rows/],
    ['biases that the file does not hold', [...header(1, 100), 1, 2, 0, 0, 1, 1], /ends before the multipliers/],
    ['a size not in its shortest form', [...header(1, 0x81, 0), 1, 4, 0, 0], /is not in its shortest form/],
    ['a shift above 24', single(3, 0, 0, 25, 0, 0, 0), /the shift is 25/],
    ['an unknown activation', single(3, 0, 0, 1, 2, 0, 0), /the activation is not known/],
    ['a clamp without zero', single(3, 0, 0, 1, 0, 2, 4), /the clamp \[1, 2\] does not contain 0/],
    ['a window on no image', single(6, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0), /has the shape \[1\]; a window needs/],
    ['a window without kernel', pool(0, 1, 1, 1, 1, 1, 0, 0, 0, 0), /the window's kernel extents are \[0, 1\]/],
    ['a window that never moves', pool(1, 1, 0, 1, 1, 1, 0, 0, 0, 0), /the window's strides are \[0, 1\]/],
    ['a huge padding', pool(1, 1, 1, 1, 1, 1, 0, 0, 0, ...huge), /paddings are \[0, 0, 0, 4294967295\]/],
    [
      'a window larger than the image',
      pool(7, 1, 1, 1, 1, 1, 0, 0, 0, 0),
      /spans 7 rows, the image with padding has 6/,
    ],
    ['a window in the padding', pool(2, 1, 1, 1, 1, 1, 2, 0, 0, 0), /window 0 along the rows covers nothing but/],
    [
      'a convolution wider than the file',
      onImage(5, 0, 0, 0x80, 0x20, 0x80, 0x20, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0),
      /ends before the weights/,
    ],
    ['padding that counts twice', onImage(7, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 2), /whether padding counts is 2/],
    [
      'an empty input range',
      [0, 1, 1, 2, 0, ...one, ...zero, 1, 4, 0, 0, ...output(1)],
      /the input range is empty: from 1 to 0/,
    ],
    ['a scale of zero', [0, 1, 1, 0, 0, ...zero, ...zero, 1, 4, 0, 0], /the input scale is not positive/],
    ['minus zero', [0, 1, 1, 0, 0, ...one, 0, 0, 0, 0, 0, 0, 0, 0x80, 1, 4, 0, 0], /the input mean is not a finite/],
    ['no outputs', [...header(1, 1), 1, 4, 0, 0, 0], /the outputs, byte \d+: there are 0 outputs of 1 layers/],
    ['more outputs than layers', [...header(1, 1), 1, 4, 0, 0, ...huge], /there are 4294967295 outputs of 1 layers/],
    ['the input as output', [...header(1, 1), 1, 4, 0, 0, ...output(0)], /output 0: it is the network's input/],
    ['an output that is not a tensor', [...header(1, 1), 1, 4, 0, 0, ...output(2)], /output 0: it reads tensor 2/],
    ['an output of scale zero', [...header(1, 1), 1, 4, 0, 0, 1, 1, ...zero], /the scale of an output is not positive/],
    [
      'an output twice',
      [...header(1, 1), 2, 4, 0, 0, 4, 0, 1, 2, 2, ...one, 2, ...one],
      /output 1: tensor 2 is output 0 already/,
    ],
    [
      'a tensor of no use',
      [...header(1, 1), 2, 4, 0, 0, 4, 0, 0, ...output(2)],
      /nothing reads what layer {2}produces/,
    ],
    ['a name that is not UTF-8', [1, 0xff, 1, 1, 0, 0, ...one, ...zero, 1, 4, 0, 0], /the name is not UTF-8/],
  ])('with %s is refused', (_, forged, reason) => {
    expect(() => decodeNetwork(file(forged))).toThrow(InputError);
    expect(() => decodeNetwork(file(forged))).toThrow(reason);
  });

  it('whose gaps run on to the end of the file is refused', () => {
    // one column with one nonzero, whose unary gap is all that follows
    const bytes = encodeNetwork({
      ...example,
      name: '',
      input: { ...example.input, shape: [1] },
      layers: [
        { kind: 'linear', name: '', input: 0, weights: ternaryFromDense([1, ...new Array(99).fill(0)], 100, 1) },
      ],
      outputs: [{ tensor: 1, scale: 1 }],
    });
    const start = bytes.length - 8 - 10 - 1;
    const endless = bytes.slice(0, -8).fill(0xff, start);
    expect(() => decodeNetwork(file(bodyOf(Uint8Array.of(...endless, ...new Uint8Array(8)))))).toThrow(
      /layer 0 .*: the file ends before the weights does/,
    );
  });

  it('whose tensors add up to more than the limit is refused', () => {
    const wide = [1, 0, 0, 0x80, 0x80, 0x80, 2, 0, 0];
    expect(() => decodeNetwork(file([...header(1, 1), 4, ...wide, ...wide, ...wide, ...wide]))).toThrow(
      /layer 3 .*have more than 16777216 values in all/,
    );
    const twice = (input: number) => [9, 0, 2, input, input];
    const doubled = Array.from({ length: 40 }, (_, input) => twice(input)).flat();
    expect(() => decodeNetwork(file([...header(1, 1), 40, ...doubled]))).toThrow(
      /layer 23 .*have more than 16777216 values in all/,
    );
  });

  it('whose windows make a small image large is refused before it is made', () => {
    const padded = [6, 0, 0, 0x80, 0x20, 0x80, 0x20, 1, 1, 1, 1, ...new Array(4).fill([0xff, 0x1f]).flat()];
    expect(() => decodeNetwork(file([...header(3, 1, 2, 1), 1, ...padded]))).toThrow(
      /its output of 1 × 4097 × 4096 has more than 16777216 values/,
    );
  });
});

describe('a network that is not well formed', () => {
  const [linear, affine, requantise] = example.layers as [Layer, Layer, Layer];
  const scales = [{ tensor: 1, scale: 1 }];
  const withWeights = (weights: WeightMatrix): IntegerNetwork => ({
    ...example,
    input: { ...example.input, shape: [1] },
    layers: [{ kind: 'linear', name: '', input: 0, weights }],
    outputs: scales,
  });
  const counts = { rowCount: 2, columnCount: 1, nonzeros: 2, ends: Uint32Array.of(2) };
  it.each<[string, IntegerNetwork, RegExp]>([
    [
      'reads a later tensor',
      { ...example, layers: [{ ...affine, input: 5 } as Layer] },
      /layer fc1: it reads tensor 5, which no/,
    ],
    [
      'has too many columns',
      { ...example, layers: [linear, { ...linear, input: 1 } as Layer, { ...requantise, input: 2 } as Layer] },
      /layer fc1: its weights have 3 columns, its input 2 values/,
    ],
    [
      'has too few biases',
      { ...example, layers: [{ ...affine, input: 0 } as Layer], outputs: scales },
      /layer fc1: 2 multipliers and 2 biases for an input of 3; give 3 of each/,
    ],
    ['has a range that is empty', { ...example, input: { ...example.input, min: 300 } }, /the input range is empty/],
    [
      'has an infinite scale',
      { ...example, input: { ...example.input, scale: Number.POSITIVE_INFINITY } },
      /expected a finite number/,
    ],
    [
      'clamps zero away',
      { ...example, layers: [{ ...requantise, input: 0, min: 1 } as Layer], outputs: scales },
      /contain 0/,
    ],
    ['has half a character in its name', { ...example, name: '\ud800' }, /half of a surrogate pair/],
    [
      'has rows out of order',
      withWeights({ ...counts, rows: Uint32Array.of(1, 0), plusEnds: Uint32Array.of(2) }),
      /the rows of column 0 do not ascend/,
    ],
    [
      'has the row of an 8-bit weight twice',
      withWeights({ ...counts, rows: Uint32Array.of(1, 1), weights: Int8Array.of(5, 6) }),
      /the rows of column 0 do not ascend/,
    ],
  ])('because it %s is not written', (_, wrong, reason) => {
    expect(() => encodeNetwork(wrong)).toThrow(InputError);
    expect(() => encodeNetwork(wrong)).toThrow(reason);
  });
});
