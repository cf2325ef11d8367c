// Graphs that are not chains: sums, concatenations, several outputs, and constants that fold into layers.

import { describe, expect, it } from 'vitest';
import { attributes, floats, integers, node } from './build.ts';
import { IMAGE, INPUT, kinds, MIX, MIXED, mix, read, relu, run } from './graph-run.ts';

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
      'its constant differs between positions of one channel',
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
