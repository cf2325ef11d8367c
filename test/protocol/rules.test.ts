// docs/protocol.md against readers and plans: every rule that its tables list is broken here, and what section 8 and the
// sections about committed weights count is counted a second time.

import { describe, expect, it } from 'vitest';
import type { RejectionCode } from '../../src/errors.ts';
import { koalaBear } from '../../src/field/index.ts';
import { withCheck } from '../../src/network/files/frame.ts';
import { decodeKey, encodeKey, type KeyFile } from '../../src/network/files/key.ts';
import { compile, type IntegerNetwork, type Layer, readKey } from '../../src/network/index.ts';
import { boundsOf, type LayerBounds, type ScaleBounds } from '../../src/network/model/bounds.ts';
import { planRegistration } from '../../src/network/registration/plan.ts';
import { prepareRegistration } from '../../src/network/registration/protocol.ts';
import { registrationReport } from '../../src/network/registration/security.ts';
import type { MatrixNode, RelationGraph } from '../../src/network/relations/nodes.ts';
import { planGraph, planNetwork } from '../../src/network/statement/plan.ts';
import { layoutWeights } from '../../src/network/weights/layout.ts';
import { ternaryFromDense } from '../../src/sparse/ternary-matrix.ts';
import { integerFromDense } from '../../src/sparse/weight-matrix.ts';
import { cubePlaces } from '../independent/field.ts';
import { mixedChain } from '../network/weights/support.ts';
import { seeded } from '../support/fields.ts';
import { perceptron } from '../support/networks.ts';
import { registerFiles } from '../support/registered.ts';
import { bothKinds } from '../vectors/networks.ts';
import { READER_CASES } from '../vectors/readers.ts';
import { readPage } from './page.ts';

const { rules } = readPage();
const P = koalaBear.characteristic;

describe('rules of models', () => {
  it('are those that models of readers.json break', () => {
    const broken = new Set(READER_CASES.flatMap(({ rule }) => rule ?? []));
    expect([...broken].sort()).toEqual([...(rules.get('model') ?? [])].sort());
  });

  it('refuse a flattened tensor that nothing reads, though it has no node: one that is an output is read', () => {
    const layers: Layer[] = [
      { kind: 'flatten', name: 'l0', input: 0 },
      { kind: 'linear', name: 'l1', input: 0, weights: ternaryFromDense(new Int8Array(12), 2, 6) },
    ];
    const input = { shape: [3, 2], min: 0, max: 7, scale: 1, mean: 0 };
    const network: IntegerNetwork = { name: 'x', input, layers, outputs: [{ tensor: 2, scale: 1 }] };
    expect(() => compile(network)).toThrow('nothing reads what layer l0 produces');
    const both = compile({ ...network, outputs: [...network.outputs, { tensor: 1, scale: 1 }] });
    expect(both.verifyingKey.graph.nodes.length).toBe(1);
  });
});

it('codes are all that a verdict can have, except for a defect of the verifier itself', () => {
  const codes: Record<Exclude<RejectionCode, 'internal'>, true> = {
    truncated: true,
    'trailing-bytes': true,
    'non-canonical': true,
    'bad-header': true,
    statement: true,
    'input-range': true,
    sumcheck: true,
    claim: true,
    'lookup-root': true,
    'lookup-zero-denominator': true,
    merkle: true,
    proximity: true,
    opening: true,
    grinding: true,
    hidden: true,
  };
  expect([...(rules.get('codes') ?? [])].flatMap((cell) => cell.split(', ')).sort()).toEqual(Object.keys(codes).sort());
});

