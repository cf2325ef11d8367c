// The readers of sample data: what they accept, what they say about the rest, and that nothing else can happen.

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gunzip, readArray, readLabels, splitIntegerSamples, splitSamples } from '../../src/data/index.ts';
import { InputError } from '../../src/errors.ts';
import { runs } from '../support/depth.ts';

const bytesOf = (...values: number[]): Uint8Array => Uint8Array.from(values);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** An IDX file of unsigned bytes. */
function idx(shape: readonly number[], values: readonly number[]): Uint8Array {
  const header = [
    0,
    0,
    8,
    shape.length,
    ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]),
  ];
  return Uint8Array.from([...header, ...values]);
}

/** A .npy file as NumPy writes it. */
function npy(descr: string, shape: string, data: ArrayBufferView, order = 'False', version = 1): Uint8Array {
  const prefix = version === 1 ? 10 : 12;
  const literal = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const header = literal.padEnd(Math.ceil((prefix + literal.length + 1) / 64) * 64 - prefix - 1);
  const length = [(header.length + 1) & 255, (header.length + 1) >>> 8, ...(version === 1 ? [] : [0, 0])];
  const body = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Uint8Array.from([0x93, ...text('NUMPY'), version, 0, ...length, ...text(`${header}\n`), ...body]);
}

