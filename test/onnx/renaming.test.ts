// Operators that leave values as they are: names of axes, padding that the next operator applies, operators of
// training.

import { create } from '@bufbuild/protobuf';
import { TensorProto_DataType, TensorProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { attributes, floats, integers, node } from './build.ts';
import { IMAGE, INPUT, kinds, MIX, MIXED, mix, read, run } from './graph-run.ts';

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
  ] as const)('%s', (name, input, nodes) => {
    const opset = name.includes('attribute') ? 12 : 13;
    const constants = [weights, integers('flat', [1, -1]), integers('first', [1]), integers('zeroth', [0])];
    expect(run({ input, nodes: [...nodes, head], opset, constants }, IMAGE)).toEqual([[value]]);
  });

  it('a vector of the input may become an image', () => {
    const nodes = [node('Reshape', ['x', 'image'], 'i'), mix('i', 'y')];
    const parts = { input: ['batch', 8], nodes, constants: [MIX, integers('image', [-1, 2, 2, 2])] };
    expect(read(parts).inputShape).toEqual([2, 2, 2]);
    expect(run(parts, IMAGE)).toEqual([MIXED]);
  });

  it('a vector of the input may become an image after it is scaled and clipped', () => {
    const nodes = [
      node('Sub', ['x', 'one'], 'a'),
      node('Relu', ['a'], 'b'),
      node('Mul', ['b', 'two'], 'c'),
      node('Reshape', ['c', 'image'], 'i'),
      mix('i', 'y'),
    ];
    const constants = [MIX, integers('image', [1, 2, 2, 2]), floats('one', [], [1]), floats('two', [1], [2])];
    const parts = { input: [1, 8], nodes, constants };
    expect(read(parts).shapes.slice(0, 4)).toEqual(new Array(4).fill([2, 2, 2]));
    const scaled = IMAGE.map((v) => 2 * Math.max(v - 1, 0));
    const expected = scaled.map((v, i) => (i < 4 ? v - scaled[i + 4]! : scaled[i - 4]! + v));
    expect(run(parts, IMAGE)).toEqual([expected]);

    const both = [...nodes, node('Flatten', ['y'], 'f'), node('Add', ['f', 'b'], 'z')];
    expect(() => read({ ...parts, nodes: both })).not.toThrow();
    const before = [nodes[0]!, node('Relu', ['a'], 'b'), node('Add', ['a', 'b'], 'd'), ...nodes.slice(2)];
    const used = [...before, node('Flatten', ['y'], 'f'), node('Add', ['f', 'd'], 'z')];
    expect(() => read({ ...parts, nodes: used })).toThrow("only the network's input may become an image");
    const bySample = [...constants.slice(0, 2), floats('one', [8], [1, 2, 3, 4, 5, 6, 7, 8]), constants[3]!];
    expect(() => read({ ...parts, constants: bySample })).toThrow("only the network's input may become an image");
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
      'is not an order of the 4 axes',
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
    // before 13 axes are an attribute
    expect(() => read({ input: INPUT, opset: 12, nodes, constants })).toThrow(message);
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
  ])('%s goes into the convolution', (name, pad) => {
    const opset = name.includes('attribute') ? 10 : 18;
    const parts = { input: INPUT, opset, nodes: [pad, conv('p', [0, 0, 0, 0])], constants };
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
    const isOld = nodes[0].attribute.some(({ name }) => name === 'pads');
    expect(() => read({ input: INPUT, opset: isOld ? 10 : 11, nodes, constants })).toThrow(message);
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
    const old = [
      node('Dropout', ['x'], ['a', 'mask'], attributes({ floats: { ratio: 0.5 } })),
      node('Relu', ['a'], 'y'),
    ];
    expect(kinds(read({ input: INPUT, nodes: old, opset: 11 }))).toEqual(['clamp']);
    const nodes = [
      node('Dropout', ['x'], ['a', 'mask']),
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
