// Files that no exporter writes and the format allows: operands left out, names left out, axes repeated, types that do
// not exist. Each is read as the format says or refused by name.

import { describe, expect, it, vi } from 'vitest';
import { importOnnx, readFloatNetwork } from '../../src/onnx/index.ts';
import { attributes, buildMessage, buildModel, encode, floats, integers, node, type Parts } from './build.ts';

const weights = floats('w', [8, 2], [1, 0, -1, 0, 1, 1, 0, 0, 1, 0, -1, 0, 1, 1, 0, 0]);
const head = node('MatMul', ['v', 'w'], 'y');

const refusal = (parts: Parts): string => {
  try {
    readFloatNetwork(buildModel(parts));
  } catch (error) {
    expect(error).toMatchObject({ name: 'InputError' });
    return (error as Error).message;
  }
  return 'accepted';
};

describe('operands', () => {
  it('that must be there and are left out are missed', () => {
    const constants = [weights, floats('one', [1], [1])];
    const normalise = node('BatchNormalization', ['x', '', 'one', 'one', 'one'], 'v');
    expect(refusal({ input: [1, 1, 8, 1], nodes: [normalise], constants })).toBe(
      'node "/v/BatchNormalization" (BatchNormalization): input 1 is missing',
    );
    expect(
      refusal({ input: [1, 8], nodes: [node('Relu', ['x'], 'v'), node('MatMul', ['', 'w'], 'y')], constants }),
    ).toBe('node "/y/MatMul" (MatMul): input 0 is missing');
  });

  it('may be constants with more axes than what they are applied to', () => {
    const nodes = [node('Mul', ['x', 'm'], 'u'), node('Reshape', ['u', 'flat'], 'v'), head];
    const constants = [weights, floats('m', [1, 1, 1], [2]), integers('flat', [1, 8])];
    expect(readFloatNetwork(buildModel({ input: [1, 8], nodes, constants })).layers[0]).toMatchObject({
      kind: 'affine',
      multipliers: Float64Array.from({ length: 8 }, () => 2),
    });
    const bias = [weights, floats('m', [1, 1, 8], [1, 2, 3, 4, 5, 6, 7, 8]), integers('flat', [1, 8])];
    const added = [node('Add', ['m', 'x'], 'u'), ...nodes.slice(1)];
    expect(readFloatNetwork(buildModel({ input: [1, 8], nodes: added, constants: bias })).layers[0]).toMatchObject({
      biases: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    });
  });

  it('by channel of an image take no memory for its places', () => {
    const made: number[] = [];
    const original = Float64Array;
    class Counted extends original {
      constructor(...args: ConstructorParameters<typeof Float64Array>) {
        super(...args);
        made.push(this.length);
      }
    }
    vi.stubGlobal('Float64Array', Counted);
    try {
      const nodes = [node('Mul', ['x', 'm'], 'u'), node('Add', ['u', 'b'], 'y')];
      const constants = [floats('m', [], [2]), floats('b', [3, 1, 1], [1, 2, 3])];
      const { layers } = readFloatNetwork(buildModel({ input: [1, 3, 512, 512], nodes, constants }));
      expect(layers.map((layer) => (layer.kind === 'affine' ? [...layer.biases] : []))).toEqual([[1, 2, 3]]);
    } finally {
      vi.unstubAllGlobals();
    }
    expect(made.length).toBeGreaterThan(0);
    expect(Math.max(...made)).toBeLessThanOrEqual(3);
  });
});

describe('names', () => {
  it('of outputs may be left out', () => {
    const nodes = [node('Relu', ['x'], 'v'), node('MatMul', ['v', 'w'], ['y', ''])];
    expect(refusal({ input: [1, 8], nodes, constants: [weights], output: 'y' })).toBe('accepted');
  });

  it('that are long are cut in messages', () => {
    const long = 'n'.repeat(200);
    const nodes = [node('MatMul', [long, 'w'], 'y')];
    expect(refusal({ input: [1, 8], nodes, constants: [weights] })).toContain(`its input "${'n'.repeat(80)}…" is not`);
  });

  it('of the file stand before what is wrong with it', () => {
    const calibration = [new Int32Array(8)];
    const file = buildModel({ input: [1, 8], nodes: [node('Relu', ['x'], 'y')], constants: [] });
    expect(() => importOnnx(file, { calibration, fileName: 'a.onnx' })).toThrow(
      /^a\.onnx: the network has no layer with/,
    );
    expect(() => importOnnx(file, { calibration })).toThrow(/^the network has no layer with weights/);
    expect(() => readFloatNetwork(new Uint8Array(0), 'b.onnx')).toThrow(/^b\.onnx: the model is an empty file/);
  });
});

