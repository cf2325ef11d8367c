// Files that are damaged, hostile or simply unsupported: always an InputError, with the node's name where
// there is a node, never another exception, and never more work than the file's size allows.

import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  TypeProtoSchema,
} from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { evaluateFloat, importOnnx, readFloatNetwork } from '../../src/onnx/index.ts';
import { OPERATORS } from '../../src/onnx/operators.ts';
import { runs } from '../support/depth.ts';
import { attributes, buildMessage, buildModel, encode, floats, integers, node, type Parts } from './build.ts';
import { exampleBytes, exampleModel } from './files.ts';

const transB = attributes({ whole: { transB: 1 } });
const W = floats('w', [2, 3], [1, 0, -1, 0, 1, 1]);
const B = floats('b', [2], [0.5, -0.5]);
const gemm = node('Gemm', ['x', 'w', 'b'], 'u', transB);

const small: Parts = {
  input: [1, 3],
  nodes: [gemm, node('Relu', ['u'], 'h'), node('Gemm', ['h', 'v'], 'y', transB)],
  constants: [W, B, floats('v', [2, 2], [1, -1, 1, 0])],
};

/** A small network of images. */
const images: Parts = {
  input: ['batch', 1, 4, 4],
  nodes: [
    node(
      'Conv',
      ['x', 'k', 'c'],
      'u',
      attributes({ lists: { pads: [1, 1, 1, 1], strides: [1, 1] }, whole: { group: 1 } }),
    ),
    node('BatchNormalization', ['u', 'c', 'c', 'c', 'd'], 'n'),
    node('Relu', ['n'], 'r'),
    node('MaxPool', ['r'], 'p', attributes({ lists: { kernel_shape: [2, 2], strides: [2, 2] } })),
    node('Add', ['p', 'p'], 's'),
    node('Flatten', ['s'], 'f'),
    node('Gemm', ['f', 'h'], 'y', transB),
  ],
  constants: [
    floats('k', [2, 1, 3, 3], [1, 0, -1, 0, 1, 1, 0, -1, 0, 0, 1, 1, -1, 0, 0, 1, 0, -1]),
    floats('c', [2], [0.5, -0.5]),
    floats('d', [2], [1, 0]),
    floats('h', [2, 8], [1, 0, -1, 0, 1, 1, 0, -1, 0, 0, 1, 1, -1, 0, 0, 1]),
  ],
};

/** The InputError that a file gives; anything else fails the test. */
function refusal(bytes: Uint8Array): string {
  try {
    readFloatNetwork(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(/^[^\n]{10,900}$/);
    return (error as Error).message;
  }
  return expect.unreachable('the file was accepted');
}

/** A call that reads or imports, or throws an InputError of one line. */
function succeedsOrRefuses(use: () => unknown): void {
  try {
    use();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message).not.toContain('\n');
  }
}

/** Two samples of 16 values; a network that takes another number refuses them. */
const calibration = [9, 200].map((seed) => Int32Array.from({ length: 16 }, (_, i) => (seed * (i + 1)) % 256));

