// Convolutions, pools and normalisation of images against a naive evaluation of the ONNX specification.

import fc from 'fast-check';
import type { TensorProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { evaluateFloat, type FloatNetwork, readFloatNetwork } from '../../src/onnx/index.ts';
import { attributes, buildModel, floats, integers, node, type Parts } from './build.ts';
import { pseudoRandom } from './files.ts';

/** An image of one sample: channels, rows, columns, and the value at a place; 0 or nothing beyond it. */
interface Image {
  readonly shape: readonly [number, number, number];
  readonly values: readonly number[];
}

const at = ({ shape, values }: Image, channel: number, row: number, column: number): number | undefined =>
  row < 0 || column < 0 || row >= shape[1] || column >= shape[2]
    ? undefined
    : values[(channel * shape[1] + row) * shape[2] + column];

function randomImage(seed: number, shape: readonly [number, number, number]): Image {
  const random = pseudoRandom(seed);
  return {
    shape,
    values: Array.from({ length: shape[0] * shape[1] * shape[2] }, () =>
      Math.fround(Math.round(8 * random.next().value - 4) / 2),
    ),
  };
}

interface WindowCase {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** top, left, bottom, right */
  readonly pads: readonly [number, number, number, number];
}

const windowCase = fc.record({
  kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  dilations: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pads: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)),
});
const extents = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));

const windowLists = ({ kernel, strides, dilations, pads }: WindowCase) => ({
  kernel_shape: kernel,
  strides,
  dilations,
  pads,
});

/** The output's length on one axis, by the specification; PyTorch's rule for windows that begin in the padding. */
function outputLength(window: WindowCase, axis: 0 | 1, length: number, ceil = false): number {
  const extent = window.dilations[axis] * (window.kernel[axis] - 1) + 1;
  const room = (length + window.pads[axis] + window.pads[axis + 2]! - extent) / window.strides[axis];
  const count = (ceil ? Math.ceil(room) : Math.floor(room)) + 1;
  const startsInPadding = (count - 1) * window.strides[axis] >= length + window.pads[axis];
  return ceil && startsInPadding ? count - 1 : count;
}

/** Folds the places of every window: what is beyond the image comes as undefined. */
function overWindows(
  image: Image,
  window: WindowCase,
  ceil: boolean,
  fold: (places: { value: number | undefined; isPadded: boolean }[]) => number,
): Image {
  const { strides, dilations, pads, kernel } = window;
  const [channels, rows, columns] = image.shape;
  const [outRows, outColumns] = [outputLength(window, 0, rows, ceil), outputLength(window, 1, columns, ceil)];
  const values: number[] = [];
  for (let channel = 0; channel < channels; channel++) {
    for (let p = 0; p < outRows; p++) {
      for (let q = 0; q < outColumns; q++) {
        const places: { value: number | undefined; isPadded: boolean }[] = [];
        for (let i = 0; i < kernel[0]; i++) {
          for (let j = 0; j < kernel[1]; j++) {
            const row = p * strides[0] + i * dilations[0] - pads[0];
            const column = q * strides[1] + j * dilations[1] - pads[1];
            const isPadded = row < rows + pads[2] && column < columns + pads[3];
            places.push({ value: at(image, channel, row, column), isPadded });
          }
        }
        values.push(fold(places));
      }
    }
  }
  return { shape: [channels, outRows, outColumns], values };
}

const fits = (window: WindowCase, [rows, columns]: readonly [number, number]): boolean =>
  outputLength(window, 0, rows) > 0 && outputLength(window, 1, columns) > 0;

const network = (parts: Parts): FloatNetwork => readFloatNetwork(buildModel(parts));

function outputOf(float: FloatNetwork, image: Image): Image {
  const { tensor } = float.outputs[0]!;
  const values = evaluateFloat(float, image.values)[tensor]!;
  const shape = float.shapes[tensor]! as readonly number[] as Image['shape'];
  expect(values).toHaveLength(shape.reduce((a, b) => a * b, 1));
  return { shape, values: [...values] };
}

function expectClose(found: Image, expected: Image): void {
  expect(found.shape).toEqual(expected.shape);
  for (const [i, value] of expected.values.entries()) expect(found.values[i]).toBeCloseTo(value, 6);
}

const inputOf = (image: Image): Parts['input'] => [1, ...image.shape];

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
      { numRuns: 300 },
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

