// Graphs that are no chains: sums, concatenations, constants that fold, padding, several outputs, and names of axes.

import { create } from '@bufbuild/protobuf';
import { TensorProto_DataType, TensorProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { evaluateFloat, type FloatNetwork, readFloatNetwork } from '../../src/onnx/index.ts';
import { attributes, buildModel, bytes, floats, integers, node, type Parts } from './build.ts';

const read = (parts: Parts): FloatNetwork => readFloatNetwork(buildModel(parts));

const kinds = (float: FloatNetwork): string[] => float.layers.map(({ kind }) => kind);

/** The outputs on one input, in the file's order. */
function run(parts: Parts, input: readonly number[]): number[][] {
  const float = read(parts);
  const tensors = evaluateFloat(float, input);
  for (const [index, values] of tensors.entries()) {
    expect(values).toHaveLength(float.shapes[index]!.reduce((a, b) => a * b, 1));
  }
  return float.outputs.map(({ tensor }) => [...tensors[tensor]!]);
}

/** Two channels of 2 × 2. */
const IMAGE = [1, -2, 3, -4, 5, 6, -7, 8];
const INPUT = [1, 2, 2, 2];
/** x[0] − x[1] and x[0] + x[1], by channel. */
const MIX = floats('mix', [2, 2, 1, 1], [1, -1, 1, 1]);
const MIXED = [-4, -8, 10, -12, 6, 4, -4, 4];
const mix = (input: string, output: string) => node('Conv', [input, 'mix'], output);
const relu = (values: readonly number[]): number[] => values.map((value) => Math.max(value, 0));

describe('sums', () => {
  it('a residual connection', () => {
    const nodes = [node('Relu', ['x'], 'r'), mix('r', 'u'), node('Add', ['u', 'r'], 's'), node('Relu', ['s'], 'y')];
    const parts = { input: INPUT, nodes, constants: [MIX] };
    const [a, b] = [relu(IMAGE).slice(0, 4), relu(IMAGE).slice(4)];
    const expected = relu([...a.map((v, i) => v - b[i]! + v), ...a.map((v, i) => v + b[i]! + b[i]!)]);
    expect(run(parts, IMAGE)).toEqual([expected]);
    const float = read(parts);
    expect(kinds(float)).toEqual(['clamp', 'convolution', 'add', 'clamp']);
    expect(float.layers[2]).toEqual({ kind: 'add', name: '/s/Add', operator: 'Add', inputs: [2, 1] });
    expect(float.shapes).toEqual([INPUT, INPUT, INPUT, INPUT, INPUT].map((shape) => shape.slice(1)));
  });

  it('of a tensor with itself, and of three', () => {
    expect(run({ input: INPUT, nodes: [node('Add', ['x', 'x'], 'y')] }, IMAGE)).toEqual([IMAGE.map((v) => 2 * v)]);
    const nodes = [mix('x', 'u'), node('Sum', ['x', 'u', 'x'], 'y')];
    expect(run({ input: INPUT, nodes, constants: [MIX] }, IMAGE)).toEqual([IMAGE.map((v, i) => 2 * v + MIXED[i]!)]);
  });

  it('of vectors, one of them flattened', () => {
    const nodes = [node('Flatten', ['x'], 'f'), node('MatMul', ['f', 'reverse'], 'm'), node('Add', ['f', 'm'], 'y')];
    const reverse = Array.from({ length: 64 }, (_, i) => Number(Math.floor(i / 8) + (i % 8) === 7));
    const parts = { input: INPUT, nodes, constants: [floats('reverse', [8, 8], reverse)] };
    expect(kinds(read(parts))).toEqual(['flatten', 'linear', 'add']);
    expect(run(parts, IMAGE)).toEqual([IMAGE.map((v, i) => v + IMAGE[7 - i]!)]);
  });

  it('of other shapes is refused', () => {
    const nodes = [node('GlobalAveragePool', ['x'], 'g'), node('Add', ['x', 'g'], 'y')];
    expect(() => read({ input: INPUT, nodes })).toThrow(
      'node "/y/Add" (Add): adds tensors of shapes [1, 2, 2, 2] and [1, 2, 1, 1]; equal shapes are supported',
    );
  });
});

describe('constants', () => {
  const byChannel = floats('c', [1, 2, 1, 1], [2, -4]);
  const scaled = (f: (value: number, constant: number) => number, values = IMAGE) =>
    values.map((value, i) => f(value, i < 4 ? 2 : -4));

  it.each([
    ['Add', ['v', 'c'], (v: number, c: number) => v + c],
    ['Add', ['c', 'v'], (v: number, c: number) => v + c],
    ['Sub', ['v', 'c'], (v: number, c: number) => v - c],
    ['Sub', ['c', 'v'], (v: number, c: number) => c - v],
    ['Mul', ['v', 'c'], (v: number, c: number) => v * c],
    ['Mul', ['c', 'v'], (v: number, c: number) => v * c],
    ['Div', ['v', 'c'], (v: number, c: number) => v / c],
  ] as const)(
    '%s of %j by channel is an affine layer, or goes into the convolution before it',
    (operator, operands, f) => {
      const alone = {
        input: INPUT,
        nodes: [
          node(
            operator,
            operands.map((o) => (o === 'v' ? 'x' : o)),
            'y',
          ),
        ],
        constants: [byChannel],
      };
      expect(kinds(read(alone))).toEqual(['affine']);
      expect(run(alone, IMAGE)).toEqual([scaled(f)]);
      const after = {
        input: INPUT,
        nodes: [mix('x', 'v'), node(operator, operands, 'y')],
        constants: [byChannel, MIX],
      };
      expect(kinds(read(after))).toEqual(['convolution']);
      expect(run(after, IMAGE)).toEqual([scaled(f, MIXED)]);
    },
  );

  it('one number for all, and a run of them, make one layer', () => {
    const nodes = [
      node('Mul', ['x', 'two'], 'a'),
      node('Add', ['a', 'three'], 'b'),
      node('Div', ['b', 'two'], 'd'),
      node('Sub', ['d', 'three'], 'y'),
    ];
    const parts = { input: INPUT, nodes, constants: [floats('two', [], [2]), floats('three', [1], [3])] };
    expect(kinds(read(parts))).toEqual(['affine']);
    expect(run(parts, IMAGE)).toEqual([IMAGE.map((v) => (2 * v + 3) / 2 - 3)]);
  });

  it('that change nothing leave no layer', () => {
    const nodes = [
      node('Relu', ['x'], 'r'),
      node('Mul', ['r', 'one'], 'a'),
      node('Add', ['a', 'zero'], 'b'),
      node('Clip', ['b'], 'y'),
    ];
    const constants = [floats('one', [], [1]), floats('zero', [2, 1, 1], [0, 0])];
    expect(kinds(read({ input: INPUT, nodes, constants }))).toEqual(['clamp']);
  });

  it('a multiplier of 0 leaves no weights', () => {
    const parts = {
      input: INPUT,
      nodes: [mix('x', 'u'), node('Mul', ['u', 'c'], 'y')],
      constants: [MIX, floats('c', [2, 1, 1], [0, 0.5])],
    };
    const [layer] = read(parts).layers;
    expect(layer!.kind === 'convolution' && [...layer!.weights.ends]).toEqual([0, 2]);
    expect(run(parts, IMAGE)).toEqual([MIXED.map((v, i) => (i < 4 ? 0 : v / 2))]);
  });

  it('of flattened images go before the flatten where they are the same for a channel', () => {
    const nodes = [node('Flatten', ['x'], 'f'), node('Mul', ['f', 'c'], 'm'), node('MatMul', ['m', 'w'], 'y')];
    const weights = floats('w', [8, 1], new Array(8).fill(1));
    const same = { input: INPUT, nodes, constants: [floats('c', [8], [2, 2, 2, 2, -4, -4, -4, -4]), weights] };
    expect(kinds(read(same))).toEqual(['affine', 'flatten', 'linear']);
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    expect(run(same, IMAGE)).toEqual([[sum(scaled((v, c) => v * c))]]);
    const other = { ...same, constants: [floats('c', [8], [1, 2, 3, 4, 5, 6, 7, 8]), weights] };
    expect(kinds(read(other))).toEqual(['flatten', 'affine', 'linear']);
    expect(run(other, IMAGE)).toEqual([[sum(IMAGE.map((v, i) => v * (i + 1)))]]);
  });

  it.each([
    [
      'a constant that differs within a channel',
      'Mul',
      ['x', 'c'],
      floats('c', [2, 2], [1, 2, 3, 4]),
      'its constant differs between places of one channel',
    ],
    [
      'a constant of another shape',
      'Mul',
      ['x', 'c'],
      floats('c', [3], [1, 2, 3]),
      'a constant of shape [3] does not fit a tensor of shape [1, 2, 2, 2]',
    ],
    ['a divisor of 0', 'Div', ['x', 'c'], floats('c', [], [0]), 'divides by zero'],
    ['a computed divisor', 'Div', ['c', 'x'], floats('c', [], [1]), 'divides by a computed tensor'],
    ['a product of two computed tensors', 'Mul', ['x', 'x'], floats('c', [], [1]), 'works on two computed tensors'],
    ['integers', 'Add', ['x', 'c'], integers('c', [1]), 'its constant is made of integers'],
  ] as const)('%s is refused', (_, operator, operands, constant, message) => {
    const parts = { input: INPUT, nodes: [node(operator, operands, 'y')], constants: [constant] };
    expect(() => read(parts)).toThrow(`node "/y/${operator}" (${operator}): ${message}`);
  });
});

describe('clamps', () => {
  it('Relu6 by Clip, and by Max and Min', () => {
    const constants = [floats('zero', [], [0]), floats('six', [1], [6])];
    const ways = [
      [node('Clip', ['x', 'zero', 'six'], 'y')],
      [node('Relu', ['x'], 'r'), node('Min', ['r', 'six'], 'y')],
      [node('Max', ['zero', 'x'], 'r'), node('Min', ['six', 'r'], 'y')],
    ];
    for (const nodes of ways) {
      expect(run({ input: INPUT, nodes, constants }, IMAGE)).toEqual([IMAGE.map((v) => Math.min(Math.max(v, 0), 6))]);
      expect(read({ input: INPUT, nodes, constants }).layers).toMatchObject([{ kind: 'clamp', min: 0, max: 6 }]);
    }
  });

  it('a clamp that something else reads stays', () => {
    const nodes = [node('Relu', ['x'], 'r'), node('Clip', ['r', '', 'six'], 'c'), node('Add', ['r', 'c'], 'y')];
    const parts = { input: INPUT, nodes, constants: [floats('six', [], [6])] };
    expect(kinds(read(parts))).toEqual(['clamp', 'clamp', 'add']);
    expect(run(parts, IMAGE)).toEqual([relu(IMAGE).map((v) => v + Math.min(v, 6))]);
  });
});

describe('concatenation', () => {
  it.each([[1], [-3]])('of channels, axis %i', (axis) => {
    const nodes = [mix('x', 'u'), node('Concat', ['u', 'x', 'u'], 'y', attributes({ whole: { axis } }))];
    const float = read({ input: INPUT, nodes, constants: [MIX] });
    expect(float.layers.at(-1)).toMatchObject({ kind: 'concatenate', inputs: [1, 0, 1] });
    expect(float.shapes.at(-1)).toEqual([6, 2, 2]);
    expect(run({ input: INPUT, nodes, constants: [MIX] }, IMAGE)).toEqual([[...MIXED, ...IMAGE, ...MIXED]]);
  });

  it('of vectors, flattened ones too', () => {
    const nodes = [
      node('GlobalMaxPool', ['x'], 'g'),
      node('Flatten', ['g'], 'a'),
      node('Flatten', ['x'], 'b'),
      node('Concat', ['a', 'b'], 'y', attributes({ whole: { axis: -1 } })),
    ];
    expect(read({ input: INPUT, nodes }).shapes.at(-1)).toEqual([10]);
    expect(run({ input: INPUT, nodes }, IMAGE)).toEqual([[3, 8, ...IMAGE]]);
  });

  it.each([
    ['rows', ['x', 'x'], 2, '(Concat): works on axis 2 of [1, 2, 2, 2]; channels'],
    ['samples', ['x', 'x'], 0, '(Concat): works on axis 0 of [1, 2, 2, 2]; channels'],
    ['an axis too far', ['x', 'x'], 4, '(Concat): axis 4 of tensors with 4 axes'],
    ['other rows', ['x', 'g'], 1, '(Concat): tensors of shapes [1, 2, 2, 2] and [1, 2, 1, 1] do not fit'],
    ['a constant', ['x', 'mix'], 1, '(Concat): works on constants only'],
  ] as const)('of %s is refused', (_, inputs, axis, message) => {
    const nodes = [node('GlobalMaxPool', ['x'], 'g'), node('Concat', inputs, 'y', attributes({ whole: { axis } }))];
    expect(() => read({ input: INPUT, nodes, constants: [MIX] })).toThrow(message);
  });
});

describe('padding', () => {
  const around = [0, 0, 1, 0, 0, 0, 2, 1];
  const conv = (input: string, pads: readonly number[]) =>
    node('Conv', [input, 'w'], 'y', attributes({ lists: { pads } }));
  const constants = [
    floats('w', [1, 2, 2, 2], [1, 2, -1, 0, 0, 1, 3, -2]),
    integers('pads', around),
    integers('some', [1, 0, 2, 1]),
    integers('axes', [-2, 3]),
    integers('none', new Array(8).fill(0)),
    floats('zero', [], [0]),
    floats('one', [], [1]),
  ];
  const expected = run({ input: INPUT, nodes: [conv('x', [1, 0, 2, 1])], constants }, IMAGE);

  it.each([
    ['by input', node('Pad', ['x', 'pads'], 'p')],
    ['by input, with the value', node('Pad', ['x', 'pads', 'zero'], 'p', attributes({ texts: { mode: 'constant' } }))],
    ['of some axes', node('Pad', ['x', 'some', '', 'axes'], 'p')],
    ['by attribute', node('Pad', ['x'], 'p', attributes({ lists: { pads: around }, floats: { value: 0 } }))],
  ])('%s goes into the convolution', (_, pad) => {
    const parts = { input: INPUT, nodes: [pad, conv('p', [0, 0, 0, 0])], constants };
    expect(kinds(read(parts))).toEqual(['convolution']);
    expect(run(parts, IMAGE)).toEqual(expected);
  });

  it('adds to that of the convolution', () => {
    const nodes = [node('Pad', ['x', 'pads'], 'p'), conv('p', [1, 1, 0, 0])];
    expect(run({ input: INPUT, nodes, constants }, IMAGE)).toEqual(
      run({ input: INPUT, nodes: [conv('x', [2, 1, 2, 1])], constants }, IMAGE),
    );
  });

  it('by nothing is nothing, in any mode', () => {
    const nodes = [
      node('Pad', ['x', 'none'], 'p', attributes({ texts: { mode: 'reflect' } })),
      node('Relu', ['p'], 'y'),
    ];
    expect(kinds(read({ input: INPUT, nodes, constants }))).toEqual(['clamp']);
  });

  it.each([
    [
      'another value',
      [node('Pad', ['x', 'pads', 'one'], 'p'), conv('p', [0, 0, 0, 0])],
      'pads with 1; zeros are supported',
    ],
    [
      'another mode',
      [node('Pad', ['x', 'pads'], 'p', attributes({ texts: { mode: 'edge' } })), conv('p', [0, 0, 0, 0])],
      'pads with mode "edge"; zeros are supported',
    ],
    [
      'a Relu of it',
      [node('Pad', ['x', 'pads'], 'p'), node('Relu', ['p'], 'y')],
      'node "/y/Relu" (Relu): reads what node "/p/Pad" (Pad) pads',
    ],
    [
      'an output',
      [node('Pad', ['x', 'pads'], 'p')],
      'node "/p/Pad" (Pad): gives output "p", which is supported only before',
    ],
    [
      'channels',
      [node('Pad', ['x'], 'p', attributes({ lists: { pads: [0, 1, 0, 0, 0, 0, 0, 0] } })), conv('p', [0, 0, 0, 0])],
      'rows and columns of images',
    ],
    [
      'less than nothing',
      [node('Pad', ['x'], 'p', attributes({ lists: { pads: [0, 0, -1, 0, 0, 0, 0, 0] } })), conv('p', [0, 0, 0, 0])],
      'rows and columns of images',
    ],
    ['lengths for other axes', [node('Pad', ['x', 'axes'], 'p')], 'are not two for each of 4 axes'],
  ])('%s is refused', (_, nodes, message) => {
    expect(() => read({ input: INPUT, nodes, constants })).toThrow(message);
  });
});

describe('axes', () => {
  const weights = floats('w', [8, 1], [1, 2, 3, 4, 5, 6, 7, 8]);
  const head = node('MatMul', ['v', 'w'], 'y');
  const value = IMAGE.reduce((sum, v, i) => sum + v * (i + 1), 0);

  it.each([
    [
      'Squeeze and Unsqueeze by attribute',
      [1, 1, 8, 1],
      [
        node('Squeeze', ['x'], 's', attributes({ lists: { axes: [1, 3] } })),
        node('Unsqueeze', ['s'], 'u', attributes({ lists: { axes: [0, -1] } })),
        node('Reshape', ['u', 'flat'], 'v'),
      ],
    ],
    [
      'Squeeze and Unsqueeze by input',
      [1, 2, 2, 2],
      [node('Unsqueeze', ['x', 'first'], 'u'), node('Squeeze', ['u', 'first'], 's'), node('Flatten', ['s'], 'v')],
    ],
    ['Squeeze of all but samples', ['batch', 1, 8, 1], [node('Squeeze', ['x'], 'v')]],
    ['Squeeze of all', [1, 1, 8, 1], [node('Squeeze', ['x'], 's'), node('Unsqueeze', ['s', 'zeroth'], 'v')]],
    ['Squeeze of a batch of 3', [3, 1, 8, 1], [node('Squeeze', ['x'], 'v')]],
    [
      'Transpose of axes of length 1',
      [1, 2, 4, 1],
      [
        node('Transpose', ['x'], 't', attributes({ lists: { perm: [0, 3, 1, 2] } })),
        node('Reshape', ['t', 'flat'], 'v'),
      ],
    ],
  ] as const)('%s', (_, input, nodes) => {
    const constants = [weights, integers('flat', [1, -1]), integers('first', [1]), integers('zeroth', [0])];
    expect(run({ input, nodes: [...nodes, head], constants }, IMAGE)).toEqual([[value]]);
  });

  it('a vector of the input may become an image', () => {
    const nodes = [node('Reshape', ['x', 'image'], 'i'), mix('i', 'y')];
    const parts = { input: ['batch', 8], nodes, constants: [MIX, integers('image', [-1, 2, 2, 2])] };
    expect(read(parts).inputShape).toEqual([2, 2, 2]);
    expect(run(parts, IMAGE)).toEqual([MIXED]);
  });

  it('an image with its channels last may, where it has one', () => {
    const nodes = [
      node('Transpose', ['x'], 't', attributes({ lists: { perm: [0, 3, 1, 2] } })),
      node('Conv', ['t', 'w'], 'y'),
    ];
    const parts = { input: [1, 2, 4, 1], nodes, constants: [floats('w', [1, 1, 1, 1], [2])] };
    expect(read(parts).inputShape).toEqual([1, 2, 4]);
    expect(run(parts, IMAGE)).toEqual([IMAGE.map((v) => 2 * v)]);
  });

  it('constants are renamed and transposed as they are read', () => {
    const nodes = [
      node('Flatten', ['x'], 'f'),
      node('Transpose', ['wide'], 'tall'),
      node('Reshape', ['tall', 'shape'], 'v'),
      node('MatMul', ['f', 'v'], 'y'),
    ];
    // [4, 2] transposed is [2, 4], in rows (1, 3, 5, 7) and (2, 4, 6, 8).
    const constants = [floats('wide', [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]), integers('shape', [8, 1])];
    const expected = [1, 3, 5, 7, 2, 4, 6, 8].reduce((sum, w, i) => sum + w * IMAGE[i]!, 0);
    expect(run({ input: INPUT, nodes, constants }, IMAGE)).toEqual([[expected]]);
  });

  it.each([
    [
      'Transpose that moves values',
      [node('Transpose', ['x'], 'y', attributes({ lists: { perm: [0, 2, 3, 1] } }))],
      'exchanges axes of [1, 2, 2, 2] (perm [0, 2, 3, 1])',
    ],
    [
      'Transpose by no order',
      [node('Transpose', ['x'], 'y', attributes({ lists: { perm: [0, 1, 1, 2] } }))],
      'is no order of the 4 axes',
    ],
    [
      'Squeeze of a longer axis',
      [node('Squeeze', ['x'], 'y', attributes({ lists: { axes: [1] } }))],
      'axis 1 of [1, 2, 2, 2] does not have length 1',
    ],
    [
      'Squeeze of an axis too far',
      [node('Squeeze', ['x'], 'y', attributes({ lists: { axes: [4] } }))],
      'are not different axes of 4',
    ],
    [
      'Unsqueeze of one axis twice',
      [node('Unsqueeze', ['x'], 'y', attributes({ lists: { axes: [0, 0] } }))],
      'are not different axes of 6',
    ],
    [
      'an image of a vector that is computed',
      [
        node('Relu', ['x'], 'r'),
        node('Flatten', ['r'], 'f'),
        node('MatMul', ['f', 'eight'], 'm'),
        node('Reshape', ['m', 'image'], 'i'),
        mix('i', 'y'),
      ],
      'its input, an image [2, 2, 2], was made by node "/i/Reshape" from a tensor of shape [8]',
    ],
    [
      'a convolution of a vector',
      [node('Flatten', ['x'], 'f'), mix('f', 'y')],
      '(Conv): takes images [batch, channels, rows, columns], one a sample, but its input has shape [1, 8]',
    ],
  ] as const)('%s is refused', (_, nodes, message) => {
    const eye = Array.from({ length: 64 }, (__, i) => Number(i % 9 === 0));
    const constants = [MIX, floats('eight', [8, 8], eye), integers('image', [1, 2, 2, 2])];
    expect(() => read({ input: INPUT, nodes, constants })).toThrow(message);
  });
});

describe('what a trained network does without', () => {
  it('Dropout, with and without its mask', () => {
    const off = create(TensorProtoSchema, {
      name: 'off',
      dims: [],
      dataType: TensorProto_DataType.BOOL,
      rawData: new Uint8Array(1),
    });
    const nodes = [
      node('Dropout', ['x'], ['a', 'mask'], attributes({ floats: { ratio: 0.5 } })),
      node('Dropout', ['a', '', 'off'], 'b'),
      node('Relu', ['b'], 'y'),
    ];
    expect(kinds(read({ input: INPUT, nodes, constants: [off] }))).toEqual(['clamp']);
    const on = { ...off, rawData: Uint8Array.of(1) };
    expect(() => read({ input: INPUT, nodes, constants: [on] })).toThrow('(Dropout): is in training mode');
  });

  it('second outputs, unless something reads them', () => {
    const list = attributes({ lists: { kernel_shape: [2, 2] } });
    const nodes = [node('MaxPool', ['x'], ['y', 'indices'], list)];
    expect(run({ input: INPUT, nodes }, IMAGE)).toEqual([[3, 8]]);
    const reading = [...nodes, node('Add', ['y', 'indices'], 'z')];
    expect(() => read({ input: INPUT, nodes: reading })).toThrow(
      'node "/z/Add" (Add): reads "indices", a second output of node "/y/MaxPool" (MaxPool)',
    );
  });

  it('Cast of constants, and between kinds of real numbers', () => {
    const nodes = [
      node('Cast', ['whole'], 'c', attributes({ whole: { to: TensorProto_DataType.FLOAT } })),
      node('Cast', ['x'], 'd', attributes({ whole: { to: TensorProto_DataType.DOUBLE } })),
      node('Cast', ['real'], 's', attributes({ whole: { to: TensorProto_DataType.INT64 } })),
      node('Reshape', ['d', 's'], 'f'),
      node('Mul', ['f', 'c'], 'y'),
    ];
    const constants = [integers('whole', [3]), floats('real', [2], [1, 8])];
    expect(run({ input: INPUT, nodes, constants }, IMAGE)).toEqual([IMAGE.map((v) => 3 * v)]);
    const toIntegers = [node('Cast', ['x'], 'y', attributes({ whole: { to: TensorProto_DataType.INT32 } }))];
    expect(() => read({ input: INPUT, nodes: toIntegers })).toThrow(
      '(Cast): casts to INT32; FLOAT and DOUBLE are supported',
    );
  });
});

describe('outputs', () => {
  it("several, in the file's order, with what they need and no more", () => {
    const nodes = [
      mix('x', 'u'),
      node('Relu', ['u'], 'r'),
      node('Softmax', ['r'], 'unused'),
      node('GlobalMaxPool', ['u'], 'g'),
      node('Sigmoid', ['unused'], 'unused2'),
    ];
    const parts = { input: INPUT, nodes, constants: [MIX], output: ['g', 'u'] };
    const float = read(parts);
    expect(kinds(float)).toEqual(['convolution', 'max-pool']);
    expect(float.outputs).toEqual([
      { name: 'g', tensor: 2 },
      { name: 'u', tensor: 1 },
    ]);
    expect(run(parts, IMAGE)).toEqual([[10, 6], MIXED]);
  });

  it('the same values twice are refused', () => {
    const nodes = [mix('x', 'u'), node('Identity', ['u'], 'v')];
    expect(() => read({ input: INPUT, nodes, constants: [MIX], output: ['u', 'v'] })).toThrow(
      'outputs "u" and "v" are the same values',
    );
  });

  it('the input itself is refused, on its own or beside others', () => {
    const nodes = [mix('x', 'u'), node('Flatten', ['x'], 'f')];
    for (const output of [['f'], ['u', 'x']]) {
      expect(() => read({ input: INPUT, nodes, constants: [MIX], output })).toThrow('the network has no layers');
    }
  });
});

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
