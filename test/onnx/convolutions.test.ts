// Convolutions and normalisation of images against a naive evaluation of the ONNX specification.

import fc from 'fast-check';
import type { TensorProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { evaluateFloat } from '../../src/onnx/index.ts';
import { runs } from '../support/depth.ts';
import { attributes, floats, node } from './build.ts';
import { pseudoRandom } from './files.ts';
import {
  at,
  expectClose,
  extents,
  fits,
  type Image,
  inputOf,
  network,
  outputLength,
  outputOf,
  randomImage,
  type WindowCase,
  windowCase,
  windowLists,
} from './naive-windows.ts';

describe('Conv', () => {
  it('any kernel, strides, dilations, padding and groups', () => {
    fc.assert(
      fc.property(
        windowCase,
        extents,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        fc.integer(),
        (window, [rows, columns], groups, perGroup, filters, hasBias, seed) => {
          fc.pre(fits(window, [rows, columns]));
          const image = randomImage(seed, [groups * perGroup, rows, columns]);
          const outputs = groups * filters;
          const dims = [outputs, perGroup, ...window.kernel];
          const random = pseudoRandom(seed + 1);
          const weights = Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () =>
            Math.floor(3 * random.next().value - 1),
          );
          const bias = Array.from({ length: outputs }, (_, o) => o - 0.5);
          const float = network({
            input: inputOf(image),
            nodes: [
              node(
                'Conv',
                hasBias ? ['x', 'w', 'b'] : ['x', 'w'],
                'y',
                attributes({ whole: { group: groups }, lists: windowLists(window) }),
              ),
            ],
            constants: [floats('w', dims, weights), floats('b', [outputs], bias)],
          });

          const { strides, dilations, pads, kernel } = window;
          const [outRows, outColumns] = [outputLength(window, 0, rows), outputLength(window, 1, columns)];
          const values: number[] = [];
          for (let o = 0; o < outputs; o++) {
            for (let p = 0; p < outRows; p++) {
              for (let q = 0; q < outColumns; q++) {
                let sum = hasBias ? bias[o]! : 0;
                for (let c = 0; c < perGroup; c++) {
                  for (let i = 0; i < kernel[0]; i++) {
                    for (let j = 0; j < kernel[1]; j++) {
                      const channel = Math.floor(o / filters) * perGroup + c;
                      const row = p * strides[0] + i * dilations[0] - pads[0];
                      const column = q * strides[1] + j * dilations[1] - pads[1];
                      const weight = weights[((o * perGroup + c) * kernel[0] + i) * kernel[1] + j]!;
                      sum += weight * (at(image, channel, row, column) ?? 0);
                    }
                  }
                }
                values.push(sum);
              }
            }
          }
          expectClose(outputOf(float, image), { shape: [outputs, outRows, outColumns], values });
        },
      ),
      { numRuns: runs(300) },
    );
  });

  it('auto_pad SAME pads so that places are strides apart, the odd one at the end or at the beginning', () => {
    fc.assert(
      fc.property(
        windowCase,
        extents,
        fc.constantFrom('SAME_UPPER', 'SAME_LOWER', 'VALID'),
        fc.integer(),
        (window, extent, mode, seed) => {
          const total = ([0, 1] as const).map((axis) => {
            const covered = (Math.ceil(extent[axis] / window.strides[axis]) - 1) * window.strides[axis];
            return Math.max(covered + window.dilations[axis] * (window.kernel[axis] - 1) + 1 - extent[axis], 0);
          });
          const [less, more] = [
            total.map((length) => Math.floor(length / 2)),
            total.map((length) => Math.ceil(length / 2)),
          ];
          const pads = { SAME_UPPER: [...less, ...more], SAME_LOWER: [...more, ...less], VALID: [0, 0, 0, 0] }[mode];
          const explicit = { ...window, pads: pads as readonly number[] as WindowCase['pads'] };
          fc.pre(fits(explicit, extent));
          const image = randomImage(seed, [1, ...extent]);
          const constants = [
            floats('w', [1, 1, ...window.kernel], new Array(window.kernel[0] * window.kernel[1]).fill(1)),
          ];
          const { pads: _, ...lists } = windowLists(window);
          const automatic = attributes({ lists, texts: { auto_pad: mode } });
          const written = attributes({ lists: windowLists(explicit), texts: { auto_pad: 'NOTSET' } });
          const [found, expected] = [automatic, written].map((list) =>
            outputOf(
              network({ input: inputOf(image), nodes: [node('Conv', ['x', 'w'], 'y', list)], constants }),
              image,
            ),
          );
          expect(found).toEqual(expected);
          if (mode !== 'VALID') {
            expect(found!.shape.slice(1)).toEqual(
              extent.map((length, axis) => Math.ceil(length / window.strides[axis]!)),
            );
          }
        },
      ),
    );
  });
});

