// Operators with random attributes: the float evaluation against onnxruntime.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../src/errors.ts';
import { evaluateFloat, type FloatNetwork, readFloatNetwork } from '../src/onnx/index.ts';
import { attributes, buildModel, bytes, floats, integers, node, type Parts } from '../test/onnx/build.ts';
import { pseudoRandom } from '../test/onnx/files.ts';
import { runtime } from './runtime.ts';

const pair = (least: number, most: number) =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }));
const windows = fc.record({
  kernel_shape: pair(1, 4),
  strides: pair(1, 3),
  dilations: pair(1, 2),
  pads: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
});

const numbers = (seed: number, count: number): number[] => {
  const random = pseudoRandom(seed);
  return Array.from({ length: count }, () => Math.fround(4 * random.next().value - 2));
};

/** The float network, or undefined where it is refused with an InputError. */
function read(parts: Parts): FloatNetwork | undefined {
  try {
    return readFloatNetwork(buildModel(parts));
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** How many of the files that we read gave the same outputs; fails where one does not. */
async function compare(parts: Parts, seed: number): Promise<boolean> {
  const float = read(parts);
  if (float === undefined) return false;
  const shape = parts.input.map(Number);
  const sample = numbers(
    seed,
    shape.reduce((a, b) => a * b, 1),
  );
  let expected: Float32Array;
  try {
    expected = await (await runtime(buildModel(parts), shape))(sample);
  } catch {
    return false; // onnxruntime refuses some paddings that we accept
  }
  const found = evaluateFloat(float, sample)[float.outputs[0]!.tensor]!;
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries())
    expect(Math.abs(found[i]! - value)).toBeLessThan(1e-4 * (1 + Math.abs(value)));
  return true;
}

describe('windows', () => {
  it.each([
    ['Conv', undefined],
    ['MaxPool', 0],
    ['MaxPool', 1],
    ['AveragePool', 0],
    ['AveragePool', 1],
  ] as const)('%s, ceil_mode %s', async (operator, ceil) => {
    let compared = 0;
    const property = fc.asyncProperty(
      windows,
      pair(1, 9),
      fc.constantFrom('NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'),
      fc.boolean(),
      fc.integer(),
      async ({ pads, ...window }, extent, mode, counts, seed) => {
        // With SAME, onnxruntime supports no dilation, and pads by a negative length where strides exceed the kernel.
        const isSame = mode.startsWith('SAME');
        const strides = window.strides.map((stride, axis) => Math.min(stride, window.kernel_shape[axis]!));
        const lists = isSame ? { ...window, strides, dilations: [1, 1] } : window;
        const isPool = operator !== 'Conv';
        const list = attributes({
          lists: mode === 'NOTSET' ? { ...lists, pads } : lists,
          texts: { auto_pad: mode },
          whole: {
            ...(isPool ? { ceil_mode: ceil ?? 0 } : { group: 2 }),
            ...(operator === 'AveragePool' ? { count_include_pad: Number(counts) } : {}),
          },
        });
        const dims = [4, 2, ...lists.kernel_shape];
        const weights = numbers(
          seed + 1,
          dims.reduce((a, b) => a * b, 1),
        );
        const parts: Parts = {
          input: [1, 4, ...extent],
          nodes: [node(operator, isPool ? ['x'] : ['x', 'w', 'b'], 'y', list)],
          constants: isPool ? [] : [floats('w', dims, weights), floats('b', [4], [1, -1, 0.5, 0])],
          opset: 19,
        };
        if (await compare(parts, seed)) compared++;
      },
    );
    await fc.assert(property, { numRuns: 150 });
    expect(compared).toBeGreaterThan(30);
  });
});

describe('quantised networks, as PyTorch writes them', () => {
  const quantised = (input: string, output: string, scale: string, zero: string) => [
    node('QuantizeLinear', [input, scale, zero], `${output}_integers`),
    node('DequantizeLinear', [`${output}_integers`, scale, zero], output),
  ];

  it.each([[true], [false]])('8-bit weights by channel, activations rounded (signed: %s)', async (isSigned) => {
    const random = pseudoRandom(9);
    const weights = Array.from({ length: 36 }, () => Math.floor(256 * random.next().value - 128));
    const byChannel = attributes({ whole: { axis: 0 } });
    const parts: Parts = {
      input: [1, 2, 6, 6],
      nodes: [
        ...quantised('x', 'a', 'step', 'zero'),
        node('DequantizeLinear', ['w', 'steps', 'zeros'], 'v', byChannel),
        node('Conv', ['a', 'v', 'b'], 'u'),
        node('Relu', ['u'], 'r'),
        ...quantised('r', 'y', 'step2', 'zero'),
      ],
      constants: [
        bytes('w', [2, 2, 3, 3], weights),
        floats('steps', [2], [0.01, 0.002]),
        bytes('zeros', [2], [0, 0]),
        floats('b', [2], [0.5, -0.25]),
        floats('step', [], [0.0157]),
        floats('step2', [], [0.05]),
        bytes('zero', [], [isSigned ? -3 : 120], isSigned),
      ],
    };
    for (let seed = 0; seed < 20; seed++) expect(await compare(parts, seed)).toBe(true);
  });
});

describe('graphs', () => {
  it('normalisation, branches, concatenation, padding and constants', async () => {
    const weights = (name: string, outputs: number, inputs: number, seed: number) =>
      floats(name, [outputs, inputs, 3, 3], numbers(seed, 9 * outputs * inputs));
    const same = attributes({ lists: { pads: [1, 1, 1, 1] } });
    const parts: Parts = {
      input: [1, 2, 7, 7],
      nodes: [
        node('Conv', ['x', 'w1'], 'u', same),
        node('BatchNormalization', ['u', 'scale', 'shift', 'mean', 'variance'], 'n'),
        node('Clip', ['n', 'low', 'high'], 'a'),
        node('Conv', ['a', 'w2'], 'v', same),
        node('Add', ['v', 'a'], 'sum'),
        node('Mul', ['sum', 'half'], 'h'),
        node('Concat', ['h', 'a', 'u'], 'c', attributes({ whole: { axis: 1 } })),
        node('Pad', ['c', 'pads'], 'p'),
        node('AveragePool', ['p'], 'd', attributes({ lists: { kernel_shape: [2, 2], strides: [2, 2] } })),
        node('ReduceMean', ['d'], 'g', attributes({ lists: { axes: [2, 3] }, whole: { keepdims: 0 } })),
        node('Gemm', ['g', 'head'], 'y', attributes({ whole: { transB: 1 } })),
      ],
      constants: [
        weights('w1', 3, 2, 1),
        weights('w2', 3, 3, 2),
        floats('scale', [3], [1, -0.5, 2]),
        floats('shift', [3], [0, 1, -1]),
        floats('mean', [3], [0.1, 0.2, 0.3]),
        floats('variance', [3], [1, 6e-45, 4]),
        floats('low', [], [0]),
        floats('high', [], [6]),
        floats('half', [1, 3, 1, 1], [0.5, 0.25, 2]),
        integers('pads', [0, 0, 0, 0, 0, 0, 1, 1]),
        floats('head', [4, 9], numbers(3, 36)),
      ],
    };
    for (let seed = 0; seed < 20; seed++) expect(await compare(parts, seed)).toBe(true);
  });
});
