// Each operator against its definition, as float networks.

import { create } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType, AttributeProtoSchema, TensorProto_DataType, TensorProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { evaluateFloat, readFloatNetwork } from '../../src/onnx/index.ts';
import { attributes, buildModel, floats, integers, node, type Parts } from './build.ts';

/** The output on one input. */
function run(parts: Parts, input: readonly number[]): number[] {
  return [...evaluateFloat(readFloatNetwork(buildModel(parts)), input).at(-1)!];
}

// W is 2 × 3, so y = W·x has y = [1·x0 − 2·x1 + 3·x2, 4·x0 + 5·x2].
const ROWS = [1, -2, 3, 4, 0, 5];
const COLUMNS = [1, 4, -2, 0, 3, 5];
const X = [1, 10, 100];
const Y = [281, 504];

describe('linear operators', () => {
  it('Gemm with transB takes outputs × inputs', () => {
    const nodes = [node('Gemm', ['x', 'w'], 'y', attributes({ whole: { transB: 1 } }))];
    expect(run({ input: [1, 3], nodes, constants: [floats('w', [2, 3], ROWS)] }, X)).toEqual(Y);
  });

  it('Gemm without transB takes inputs × outputs', () => {
    const constants = [floats('w', [3, 2], COLUMNS)];
    expect(run({ input: [1, 3], nodes: [node('Gemm', ['x', 'w'], 'y')], constants }, X)).toEqual(Y);
  });

  it('Gemm scales by alpha and its bias by beta', () => {
    const nodes = [node('Gemm', ['x', 'w', 'b'], 'y', attributes({ floats: { alpha: 2, beta: -0.5 } }))];
    const constants = [floats('w', [3, 2], COLUMNS), floats('b', [2], [4, 6])];
    expect(run({ input: [1, 3], nodes, constants }, X)).toEqual([2 * Y[0]! - 2, 2 * Y[1]! - 3]);
  });

  it('Gemm with transA takes a column', () => {
    const nodes = [node('Gemm', ['x', 'w'], 'y', attributes({ whole: { transA: 1 } }))];
    expect(run({ input: [3, 1], nodes, constants: [floats('w', [3, 2], COLUMNS)] }, X)).toEqual(Y);
  });

  it('Gemm with the weights first, transposed and not, gives a column', () => {
    const bias = floats('b', [2, 1], [1, 2]);
    const expected = [Y[0]! + 1, Y[1]! + 2];
    const plain = node('Gemm', ['w', 'x', 'b'], 'y', attributes({ whole: { transB: 1 } }));
    expect(run({ input: [1, 3], nodes: [plain], constants: [floats('w', [2, 3], ROWS), bias] }, X)).toEqual(expected);
    const transposed = node('Gemm', ['w', 'x', 'b'], 'y', attributes({ whole: { transA: 1, transB: 1 } }));
    const constants = [floats('w', [3, 2], COLUMNS), bias];
    expect(run({ input: [1, 3], nodes: [transposed], constants }, X)).toEqual(expected);
  });

  it.each([
    ['x·W', ['x', 'w'], [1, 3], [3, 2], COLUMNS],
    ['W·x', ['w', 'x'], [1, 3, 1], [2, 3], ROWS],
    ['x·W without a batch axis', ['x', 'w'], [3], [3, 2], COLUMNS],
    ['W·x without a batch axis', ['w', 'x'], [3], [2, 3], ROWS],
    ['x·W with an axis between', ['x', 'w'], ['batch', 1, 3], [3, 2], COLUMNS],
  ] as const)('MatMul %s', (_, operands, input, dims, values) => {
    const constants = [floats('w', dims, values)];
    expect(run({ input, nodes: [node('MatMul', operands, 'y')], constants }, X)).toEqual(Y);
  });

  it.each([
    ['after', ['product', 'b']],
    ['before', ['b', 'product']],
  ])('MatMul + Add with the bias %s', (_, operands) => {
    const nodes = [node('MatMul', ['x', 'w'], 'product'), node('Add', operands, 'y')];
    const constants = [floats('w', [3, 2], COLUMNS), floats('b', [2], [7, -7])];
    const network = readFloatNetwork(buildModel({ input: ['batch', 3], nodes, constants }));
    expect(network.layers.map(({ kind }) => kind)).toEqual(['linear']);
    expect([...evaluateFloat(network, X).at(-1)!]).toEqual([Y[0]! + 7, Y[1]! - 7]);
  });

  it('a scalar bias reaches every output', () => {
    const nodes = [node('MatMul', ['x', 'w'], 'product'), node('Add', ['product', 'b'], 'y')];
    const constants = [floats('w', [3, 2], COLUMNS), floats('b', [], [0.5])];
    expect(run({ input: [1, 3], nodes, constants }, X)).toEqual([Y[0]! + 0.5, Y[1]! + 0.5]);
  });

  it('weights in double precision, and in the list of floats, are read too', () => {
    const nodes = [node('MatMul', ['x', 'w'], 'y')];
    const shape = { name: 'w', dims: [3n, 2n] };
    const double = create(TensorProtoSchema, { ...shape, dataType: TensorProto_DataType.DOUBLE, doubleData: COLUMNS });
    const listed = create(TensorProtoSchema, { ...shape, dataType: TensorProto_DataType.FLOAT, floatData: COLUMNS });
    expect(run({ input: [1, 3], nodes, constants: [double] }, X)).toEqual(Y);
    expect(run({ input: [1, 3], nodes, constants: [listed] }, X)).toEqual(Y);
  });

  it('a Constant node holds weights', () => {
    const nodes = [
      node('Constant', [], 'w', attributes({ tensor: floats('', [3, 2], COLUMNS) })),
      node('MatMul', ['x', 'w'], 'y'),
    ];
    expect(run({ input: [1, 3], nodes }, X)).toEqual(Y);
  });
});