describe('damaged files', () => {
  it('the small files are fine as they are', () => {
    expect(readFloatNetwork(buildModel(small)).layers).toHaveLength(3);
    expect(readFloatNetwork(buildModel(images)).layers).toHaveLength(6);
  });

  it('cut short at every fiftieth', async () => {
    for (const file of [buildModel(small), buildModel(images), await exampleModel('mlp-small.onnx')]) {
      for (let i = 0; i < 50; i++) refusal(file.subarray(0, Math.floor((i * file.length) / 50)));
    }
  });

  it('compressed, empty or of another format', () => {
    expect(refusal(exampleBytes('mlp-sparse.onnx.gz'))).toContain('compressed with gzip');
    expect(refusal(new Uint8Array())).toContain('empty file');
    expect(refusal(new TextEncoder().encode('{"not": "onnx"}'))).toContain('not a readable ONNX file');
  });

  it('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        refusal(bytes);
      }),
      { numRuns: runs(500) },
    );
  });

  describe.each([
    ['a perceptron, read', small, readFloatNetwork, 1500],
    ['a network of images, read', images, readFloatNetwork, 1500],
    ['a network of images, imported', images, (bytes: Uint8Array) => importOnnx(bytes, { calibration }), 150],
  ] as const)('%s', (_, parts, use, numRuns) => {
    const file = buildModel(parts);

    it('with random flips', () => {
      const flip = fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }));
      fc.assert(
        fc.property(fc.array(flip, { minLength: 1, maxLength: 4 }), (flips) => {
          const damaged = file.slice();
          for (const [at, mask] of flips) damaged[at]! ^= mask;
          succeedsOrRefuses(() => use(damaged));
        }),
        { numRuns },
      );
    });

    it('with bytes left out or put in', () => {
      fc.assert(
        fc.property(fc.nat(file.length), fc.nat(20), fc.uint8Array({ maxLength: 20 }), (at, left, put) => {
          succeedsOrRefuses(() => use(Uint8Array.from([...file.subarray(0, at), ...put, ...file.subarray(at + left)])));
        }),
        { numRuns },
      );
    });
  });
});

describe('operators', () => {
  const withNode = (...nodes: Parts['nodes']) => refusal(buildModel({ ...small, nodes: [gemm, ...nodes] }));

  it('one that is not supported is named, with what is', () => {
    expect(withNode(node('Softmax', ['u'], 'y'))).toBe(
      'node "/y/Softmax" (Softmax): this operator is not supported; supported are ' +
        `${[...OPERATORS.keys()].join(', ')}: change the model or leave the node out`,
    );
    for (const name of ['Conv', 'BatchNormalization', 'MaxPool', 'Concat', 'Pad'])
      expect(OPERATORS.has(name)).toBe(true);
  });

  it('one of another domain is not supported', () => {
    const foreign = create(NodeProtoSchema, {
      name: 'r',
      opType: 'Relu',
      domain: 'com.x',
      input: ['u'],
      output: ['y'],
    });
    expect(withNode(foreign)).toContain('node "r" (Relu): this operator is not supported');
  });

  it('a node without a name goes by its output, and names are printable', () => {
    const nameless = create(NodeProtoSchema, { opType: 'Tanh', input: ['u'], output: ['out'] });
    expect(withNode(nameless)).toContain('node "out" (Tanh)');
    const odd = create(NodeProtoSchema, { name: 'a\nb\u001b[31m', opType: 'Bad\nOp', input: ['u'], output: ['out'] });
    expect(withNode(odd)).toContain('node "a?b?[31m" ("Bad?Op"): ');
  });

  it.each([
    ['a product of activations', node('MatMul', ['u', 'u'], 'y'), '(MatMul): multiplies two computed tensors'],
    ['a product of constants', node('MatMul', ['w', 'w'], 'y'), '(MatMul): multiplies two constants'],
    ['Relu of a constant', node('Relu', ['w'], 'y'), '(Relu): works on constants only'],
    ['an unknown attribute', node('Relu', ['u'], 'y', attributes({ whole: { axis: 1 } })), 'attribute "axis"'],
    ['an operand too many', node('Relu', ['u', 'u'], 'y'), '(Relu): has 2 inputs, not 1'],
    ['an unknown tensor', node('Relu', ['nothing'], 'y'), '(Relu): its input "nothing" is not computed before it'],
    ['a missing operand', node('Gemm', ['', 'w'], 'y'), '(Gemm): input 0 is missing'],
    ['a flag of 2', node('Gemm', ['u', 'v'], 'y', attributes({ whole: { transB: 2 } })), 'attribute transB is 2'],
    ['an output used twice', node('Relu', ['u'], 'u'), '(Relu): computes "u" a second time'],
    ['a computed bound', node('Clip', ['u', 'u'], 'y'), '(Clip): its min must be a constant of the file'],
    [
      'an axis too far',
      node('Flatten', ['u'], 'y', attributes({ whole: { axis: 3 } })),
      '(Flatten): axis 3 of a tensor',
    ],
    ['a computed shape', node('Reshape', ['u', 'u'], 'y'), '(Reshape): its target shape must be a constant'],
    ['an empty Constant', node('Constant', [], 'y'), '(Constant): holds no number or tensor'],
  ])('%s', (_, last, message) => {
    expect(withNode(last)).toContain(message);
  });

  it.each([
    [
      'a kernel larger than the image',
      { kernel_shape: [5, 5] },
      {},
      'a kernel of [5, 5] with these dilations does not fit an image of [4, 4]',
    ],
    [
      'a kernel with one axis',
      { kernel_shape: [2] },
      {},
      'its kernel_shape is [2]; images with two axes are supported',
    ],
    ['no kernel', {}, {}, 'has no kernel_shape'],
    ['strides of 0', { kernel_shape: [2, 2], strides: [0, 1] }, {}, 'its strides is [0, 1]; lengths of 1 to 65536'],
    ['pads below 0', { kernel_shape: [2, 2], pads: [0, 0, -1, 0] }, {}, 'its pads are [0, 0, -1, 0]'],
    ['pads for one axis', { kernel_shape: [2, 2], pads: [1, 1] }, {}, 'its pads are [1, 1]; four lengths'],
    [
      'a window in the padding',
      { kernel_shape: [1, 1], pads: [1, 1, 1, 1] },
      {},
      'has windows that lie in the padding',
    ],
    ['another auto_pad', { kernel_shape: [2, 2] }, { auto_pad: 'MIDDLE' }, 'auto_pad "MIDDLE" is not supported'],
    [
      'pads and auto_pad',
      { kernel_shape: [2, 2], pads: [0, 0, 1, 1] },
      { auto_pad: 'SAME_UPPER' },
      'has pads and auto_pad SAME_UPPER',
    ],
  ])('windows: %s', (_, lists, texts, message) => {
    const nodes = [node('MaxPool', ['x'], 'y', attributes({ lists: lists as Record<string, number[]>, texts }))];
    expect(refusal(buildModel({ ...images, nodes }))).toContain(`node "/y/MaxPool" (MaxPool): ${message}`);
  });

  it.each([
    [
      'weights of another rank',
      ['x', 'c'],
      {},
      'weights of shape [2]; convolutions of images, with four axes, are supported',
    ],
    [
      'groups that do not fit',
      ['x', 'k'],
      { group: 2 },
      'weights of shape [2, 1, 3, 3] in 2 groups do not fit an input with 1 channels',
    ],
    ['a bias of another length', ['x', 'k', 'k'], {}, 'a bias of shape [2, 1, 3, 3] does not fit 2 output channels'],
    ['computed weights', ['x', 'x'], {}, 'its weights must be a constant of the file'],
  ])('convolutions: %s', (_, operands, whole, message) => {
    const nodes = [node('Conv', operands, 'y', attributes({ whole: whole as Record<string, number> }))];
    expect(refusal(buildModel({ ...images, nodes }))).toContain(`node "/y/Conv" (Conv): ${message}`);
  });
});