describe('MaxPool', () => {
  it('any window, with and without ceil_mode; padding does not count', () => {
    fc.assert(
      fc.property(windowCase, extents, fc.boolean(), fc.integer(), (window, extent, ceil, seed) => {
        fc.pre(fits(window, extent));
        const image = randomImage(seed, [2, ...extent]);
        const nodes = [
          node('MaxPool', ['x'], 'y', attributes({ lists: windowLists(window), whole: { ceil_mode: Number(ceil) } })),
        ];
        const expected = overWindows(image, window, ceil, (places) =>
          Math.max(...places.map(({ value }) => value ?? Number.NEGATIVE_INFINITY)),
        );
        if (expected.values.includes(Number.NEGATIVE_INFINITY)) {
          expect(() => network({ input: inputOf(image), nodes })).toThrow(
            '(MaxPool): has windows that lie in the padding',
          );
        } else {
          expectClose(outputOf(network({ input: inputOf(image), nodes }), image), expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('of the zeros that a Pad puts around values that are not negative', () => {
    const image = randomImage(3, [2, 4, 4]);
    const nodes = (activation: string) => [
      node(activation, ['x'], 'r'),
      node('Pad', ['r', 'pads'], 'p'),
      node('MaxPool', ['p'], 'y', attributes({ lists: { kernel_shape: [3, 3], strides: [2, 2] } })),
    ];
    const constants = [integers('pads', [0, 0, 1, 1, 0, 0, 1, 1])];
    const positive = { ...image, values: image.values.map((value) => Math.max(value, 0)) };
    const window: WindowCase = { kernel: [3, 3], strides: [2, 2], dilations: [1, 1], pads: [1, 1, 1, 1] };
    expectClose(
      outputOf(network({ input: inputOf(image), nodes: nodes('Relu'), constants }), image),
      overWindows(positive, window, false, (places) => Math.max(...places.map(({ value }) => value ?? 0))),
    );
    expect(() => network({ input: inputOf(image), nodes: nodes('Identity'), constants })).toThrow(
      'node "/y/MaxPool" (MaxPool): reads what node "/p/Pad" (Pad) pads',
    );
  });
});

describe('AveragePool', () => {
  it('any window; padding counts or not, what ceil_mode adds never does', () => {
    fc.assert(
      fc.property(
        windowCase,
        extents,
        fc.boolean(),
        fc.boolean(),
        fc.integer(),
        (window, extent, ceil, counts, seed) => {
          fc.pre(fits(window, extent));
          const image = randomImage(seed, [2, ...extent]);
          const whole = { ceil_mode: Number(ceil), count_include_pad: Number(counts) };
          const parts = {
            input: inputOf(image),
            nodes: [node('AveragePool', ['x'], 'y', attributes({ lists: windowLists(window), whole }))],
          };
          let isEmpty = false;
          const expected = overWindows(image, window, ceil, (places) => {
            const values = places.flatMap(({ value }) => value ?? []);
            if (values.length === 0) isEmpty = true;
            const count = counts ? places.filter(({ isPadded }) => isPadded).length : values.length;
            return values.reduce((sum, value) => sum + value, 0) / count;
          });
          const extended =
            ceil &&
            ([0, 1] as const).some(
              (axis) => outputLength(window, axis, extent[axis], true) > outputLength(window, axis, extent[axis]),
            );
          if (isEmpty) {
            expect(() => network(parts)).toThrow('(AveragePool): has windows that lie in the padding');
          } else if (extended && counts && window.pads.some((pad) => pad > 0)) {
            expect(() => network(parts)).toThrow(
              '(AveragePool): counts some of the places beyond the image and some not',
            );
          } else {
            expectClose(outputOf(network(parts), image), expected);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes in a Pad, which counts', () => {
    const image = randomImage(5, [1, 3, 3]);
    const window: WindowCase = { kernel: [2, 2], strides: [1, 1], dilations: [1, 1], pads: [1, 0, 1, 1] };
    const parts = (pads: readonly number[], counts: number) => ({
      input: inputOf(image),
      nodes: [
        node('Pad', ['x', 'pads'], 'p'),
        node(
          'AveragePool',
          ['p'],
          'y',
          attributes({ lists: { kernel_shape: [2, 2], pads }, whole: { count_include_pad: counts } }),
        ),
      ],
      constants: [integers('pads', [0, 0, 1, 0, 0, 0, 1, 1])],
    });
    const expected = overWindows(
      image,
      window,
      false,
      (places) => places.reduce((sum, { value }) => sum + (value ?? 0), 0) / 4,
    );
    expectClose(outputOf(network(parts([0, 0, 0, 0], 0)), image), expected);
    const wider = { ...window, pads: [1, 1, 1, 1] as const };
    expectClose(
      outputOf(network(parts([0, 1, 0, 0], 1)), image),
      overWindows(image, wider, false, (places) => places.reduce((sum, { value }) => sum + (value ?? 0), 0) / 4),
    );
    expect(() => network(parts([0, 1, 0, 0], 0))).toThrow('counts some of the places beyond the image and some not');
  });
});

describe('pools over whole images', () => {
  const image = randomImage(11, [3, 4, 5]);
  const means = [0, 1, 2].map((c) => image.values.slice(20 * c, 20 * c + 20).reduce((a, b) => a + b, 0) / 20);
  const maxima = [0, 1, 2].map((c) => Math.max(...image.values.slice(20 * c, 20 * c + 20)));

  it.each([
    ['GlobalAveragePool', [node('GlobalAveragePool', ['x'], 'y')], means],
    ['GlobalMaxPool', [node('GlobalMaxPool', ['x'], 'y')], maxima],
    ['ReduceMean by attribute', [node('ReduceMean', ['x'], 'y', attributes({ lists: { axes: [2, 3] } }))], means],
    [
      'ReduceMean by attribute, from the end',
      [node('ReduceMean', ['x'], 'y', attributes({ lists: { axes: [-1, -2] } }))],
      means,
    ],
    ['ReduceMean by input', [node('ReduceMean', ['x', 'axes'], 'y')], means],
    [
      'ReduceMean without its axes',
      [node('ReduceMean', ['x', 'axes'], 'y', attributes({ whole: { keepdims: 0 } }))],
      means,
    ],
    [
      'ReduceMean over columns, then rows',
      [
        node('ReduceMean', ['x'], 'r', attributes({ lists: { axes: [3] }, whole: { keepdims: 1 } })),
        node('ReduceMean', ['r'], 'y', attributes({ lists: { axes: [2] }, whole: { keepdims: 0 } })),
      ],
      means,
    ],
  ] as const)('%s', (_, nodes, expected) => {
    const parts = { input: inputOf(image), nodes, constants: [integers('axes', [2, 3])] };
    expectClose(outputOf(network(parts), image), { shape: [3, 1, 1], values: expected });
    // With a linear layer after it, whatever the names of the axes.
    const head = [node('Flatten', ['y'], 'f'), node('MatMul', ['f', 'w'], 'z')];
    const weights = floats('w', [3, 1], [1, -1, 1]);
    const logits = network({ ...parts, nodes: [...nodes, ...head], constants: [...parts.constants, weights] });
    expect(evaluateFloat(logits, image.values).at(-1)![0]).toBeCloseTo(expected[0]! - expected[1]! + expected[2]!, 6);
  });

  it.each([
    [[1], 'over axes [1]'],
    [[0, 2, 3], 'over axes [0, 2, 3]'],
    [[], 'over axes []'],
  ])('ReduceMean over axes %j is refused', (axes, message) => {
    const nodes = [node('ReduceMean', ['x'], 'y', attributes({ lists: { axes } }))];
    expect(() => network({ input: inputOf(image), nodes })).toThrow(message);
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
    ['training_mode', { training_mode: 1 }, 'is in training mode'],
    ['spatial', { spatial: 0 }, 'normalises each place on its own'],
  ])('%s is refused', (_, whole, message) => {
    const inputs = ['x', 'scale', 'shift', 'mean', 'variance'];
    const nodes = [node('BatchNormalization', inputs, 'y', attributes({ whole }))];
    expect(() => network({ input: [1, 1, 3, 3], nodes, constants: parameters(1) })).toThrow(message);
  });

  it('a negative variance is refused', () => {
    const negative = [...parameters(1).slice(0, 3), floats('variance', [1], [-1])];
    expect(() => network({ input: [1, 1, 3, 3], nodes: [normal('x', 'y')], constants: negative })).toThrow(
      'node "/y/BatchNormalization" (BatchNormalization): its variance of channel 0 is -1',
    );
  });
});