describe('rules of keys', async () => {
  const uniform = perceptron({ sizes: [3, 2], seed: 3, multipliers: 'uniform' });
  const registered = await registerFiles(uniform);
  const honest = decodeKey(registered.keyFile);
  const mixed = decodeKey((await registerFiles(bothKinds())).keyFile);

  /** The key with a change of its scale's bounds. */
  const scaled = (file: KeyFile, change: Partial<ScaleBounds>): Uint8Array => {
    const bounds = file.bounds.map((each): LayerBounds | undefined =>
      each?.kind === 'scale' ? { ...each, ...change } : each,
    );
    return encodeKey({ ...file, bounds });
  };
  const matrix = (plus: number, minus: number): Uint8Array =>
    encodeKey({
      ...honest,
      bounds: honest.bounds.map((each) => (each?.kind === 'matrix' ? { ...each, plus, minus } : each)),
    });
  const coded = (change: Partial<KeyFile['code']>, rootLength = honest.root.length): Uint8Array =>
    encodeKey({ ...honest, code: { ...honest.code, ...change }, root: new Uint8Array(rootLength) });
  /** The byte in which a key with a uniform multiplier first differs from one without. */
  const flagged = (flag: number): Uint8Array => {
    const [with_, without] = [encodeKey(honest), scaled(honest, { uniform: undefined })];
    const at = with_.findIndex((byte, i) => byte !== without[i]);
    return withCheck(with_.subarray(0, -8).with(at, flag));
  };
  const only: IntegerNetwork = {
    ...honest.network,
    layers: [{ kind: 'flatten', name: 'flatten', input: 0 }],
    outputs: [{ tensor: 1, scale: 1 }],
  };
  const wide: IntegerNetwork = { ...honest.network, input: { ...honest.network.input, shape: [2 ** 22 + 1] } };

  const cases: [string, string, Uint8Array][] = [
    ['columns', 'columns, at most', encodeKey({ ...honest, network: wide })],
    ['bounds', 'at most 2147483647', matrix(2 ** 31, 0)],
    ['bounds', 'at most 2147483647', matrix(0, 2 ** 31)],
    ['uniform flag', 'neither 0 nor 1', flagged(2)],
    ['uniform multiplier', 'has no inverse', scaled(honest, { uniform: 0 })],
    ['uniform multiplier', 'has no inverse', scaled(honest, { uniform: 2 ** 30 })],
    ['uniform multiplier', 'has no inverse', scaled(honest, { uniform: -(2 ** 30) })],
    ['uniform multiplier', 'a range beside it', scaled(honest, { multipliers: { min: 0, bits: 1 } })],
    ['ranges', 'a range of integers', scaled(mixed, { biases: { min: 1, bits: 1 } })],
    ['ranges', 'a range of integers', scaled(mixed, { biases: { min: -2, bits: 0 } })],
    ['ranges', 'a range of integers', scaled(mixed, { biases: { min: 0, bits: 32 } })],
    ['ranges', 'a range of integers', scaled(mixed, { biases: { min: -(2 ** 31), bits: 33 } })],
    ['code', 'is not supported', coded({ columnVariables: 31 })],
    ['code', 'is not supported', coded({ rateBits: 0 })],
    ['code', 'is not supported', coded({ rateBits: 9 })],
    ['code', 'no parameters', coded({ columnVariables: 24, rateBits: 1 })],
    ['digests', 'digests have 25 bytes', coded({ digestLength: 25 }, 25)],
    ['digests', 'digests have 33 bytes', coded({ digestLength: 33 }, 33)],
    ['weights', 'no weights to commit to', encodeKey({ ...honest, network: only, bounds: [undefined] })],
  ];

  it('are those that are broken here, and the keys that are changed are read', () => {
    expect([...new Set(cases.map(([rule]) => rule))].sort()).toEqual([...(rules.get('key') ?? [])].sort());
    for (const file of [honest, mixed]) expect(readKey(encodeKey(file)).weightStatus).toBe('unchecked');
  });

  it.each(cases)('%s: %s', (_rule, says, bytes) => {
    expect(() => readKey(bytes)).toThrow(says);
  });
});