describe('shapes', () => {
  const withConstants = (constants: NonNullable<Parts['constants']>, nodes = [gemm]) =>
    refusal(buildModel({ input: [1, 3], nodes, constants }));

  it.each([
    [
      'weights for another input',
      [floats('w', [2, 4], [1, 1, 1, 1, 1, 1, 1, 1]), B],
      '(Gemm): its weights of shape [2, 4] take 4 values',
    ],
    ['weights that are not a matrix', [floats('w', [1, 2, 3], [1, 1, 1, 1, 1, 1]), B], '(Gemm): takes matrices'],
    ['empty weights', [floats('w', [0, 3], []), B], '(Gemm): empty weights'],
    [
      'a bias of another length',
      [W, floats('b', [3], [1, 2, 3])],
      '(Gemm): a bias of shape [3] does not fit an output of shape [1, 2]',
    ],
    ['integer weights', [integers('w', [1, 2, 3]), B], '(Gemm): takes matrices'],
    [
      'fewer values than the shape',
      [floats('w', [2, 3], [1, 1]), B],
      'tensor "w": its shape [2, 3] needs 6 values but the file holds 2',
    ],
    [
      'a shape that asks for everything',
      [floats('w', [2 ** 31, 2 ** 31], [1]), B],
      'tensor "w": its shape [2147483648, 2147483648] needs',
    ],
    ['a negative shape', [floats('w', [-2, -3], [1, 1, 1, 1, 1, 1]), B], 'tensor "w": impossible shape [-2, -3]'],
    [
      'a weight that is not finite',
      [floats('w', [2, 3], [1, Number.NaN, 0, 0, 0, 0]), B],
      'tensor "w": holds a value that is not finite',
    ],
  ])('%s', (_, constants, message) => {
    expect(withConstants(constants)).toContain(message);
  });

  it('several vectors in one sample', () => {
    const nodes = [node('MatMul', ['x', 'w'], 'y')];
    const constants = [floats('w', [3, 2], [1, 0, 0, 1, 1, 1])];
    expect(refusal(buildModel({ input: [1, 4, 3], nodes, constants }))).toContain(
      '(MatMul): multiplies 4 vectors for one sample; one is supported',
    );
  });

  it('data elsewhere, in segments or of another type', () => {
    const tensor = { name: 'w', dims: [2n, 3n], dataType: TensorProto_DataType.FLOAT };
    const external = create(TensorProtoSchema, {
      ...tensor,
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: [create(StringStringEntryProtoSchema, { key: 'location', value: '/etc/passwd' })],
    });
    expect(withConstants([external, B])).toContain(
      'tensor "w": its data is in another file: save the model as one file',
    );
    const segmented = create(TensorProtoSchema, { ...tensor, segment: { begin: 0n, end: 1n } });
    expect(withConstants([segmented, B])).toContain('stored in segments');
    const text = create(TensorProtoSchema, { ...tensor, dataType: TensorProto_DataType.STRING });
    expect(withConstants([text, B])).toContain('its type is STRING');
  });

  it.each([
    [['batch', 'features'], 'axis 1 of input "x" has no fixed length'],
    [['n'], 'axis 0 of input "x" has no fixed length'],
    [[1, -3], 'axis 1 of input "x" has no fixed length'],
    [[1, 2 ** 40], 'axis 1 of input "x" has no fixed length'],
    [[], 'input "x" has no usable shape'],
  ])('an input of shape %j', (input, message) => {
    expect(refusal(buildModel({ ...small, input }))).toContain(message);
  });

  it('an input as large as the declaration can say does not allocate', () => {
    const huge = buildModel({ ...small, input: [1, 2 ** 24, 2 ** 24, 2 ** 24] });
    expect(refusal(huge)).toContain('one sample needs more than 33554432 values');
  });
});