describe('BatchNormalization', () => {
  const parameters = (channels: number): TensorProto[] => [
    floats('scale', [channels], [1.5, -2, 0.25, 1].slice(0, channels)),
    floats('shift', [channels], [0.5, 1, -1, 0].slice(0, channels)),
    floats('mean', [channels], [3, 0, -1, 2].slice(0, channels)),
    floats('variance', [channels], [4, 0.25, 6e-45, 1].slice(0, channels)),
  ];
  const EPSILON = Math.fround(1e-3);
  const normal = (input: string, output: string) =>
    node(
      'BatchNormalization',
      [input, 'scale', 'shift', 'mean', 'variance'],
      output,
      attributes({ floats: { epsilon: 1e-3, momentum: 0.9 } }),
    );
  const apply = (value: number, channel: number): number => {
    const [scale, shift, mean, variance] = [
      [1.5, -2, 0.25, 1],
      [0.5, 1, -1, 0],
      [3, 0, -1, 2],
      [4, 0.25, Math.fround(6e-45), 1],
    ].map((list) => list[channel]!) as [number, number, number, number];
    return (scale * (value - mean)) / Math.sqrt(variance + EPSILON) + shift;
  };
  const image = randomImage(21, [1, 3, 3]);
  const weights = floats('w', [4, 1, 1, 1], [1, -1, 0, 0.5]);
  const conv = node('Conv', ['x', 'w', 'b'], 'u');
  const constants = [weights, floats('b', [4], [0, 1, 2, -0]), ...parameters(4)];
  const convolved = (channel: number, place: number): number =>
    [1, -1, 0, 0.5][channel]! * image.values[place]! + [0, 1, 2, 0][channel]!;
  const expected: Image = {
    shape: [4, 3, 3],
    values: [0, 1, 2, 3].flatMap((channel) =>
      Array.from({ length: 9 }, (_, place) => apply(convolved(channel, place), channel)),
    ),
  };

  it('folds into the convolution before it, with variances near zero', () => {
    const float = network({ input: inputOf(image), nodes: [conv, normal('u', 'y')], constants });
    expect(float.layers.map(({ kind, name }) => [kind, name])).toEqual([['convolution', '/u/Conv']]);
    expectClose(outputOf(float, image), expected);
  });

  it('stays on its own where something else reads the convolution', () => {
    const nodes = [conv, normal('u', 'n'), node('Add', ['u', 'n'], 'y')];
    const float = network({ input: inputOf(image), nodes, constants });
    expect(float.layers.map(({ kind }) => kind)).toEqual(['convolution', 'affine', 'add']);
    const sum = expected.values.map((value, i) => value + convolved(Math.floor(i / 9), i % 9));
    expectClose(outputOf(float, image), { ...expected, values: sum });
  });

  it('stays on its own where the convolution is an output too', () => {
    const float = network({ input: inputOf(image), nodes: [conv, normal('u', 'y')], constants, output: ['y', 'u'] });
    expect(float.layers.map(({ kind }) => kind)).toEqual(['convolution', 'affine']);
    expect(float.outputs).toEqual([
      { name: 'y', tensor: 2 },
      { name: 'u', tensor: 1 },
    ]);
    expectClose(outputOf(float, image), expected);
  });

  it('after an activation, and before a flatten that comes first', () => {
    const nodes = [conv, node('Relu', ['u'], 'r'), normal('r', 'y')];
    const float = network({ input: inputOf(image), nodes, constants });
    expect(float.layers.map(({ kind }) => kind)).toEqual(['convolution', 'clamp', 'affine']);
    const values = expected.values.map((_, i) =>
      apply(Math.max(convolved(Math.floor(i / 9), i % 9), 0), Math.floor(i / 9)),
    );
    expectClose(outputOf(float, image), { ...expected, values });
  });

  it('of the values of a linear layer', () => {
    const nodes = [node('MatMul', ['x', 'm'], 'u'), normal('u', 'y')];
    const matrix = floats('m', [2, 3], [1, 0, 1, 0, 1, -1]);
    const float = network({ input: [1, 2], nodes, constants: [matrix, ...parameters(3)] });
    expect(float.layers.map(({ kind }) => kind)).toEqual(['linear']);
    const found = evaluateFloat(float, [5, 7]).at(-1)!;
    for (const [i, value] of [5, 7, -2].entries()) expect(found[i]).toBeCloseTo(apply(value, i), 5);
  });

  it.each([
    ['training_mode', { training_mode: 1 }, 14, 'is in training mode'],
    ['spatial', { spatial: 0 }, 8, 'normalises each position on its own'],
  ])('%s is refused', (_, whole, opset, message) => {
    const inputs = ['x', 'scale', 'shift', 'mean', 'variance'];
    const nodes = [node('BatchNormalization', inputs, 'y', attributes({ whole }))];
    expect(() => network({ input: [1, 1, 3, 3], nodes, opset, constants: parameters(1) })).toThrow(message);
  });

  it('a negative variance is refused', () => {
    const negative = [...parameters(1).slice(0, 3), floats('variance', [1], [-1])];
    expect(() => network({ input: [1, 1, 3, 3], nodes: [normal('x', 'y')], constants: negative })).toThrow(
      'node "/y/BatchNormalization" (BatchNormalization): its variance of channel 0 is -1',
    );
  });
});