describe('section 8', () => {
  const input = { min: -8, max: 7, scale: 1, mean: 0 };

  /** One multiplication of a tensor of eight axes, in which a graph holds no table of its size. */
  const scaledCube = (nines: number): IntegerNetwork => {
    const shape = Array.from({ length: 8 }, (_, axis) => (axis < nines ? 9 : 5));
    const [multipliers, biases] = [new Int32Array(9).fill(2), new Int32Array(9)];
    const layers: Layer[] = [{ kind: 'affine', name: 'affine', input: 0, multipliers, biases }];
    return { name: 'cube', input: { ...input, shape }, layers, outputs: [{ tensor: 1, scale: 1 }] };
  };

  it('counts the variables of a tensor without the batch: 26 are proven about, in any number of inputs', () => {
    const { verifyingKey } = compile(scaledCube(2));
    expect(verifyingKey.graph.tensors[1].variables).toBe(26);
    const plan = verifyingKey.plan(5);
    expect(plan.batchVariables + plan.graph.tensors[1].variables).toBe(29);
    expect(() => compile(scaledCube(3))).toThrow('padded to 2^27 values, at most 2^26');
  });

  it('counts so for the windows of a convolution: 8 × 8 on 512 × 512 with five inputs', () => {
    const window = { kernel: [8, 8], strides: [1, 1], dilations: [1, 1], padding: [0, 0, 0, 0] } as const;
    const weights = ternaryFromDense(new Int8Array(64).fill(1), 1, 64);
    const layers: Layer[] = [{ kind: 'convolution', name: 'convolution', input: 0, weights, window }];
    const network: IntegerNetwork = {
      name: 'wide',
      input: { ...input, shape: [1, 512, 512] },
      layers,
      outputs: [{ tensor: 1, scale: 1 }],
    };
    const graph = planGraph(network, P);
    const plan = planNetwork(network, graph, 5, P);
    expect(plan.batchVariables + graph.tensors[1].variables).toBe(27);
  });

  it('opens six vectors and no more: the columns and five tensors', () => {
    const { verifyingKey } = compile(perceptron({ sizes: [2, 2, 2, 2], seed: 4, activatedOutput: true }));
    expect(verifyingKey.commitment(verifyingKey.plan(1, [0, 2, 3, 5, 6]))?.places.length).toBe(6);
    expect(() => verifyingKey.plan(1, [0, 2, 3, 5, 6, 8])).toThrow('an opening of 7 vectors');
  });

  it('refuses sums of nothing and multipliers that a characteristic may divide', () => {
    const sum = (...multipliers: number[]): IntegerNetwork => ({
      name: 'sum',
      input: { ...input, min: 0, max: 0, shape: [2] },
      layers: [{ kind: 'add', name: 'add', inputs: [0, 0], multipliers: Int32Array.from(multipliers) }],
      outputs: [{ tensor: 1, scale: 1 }],
    });
    expect(() => compile(sum(0, 0))).toThrow('all its multipliers are zero');
    expect(() => compile(sum(0, 2 ** 30))).toThrow('is too large');
    expect(() => compile(sum(-(2 ** 30), 1))).toThrow('is too large');
    expect(compile(sum(0, 2 ** 30 - 1))).toBeDefined();
  });
});

const log2 = (n: number): number => Math.ceil(Math.log2(n));
const graphOf = (network: IntegerNetwork): RelationGraph => planGraph(network, P, boundsOf(network));

/** S is large beside one small ternary matrix: its squares have more columns than the matrix. */
function largeDense(): IntegerNetwork {
  const ones = new Int8Array(64 * 64).fill(1);
  const layers: Layer[] = [
    { kind: 'linear', name: 'ternary', input: 0, weights: ternaryFromDense(new Int8Array(128).fill(1), 64, 2) },
    { kind: 'requantise', name: 'activation', input: 1, shift: 3, activation: 'relu', min: 0, max: 7 },
    { kind: 'linear', name: 'dense', input: 2, weights: integerFromDense(ones, 64, 64) },
    { kind: 'requantise', name: 'activation', input: 3, shift: 6, activation: 'relu', min: 0, max: 7 },
    { kind: 'linear', name: 'dense 2', input: 4, weights: integerFromDense(ones, 64, 64) },
  ];
  const input = { shape: [2], min: 0, max: 7, scale: 1, mean: 0 };
  return { name: 'large', input, layers, outputs: [{ tensor: 5, scale: 1 }] };
}

const committed: [string, IntegerNetwork][] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((seed): [string, IntegerNetwork] => [`mixed ${seed}`, mixedChain(seeded(seed))]),
  ['both kinds', bothKinds()],
  ['a large S', largeDense()],
];

