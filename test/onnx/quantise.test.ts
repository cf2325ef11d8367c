// From float to integer: what is exact is exact, what is rounded is close, and what cannot be is refused.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { evaluate } from '../../src/network/model/evaluate.ts';
import type { AffineLayer, IntegerNetwork, LinearLayer, RequantiseLayer } from '../../src/network/model/network.ts';
import { planGraph, planNetwork } from '../../src/network/statement/plan.ts';
import {
  evaluateFloat,
  type ImportOptions,
  type ImportReport,
  importOnnx,
  readFloatNetwork,
} from '../../src/onnx/index.ts';
import { type TernaryMatrix, ternaryToDense } from '../../src/sparse/ternary-matrix.ts';
import { isTernary } from '../../src/sparse/weight-matrix.ts';
import { runs } from '../support/depth.ts';
import { attributes, buildModel, floats, node, type Parts } from './build.ts';
import { pseudoRandom } from './files.ts';

const [INPUTS, HIDDEN, OUTPUTS] = [12, 16, 4];
const KOALA = 2n ** 31n - 2n ** 24n + 1n;

/** Ternary weights, outputs × inputs, row o scaled by α(o); row 3 of the hidden layer is empty. */
function ternaryValues(seed: number, rows: number, columns: number, alpha: (row: number) => number): number[] {
  const random = pseudoRandom(seed);
  return Array.from({ length: rows * columns }, (_, i) => {
    const t = Math.floor(random.next().value * 3) - 1;
    const row = Math.floor(i / columns);
    return t * (rows === HIDDEN && row === 3 ? 0 : alpha(row));
  });
}

const samplesOf = (seed: number, count: number, length = INPUTS): Int32Array[] => {
  const random = pseudoRandom(seed);
  return Array.from({ length: count }, () => Int32Array.from({ length }, () => Math.floor(random.next().value * 256)));
};

const transB = attributes({ whole: { transB: 1 } });

interface Network {
  readonly alpha?: (row: number) => number;
  /** Nodes from `u` to `h`. */
  readonly activation?: Parts['nodes'];
  readonly after?: Parts['nodes'];
  readonly biasScale?: number;
  readonly constants?: NonNullable<Parts['constants']>;
}

/** Gemm – activation – Gemm. */
function perceptron({ alpha = () => 0.25, activation = [node('Relu', ['u'], 'h')], ...rest }: Network): Uint8Array {
  const { after = [], biasScale = 1, constants = [] } = rest;
  const random = pseudoRandom(5);
  const bias = (length: number) => Array.from({ length }, () => biasScale * (random.next().value - 0.5));
  return buildModel({
    input: ['batch', INPUTS],
    nodes: [
      node('Gemm', ['x', 'w1', 'b1'], 'u', transB),
      ...activation,
      node('Gemm', ['h', 'w2', 'b2'], 'y', transB),
      ...after,
    ],
    constants: [
      floats('w1', [HIDDEN, INPUTS], ternaryValues(1, HIDDEN, INPUTS, alpha)),
      floats('b1', [HIDDEN], bias(HIDDEN)),
      floats('w2', [OUTPUTS, HIDDEN], ternaryValues(2, OUTPUTS, HIDDEN, alpha)),
      floats('b2', [OUTPUTS], bias(OUTPUTS)),
      ...constants,
    ],
  });
}

/** Imports, and measures the integer network against the float one on samples that calibration has not seen. */
function measure(file: Uint8Array, options: Partial<ImportOptions> = {}) {
  let report: ImportReport | undefined;
  const [scale, mean] = [options.inputScale ?? 1 / 255, options.inputMean ?? 0];
  const network = importOnnx(file, {
    calibration: samplesOf(7, 60),
    inputScale: scale,
    ...options,
    onReport: (found) => {
      report = found;
    },
  });
  const float = readFloatNetwork(file);
  let [error, norm] = [0, 0];
  for (const sample of samplesOf(8, 60)) {
    const integers = evaluate(network, sample).at(-1)!;
    const reals = evaluateFloat(
      float,
      Float64Array.from(sample, (stored) => stored * scale - mean),
    ).at(-1)!;
    reals.forEach((real, i) => {
      error += (integers[i]! * network.outputs[0].scale - real) ** 2;
      norm += real ** 2;
    });
  }
  expect(() => planNetwork(network, planGraph(network, KOALA), 1, KOALA)).not.toThrow();
  return { network, report: report!, error: Math.sqrt(error / norm) };
}

const kinds = (network: IntegerNetwork): string[] => network.layers.map(({ kind }) => kind);
const layersOf = <T>(network: IntegerNetwork, kind: string): T[] =>
  network.layers.filter((layer) => layer.kind === kind) as unknown as T[];