describe('batch', () => {
  it.each([[1], ['batch'], [64]])('of size %s is left out', (size) => {
    const nodes = [node('Gemm', ['x', 'w'], 'y')];
    const network = readFloatNetwork(
      buildModel({ input: [size, 3], nodes, constants: [floats('w', [3, 2], COLUMNS)] }),
    );
    expect(network.inputShape).toEqual([3]);
    expect([...evaluateFloat(network, X).at(-1)!]).toEqual(Y);
  });
});

describe('activations', () => {
  const constants = [floats('w', [3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1])];
  const linear = node('MatMul', ['x', 'w'], 'u');
  const input = [-5, 0.5, 7];

  it('Relu', () => {
    expect(run({ input: [1, 3], nodes: [linear, node('Relu', ['u'], 'y')], constants }, input)).toEqual([0, 0.5, 7]);
  });

  it('Clip by attributes, by inputs, and open on one side', () => {
    const clip = (operands: string[], floatsOf: Record<string, number> = {}) => [
      linear,
      node('Clip', operands, 'y', attributes({ floats: floatsOf })),
    ];
    const bounds = [...constants, floats('low', [], [-1]), floats('high', [], [6])];
    expect(run({ input: [1, 3], nodes: clip(['u'], { min: -1, max: 6 }), constants, opset: 7 }, input)).toEqual([
      -1, 0.5, 6,
    ]);
    expect(run({ input: [1, 3], nodes: clip(['u', 'low', 'high']), constants: bounds }, input)).toEqual([-1, 0.5, 6]);
    expect(run({ input: [1, 3], nodes: clip(['u', '', 'high']), constants: bounds }, input)).toEqual([-5, 0.5, 6]);
    expect(run({ input: [1, 3], nodes: clip(['u', 'low']), constants: bounds }, input)).toEqual([-1, 0.5, 7]);
  });

  it('a run of activations is one clamp', () => {
    const nodes = [linear, node('Relu', ['u'], 'r'), node('Clip', ['r', '', 'high'], 'c'), node('Relu', ['c'], 'y')];
    const network = readFloatNetwork(
      buildModel({ input: [1, 3], nodes, constants: [...constants, floats('high', [1], [6])] }),
    );
    expect(network.layers.map(({ kind }) => kind)).toEqual(['linear', 'clamp']);
    expect([...evaluateFloat(network, input).at(-1)!]).toEqual([0, 0.5, 6]);
  });
});

describe('shapes', () => {
  const weights = floats('w', [6, 1], [1, 2, 3, 4, 5, 6]);
  const input = [1, 0, 0, 0, 0, 1];
  const reshaped = (shape: readonly number[], batch: number | string, allowzero = 0) =>
    run(
      {
        input: [batch, 2, 3],
        opset: 14,
        nodes: [
          node('Reshape', ['x', 's'], 'flat', attributes({ whole: { allowzero } })),
          node('MatMul', ['flat', 'w'], 'y'),
        ],
        constants: [integers('s', shape), weights],
      },
      input,
    );

  it.each([
    [[1, 6], 1],
    [[-1, 6], 'batch'],
    [[0, -1], 'batch'],
    [[1, -1], 1],
    [[32, 6], 32],
    [[32, -1], 32],
    [[-1, 6], 32],
  ] as const)('Reshape to %j from batch %s', (shape, batch) => {
    expect(reshaped(shape, batch)).toEqual([7]);
  });

  it('Reshape with allowzero reads 0 as 0', () => {
    expect(reshaped([1, 6], 1, 1)).toEqual([7]);
    expect(() => reshaped([0, 6], 1, 1)).toThrow(
      'node "/flat/Reshape" (Reshape): cannot turn a sample of shape [1, 2, 3]',
    );
  });

  it.each([[undefined], [1], [-2]])('Flatten at axis %s', (axis) => {
    const nodes = [
      node('Flatten', ['x'], 'flat', attributes(axis === undefined ? {} : { whole: { axis } })),
      node('MatMul', ['flat', 'w'], 'y'),
    ];
    expect(run({ input: [1, 2, 3], nodes, constants: [weights] }, input)).toEqual([7]);
  });

  it('Identity passes computed tensors and constants on', () => {
    const nodes = [
      node('Identity', ['w'], 'weights'),
      node('Identity', ['x'], 'same'),
      node('MatMul', ['same', 'weights'], 'y'),
    ];
    expect(run({ input: [1, 6], nodes, constants: [weights] }, input)).toEqual([7]);
  });

  it('a target shape may be a list attribute of a Constant', () => {
    const list = create(AttributeProtoSchema, {
      name: 'value_ints',
      ints: [-1n, 6n],
      type: AttributeProto_AttributeType.INTS,
    });
    const nodes = [
      node('Constant', [], 's', [list]),
      node('Reshape', ['x', 's'], 'flat'),
      node('MatMul', ['flat', 'w'], 'y'),
    ];
    expect(run({ input: ['n', 2, 3], nodes, constants: [weights] }, input)).toEqual([7]);
  });
});

describe('graphs', () => {
  it('a branch that the output does not use is dropped', () => {
    const constants = [floats('w', [3, 2], COLUMNS)];
    const nodes = [node('Relu', ['x'], 'unused'), node('MatMul', ['x', 'w'], 'y'), node('Relu', ['y'], 'unused2')];
    const network = readFloatNetwork(buildModel({ input: [1, 3], nodes, constants, output: 'y' }));
    expect(network.layers.map(({ name }) => name)).toEqual(['/y/MatMul']);
  });
});
