// The model file: one encoding per network, and no bytes whatever that do more harm than an InputError.

import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { decodeNetwork, encodeNetwork } from '../../src/network/files/model.ts';
import type { IntegerNetwork, Layer } from '../../src/network/network.ts';
import { ternaryFromDense } from '../../src/sparse/ternary-matrix.ts';

const int32 = () => fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const name = () => fc.string({ unit: 'grapheme', maxLength: 12 });
const scale = () => fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true });

/** A matrix of the given number of columns, at a random density. */
const matrix = (columnCount: number) =>
  fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 40 })).chain(([rowCount, zeros]) => {
    const entry = fc.oneof(
      { arbitrary: fc.constant(0), weight: zeros },
      { arbitrary: fc.constantFrom(-1, 1), weight: 1 },
    );
    const cells = rowCount * columnCount;
    return fc
      .array(entry, { minLength: cells, maxLength: cells, size: 'max' })
      .map((entries) => ternaryFromDense(entries, rowCount, columnCount));
  });

const layer = (lengths: readonly number[]): fc.Arbitrary<Layer> =>
  fc.nat(lengths.length - 1).chain((input): fc.Arbitrary<Layer> => {
    const length = lengths[input] as number;
    const integers = fc
      .array(int32(), { minLength: length, maxLength: length, size: 'max' })
      .map(Int32Array.from.bind(Int32Array));
    const common = { name: name(), input: fc.constant(input) };
    return fc.oneof(
      fc.record({ kind: fc.constant('linear' as const), ...common, weights: matrix(length) }),
      fc.record({ kind: fc.constant('affine' as const), ...common, multipliers: integers, biases: integers }),
      fc.record({
        kind: fc.constant('requantise' as const),
        ...common,
        shift: fc.nat(30),
        activation: fc.constantFrom('relu' as const, 'identity' as const),
        min: fc.integer({ min: -(2 ** 31), max: 0 }),
        max: fc.nat(2 ** 31 - 1),
      }),
      fc.record({ kind: fc.constant('flatten' as const), ...common }),
    );
  });

/** One to four layers, each reading some tensor before it. */
const layers = (inputLength: number): fc.Arbitrary<Layer[]> => {
  const grow = (made: Layer[], lengths: number[], left: number): fc.Arbitrary<Layer[]> =>
    left === 0
      ? fc.constant(made)
      : layer(lengths).chain((next) => {
          const length = next.kind === 'linear' ? next.weights.rowCount : (lengths[next.input] as number);
          return grow([...made, next], [...lengths, length], left - 1);
        });
  return fc.integer({ min: 1, max: 4 }).chain((count) => grow([], [inputLength], count));
};

const network: fc.Arbitrary<IntegerNetwork> = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }), int32(), int32())
  .chain(([shape, a, b]) =>
    fc.record({
      name: name(),
      input: fc.record({
        shape: fc.constant(shape),
        min: fc.constant(Math.min(a, b)),
        max: fc.constant(Math.max(a, b)),
        scale: scale(),
        mean: fc.double({ noNaN: true, noDefaultInfinity: true }).map((mean) => mean + 0),
      }),
      layers: layers(shape.reduce((product, size) => product * size, 1)),
      outputScale: scale(),
    }),
  );

const example: IntegerNetwork = {
  name: 'example',
  input: { shape: [3], min: 0, max: 255, scale: 1 / 255, mean: 0 },
  layers: [
    { kind: 'linear', name: 'fc1', input: 0, weights: ternaryFromDense([1, 0, -1, 0, -1, 1], 2, 3) },
    { kind: 'affine', name: 'fc1', input: 1, multipliers: Int32Array.of(3, 4), biases: Int32Array.of(-1, 1000) },
    { kind: 'requantise', name: 'relu1', input: 2, shift: 4, activation: 'relu', min: 0, max: 255 },
  ],
  outputScale: 0.25,
};

/** The file with this body: magic, version and check sum are right. */
function file(body: ArrayLike<number>): Uint8Array {
  const content = Uint8Array.of(0x54, 0x45, 0x52, 0x4e, 1, ...Array.from(body));
  return Uint8Array.of(...content, ...sha256(content).subarray(0, 8));
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

  it('is pinned', () => {
    expect(Buffer.from(encodeNetwork(example)).toString('hex')).toBe(
      '5445524e01076578616d706c65010300fe03101010101010703f0000000000000000000000000000d03f03010366633100020101025400020366633101060801d00f030572656c753102040100fe030f19e4ea959ba9c8',
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
    expect(() => decodeNetwork(Uint8Array.of(...bytes.subarray(0, 4), 2, ...bytes.subarray(5)))).toThrow(
      /its version is 2, this program reads version 1; import the ONNX file again/,
    );
  });
});