/** The message of the InputError that a read gives; anything else fails the test. */
async function refusal(read: Promise<unknown>): Promise<string> {
  const error: unknown = await read.then(
    () => expect.unreachable('the file was accepted'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).toMatch(/^[^\n]+$/);
  return (error as Error).message;
}

describe('IDX', () => {
  it('bytes, plain and compressed', async () => {
    const file = idx([2, 3], [0, 1, 2, 253, 254, 255]);
    const expected = { shape: [2, 3], values: Int32Array.of(0, 1, 2, 253, 254, 255) };
    expect(await readArray(file, 'f')).toEqual(expected);
    expect(await readArray(new Uint8Array(gzipSync(file)), 'f.gz')).toEqual(expected);
  });

  it.each([
    ['signed bytes', 0x09, [0xff, 0x80], Int32Array.of(-1, -128)],
    ['shorts', 0x0b, [0xff, 0xfe, 1, 0], Int32Array.of(-2, 256)],
    ['integers', 0x0c, [0xff, 0xff, 0xff, 0xfd, 0, 1, 0, 0], Int32Array.of(-3, 65536)],
    ['floats', 0x0d, [0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0], Float32Array.of(1.5, -2)],
    ['whole floats', 0x0d, [0x40, 0x40, 0, 0, 0xc0, 0, 0, 0], Int32Array.of(3, -2)],
    ['doubles', 0x0e, [0x3f, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], Float32Array.of(0.5, 0)],
  ])('%s', async (_, type, data, values) => {
    expect(await readArray(bytesOf(0, 0, type, 1, 0, 0, 0, 2, ...data), 'f')).toEqual({ shape: [2], values });
  });

  it('a length that does not fit, huge axes, too many axes', async () => {
    expect(await refusal(readArray(idx([2, 3], [1, 2, 3]), 'digits'))).toBe(
      'digits: an IDX array of shape [2, 3] takes 18 bytes, but there are 15: copy the file again',
    );
    expect(await refusal(readArray(idx([2], [1, 2, 3]), 'digits'))).toContain('takes 10 bytes, but there are 11');
    expect(await refusal(readArray(idx([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], [1]), 'f'))).toContain('takes 7.9');
    expect(await refusal(readArray(bytesOf(0, 0, 8, 200), 'f'))).toContain('200 axes; at most 8');
    expect(await refusal(readArray(bytesOf(0, 0, 8, 3, 0, 0), 'f'))).toContain('ends within the IDX header');
  });
});

describe('.npy', () => {
  it.each([
    ['|u1', Uint8Array.of(0, 7, 255), Int32Array.of(0, 7, 255)],
    ['|i1', Int8Array.of(-1, 7, 127), Int32Array.of(-1, 7, 127)],
    ['|b1', Uint8Array.of(0, 1, 1), Int32Array.of(0, 1, 1)],
    ['<u2', Uint16Array.of(0, 7, 65535), Int32Array.of(0, 7, 65535)],
    ['<i4', Int32Array.of(-5, 0, 2 ** 30), Int32Array.of(-5, 0, 2 ** 30)],
    ['<i8', BigInt64Array.of(-5n, 0n, 9n), Int32Array.of(-5, 0, 9)],
    ['<f4', Float32Array.of(0.5, -1, 3), Float32Array.of(0.5, -1, 3)],
    ['<f8', Float64Array.of(4, -1, 3), Int32Array.of(4, -1, 3)],
    ['>i2', Uint8Array.of(1, 0, 0xff, 0xff, 0, 2), Int32Array.of(256, -1, 2)],
  ] as const)('%s', async (descr, data, values) => {
    expect(await readArray(npy(descr, '(3,)', data), 'f.npy')).toEqual({ shape: [3], values });
  });

  it('several axes, version 2', async () => {
    const file = npy('|u1', '(2, 1, 2)', Uint8Array.of(1, 2, 3, 4), 'False', 2);
    expect(await readArray(file, 'f.npy')).toEqual({ shape: [2, 1, 2], values: Int32Array.of(1, 2, 3, 4) });
  });

  it.each([
    [npy('<f4', '(3,)', Float32Array.of(1, 2)), 'takes 140 bytes, but there are 136'],
    [npy('<f4', '(2,)', Float32Array.of(1, Number.NaN)), 'value 1 is not a finite number'],
    [npy('<f4', '(2,)', Float32Array.of(1, 2), 'True'), 'save numpy.ascontiguousarray(array)'],
    [npy('<U5', '(1,)', new Uint8Array(20)), 'type U5 is not supported'],
    [npy('|O', '(1,)', new Uint8Array(8)), 'type O is not supported'],
    [npy('|u1', '(1,1,1,1,1,1,1,1,1)', new Uint8Array(1)), '9 axes; at most 8'],
    [npy('|u1', 'x', new Uint8Array(1)), 'gives no plain type and shape'],
    [npy('|u1', '(1,)', new Uint8Array(1)).subarray(0, 40), 'ends within the .npy header'],
    [npy('|u1', '(1,)', new Uint8Array(1)).subarray(0, 8), 'ends within the .npy header'],
  ])('refusal %#', async (file, message) => {
    expect(await refusal(readArray(file, 'f.npy'))).toContain(message);
  });
});

describe('JSON', () => {
  it('nested arrays, whole and not', async () => {
    expect(await readArray(text('[[1, 2], [3, -4]]'), 'f.json')).toEqual({
      shape: [2, 2],
      values: Int32Array.of(1, 2, 3, -4),
    });
    expect(await readArray(text(' [0.5, 1]'), 'f.json')).toEqual({ shape: [2], values: Float32Array.of(0.5, 1) });
  });

  it.each([
    ['', 'an empty file'],
    ['nonsense', 'neither IDX nor .npy nor valid JSON'],
    ['{"a": 1}', 'its JSON is not an array'],
    ['[[1, 2], [3]]', 'the entry at [1] is not an array of 2 values like the others'],
    ['[[1, 2], 3]', 'the entry at [1] is not an array of 2 values'],
    ['[1, [2]]', 'the entry at [1] is not a number'],
    ['[1, "2"]', 'the entry at [1] is not a number'],
    ['[1, null]', 'the entry at [1] is not a number'],
    ['[1e999, 1]', 'value 0 is not a finite number'],
    ['[[[[[[[[[1]]]]]]]]]', 'arrays nested over 8 deep'],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'f.json: '],
  ])('%.30s', async (json, message) => {
    expect(await refusal(readArray(text(json), 'f.json'))).toContain(message);
  });
});