describe('section 15: the squares', () => {
  it.each(committed)('%s', (_name, network) => {
    const graph = graphOf(network);
    const layout = layoutWeights(graph);
    const used = layout.dense?.packing.used ?? 0;
    const matrices = graph.nodes.flatMap((node) => {
      if (node.kind !== 'matrix' || node.bounds?.isTernary !== true) return [];
      const { shape } = graph.tensors[node.input];
      // the leading axes of the tensor, as many as the matrix has columns on their cube
      let axes = 0;
      while (shape.slice(0, axes).reduce((sum, n) => sum + log2(n), 0) < node.columnVariables) axes++;
      return [{ rows: node.weights.rowCount, columns: cubePlaces(shape.slice(0, axes)), m: node.columnVariables }];
    });
    const count = (C: number, N: number): number =>
      matrices.reduce((sum, { rows, columns }) => {
        const parts = new Set(columns.map((column) => Math.floor(column / 2 ** C)));
        return sum + parts.size * Math.ceil(rows / 2 ** N);
      }, 0);
    let best: [number, number, number] | undefined;
    const n = Math.max(0, ...matrices.map(({ rows }) => log2(rows)));
    const most = Math.max(...matrices.map(({ m }) => m), log2(Math.max(1, used)) - n);
    for (let C = 0; C <= most && matrices.length > 0; C++) {
      for (let N = 0; N <= n; N++) {
        const all = count(C, N) + Math.ceil(used / 2 ** (C + N));
        const cost = count(C, N) * 2 ** N * (2 ** C + 16) + 1024 * all;
        if (all <= 512 && (best === undefined || cost < best[0])) best = [cost, C, N];
      }
    }
    const [, C, N] = best ?? [0, 0, log2(used)];
    const squares = count(C, N);
    const squareCount = squares + Math.ceil(used / 2 ** (C + N));
    const { columnVariables, rowVariables, variables } = layout;
    expect({ columnVariables, rowVariables, variables, squareCount: layout.squareCount, used: layout.used }).toEqual({
      columnVariables: C,
      rowVariables: N,
      variables: log2(squareCount) + C + N,
      squareCount,
      used: squares * 2 ** (C + N) + used,
    });
    expect(layout.squares.length).toBe(squares);
  });

  it('have more columns than any matrix where S is large', () => {
    const { columnVariables } = layoutWeights(graphOf(largeDense()));
    expect(columnVariables).toBeGreaterThan(1);
  });
});

describe('section 16', () => {
  it.each(committed)('%s: one point for each matrix and one for each range', (_name, network) => {
    const graph = graphOf(network);
    const layout = layoutWeights(graph);
    const code = { columnVariables: Math.max(0, layout.variables - 3), rateBits: 2, digestLength: 26 };
    const statement = { field: koalaBear, bytes: new Uint8Array(32), graph, layout, root: new Uint8Array(26), code };
    const { plan, parameters } = prepareRegistration(statement);
    const points = graph.nodes.flatMap((node, index): number[] => {
      const ranges = layout.dense?.blocks.filter((block) => block.node === index) ?? [];
      if (node.kind === 'matrix' && node.bounds !== undefined) return [2 * log2(node.weights.rowCount)];
      return node.kind === 'scale' ? ranges.map(() => log2(node.multipliers.length)) : [];
    });
    const ranges = layout.dense?.blocks.filter(({ role }) => role !== 'plus' && role !== 'minus').length ?? 0;
    const matrices = points.length - ranges;
    const lookups = plan.lookups?.shape.lookups.length ?? 0;
    const counts = {
      'ternary weights and padding at a random point': 2 * Math.max(1, layout.variables),
      'row sums and ranges at a random point': Math.max(1, ...points) * Math.max(1, points.length),
      'sumcheck of the weights': 3 + 2 * matrices + ranges + lookups + 4 * layout.variables,
    };
    const { terms } = registrationReport(koalaBear, plan, parameters);
    for (const [name, count] of Object.entries(counts)) {
      const bits = terms.find((term) => term.name === name)?.bits ?? 0;
      expect(bits, name).toBeCloseTo(koalaBear.bits - Math.log2(count), 9);
    }
  });

  it.each(['plus', 'minus'] as const)('bounds %s of a matrix by the field, by itself', (sign) => {
    const graph = graphOf(perceptron({ sizes: [4, 3], seed: 2 }));
    const layout = layoutWeights(graph);
    const bounded = (bound: number): RelationGraph => ({
      ...graph,
      nodes: graph.nodes.map((node) =>
        node.kind === 'matrix' ? ({ ...node, bounds: { ...node.bounds, [sign]: bound } } as MatrixNode) : node,
      ),
    });
    const most = (Number(P) - 1 - 2 ** 2) / 2;
    expect(planRegistration(bounded(most), layout, P).matrices[0][sign].bound).toBe(most);
    expect(() => planRegistration(bounded(most + 1), layout, P)).toThrow('too large for the field');
  });
});