describe('what has no name', () => {
  it('is called by its place', () => {
    const message = buildMessage({
      input: ['batch', 8],
      nodes: [node('MatMul', ['x', 'w'], 'y')],
      constants: [weights],
    });
    const { graph } = message;
    if (graph === undefined) return expect.unreachable();
    graph.name = '';
    graph.node[0].name = '';
    const float = readFloatNetwork(encode(message));
    expect([float.name, float.layers[0].name]).toEqual(['network', 'y']);
    graph.node[0].output = [];
    expect(() => readFloatNetwork(encode(message))).toThrow('node "#0" (MatMul): has no output');
  });
});

describe('weights', () => {
  it('times zero are none', () => {
    const nodes = [node('Gemm', ['x', 'w'], 'y', attributes({ floats: { alpha: 0 } }))];
    const [layer] = readFloatNetwork(buildModel({ input: [1, 8], nodes, constants: [weights] })).layers;
    expect(layer.kind === 'linear' && layer.weights.values.length).toBe(0);
  });
});

describe('the operator set', () => {
  it('may be called ai.onnx', () => {
    const message = buildMessage({ input: [1, 8], nodes: [node('MatMul', ['x', 'w'], 'y')], constants: [weights] });
    message.opsetImport[0].domain = 'ai.onnx';
    message.graph!.node[0].domain = 'ai.onnx';
    expect(readFloatNetwork(encode(message)).layers).toHaveLength(1);
    message.opsetImport[0].domain = 'other';
    expect(() => readFloatNetwork(encode(message))).toThrow('operator set missing');
  });

  it('must be named', () => {
    const message = buildMessage({ input: [1, 8], nodes: [head], constants: [weights] });
    message.opsetImport = [];
    expect(() => readFloatNetwork(encode(message))).toThrow('operator set missing: export with opset 7 or later');
  });
});

describe('shapes', () => {
  const reshaped = (shape: readonly number[]): string =>
    refusal({
      input: [1, 8],
      nodes: [node('Reshape', ['x', 'to'], 'v'), head],
      constants: [weights, integers('to', shape)],
    });

  it('of more than 16 axes are refused', () => {
    expect(reshaped(new Array(17).fill(1))).toContain('a shape of 17 axes; at most 16 are supported');
  });

  it('do not keep axes that there are not', () => {
    expect(reshaped([1, 8, 0])).toMatch(/^node "\/v\/Reshape" \(Reshape\): /);
  });

  it('with an axis put in twice are refused', () => {
    const nodes = [node('Unsqueeze', ['x', 'axes'], 'u'), node('Reshape', ['u', 'flat'], 'v'), head];
    const constants = [weights, integers('axes', [1, 1]), integers('flat', [1, 8])];
    expect(refusal({ input: [1, 8], nodes, constants })).toContain('its axes [1, 1] are not different axes of 4');
  });

  it('of an image made from vectors are said to be renamed', () => {
    const nodes = [
      node('Conv', ['x', 'k'], 'c'),
      node('Reshape', ['c', 'flat'], 'f'),
      node('Mul', ['f', 'm'], 's'),
      node('Reshape', ['s', 'image'], 'i'),
      node('Add', ['c', 'i'], 'a'),
      node('Conv', ['a', 'k'], 'y'),
    ];
    const constants = [
      floats('k', [2, 2, 1, 1], [1, 0, 0, 1]),
      floats('m', [1, 8], [1, 2, 3, 4, 5, 6, 7, 8]),
      integers('flat', [1, 8]),
      integers('image', [1, 2, 2, 2]),
    ];
    expect(refusal({ input: [1, 2, 2, 2], nodes, constants })).toContain(
      'its input, an image [2, 2, 2], was made by a renaming from a tensor of shape [8]',
    );
  });
});

describe('a cast', () => {
  it.each([
    [9, 'casts to BOOL; FLOAT and DOUBLE are supported'],
    [99, 'casts to type 99; FLOAT and DOUBLE are supported'],
  ])('of a constant to type %d is refused', (to, message) => {
    const nodes = [node('Cast', ['w'], 'c', attributes({ whole: { to } })), node('MatMul', ['x', 'c'], 'y')];
    expect(refusal({ input: [1, 8], nodes, constants: [weights] })).toContain(message);
  });
});