describe('gzip', () => {
  const file = new Uint8Array(
    gzipSync(
      idx(
        [1000],
        Array.from({ length: 1000 }, (_, i) => (i * i) & 255),
      ),
    ),
  );

  it('bytes that are not compressed come back as they are', async () => {
    const plain = bytesOf(1, 2, 3);
    expect(await gunzip(plain)).toBe(plain);
  });

  it('cut short anywhere, or flipped anywhere, is refused or read', async () => {
    for (let length = 2; length < file.length; length += 17) {
      expect(await refusal(readArray(file.subarray(0, length), 'f.gz'))).toContain('f.gz: damaged gzip data');
    }
    for (let at = 2; at < file.length; at += 17) {
      const damaged = file.slice();
      damaged[at]! ^= 0x55;
      await readArray(damaged, 'f.gz').catch((error: unknown) => {
        expect(error).toBeInstanceOf(InputError);
      });
    }
  });

  it('a bomb is cut off at the limit', async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(8 << 20)));
    expect(bomb.length).toBeLessThan(10_000);
    expect(await refusal(gunzip(bomb, 'bomb.gz', 1 << 20))).toBe(
      'bomb.gz: expands to more than 1048576 bytes: decompress it yourself if it is meant to',
    );
    expect(await gunzip(bomb, 'bomb.gz', 8 << 20)).toHaveLength(8 << 20);
  });
});