describe('graphs', () => {
  const changed = (change: (graph: NonNullable<ReturnType<typeof buildMessage>['graph']>) => void): string => {
    const model = buildMessage(small);
    change(model.graph!);
    return refusal(encode(model));
  };

  const renamedOutput = (name: string): string =>
    changed((graph) => {
      graph.output[0]!.name = name;
    });

  it('without a graph, with old or no operators', () => {
    const model = buildMessage(small);
    expect(refusal(encode(create(ModelProtoSchema, { irVersion: 8n })))).toContain('holds no graph');
    expect(refusal(buildModel({ ...small, opset: 6 }))).toContain('operator set 6: export with opset 7 or later');
    expect(refusal(encode({ ...model, opsetImport: [] }))).toContain('operator set missing');
  });

  it.each([
    ['no type at all', undefined],
    ['a type of no kind', { value: { case: undefined } }],
    ['a sequence', { value: { case: 'sequenceType', value: {} } }],
  ])('with an input that is not a tensor: %s', (_, type) => {
    const problem = changed((graph) => {
      const [input] = graph.input;
      if (type === undefined) delete input!.type;
      else Object.assign(input!, { type: create(TypeProtoSchema, { value: type.value } as never) });
    });
    expect(problem).toContain('input "x" has no usable shape: export with an example input');
  });

  it('with several inputs, no input, no output or one twice', () => {
    expect(changed((graph) => graph.input.push({ ...graph.input[0]!, name: 'x2' }))).toContain(
      'the network has 2 inputs',
    );
    expect(changed((graph) => graph.input.pop())).toContain('the network has 0 inputs');
    expect(changed((graph) => graph.output.pop())).toContain('the network has no outputs');
    expect(changed((graph) => graph.output.push(graph.output[0]!))).toContain('output "y" is declared twice');
    expect(renamedOutput('w')).toContain('output "w" is not computed from the input');
  });

  it('without layers', () => {
    expect(renamedOutput('x')).toContain('the network has no layers');
    const idle = buildModel({ input: [1, 3], nodes: [node('Clip', ['x'], 'c'), node('Flatten', ['c'], 'y')] });
    expect(refusal(idle)).toContain('the network has no layers');
  });
});

