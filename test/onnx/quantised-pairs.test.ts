// QuantizeLinear and DequantizeLinear on activations and on weights.

import { describe, expect, it } from 'vitest';
import { attributes, bytes, floats, node } from './build.ts';
import { read, run } from './graph-run.ts';

describe('quantised networks, as PyTorch writes them', () => {
  const step = floats('step', [], [0.5]);
  const pair = (zero: string | undefined, scale = 'step') => [
    node('QuantizeLinear', zero === undefined ? ['x', 'step'] : ['x', 'step', zero], 'q'),
    node('DequantizeLinear', zero === undefined ? ['q', scale] : ['q', scale, zero], 'y'),
  ];

  it('a pair on activations rounds, ties to even, and clips to the type', () => {
    const constants = [step, bytes('zero', [], [-100])];
    const parts = { input: [1, 6], nodes: pair('zero'), constants };
    expect(read(parts).layers).toEqual([
      { kind: 'round', name: '/q/QuantizeLinear', operator: 'QuantizeLinear', input: 0, step: 0.5, min: -28, max: 227 },
    ]);
    expect(run(parts, [0.25, 0.75, -0.25, 0.3, -1000, 1000])).toEqual([[0, 1, -0, 0.5, -14, 113.5]]);
    const unsigned = { input: [1, 2], nodes: pair(undefined), constants };
    expect(read(unsigned).layers).toMatchObject([{ min: 0, max: 255 }]);
  });

  it('weights by tensor and by channel, quantised in the file or on the way', () => {
    const nodes = [
      node('DequantizeLinear', ['w8', 'step', 'zero'], 'w'),
      node('Gemm', ['x', 'w', 'b'], 'u', attributes({ whole: { transB: 1 } })),
      node('QuantizeLinear', ['v', 'steps', 'zeros'], 'v8', attributes({ whole: { axis: 0 } })),
      node('DequantizeLinear', ['v8', 'steps', 'zeros'], 'v1', attributes({ whole: { axis: -2 } })),
      node('Gemm', ['u', 'v1'], 'y', attributes({ whole: { transB: 1 } })),
    ];
    const constants = [
      step,
      bytes('zero', [], [1]),
      bytes('w8', [2, 2], [3, 1, -1, 5]),
      floats('b', [2], [1, 2]),
      floats('v', [2, 2], [0.9, -0.3, 70, 5.1]),
      floats('steps', [2], [0.25, 0.5]),
      bytes('zeros', [2], [0, 0]),
    ];
    // w = [[1, 0], [−1, 2]]; v = [[1, −0.25], [63.5, 5]]: 0.9 / 0.25 rounds to 4, 70 / 0.5 is beyond 127.
    const u = [10 + 1, -10 + 2 * 20 + 2];
    expect(run({ input: [1, 2], nodes, constants }, [10, 20])).toEqual([
      [u[0]! - 0.25 * u[1]!, 63.5 * u[0]! + 5 * u[1]!],
    ]);
  });

  it.each([
    [
      'another scale behind',
      pair('zero', 'other'),
      'its scale or zero point is not that of the QuantizeLinear before it',
    ],
    ['integers as an output', pair('zero').slice(0, 1), 'node "/q/QuantizeLinear" (QuantizeLinear): gives output "q"'],
    [
      'arithmetic on integers',
      [...pair('zero').slice(0, 1), node('Relu', ['q'], 'y')],
      '(Relu): works on the integers of node "/q/QuantizeLinear"',
    ],
    [
      'integers that nobody quantised',
      [node('DequantizeLinear', ['x', 'step'], 'y')],
      'its input is computed and was not quantised',
    ],
    [
      'a scale for each channel of activations',
      [node('QuantizeLinear', ['x', 'steps'], 'y')],
      'rounds activations with a scale for each channel',
    ],
    [
      'scales for another axis',
      [node('DequantizeLinear', ['w8', 'steps'], 'w'), node('MatMul', ['x', 'w'], 'y')],
      '2 scales on axis 1 of a tensor of shape [2, 3]',
    ],
    ['a scale of 0', [node('QuantizeLinear', ['x', 'none'], 'y')], 'its scale is not positive'],
  ])('%s is refused', (_, nodes, message) => {
    const constants = [
      step,
      floats('other', [], [0.25]),
      floats('steps', [2], [1, 2]),
      floats('none', [], [0]),
      bytes('zero', [], [0]),
      bytes('w8', [2, 3], [1, 2, 3, 4, 5, 6]),
    ];
    expect(() => read({ input: [1, 2], nodes, constants })).toThrow(message);
  });
});