describe('labels and samples', () => {
  it('labels are whole numbers on one axis', async () => {
    expect(await readLabels(idx([3], [7, 0, 9]), 'labels')).toEqual(Int32Array.of(7, 0, 9));
    expect(await readLabels(text('[[1], [2]]'), 'labels')).toEqual(Int32Array.of(1, 2));
    expect(await refusal(readLabels(idx([2, 2], [1, 2, 3, 4]), 'labels'))).toBe(
      'labels: labels have one axis, not shape [2, 2]; give one label for each sample',
    );
    expect(await refusal(readLabels(text('[1, -1]'), 'labels'))).toContain('label 1 is -1');
    expect(await refusal(readLabels(text('[0.5]'), 'labels'))).toContain('label 0 is 0.5');
  });

  it('samples are views of the right length', () => {
    const array = { shape: [2, 2, 2], values: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
    expect(splitSamples(array, [4], 'f')).toEqual([Int32Array.of(1, 2, 3, 4), Int32Array.of(5, 6, 7, 8)]);
    expect(splitSamples(array, [1, 2, 2], 'f')[0]!.buffer).toBe(array.values.buffer);
    expect(splitSamples(array, [2, 2, 2], 'f')).toHaveLength(1);
    expect(() => splitSamples(array, [3], 'f')).toThrow(
      'f: an array of shape [2, 2, 2] does not hold samples of shape [3] (3 values); ' +
        'give samples of this shape, or all values of a sample on one axis',
    );
    expect(() => splitSamples({ shape: [0, 4], values: new Int32Array() }, [4], 'f')).toThrow('f: holds no samples');
  });

  const zeros = (shape: readonly number[]) => ({
    shape,
    values: new Int32Array(shape.reduce((product, length) => product * length, 1)),
  });

  it.each<[readonly number[], readonly number[], number]>([
    // as the network has it, flat, with axes of length 1 more or less; one sample or several
    [[3, 8, 8], [3, 8, 8], 1],
    [[1, 3, 8, 8], [3, 8, 8], 1],
    [[5, 3, 8, 8], [3, 8, 8], 5],
    [[192], [3, 8, 8], 1],
    [[1, 192], [3, 8, 8], 1],
    [[5, 192], [3, 8, 8], 5],
    [[5, 1, 192], [3, 8, 8], 5],
    [[28, 28], [1, 28, 28], 1],
    [[5, 28, 28], [1, 28, 28], 5],
    [[5, 1, 28, 28], [28, 28], 5],
    [[5, 28, 28, 1], [1, 28, 28], 5],
    // for a network that takes a vector, any axes
    [[28, 28], [784], 1],
    [[5, 8, 8, 3], [1, 192], 5],
    [[5], [1], 5],
    [[3, 3, 3, 3], [3, 3, 3], 3],
  ])('of %j are samples of %j', (axes, shape, count) => {
    expect(splitSamples(zeros(axes), shape, 'f')).toHaveLength(count);
  });

  it.each<[readonly number[], readonly number[], string]>([
    [[8, 8, 3], [3, 8, 8], 'this looks like height × width × channels: transpose to [3, 8, 8]'],
    [[2, 8, 8, 3], [3, 8, 8], 'this looks like height × width × channels: transpose to [2, 3, 8, 8]'],
    [[1, 8, 8, 3], [3, 8, 8], 'this looks like height × width × channels: transpose to [3, 8, 8]'],
    [[8, 3, 8], [3, 8, 8], 'these axes stand in another order: transpose to [3, 8, 8]'],
    [[2, 4, 6], [2, 6, 4], 'these axes stand in another order: transpose to [2, 6, 4]'],
    [[5, 20, 10], [1, 10, 20], 'these axes stand in another order: transpose to [5, 1, 10, 20]'],
    [[3, 4, 16], [3, 8, 8], 'give samples of this shape, or all values of a sample on one axis'],
    [[64, 3], [3, 8, 8], 'give samples of this shape, or all values of a sample on one axis'],
    [[2, 3, 64], [3, 8, 8], 'give samples of this shape, or all values of a sample on one axis'],
    [[8, 24], [3, 8, 8], 'give samples of this shape, or all values of a sample on one axis'],
    [[16, 12], [3, 8, 8], 'give samples of this shape, or all values of a sample on one axis'],
    // several times too long, and nobody asked for several
    [[384], [3, 8, 8], 'give samples of this shape, or all values of a sample on one axis'],
    [[1, 2, 192], [3, 8, 8], 'give samples of this shape, or all values of a sample on one axis'],
    [[28, 28, 4], [1, 28, 28], 'give samples of this shape, or all values of a sample on one axis'],
  ])('of %j are not samples of %j', (axes, shape, advice) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const message =
      `f: an array of shape [${axes.join(', ')}] does not hold samples of shape [${shape.join(', ')}] ` +
      `(${length} values); ${advice}`;
    expect(() => splitSamples(zeros(axes), shape, 'f')).toThrow(message);
    expect(() => splitIntegerSamples(zeros(axes), shape, 'f')).toThrow(message);
  });

  it('integer samples are views, too', () => {
    const array = { shape: [2, 2], values: Int32Array.of(1, 2, 3, 4) };
    expect(splitIntegerSamples(array, [2], 'f')).toEqual([Int32Array.of(1, 2), Int32Array.of(3, 4)]);
  });

  it('data without a name are called data', async () => {
    await expect(readArray(text('1'), '')).rejects.toThrow(/^data: its JSON is not an array/);
  });

  it('integer samples refuse fractions', () => {
    const array = { shape: [2, 2], values: Float32Array.of(0, 1, 0.25, 1) };
    expect(() => splitIntegerSamples(array, [2], 'f')).toThrow('f: value 2 is 0.25, not a whole number of 32 bits');
  });
});

describe('any bytes', () => {
  const headers = [
    [],
    [0, 0, 8, 1],
    [0, 0, 13, 2, 0, 0, 0, 1],
    [0x93, ...text('NUMPY'), 1, 0],
    [0x1f, 0x8b, 8, 0],
    [0x5b],
  ];

  it('give an array or an InputError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...headers), fc.uint8Array({ maxLength: 60 }), async (header, rest) => {
        const bytes = Uint8Array.from([...header, ...rest]);
        const array = await readArray(bytes, 'f').catch((error: unknown) => {
          expect(error).toBeInstanceOf(InputError);
        });
        if (array !== undefined) expect(array.values.length).toBeLessThanOrEqual(Math.max(1, bytes.length));
      }),
      { numRuns: runs(1000) },
    );
  });
});