describe('files that would cost far more than their size', () => {
  it('many empty messages', () => {
    // graph.node, 2 bytes each: 200,000 objects of hundreds of bytes if they were built.
    const nodes = new Uint8Array(400_000);
    for (let i = 0; i < nodes.length; i += 2) nodes[i] = 0x0a;
    const header = [0x3a, 0x80, 0xb5, 0x18]; // model.graph, of length 400,000
    expect(refusal(Uint8Array.from([...header, ...nodes]))).toContain('over 65536 messages');
  });

  it('deeply nested messages', () => {
    let graph = create(GraphProtoSchema);
    for (let depth = 0; depth < 30; depth++) {
      const attribute = [{ ...attributes({ whole: { a: 1 } })[0]!, g: graph }];
      graph = create(GraphProtoSchema, { node: [create(NodeProtoSchema, { attribute })] });
    }
    expect(refusal(encode(create(ModelProtoSchema, { graph })))).toContain('messages nested 33 deep');
  });

  it('lists of millions of integers', () => {
    const values = create(TensorProtoSchema, {
      name: 'w',
      dims: [1n],
      dataType: 7,
      int64Data: new Array(1_100_000).fill(1n),
    });
    expect(refusal(buildModel({ ...small, constants: [values] }))).toContain('lists too many integers');
  });

  it('weights that hundreds of nodes share', () => {
    const side = 256;
    const names = Array.from({ length: 400 }, (_, i) => `t${i}`);
    const nodes = names.map((name, i) => node('MatMul', [i === 0 ? 'x' : names[i - 1]!, 'w'], name));
    const constants = [floats('w', [side, side], new Array(side * side).fill(1))];
    expect(refusal(buildModel({ input: [1, side], nodes, constants }))).toContain(
      '(MatMul): the network is many times larger than its file: it repeats shared weights',
    );
  });

  it('constants that are transposed hundreds of times', () => {
    const names = Array.from({ length: 400 }, (_, i) => `t${i}`);
    const nodes = names.map((name, i) => node('Transpose', [i === 0 ? 'w' : names[i - 1]!], name));
    const constants = [floats('w', [256, 256], new Array(256 * 256).fill(1))];
    const last = node('MatMul', ['x', names.at(-1)!], 'y');
    expect(refusal(buildModel({ input: [1, 256], nodes: [...nodes, last], constants }))).toContain(
      '(Transpose): the network is many times larger than its file',
    );
  });

  it.each([
    ['padding', { pads: [65536, 65536, 65536, 65536] }],
    ['padding that strides jump over', { pads: [65536, 65536, 65536, 65536], strides: [65536, 65536] }],
  ])('%s', (_, lists) => {
    const nodes = [node('Conv', ['x', 'k'], 'y', attributes({ lists }))];
    expect(refusal(buildModel({ ...images, nodes }))).toContain('(Conv): one sample needs more than 33554432 values');
  });

  it('strides and dilations of any length cost nothing', () => {
    const lists = { strides: [65536, 65536], dilations: [1, 1] };
    const nodes = [node('Conv', ['x', 'k'], 'y', attributes({ lists }))];
    const network = readFloatNetwork(buildModel({ ...images, nodes }));
    expect([...evaluateFloat(network, new Array(16).fill(1)).at(-1)!]).toEqual([1, 1]);
  });
});