describe('a forged model file, its check sum made right', () => {
  const body = bodyOf(encodeNetwork(example));

  it('with any bit flipped is refused or is the one file of another network', () => {
    for (let bit = 0; bit < 8 * body.length; bit++) {
      const flipped = body.slice();
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
      { numRuns: 2000 },
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

  // name, shape, min, max, scale, mean and output scale of the forgeries below.
  const one = [0, 0, 0, 0, 0, 0, 0xf0, 0x3f];
  const zero = [0, 0, 0, 0, 0, 0, 0, 0];
  const header = (...shape: number[]) => [0, ...shape, 0, 0, ...one, ...zero, ...one];
  const huge = [0xff, 0xff, 0xff, 0xff, 0x0f];

  it.each<[string, number[], RegExp]>([
    ['an input larger than the limit', header(1, ...huge), /the input, byte \d+: the shape is empty or above/],
    ['an empty axis', header(1, 0), /the shape is empty/],
    ['too many axes', header(9, 1, 1, 1, 1, 1, 1, 1, 1, 1), /9 axes, more than 8/],
    ['no layers', [...header(0), 0], /there are no layers/],
    [
      'a number of layers that the file does not hold',
      [...header(0), ...huge],
      /layer 0, byte \d+: the file ends before/,
    ],
    ['an unknown kind', [...header(0), 1, 9, 0, 0], /the kind 9 is not known/],
    ['a layer that reads itself', [...header(0), 1, 4, 0, 1], /it reads tensor 1, which does not come before it/],
    ['a matrix wider than the file', [...header(1, 0x80, 0x80, 0x40), 1, 1, 0, 0, 1], /ends before the weights/],
    ['a matrix taller than the limit', [...header(0), 1, 1, 0, 0, ...huge, 0], /it has 4294967295 outputs/],
    ['more nonzeros than rows', [...header(0), 1, 1, 0, 0, 1, 2, 0], /column 0 has 2 nonzeros in 1 rows/],
    ['more nonzeros than bits', [...header(0), 1, 1, 0, 0, 100, 100, 0], /ends before the weights/],
    ['a row outside the matrix', [...header(0), 1, 1, 0, 0, 2, 1, 0b0111], /column 0 .* leaves the matrix of 2 rows/],
    ['a run of ones without end', [...header(0), 1, 1, 0, 0, 2, 1, 0xff], /ends before the weights/],
    [
      'padding bits that are not zero',
      [...header(0), 1, 1, 0, 0, 2, 1, 0b1000],
      /the bits after the weights are not zero/,
    ],
    ['biases that the file does not hold', [...header(1, 100), 1, 2, 0, 0, 1, 1], /ends before the multipliers/],
    ['a size not in its shortest form', [...header(1, 0x81, 0), 1, 4, 0, 0], /is not in its shortest form/],
    ['a shift above 30', [...header(0), 1, 3, 0, 0, 31, 0, 0, 0], /the shift is 31/],
    ['an unknown activation', [...header(0), 1, 3, 0, 0, 1, 2, 0, 0], /the activation is not known/],
    ['a clamp without zero', [...header(0), 1, 3, 0, 0, 1, 0, 2, 4], /from 1 to 2 does not contain 0/],
    [
      'an empty input range',
      [0, 0, 2, 0, ...one, ...zero, ...one, 1, 4, 0, 0],
      /the input range is empty: from 1 to 0/,
    ],
    ['a scale of zero', [0, 0, 0, 0, ...zero, ...zero, ...one, 1, 4, 0, 0], /the input scale is not positive/],
    [
      'minus zero',
      [0, 0, 0, 0, ...one, 0, 0, 0, 0, 0, 0, 0, 0x80, ...one, 1, 4, 0, 0],
      /the input mean is not a finite/,
    ],
    ['a name that is not UTF-8', [1, 0xff, 0, 0, 0, ...one, ...zero, ...one, 1, 4, 0, 0], /the name is not UTF-8/],
  ])('with %s is refused', (_, forged, reason) => {
    expect(() => decodeNetwork(file(forged))).toThrow(InputError);
    expect(() => decodeNetwork(file(forged))).toThrow(reason);
  });

  it('whose tensors add up to more than the limit is refused', () => {
    const wide = [1, 0, 0, 0x80, 0x80, 0x80, 1, 0];
    expect(() => decodeNetwork(file([...header(0), 2, ...wide, ...wide]))).toThrow(/layer 1 .*have more than 4194304/);
  });
});

describe('a network that is not well formed', () => {
  const [linear, affine, requantise] = example.layers as [Layer, Layer, Layer];
  it.each<[string, IntegerNetwork, RegExp]>([
    ['reads a later tensor', { ...example, layers: [{ ...affine, input: 5 }] }, /'fc1' reads tensor 5, which does not/],
    [
      'has too many columns',
      { ...example, layers: [linear, { ...linear, input: 1 }] },
      /'fc1' has 3 columns for .* of 2/,
    ],
    ['has too few biases', { ...example, layers: [{ ...affine, input: 0 }] }, /'fc1' has 2 values for a tensor of 3/],
    ['has a range that is empty', { ...example, input: { ...example.input, min: 300 } }, /the input range is empty/],
    ['has an infinite scale', { ...example, outputScale: Number.POSITIVE_INFINITY }, /expected a finite number/],
    ['clamps zero away', { ...example, layers: [{ ...requantise, input: 0, min: 1 } as Layer] }, /does not contain 0/],
    ['has half a character in its name', { ...example, name: '\ud800' }, /half of a surrogate pair/],
    [
      'has rows out of order',
      {
        ...example,
        input: { ...example.input, shape: [1] },
        layers: [
          {
            kind: 'linear',
            name: '',
            input: 0,
            weights: {
              rowCount: 2,
              columnCount: 1,
              nonzeros: 2,
              rows: Uint32Array.of(1, 0),
              plusEnds: Uint32Array.of(2),
              ends: Uint32Array.of(2),
            },
          },
        ],
      },
      /the rows of column 0 do not ascend/,
    ],
  ])('because it %s is not written', (_, wrong, reason) => {
    expect(() => encodeNetwork(wrong)).toThrow(InputError);
    expect(() => encodeNetwork(wrong)).toThrow(reason);
  });
});
