// Constants of every type that is read, and operands and attributes that are not what their operator takes.

import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  SparseTensorProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { evaluateFloat, readFloatNetwork } from '../../src/onnx/index.ts';
import { attributes, buildMessage, buildModel, bytes, encode, floats, integers, node, type Parts } from './build.ts';
import { kinds, read, run } from './graph-run.ts';

const raw = (values: ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> => new Uint8Array(values.buffer);
const tensor = (dataType: DataType, more: Partial<TensorProto>): TensorProto =>
  create(TensorProtoSchema, { name: 'w', dims: [3n], dataType, ...more } as TensorProto);

describe('constants', () => {
  it.each([
    ['FLOAT', 'raw', { rawData: raw(Float32Array.of(1, -2, 3)) }],
    ['FLOAT', 'listed', { floatData: [1, -2, 3] }],
    ['DOUBLE', 'raw', { rawData: raw(Float64Array.of(1, -2, 3)) }],
    ['DOUBLE', 'listed', { doubleData: [1, -2, 3] }],
    ['INT64', 'raw', { rawData: raw(BigInt64Array.of(1n, -2n, 3n)) }],
    ['INT64', 'listed', { int64Data: [1n, -2n, 3n] }],
    ['INT32', 'raw', { rawData: raw(Int32Array.of(1, -2, 3)) }],
    ['INT32', 'listed', { int32Data: [1, -2, 3] }],
    ['INT16', 'raw', { rawData: raw(Int16Array.of(1, -2, 3)) }],
    ['INT16', 'listed', { int32Data: [1, -2, 3] }],
    ['INT8', 'raw', { rawData: raw(Int8Array.of(1, -2, 3)) }],
    ['INT8', 'listed', { int32Data: [1, -2, 3] }],
  ] as const)('%s, %s', (type, _, data) => {
    const values = tensor(DataType[type], data as Partial<TensorProto>);
    const nodes = [
      node('Cast', ['w'], 'c', attributes({ whole: { to: DataType.DOUBLE } })),
      node('Mul', ['x', 'c'], 'y'),
    ];
    expect(run({ input: [1, 3], nodes, constants: [values] }, [1, 10, 100])).toEqual([[1, -20, 300]]);
  });

  it.each([
    ['UINT16', raw(Uint16Array.of(1, 65535, 3)), [1, 65535, 3]],
    ['UINT8', Uint8Array.of(1, 255, 3), [1, 255, 3]],
    ['BOOL', Uint8Array.of(1, 0, 7), [1, 0, 1]],
  ] as const)('%s', (type, rawData, expected) => {
    const nodes = [
      node('Cast', ['w'], 'c', attributes({ whole: { to: DataType.FLOAT } })),
      node('Mul', ['x', 'c'], 'y'),
    ];
    const constants = [tensor(DataType[type], { rawData })];
    expect(run({ input: [1, 3], nodes, constants }, [1, 1, 1])).toEqual([expected]);
  });

  it.each([
    ['value_float', { f: 2.5, type: AttributeType.FLOAT }],
    ['value_floats', { floats: [2.5], type: AttributeType.FLOATS }],
  ] as const)('a Constant of %s', (name, attribute) => {
    const nodes = [
      node('Constant', [], 'c', [create(AttributeProtoSchema, { name, ...attribute } as AttributeProto)]),
      node('Mul', ['x', 'c'], 'y'),
    ];
    expect(run({ input: [1, 2], nodes }, [1, 2])).toEqual([[2.5, 5]]);
  });

  it('a Constant of value_int, cast', () => {
    const nodes = [
      node('Constant', [], 'i', [create(AttributeProtoSchema, { name: 'value_int', i: 3n, type: AttributeType.INT })]),
      node('Cast', ['i'], 'c', attributes({ whole: { to: DataType.FLOAT } })),
      node('Mul', ['x', 'c'], 'y'),
    ];
    expect(run({ input: [1, 2], nodes }, [1, 2])).toEqual([[3, 6]]);
  });

  it.each([
    ['many axes', { ...floats('w', [1], [1]), dims: new Array(17).fill(1n) }, 'tensor "w": 17 axes; at most 16'],
    [
      'a large integer',
      tensor(DataType.INT64, { int64Data: [2n ** 60n, 1n, 1n] }),
      'the integer 1152921504606846976 is out of range',
    ],
    [
      'text',
      tensor(DataType.STRING, {}),
      'its type is STRING; supported are FLOAT and DOUBLE (weights), integers of 8 to 64 bits',
    ],
  ])('%s is refused', (_, constant, message) => {
    const nodes = [node('Mul', ['x', 'w'], 'y')];
    expect(() => read({ input: [1, 3], nodes, constants: [constant] })).toThrow(message);
  });

  it('sparse initialisers are refused', () => {
    const model = buildMessage({ input: [1, 3], nodes: [node('Relu', ['x'], 'y')] });
    model.graph!.sparseInitializer.push(create(SparseTensorProtoSchema));
    expect(() => readFloatNetwork(encode(model))).toThrow('sparse initialisers are not supported');
  });
});

describe('operands and attributes', () => {
  const constants = [
    integers('i', [1]),
    floats('v', [2], [1, -1]),
    floats('cube', [1, 1, 2], [1, 1]),
    floats('k', [1, 2, 1, 1], [1, 1]),
    integers('k2', [1, 2]),
    bytes('b', [2, 2], [1, 2, 3, 4]),
    floats('steps', [1, 2], [1, 2]),
    floats('step', [], [1]),
    bytes('zeros', [2], [0, 0]),
    integers('far', [7]),
  ];
  const attribute = (more: Partial<AttributeProto>): AttributeProto[] => [
    create(AttributeProtoSchema, more as AttributeProto),
  ];
  const image: Parts['input'] = [1, 2, 2, 2];
  const vector: Parts['input'] = [1, 2];

  it.each([
    ['integer weights', vector, node('MatMul', ['x', 'i'], 'y'), 'weights "i" are integers'],
    ['weights of three axes', vector, node('MatMul', ['x', 'cube'], 'y'), 'weights of shape [1, 1, 2]; a matrix'],
    ['an integer bias', vector, node('Gemm', ['x', 'm', 'i'], 'y'), 'adds integers'],
    ['an integer kernel', image, node('Conv', ['x', 'k2'], 'y'), 'weights "k2" are integers'],
    [
      'a kernel that is not the weights’',
      image,
      node('Conv', ['x', 'k'], 'y', attributes({ lists: { kernel_shape: [3, 3] } })),
      'its kernel_shape is [3, 3], but its weights have [1, 1]',
    ],
    [
      'channels of a single axis',
      [2],
      node('BatchNormalization', ['x', 'v', 'v', 'v', 'v'], 'y'),
      'takes channels on axis 1',
    ],
    [
      'parameters of other channels',
      image,
      node('BatchNormalization', ['x', 'step', 'v', 'v', 'v'], 'y'),
      'its scale has shape []',
    ],
    ['several bounds', vector, node('Max', ['x', 'v'], 'y'), 'its constant has 2 values, not one'],
    [
      'bounds the wrong way round',
      vector,
      node('Clip', ['x'], 'y', attributes({ floats: { min: 2, max: 1 } })),
      'its min 2 is above its max 1',
    ],
    [
      'a shape that is not a list',
      vector,
      node('Reshape', ['x', 'step'], 'y'),
      'its target shape is not a list of integers',
    ],
    [
      'a constant of another size',
      vector,
      node('Reshape', ['v', 'far'], 'y'),
      'cannot turn a constant of shape [2] into [7]',
    ],
    ['Unsqueeze without axes', vector, node('Unsqueeze', ['x'], 'y'), 'has no axes'],
    ['Pad without lengths', vector, node('Pad', ['x'], 'y'), 'has no pads'],
    ['Pad of axes too far', vector, node('Pad', ['x', 'k2', '', 'far'], 'y'), 'axis 7 of a tensor with 2 axes'],
    [
      'axes that are not integers',
      vector,
      node('Squeeze', ['x', 'v'], 'y'),
      'its axes are not a short list of integers',
    ],
    ['a type that is none', vector, node('Cast', ['x'], 'y', attributes({ whole: { to: 99 } })), 'casts to type 99'],
    ['integers to quantise', vector, node('QuantizeLinear', ['i', 'step'], 'y'), 'takes real numbers'],
    [
      'real numbers to dequantise',
      vector,
      node('DequantizeLinear', ['v', 'step'], 'y'),
      'takes integers, but its input is a constant',
    ],
    [
      'scales by block',
      vector,
      node('DequantizeLinear', ['b', 'step'], 'y', attributes({ whole: { block_size: 2 } })),
      'has scales by block',
    ],
    ['scales with two axes', vector, node('DequantizeLinear', ['b', 'steps'], 'y'), 'its scale has shape [1, 2]'],
    [
      'zeros for other scales',
      vector,
      node('DequantizeLinear', ['b', 'step', 'zeros'], 'y'),
      'its zero point of shape [2] does not fit',
    ],
    [
      'a float that is an integer',
      vector,
      node('Clip', ['x'], 'y', attributes({ whole: { min: 1 } })),
      'attribute min is not a finite number',
    ],
    [
      'an integer that is a float',
      vector,
      node('Flatten', ['x'], 'y', attributes({ floats: { axis: 1 } })),
      'attribute axis is not an integer',
    ],
    [
      'a string that is an integer',
      image,
      node('MaxPool', ['x'], 'y', attributes({ whole: { auto_pad: 1 }, lists: { kernel_shape: [1, 1] } })),
      'attribute auto_pad is not a string',
    ],
    [
      'a list that is an integer',
      image,
      node('MaxPool', ['x'], 'y', attributes({ whole: { kernel_shape: 1 } })),
      'attribute kernel_shape is not a short list',
    ],
    [
      'a Constant that is not finite',
      vector,
      node('Constant', [], 'y', attribute({ name: 'value_float', f: Number.NaN, type: AttributeType.FLOAT })),
      'attribute value_float is not a finite number',
    ],
    [
      'Constants that are not finite',
      vector,
      node('Constant', [], 'y', attribute({ name: 'value_floats', floats: [Number.NaN], type: AttributeType.FLOATS })),
      'holds a value that is not finite',
    ],
  ] as const)('%s: refused', (_, input, last, message) => {
    const matrix = floats('m', [2, 1], [1, 1]);
    const names = last.attribute.map(({ name }) => name);
    const opset = names.includes('min') ? 10 : names.includes('block_size') ? 21 : 13;
    const parts = { input, opset, nodes: [last], constants: [...constants, matrix] };
    expect(() => read(parts)).toThrow(`node ${JSON.stringify(last.name)} (${last.opType}): `);
    expect(() => read(parts)).toThrow(message);
  });

  it.each([
    ['x·v', ['x', 'v'], [1, 2]],
    ['v·x', ['v', 'x'], [1, 2, 1]],
  ] as const)('a vector of weights, %s, gives one number', (_, operands, input) => {
    expect(run({ input, nodes: [node('MatMul', operands, 'y')], constants }, [5, 3])).toEqual([[2]]);
  });

  it('operators of one operand, or none to work over, give it on', () => {
    const nodes = [
      node('Sum', ['x'], 's'),
      node('Concat', ['s'], 'c', attributes({ whole: { axis: 1 } })),
      node('ReduceMean', ['c'], 'm', attributes({ whole: { noop_with_empty_axes: 1 } })),
      node('Relu', ['m'], 'y'),
    ];
    expect(kinds(read({ input: image, opset: 18, nodes }))).toEqual(['clamp']);
  });

  it('a ratio that is computed is not', () => {
    const nodes = [node('Relu', ['x'], 'r'), node('Dropout', ['x', 'r'], 'd'), node('Mul', ['d', 'step2'], 'y')];
    const step = floats('step2', [], [2]);
    expect(kinds(read({ input: vector, nodes, constants: [step] }))).toEqual(['affine']);
  });
});

describe('evaluation', () => {
  it('refuses samples of another length, and values that overflow', () => {
    const constants = [floats('huge', [], [3e38])];
    const nodes = Array.from({ length: 9 }, (_, i) => [
      node('Mul', [i === 0 ? 'x' : `t${i - 1}`, 'huge'], `m${i}`),
      node('Relu', [`m${i}`], `t${i}`),
    ]).flat();
    const network = readFloatNetwork(buildModel({ input: [1, 2], nodes, constants }));
    expect(() => evaluateFloat(network, [1])).toThrow('the network takes 2 values, not 1');
    expect(() => evaluateFloat(network, [1, 0])).toThrow('node "/m8/Mul" (Mul): its values overflow');
    expect([...evaluateFloat(network, [0, 0]).at(-1)!]).toEqual([0, 0]);
  });
});