/** The weights of the first layer, which are ternary. */
function weightsOf(network: IntegerNetwork): TernaryMatrix {
  const { weights } = network.layers[0] as LinearLayer;
  if (!isTernary(weights)) throw new Error('these weights are not ternary');
  return weights;
}

describe('scales', () => {
  it('one per layer becomes multipliers of 1 and a shift', () => {
    const { network, report, error } = measure(perceptron({}));
    expect(kinds(network)).toEqual(['linear', 'affine', 'requantise', 'linear', 'affine']);
    const [hidden, output] = layersOf<AffineLayer>(network, 'affine');
    expect(new Set(hidden!.multipliers)).toEqual(new Set([1]));
    expect(new Set(output!.multipliers).size).toBe(1);
    expect(layersOf<RequantiseLayer>(network, 'requantise')[0]!.activation).toBe('relu');
    expect(report.layers.map(({ weightError }) => weightError)).toEqual([0, 0]);
    expect(error).toBeLessThan(0.04);
  });

  it('one per output becomes small multipliers', () => {
    const alphas = (row: number) => 0.05 + 0.07 * row;
    const { network, report, error } = measure(perceptron({ alpha: alphas }));
    expect(report.layers[0]!.multipliers!.max).toBeGreaterThan(report.layers[0]!.multipliers!.min);
    expect(layersOf<RequantiseLayer>(network, 'requantise')[0]!.shift).toBeLessThanOrEqual(16);
    expect(error).toBeLessThan(0.04);
  });

  it('more levels give more accurate outputs', () => {
    const coarse = measure(perceptron({}), { activationLevels: 8 });
    const fine = measure(perceptron({}), { activationLevels: 2048 });
    expect(layersOf<RequantiseLayer>(coarse.network, 'requantise')[0]!.max).toBe(7);
    expect(fine.error).toBeLessThan(0.025);
    expect(coarse.error).toBeGreaterThan(fine.error);
  });

  it('signs are those of the weights, negative zeros are zeros, empty outputs stay', () => {
    const negativeZeros = ternaryValues(1, HIDDEN, INPUTS, () => 0.5).map((value) => (value === 0 ? -0 : value));
    const file = buildModel({
      input: [1, INPUTS],
      nodes: [node('Gemm', ['x', 'w'], 'y', transB)],
      constants: [floats('w', [HIDDEN, INPUTS], negativeZeros)],
    });
    const network = importOnnx(file, { calibration: samplesOf(1, 4) });
    const weights = weightsOf(network);
    expect([...ternaryToDense(weights)]).toEqual(negativeZeros.map((value) => Math.sign(value) + 0));
    expect(weights.nonzeros).toBe(negativeZeros.filter((value) => value !== 0).length);
    expect(evaluate(network, samplesOf(2, 1)[0]!).at(-1)![3]).toBe(0);
  });

  it('magnitudes within rounding of each other are one scale, others are not', () => {
    const single = (values: readonly number[]) =>
      buildModel({
        input: [1, 4],
        nodes: [node('Gemm', ['x', 'w'], 'y', transB)],
        constants: [floats('w', [1, 4], values)],
      });
    const options = { calibration: [Int32Array.of(1, 2, 3, 4)] };
    const rounded = importOnnx(single([1, 1 + 2 ** -23, -1, 0]), options);
    expect([...ternaryToDense(weightsOf(rounded))]).toEqual([1, 1, -1, 0]);
    const apart = importOnnx(single([1, 1 + 2 ** -18, -1, 0]), options);
    expect(isTernary((apart.layers[0] as LinearLayer).weights)).toBe(false);
  });
});

