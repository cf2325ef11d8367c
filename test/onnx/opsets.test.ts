// A node means what its operator means in the operator set of its file, in inference: outputs and attributes that would
// say otherwise are refused by name. Names are declared once.

import { create } from '@bufbuild/protobuf';
import { OperatorSetIdProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { readFloatNetwork } from '../../src/onnx/index.ts';
import { attributes, buildMessage, buildModel, encode, floats, integers, node, type Parts } from './build.ts';

const transB = attributes({ whole: { transB: 1 } });
const head = [node('Flatten', ['t'], 'f'), node('Gemm', ['f', 'h', 'c'], 'y', transB)];
const constants = [
  floats('k', [2, 1, 1, 1], [1, -1]),
  floats('c', [2], [0.5, -0.5]),
  floats('d', [2], [1, 0]),
  floats(
    'h',
    [2, 32],
    Array.from({ length: 64 }, (_, i) => (i % 3) - 1),
  ),
];

/** An image of two channels, then what is tested, then a linear layer. */
function around(opset: number, ...between: readonly ReturnType<typeof node>[]): Parts {
  return { input: [1, 1, 4, 4], opset, constants, nodes: [node('Conv', ['x', 'k'], 's'), ...between, ...head] };
}

function refusal(parts: Parts): string {
  try {
    readFloatNetwork(buildModel(parts));
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  return expect.unreachable('the file was read');
}

const norm = (outputs: readonly string[], attribute: Parameters<typeof attributes>[0] = {}): ReturnType<typeof node> =>
  node('BatchNormalization', ['s', 'c', 'c', 'c', 'd'], outputs, attributes(attribute));

describe('training mode', () => {
  it.each([7, 9, 13, 14, 15])('of a normalisation that gives means and variances, opset %i', (opset) => {
    for (const outputs of [
      ['t', 'mean', 'var', 'saved_mean', 'saved_var'],
      ['t', 'mean', 'var'],
      ['t', '', 'var'],
      ['t', '', '', '', 'saved_var'],
    ]) {
      const named = outputs.slice(1).find((name) => name !== '');
      expect(refusal(around(opset, norm(outputs)))).toBe(
        `node "/t/BatchNormalization" (BatchNormalization): is in training mode: it also gives "${named}", ` +
          'a mean or variance of the batch; export the model after model.eval()',
      );
    }
    const plain = readFloatNetwork(buildModel(around(opset, norm(['t']))));
    expect(readFloatNetwork(buildModel(around(opset, norm(['t', '', '', '', '']))))).toEqual(plain);
  });

  it('of a normalisation by its attribute', () => {
    expect(refusal(around(14, norm(['t'], { whole: { training_mode: 1 } })))).toContain(
      'export the model after model.eval()',
    );
    expect(readFloatNetwork(buildModel(around(14, norm(['t'], { whole: { training_mode: 0 } })))).layers.length).toBe(
      3,
    );
    for (const value of [0, 1]) {
      expect(refusal(around(13, norm(['t'], { whole: { training_mode: value } })))).toContain(
        'attribute "training_mode" belongs to BatchNormalization since opset 14 only, and the file is of opset 13',
      );
    }
  });

  it('of a dropout: its mask may be named, and not read', () => {
    const drop = (opset: number): Parts => around(opset, node('Dropout', ['s'], ['t', 'mask']));
    for (const opset of [7, 11, 12, 13]) {
      expect(readFloatNetwork(buildModel(drop(opset))).layers.length).toBe(3);
      expect(refusal({ ...drop(opset), output: ['y', 'mask'] })).toContain('reads "mask", a second output of node');
    }
  });
});

describe('attributes of other operator sets', () => {
  it.each<[string, number, ReturnType<typeof node>, boolean]>([
    ['spatial = 1 before opset 9', 8, norm(['t'], { whole: { spatial: 1 } }), true],
    ['spatial = 1 since opset 9', 9, norm(['t'], { whole: { spatial: 1 } }), false],
    ['is_test, of opset 6', 7, norm(['t'], { whole: { is_test: 1 } }), false],
    ['consumed_inputs, of opset 5', 7, norm(['t'], { lists: { consumed_inputs: [0, 0] } }), false],
    ['ratio before opset 12', 11, node('Dropout', ['s'], 't', attributes({ floats: { ratio: 0.5 } })), true],
    ['ratio since opset 12', 12, node('Dropout', ['s'], 't', attributes({ floats: { ratio: 0.5 } })), false],
    ['seed before opset 12', 11, node('Dropout', ['s'], 't', attributes({ whole: { seed: 1 } })), false],
    ['bounds before opset 11', 10, node('Clip', ['s'], 't', attributes({ floats: { min: -0.5 } })), true],
    ['bounds since opset 11', 11, node('Clip', ['s'], 't', attributes({ floats: { min: -0.5 } })), false],
    [
      'pads since opset 11',
      11,
      node('Pad', ['s'], 't', attributes({ lists: { pads: [0, 0, 0, 0, 0, 0, 0, 0] } })),
      false,
    ],
    [
      'pads before opset 11',
      9,
      node('Pad', ['s'], 't', attributes({ lists: { pads: [0, 0, 0, 0, 0, 0, 0, 0] } })),
      true,
    ],
    ['an attribute of nobody', 13, node('Relu', ['s'], 't', attributes({ whole: { negative: 1 } })), false],
    ['axis of an old sum', 13, node('Add', ['s', 's'], 't', attributes({ whole: { broadcast: 1 } })), false],
    ['saturate of an old cast', 13, node('Cast', ['s'], 't', attributes({ whole: { to: 1, saturate: 1 } })), false],
    ['saturate of a cast', 19, node('Cast', ['s'], 't', attributes({ whole: { to: 1, saturate: 1 } })), true],
  ])('%s', (_, opset, between, isRead) => {
    const parts = around(opset, between);
    if (isRead) expect(readFloatNetwork(buildModel(parts)).outputs).toHaveLength(1);
    else
      expect(refusal(parts)).toMatch(/attribute "\w+" (belongs to \w+ (since|before) opset \d+ only|is not supported)/);
  });

  it('of pools', () => {
    const pool = (opset: number, operator: string, given: Parameters<typeof attributes>[0]): Parts =>
      around(
        opset,
        node(operator, ['s'], 't', attributes({ ...given, lists: { kernel_shape: [1, 1], ...given.lists } })),
      );
    expect(refusal(pool(9, 'MaxPool', { whole: { ceil_mode: 0 } }))).toContain('since opset 10');
    expect(refusal(pool(9, 'MaxPool', { lists: { dilations: [1, 1] } }))).toContain('since opset 10');
    expect(refusal(pool(7, 'MaxPool', { whole: { storage_order: 0 } }))).toContain('since opset 8');
    expect(refusal(pool(18, 'AveragePool', { lists: { dilations: [1, 1] } }))).toContain('since opset 19');
    expect(readFloatNetwork(buildModel(pool(19, 'AveragePool', { lists: { dilations: [1, 1] } }))).layers.length).toBe(
      4,
    );
    expect(readFloatNetwork(buildModel(pool(10, 'MaxPool', { whole: { ceil_mode: 0 } }))).layers.length).toBe(4);
  });
});

describe('further outputs', () => {
  it('of a pool, the places of its maxima, may be named since opset 8, and not read', () => {
    const pool = (opset: number): Parts =>
      around(opset, node('MaxPool', ['s'], ['t', 'places'], attributes({ lists: { kernel_shape: [1, 1] } })));
    expect(readFloatNetwork(buildModel(pool(8))).layers.length).toBe(4);
    expect(refusal({ ...pool(8), output: ['y', 'places'] })).toContain('reads "places", a second output of node');
    expect(refusal(pool(7))).toContain('gives "places" as output 2, but MaxPool of opset 7 has 1');
  });

  it('of an operator with one are refused, unless they have no name', () => {
    expect(refusal(around(13, node('Relu', ['s'], ['t', 'u'])))).toBe(
      'node "/t/Relu" (Relu): gives "u" as output 2, but Relu of opset 13 has 1: the file is damaged',
    );
    expect(readFloatNetwork(buildModel(around(13, node('Relu', ['s'], ['t', ''])))).layers.length).toBe(4);
  });
});

describe('names that are declared twice', () => {
  const parts = around(13, node('Relu', ['s'], 't'));

  it('by two initialisers, of the same or of other values', () => {
    for (const twin of [constants[1], floats('c', [2], [3, 4]), integers('c', [3, 4])]) {
      expect(refusal({ ...parts, constants: [...constants, twin] })).toBe(
        'initialiser "c" is given twice: one of the two is not the trained one; export the model again',
      );
    }
  });

  it('by two nodes, by a node and the input, by a node and an initialiser', () => {
    for (const [name, nodes] of [
      ['t', [...parts.nodes, node('Relu', ['s'], 't')]],
      ['x', [...parts.nodes, node('Relu', ['s'], 'x')]],
      ['c', [...parts.nodes, node('Relu', ['s'], 'c')]],
      ['u', [...parts.nodes, node('Dropout', ['s'], ['u', 'u'])]],
    ] as const) {
      expect(refusal({ ...parts, nodes })).toContain(`computes "${name}" a second time`);
    }
  });

  it('by two attributes of a node', () => {
    const twice = attributes({ whole: { transB: 1 } }).concat(attributes({ whole: { transB: 0 } }));
    const nodes = [...parts.nodes.slice(0, -1), node('Gemm', ['f', 'h', 'c'], 'y', twice)];
    expect(refusal({ ...parts, nodes })).toContain('gives attribute "transB" twice');
  });

  it('by two inputs, by two outputs, by two operator sets', () => {
    const file = (change: (message: ReturnType<typeof buildMessage>) => void): string => {
      const message = buildMessage(parts);
      change(message);
      expect(() => readFloatNetwork(encode(message))).toThrow(InputError);
      try {
        readFloatNetwork(encode(message));
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    };
    expect(file(({ graph }) => graph?.input.push(graph.input[0]))).toBe(
      'input "x" is declared twice: the file is damaged; export the model again',
    );
    expect(file(({ graph }) => graph?.output.push(graph.output[0]))).toBe(
      'output "y" is declared twice: the file is damaged; export the model again',
    );
    const set = (version: bigint, domain = ''): ReturnType<typeof create<typeof OperatorSetIdProtoSchema>> =>
      create(OperatorSetIdProtoSchema, { domain, version });
    expect(file(({ opsetImport }) => opsetImport.push(set(9n)))).toContain('operator sets 13 and 9 are both given');
    expect(file(({ opsetImport }) => opsetImport.push(set(9n, 'ai.onnx')))).toContain('operator sets 13 and 9');
    const same = buildMessage(parts);
    same.opsetImport.push(set(13n, 'ai.onnx'), set(1n, 'com.microsoft'));
    expect(readFloatNetwork(encode(same)).layers.length).toBe(4);
  });
});
