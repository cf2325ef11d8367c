// Pools against a naive evaluation of the ONNX specification.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateFloat } from '../../src/onnx/index.ts';
import { runs } from '../support/depth.ts';
import { attributes, floats, integers, node } from './build.ts';
import {
  expectClose,
  extents,
  fits,
  inputOf,
  network,
  outputLength,
  outputOf,
  overWindows,
  randomImage,
  type WindowCase,
  windowCase,
  windowLists,
} from './naive-windows.ts';

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
      { numRuns: runs(300) },
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
            opset: 19,
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
              '(AveragePool): counts some of the positions beyond the image and some not',
            );
          } else {
            expectClose(outputOf(network(parts), image), expected);
          }
        },
      ),
      { numRuns: runs(300) },
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
    expect(() => network(parts([0, 1, 0, 0], 0))).toThrow('counts some of the positions beyond the image and some not');
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
