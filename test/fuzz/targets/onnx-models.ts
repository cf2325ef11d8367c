// Valid ONNX files of all operators that are read, as messages: what mutants are made of.

import type { ModelProto } from 'onnx-buf';
import { attributes, buildMessage, bytes, floats, integers, node } from '../../onnx/build.ts';

const transB = attributes({ whole: { transB: 1 } });
const signs = (count: number): number[] => Array.from({ length: count }, (_, k) => ((k * 7) % 3) - 1);

const perceptron = buildMessage({
  input: ['batch', 3],
  nodes: [
    node('Gemm', ['x', 'w', 'b'], 'u', transB),
    node('Clip', ['u', 'low', 'high'], 'h'),
    node('MatMul', ['h', 'v'], 'p'),
    node('Add', ['p', 'b'], 'y'),
  ],
  constants: [
    floats('w', [4, 3], signs(12)),
    floats('b', [4], [0.5, -0.5, 0, 1]),
    floats('v', [4, 4], signs(16)),
    floats('low', [], [0]),
    floats('high', [], [6]),
  ],
});

const images = buildMessage({
  input: [1, 2, 6, 6],
  nodes: [
    node('Pad', ['x', 'pads'], 'z'),
    node(
      'Conv',
      ['z', 'k', 'c'],
      'u',
      attributes({ lists: { strides: [1, 1], dilations: [1, 1] }, whole: { group: 2 } }),
    ),
    node('BatchNormalization', ['u', 'c', 'c', 'c', 'd'], 'n', attributes({ floats: { epsilon: 1e-5 } })),
    node('Relu', ['n'], 'r'),
    node('MaxPool', ['r'], 'm', attributes({ lists: { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 1, 1] } })),
    node(
      'AveragePool',
      ['r'],
      'a',
      attributes({ lists: { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 1, 1] } }),
    ),
    node('Concat', ['m', 'a'], 's', attributes({ whole: { axis: 1 } })),
    node('Dropout', ['s'], 'o'),
    node('GlobalAveragePool', ['o'], 'g'),
    node('GlobalMaxPool', ['o'], 'q'),
    node('Sum', ['g', 'q'], 't'),
    node('Flatten', ['t'], 'f', attributes({ whole: { axis: 1 } })),
    node('Gemm', ['f', 'h'], 'y', attributes({ whole: { transB: 1 }, floats: { alpha: 0.5 } })),
  ],
  constants: [
    integers('pads', [0, 0, 1, 1, 0, 0, 1, 1]),
    floats('k', [4, 1, 3, 3], signs(36)),
    floats('c', [4], [0.5, 0.25, 1, 2]),
    floats('d', [4], [1, 0.5, 2, 1]),
    floats('h', [3, 8], signs(24)),
  ],
});

const residual = buildMessage({
  input: [1, 2, 4, 4],
  nodes: [
    node('Conv', ['x', 'k'], 'u', attributes({ lists: { pads: [1, 1, 1, 1], kernel_shape: [3, 3] } })),
    node('Mul', ['u', 'm'], 'v'),
    node('Sub', ['v', 'e'], 'w'),
    node('Div', ['w', 'm'], 'o'),
    node('Add', ['o', 'x'], 's'),
    node('Max', ['s', 'zero'], 'r'),
    node('Min', ['r', 'six'], 'l'),
    node('ReduceMean', ['l'], 'g', attributes({ lists: { axes: [2, 3] }, whole: { keepdims: 1 } })),
    node('Squeeze', ['g', 'axes'], 'f'),
    node('Unsqueeze', ['f', 'axes'], 'i'),
    node('Identity', ['i'], 'j'),
    node('Reshape', ['j', 'shape'], 't'),
    node('Cast', ['t'], 'a', attributes({ whole: { to: 1 } })),
    node('Constant', [], 'h', attributes({ tensor: floats('', [3, 2], signs(6)) })),
    node('Transpose', ['h'], 'ht', attributes({ lists: { perm: [1, 0] } })),
    node('MatMul', ['a', 'ht'], 'y'),
  ],
  constants: [
    floats('k', [2, 2, 3, 3], signs(36)),
    floats('m', [2, 1, 1], [2, 0.5]),
    floats('e', [1, 2, 1, 1], [1, -1]),
    floats('zero', [], [0]),
    floats('six', [], [6]),
    integers('axes', [2, 3]),
    integers('shape', [1, -1]),
  ],
  output: ['y', 'l'],
});

const quantised = buildMessage({
  input: [1, 4],
  nodes: [
    node('QuantizeLinear', ['x', 'sx', 'zx'], 'xq'),
    node('DequantizeLinear', ['xq', 'sx', 'zx'], 'xd'),
    node('DequantizeLinear', ['wq', 'sw', 'zw'], 'wd', attributes({ whole: { axis: 0 } })),
    node('Gemm', ['xd', 'wd'], 'u', transB),
    node('QuantizeLinear', ['u', 'sx', 'zx'], 'uq'),
    node('DequantizeLinear', ['uq', 'sx', 'zx'], 'ud'),
    node('Gemm', ['ud', 'v'], 'y', transB),
  ],
  constants: [
    floats('sx', [], [0.125]),
    bytes('zx', [], [0]),
    bytes('wq', [3, 4], [1, 0, -1, 5, 7, -128, 127, 0, 1, 1, 0, -3]),
    floats('sw', [3], [0.5, 0.25, 1]),
    bytes('zw', [3], [0, 0, 0]),
    floats('v', [2, 3], signs(6)),
  ],
});

export const MODELS: readonly ModelProto[] = [perceptron, images, residual, quantised];