describe('activations', () => {
  it('none between two layers becomes a symmetric clamp', () => {
    const { network, error } = measure(perceptron({ activation: [node('Identity', ['u'], 'h')] }));
    const [requantise] = layersOf<RequantiseLayer>(network, 'requantise');
    expect(requantise!.activation).toBe('identity');
    expect(requantise!.min).toBe(-requantise!.max);
    expect(error).toBeLessThan(0.06);
  });

  it('Clip to [0, b] clamps at b, Clip to [a, b] on both sides', () => {
    const bounds = [floats('low', [], [-0.25]), floats('zero', [], [0]), floats('high', [], [0.5])];
    const relu = measure(perceptron({ activation: [node('Clip', ['u', 'zero', 'high'], 'h')], constants: bounds }));
    expect(layersOf<RequantiseLayer>(relu.network, 'requantise')[0]).toMatchObject({ activation: 'relu', min: 0 });
    expect(relu.error).toBeLessThan(0.05);
    const both = measure(perceptron({ activation: [node('Clip', ['u', 'low', 'high'], 'h')], constants: bounds }));
    const [requantise] = layersOf<RequantiseLayer>(both.network, 'requantise');
    expect(requantise!.activation).toBe('identity');
    expect(requantise!.min).toBeLessThan(0);
    expect(requantise!.max).toBeGreaterThan(-requantise!.min);
    expect(both.error).toBeLessThan(0.05);
  });

  it('Clip that moves 0 is refused with the reason', () => {
    const constants = [floats('low', [], [0.125])];
    const file = perceptron({ activation: [node('Clip', ['u', 'low'], 'h')], constants });
    expect(() => measure(file)).toThrow(
      'node "/h/Clip" (Clip): clips to [0.125, Infinity], which moves 0; only ranges that contain 0 are supported',
    );
  });

  it('Relu may be the last operation', () => {
    const { network, error } = measure(perceptron({ after: [node('Relu', ['y'], 'z')] }));
    expect(kinds(network).at(-1)).toBe('requantise');
    expect(error).toBeLessThan(0.04);
  });

  it('Relu of the input is left out where it does nothing', () => {
    const nodes = [node('Relu', ['x'], 'r'), node('Gemm', ['r', 'w'], 'y', transB)];
    const constants = [floats('w', [2, 3], [1, 0, -1, 0, 1, 1])];
    const file = buildModel({ input: [1, 3], nodes, constants });
    const calibration = [Int32Array.of(1, 2, 3)];
    expect(kinds(importOnnx(file, { calibration }))).toEqual(['linear']);
    expect(kinds(importOnnx(file, { calibration, inputMean: 0.5 }))).toEqual(['affine', 'requantise', 'linear']);
  });
});

describe('the input', () => {
  it('its mean is folded into the first biases exactly', () => {
    // Powers of two everywhere: integers and reals agree without rounding.
    const nodes = [node('Gemm', ['x', 'w', 'b'], 'y', transB)];
    const constants = [floats('w', [2, 3], [0.5, 0, -0.5, 0, 0.5, 0.5]), floats('b', [2], [0.25, -3])];
    const file = buildModel({ input: [1, 3], nodes, constants });
    const network = importOnnx(file, { calibration: [Int32Array.of(1, 2, 3)], inputScale: 0.25, inputMean: 1.5 });
    const float = readFloatNetwork(file);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 3, maxLength: 3 }), (stored) => {
        const expected = evaluateFloat(
          float,
          stored.map((value) => value * 0.25 - 1.5),
        ).at(-1)!;
        const found = evaluate(network, stored).at(-1)!;
        expect([...found].map((value) => value * network.outputs[0].scale)).toEqual([...expected]);
      }),
    );
  });

  it('a mean and signed samples keep the accuracy', () => {
    expect(measure(perceptron({}), { inputMean: 0.5 }).error).toBeLessThan(0.06);
    const calibration = samplesOf(7, 60).map((sample) => sample.map((value) => value - 128));
    const { network } = measure(perceptron({}), { calibration, inputRange: [-128, 255] });
    expect(network.input).toMatchObject({ min: -128, max: 255 });
    expect(importOnnx(perceptron({}), { calibration }).input).toMatchObject({ min: -128, max: 127 });
  });

  it.each([
    [{ calibration: [] }, 'no calibration samples'],
    [{ calibration: [[1, 2]] }, 'calibration sample 0 has 2 values, but the network takes 12'],
    [
      { calibration: [new Array(12).fill(0.5)] },
      'calibration sample 0 holds 0.5 at position 0; stored values are integers',
    ],
    [
      { calibration: [new Array(12).fill(300)] },
      'calibration values range over [0, 300]: give the range of stored values',
    ],
    [{ inputRange: [0, 100] as const }, 'outside of the input range [0, 100]'],
    [{ inputRange: [5, 300] as const }, 'the input range [5, 300] must be integers around 0'],
    [{ inputScale: 0 }, 'the input scale is 0'],
    [{ inputMean: Number.NaN }, 'the input mean is NaN'],
    [{ activationLevels: 3 }, '3 activation levels'],
  ])('options %j are refused: %s', (options, message) => {
    const run = () => importOnnx(perceptron({}), { calibration: samplesOf(7, 4), ...options });
    expect(run).toThrow(InputError);
    expect(run).toThrow(message);
  });
});

describe('weights that are not ternary', () => {
  const random = pseudoRandom(11);
  const dense = (rows: number, columns: number) =>
    Array.from({ length: rows * columns }, () => random.next().value - 0.5);
  const file = buildModel({
    input: [1, INPUTS],
    nodes: [node('Gemm', ['x', 'w1'], 'u', transB), node('Relu', ['u'], 'h'), node('Gemm', ['h', 'w2'], 'y', transB)],
    constants: [
      floats('w1', [HIDDEN, INPUTS], dense(HIDDEN, INPUTS)),
      floats('w2', [OUTPUTS, HIDDEN], dense(OUTPUTS, HIDDEN)),
    ],
  });

  it('become 8-bit integers with a scale per output', () => {
    const { network, report, error } = measure(file);
    expect(report.layers.map(({ weights }) => weights)).toEqual(['8-bit', '8-bit']);
    for (const { weightError } of report.layers) {
      expect(weightError).toBeGreaterThan(0.001);
      expect(weightError).toBeLessThan(0.01);
    }
    expect(layersOf<LinearLayer>(network, 'linear').map(({ weights }) => isTernary(weights))).toEqual([false, false]);
    expect(error).toBeLessThan(0.05);
  });

  it('are replaced by the nearest ternary ones on request, and the loss is reported', () => {
    const { report, error } = measure(file, { ternarise: true });
    for (const { weightError } of report.layers) {
      expect(weightError).toBeGreaterThan(0.1);
      expect(weightError).toBeLessThan(0.6);
    }
    expect(report.agreement).toBeGreaterThan(0.3);
    expect(report.agreement).toBeLessThanOrEqual(1);
    expect(report.outputError).toBeGreaterThan(0.01);
    expect(error).toBeLessThan(1);
  });

  it('the nearest ones are at most as far as those of any other threshold', () => {
    const weights = [0.9, -0.8, 0.1, 0.05, 1, -0.02];
    const single = buildModel({
      input: [1, 6],
      nodes: [node('Gemm', ['x', 'w'], 'y', transB)],
      constants: [floats('w', [1, 6], weights)],
    });
    const network = importOnnx(single, { calibration: [new Int32Array(6)], ternarise: true });
    expect([...ternaryToDense(weightsOf(network))]).toEqual([1, -1, 0, 0, 1, 0]);
  });
});

describe('values out of proportion', () => {
  it('biases far beyond the weights still fit', () => {
    expect(measure(perceptron({ biasScale: 1e6 })).error).toBeLessThan(0.05);
    expect(measure(perceptron({ alpha: () => 1e-40 })).error).toBeLessThan(0.1);
  });

  it('weights that are all zero give the biases', () => {
    const { network, error } = measure(perceptron({ alpha: () => 0 }));
    expect(layersOf<LinearLayer>(network, 'linear').map(({ weights }) => weights.nonzeros)).toEqual([0, 0]);
    expect(error).toBeLessThan(0.05);
  });

  it('what overflows is refused with the node', () => {
    const nodes = [
      node('Gemm', ['x', 'w', 'b'], 'y', attributes({ whole: { transB: 1 }, floats: { alpha: 3e38, beta: 3e38 } })),
    ];
    const huge = buildModel({
      input: [1, 2],
      nodes: [
        ...nodes,
        ...['z', 'v', 't', 's', 'r', 'q', 'p', 'o'].flatMap((name, i, all) => [
          node('Gemm', [i === 0 ? 'y' : all[i - 1]!, 'w'], name, attributes({ floats: { alpha: 3e38 } })),
        ]),
      ],
      constants: [floats('w', [2, 2], [3e38, 0, 0, 3e38]), floats('b', [2], [1, 1])],
    });
    expect(() => importOnnx(huge, { calibration: [Int32Array.of(255, 255)] })).toThrow(
      /^node "\/\w\/Gemm" \(Gemm\): its values (overflow|do not fit)/,
    );
  });
});

describe('any small ternary perceptron', () => {
  it('stays close to its float form', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: 0.001, max: 100, noNaN: true }),
        fc.boolean(),
        (seed, alpha, perOutput) => {
          const scale = (row: number) => Math.fround(alpha * (perOutput ? 1 + row / 8 : 1));
          const file = buildModel({
            input: [1, INPUTS],
            nodes: [
              node('Gemm', ['x', 'w1'], 'u', transB),
              node('Relu', ['u'], 'h'),
              node('Gemm', ['h', 'w2'], 'y', transB),
            ],
            constants: [
              floats('w1', [HIDDEN, INPUTS], ternaryValues(seed, HIDDEN, INPUTS, scale)),
              floats('w2', [OUTPUTS, HIDDEN], ternaryValues(seed + 1, OUTPUTS, HIDDEN, scale)),
            ],
          });
          const { report, error } = measure(file);
          expect(report.outputError).toBeLessThan(0.05);
          expect(error).toBeLessThan(0.2); // random inputs that clip where no sample did
        },
      ),
      { numRuns: runs(30) },
    );
  });
});
