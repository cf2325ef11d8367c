// Float networks as graphs, made by hand: which integer layers they become, and how close those are.

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { evaluate } from '../../src/network/model/evaluate.ts';
import type { RequantiseLayer } from '../../src/network/model/network.ts';
import { evaluateFloat, type ImportReport, quantiseNetwork } from '../../src/onnx/index.ts';
import { isTernary } from '../../src/sparse/weight-matrix.ts';
import { FloatBuilder, kindsOf, layersOf, pixels, quantised, sparseRows, square } from './float-builder.ts';

const IMAGE = [2, 8, 8];
const same = square(3, 1, 1);
/** Of outputs that calibration brings within 2.5 % on its own samples. */
const MOST = 0.05;

/** A head that gives eight outputs. */
function head(builder: FloatBuilder, image: number): number {
  return builder.linear(builder.flatten(builder.averagePool(image, square(4, 4))), 8, { alpha: () => 0.1 });
}

describe('sums', () => {
  it('branches of different scales meet in one requantisation', () => {
    const builder = new FloatBuilder(IMAGE);
    const left = builder.convolution(0, 4, same, { alpha: () => 0.3, bias: (row) => row / 10 });
    const right = builder.convolution(0, 4, same, { alpha: (row) => 0.011 * (row + 1), bias: () => -0.2 });
    const { network, errors } = quantised(builder.finish(head(builder, builder.relu(builder.sum(left, right)))));
    expect(kindsOf(network).slice(0, 6)).toEqual([
      'convolution',
      'convolution',
      'affine',
      'affine',
      'add',
      'requantise',
    ]);
    expect(errors[0]).toBeLessThan(MOST);
  });

  it('a skipped activation needs no layer of its own', () => {
    const builder = new FloatBuilder(IMAGE);
    const first = builder.relu(builder.convolution(0, 4, same, { alpha: () => 0.3 }));
    const branch = builder.convolution(first, 4, same, { alpha: () => 0.07 });
    const { network, errors } = quantised(builder.finish(head(builder, builder.relu(builder.sum(first, branch)))));
    expect(kindsOf(network).slice(0, 5)).toEqual(['convolution', 'requantise', 'convolution', 'add', 'requantise']);
    const [add] = layersOf(network, 'add');
    expect(add!.inputs).toContain(2);
    expect(errors[0]).toBeLessThan(MOST);
  });

  it('a tensor added to itself is one term', () => {
    const builder = new FloatBuilder(IMAGE);
    const u = builder.convolution(0, 4, same);
    const { network, errors } = quantised(builder.finish(builder.relu(builder.sum(u, u, u))));
    expect(kindsOf(network)).not.toContain('add');
    expect(errors[0]).toBeLessThan(MOST);
  });

  it('long residual chains without activations between them', () => {
    const builder = new FloatBuilder(IMAGE);
    let x = builder.convolution(0, 4, same, { alpha: () => 0.2 });
    for (let block = 0; block < 6; block++) {
      const h = builder.relu(
        builder.affine(
          x,
          (c) => 1 - c / 8,
          (c) => c / 10 - 0.2,
        ),
      );
      x = builder.sum(x, builder.convolution(h, 4, same, { alpha: (row) => 0.05 + row / 100 }));
    }
    const { network, errors } = quantised(builder.finish(head(builder, builder.relu(x))));
    for (const { inputs } of layersOf(network, 'add')) expect(inputs.length).toBeLessThanOrEqual(5);
    expect(errors[0]).toBeLessThan(MOST);
  });

  it('of flattened images', () => {
    const builder = new FloatBuilder(IMAGE);
    const left = builder.flatten(builder.convolution(0, 2, same, { alpha: (row) => 1 + row }));
    const right = builder.flatten(builder.relu(builder.convolution(0, 2, same)));
    const vector = builder.relu(builder.linear(left, 128));
    const sum = builder.sum(builder.sum(left, right), vector);
    const { errors } = quantised(builder.finish(builder.linear(builder.relu(sum), 3)));
    expect(errors[0]).toBeLessThan(MOST);
  });
});

describe('concatenations', () => {
  it('what meets gets one scale, whatever its range', () => {
    const builder = new FloatBuilder(IMAGE);
    const wide = builder.relu(builder.convolution(0, 3, same, { alpha: () => 2 }));
    const narrow = builder.relu(builder.convolution(0, 2, same, { alpha: () => 0.1 }));
    const pooled = builder.maxPool(narrow, same);
    const nested = builder.concatenate(wide, pooled);
    const late = builder.relu(builder.convolution(nested, 2, same, { alpha: () => 0.1 }));
    const all = builder.concatenate(nested, late, wide);
    const { network, report, errors } = quantised(builder.finish(head(builder, all)));
    const scales = report.layers.flatMap(({ activation }) => (activation === undefined ? [] : [activation.scale]));
    expect(scales).toHaveLength(3);
    expect(new Set(scales).size).toBe(1);
    expect(layersOf(network, 'concatenate')).toHaveLength(2);
    expect(errors[0]).toBeLessThan(MOST);
  });

  it('with the input, and of one tensor twice', () => {
    const builder = new FloatBuilder(IMAGE);
    const u = builder.convolution(0, 2, same, { alpha: () => 0.2 });
    const { network, errors } = quantised(builder.finish(head(builder, builder.concatenate(0, u, u))));
    const [first, second, third] = layersOf(network, 'concatenate')[0]!.inputs;
    expect(second).toBe(third);
    expect(first).not.toBe(second);
    expect(errors[0]).toBeLessThan(MOST);
  });

  it('a clamp after one is done before it', () => {
    const builder = new FloatBuilder(IMAGE);
    const left = builder.convolution(0, 2, same);
    const right = builder.convolution(0, 3, square(1));
    const { network, errors } = quantised(
      builder.finish(head(builder, builder.relu(builder.concatenate(left, right)))),
    );
    const kinds = kindsOf(network);
    expect(kinds.filter((kind) => kind === 'requantise')).toHaveLength(2);
    expect(kinds.indexOf('concatenate')).toBeGreaterThan(kinds.lastIndexOf('requantise'));
    for (const { activation } of layersOf(network, 'requantise')) expect(activation).toBe('relu');
    expect(errors[0]).toBeLessThan(MOST);
  });
});

describe('pools', () => {
  it('a clamp after maxima is done before them', () => {
    const builder = new FloatBuilder(IMAGE);
    const u = builder.convolution(0, 4, same, { alpha: (row) => 0.1 * (row + 1), bias: () => -0.3 });
    const pooled = builder.maxPool(builder.maxPool(u, square(3, 1, 1)), square(2, 2));
    const { network, errors } = quantised(builder.finish(builder.relu(pooled)));
    expect(kindsOf(network)).toEqual(['convolution', 'affine', 'requantise', 'max-pool', 'max-pool']);
    expect(errors[0]).toBeLessThan(MOST);
  });

  it('but not where the maxima are read elsewhere too', () => {
    const builder = new FloatBuilder(IMAGE);
    const pooled = builder.maxPool(builder.convolution(0, 4, same), square(2, 2));
    const { network, errors } = quantised(builder.finish(builder.relu(pooled), builder.convolution(pooled, 2, same)));
    expect(layersOf(network, 'requantise').map(({ activation }) => activation)).toEqual(['identity', 'relu']);
    for (const error of errors) expect(error).toBeLessThan(MOST);
  });

  it.each([
    ['means of activations cost nothing and are read as they are', true, ['requantise', 'average-pool', 'convolution']],
    ['means of sums come before the clamp', false, ['average-pool', 'affine', 'requantise', 'convolution']],
  ] as const)('%s', (_, isClampedFirst, kinds) => {
    const builder = new FloatBuilder(IMAGE);
    const u = builder.convolution(0, 4, same, { alpha: () => 0.2, bias: isClampedFirst ? () => 0 : (row) => row / 9 });
    const window = square(2, 2);
    const x = isClampedFirst
      ? builder.averagePool(builder.relu(u), window)
      : builder.relu(builder.averagePool(u, window));
    const { network, errors } = quantised(builder.finish(builder.convolution(x, 3, same)));
    expect(kindsOf(network)).toEqual(['convolution', ...kinds]);
    expect(errors[0]).toBeLessThan(MOST);
  });

  it.each([true, false])('means at the border, padding counted: %s', (countsPadding) => {
    const builder = new FloatBuilder(IMAGE);
    const u = builder.convolution(0, 4, same, { alpha: () => 0.2, bias: (row) => row - 1 });
    const direct = builder.averagePool(u, same, countsPadding);
    const { errors } = quantised(builder.finish(direct, builder.averagePool(builder.relu(u), same, countsPadding)));
    for (const error of errors) expect(error).toBeLessThan(MOST);
  });
});

describe('clamps and roundings', () => {
  it('ReLU6 ends at the nearest level', () => {
    const builder = new FloatBuilder(IMAGE);
    const x = builder.clamp(builder.convolution(0, 4, same, { alpha: (row) => 3 + row }), 0, 6);
    const { network, report, errors } = quantised(builder.finish(head(builder, x)), { activationLevels: 256 });
    const [{ max, activation }] = layersOf(network, 'requantise') as [RequantiseLayer];
    expect(activation).toBe('relu');
    const { scale } = report.layers[0]!.activation!;
    expect(Math.abs(max * scale - 6)).toBeLessThanOrEqual(scale / 2);
    expect(errors[0]).toBeLessThan(MOST);
  });

  it('roundings of the file are taken over, and what they do not change is left out', () => {
    // Quantise and dequantise pairs as PyTorch writes them, with steps that are powers of two.
    const builder = new FloatBuilder(IMAGE);
    const input = builder.round(0, 1 / 256, 0, 255);
    const u = builder.convolution(input, 4, same, { alpha: () => 1 / 8, bias: (row) => row / 64 });
    const x = builder.round(builder.relu(u), 1 / 64, 0, 255);
    const v = builder.convolution(x, 4, same, { alpha: () => 1 / 4 });
    const y = builder.round(v, 1 / 32, -128, 127);
    const float = builder.finish(builder.maxPool(y, square(2, 2)));
    const { network, report } = quantised(float, { inputScale: 1 / 256 });
    expect(kindsOf(network)[0]).toBe('convolution');
    expect(layersOf(network, 'requantise')).toMatchObject([
      { activation: 'relu', min: 0, max: 255 },
      { activation: 'identity', min: -128, max: 127 },
    ]);
    expect(report.layers.flatMap(({ activation }) => activation?.scale ?? [])).toEqual([1 / 64, 1 / 32]);
    expect(network.outputs[0]!.scale).toBe(1 / 32);
    // Ties are rounded up here and to even there; all else agrees exactly.
    const sample = pixels(5, 1, IMAGE)[0]!;
    const reals = evaluateFloat(
      float,
      Float64Array.from(sample, (stored) => stored / 256),
    );
    const integers = evaluate(network, sample)[network.outputs[0]!.tensor - 1]!;
    const apart = reals.at(-1)!.map((real, i) => Math.abs(real * 32 - integers[i]!));
    expect(Math.max(...apart)).toBeLessThanOrEqual(1);
    expect(apart.filter((distance) => distance > 0).length).toBeLessThan(apart.length / 10);
  });

  it('a clamp that changes nothing is left out', () => {
    const builder = new FloatBuilder(IMAGE);
    const x = builder.relu(builder.convolution(0, 4, same));
    const y = builder.clamp(builder.relu(builder.averagePool(x, square(2, 2))), -1, Number.POSITIVE_INFINITY);
    const { network } = quantised(builder.finish(builder.convolution(builder.relu(builder.maxPool(y, same)), 2, same)));
    expect(layersOf(network, 'requantise')).toHaveLength(1);
  });

  it('a rounding that moves 0 is refused with its node', () => {
    const builder = new FloatBuilder(IMAGE);
    const x = builder.round(builder.convolution(0, 4, same), 0.5, 1, 9);
    expect(() => quantised(builder.finish(x))).toThrow(
      'node "QuantizeLinear1" (QuantizeLinear): clips to [0.5, 4.5], which moves 0; only ranges that contain 0 are supported',
    );
    expect(() => quantised(builder.finish(x))).toThrow(InputError);
  });
});

describe('channels out of proportion', () => {
  it('those that never fire do not set the scale', () => {
    const builder = new FloatBuilder(IMAGE);
    const u = builder.convolution(0, 6, same, { alpha: () => 0.2 });
    // Variances near zero: channel 1 is far below zero, channel 2 has a huge slope and fires for no sample.
    const normalised = builder.affine(
      u,
      (c) => (c === 1 ? 1e12 : c === 2 ? 1e9 : 1),
      (c) => (c === 1 ? -1e18 : c === 2 ? -1e11 : 0.1),
    );
    const { report, errors } = quantised(builder.finish(head(builder, builder.relu(normalised))));
    const { activation } = report.layers[0]!;
    expect(activation!.scale).toBeLessThan(0.1);
    expect(activation!.quotients.max - activation!.quotients.min).toBeLessThan(2 ** 15);
    expect(errors[0]).toBeLessThan(MOST);
  });

  it('outputs without weights, huge biases and negative multipliers', () => {
    const builder = new FloatBuilder([6], 3);
    const weights = sparseRows([1, 0, -1, 0, 1, 0, 0, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 1], 3);
    const bias = Float64Array.of(0.1, -1e15, 0.2);
    const u = builder.add({ kind: 'linear', name: 'w', operator: 'Gemm', input: 0, weights, bias }, [3]);
    const x = builder.relu(
      builder.affine(
        u,
        (c) => [-1, 1e30, 0.25][c]!,
        () => 0.5,
      ),
    );
    const { errors } = quantised(builder.finish(builder.linear(x, 4)));
    expect(errors[0]).toBeLessThan(MOST);
  });

  it('what fits no integers is refused with its node', () => {
    const builder = new FloatBuilder(IMAGE);
    const left = builder.convolution(0, 2, same, { alpha: () => 1e30 });
    const right = builder.convolution(0, 2, same, { alpha: () => 1e-250 });
    const float = builder.finish(
      builder.affine(
        builder.sum(left, right),
        () => 1e280,
        () => 0,
      ),
    );
    expect(() => quantised(float)).toThrow(/^node "\w+" \(\w+\): its values (overflow|do not fit)/);
  });
});

describe('weights', () => {
  it('those of the first and the last layer may be of 8 bits', () => {
    const builder = new FloatBuilder(IMAGE);
    const first = builder.relu(builder.convolution(0, 4, same, { dense: true, alpha: () => 0.2 }));
    const middle = builder.relu(builder.convolution(first, 4, same, { alpha: () => 0.2 }));
    const last = builder.linear(builder.flatten(middle), 5, { dense: true, alpha: () => 0.1 });
    const { network, report, errors } = quantised(builder.finish(last));
    expect(report.layers.flatMap(({ weights }) => weights ?? [])).toEqual(['8-bit', 'ternary', '8-bit']);
    expect(layersOf(network, 'convolution').map(({ weights }) => isTernary(weights))).toEqual([false, true]);
    expect(errors[0]).toBeLessThan(MOST);
    const ternarised = quantised(builder.finish(last), { ternarise: true });
    expect(ternarised.report.layers.flatMap(({ weights }) => weights ?? [])).toEqual([
      'ternarised',
      'ternary',
      'ternarised',
    ]);
    expect(ternarised.errors[0]).toBeGreaterThan(0.1);
  });

  it.each([
    ['one step for the layer', () => 0.0375, 1],
    ['a step for each output', (row: number) => Math.fround(0.01 * (row + 1.3)), 3],
  ] as const)('multiples of %s are taken over exactly', (_, step, distinct) => {
    const builder = new FloatBuilder([40]);
    const integers = Array.from({ length: 120 }, (_, k) => ((k * 37) % 255) - 127);
    const entries = integers.map((value, k) => Math.fround(value * step(Math.floor(k / 40))));
    const weights = sparseRows(entries, 3);
    const y = builder.add(
      { kind: 'linear', name: 'w', operator: 'Gemm', input: 0, weights, bias: new Float64Array(3) },
      [3],
    );
    const { network, report, errors } = quantised(builder.finish(y));
    expect(report.layers[0]).toMatchObject({
      weights: '8-bit',
      weightError: 0,
      nonzeros: integers.filter(Boolean).length,
    });
    expect(kindsOf(network)).toEqual(distinct === 1 ? ['linear'] : ['linear', 'affine']);
    expect(errors[0]).toBeLessThan(0.005);
  });
});

describe('the input', () => {
  it('its mean is exact under padding too', () => {
    const builder = new FloatBuilder(IMAGE);
    const float = builder.finish(builder.convolution(0, 3, same, { alpha: () => 0.5 }));
    const { network, errors } = quantised(float, { inputScale: 1 / 256, inputMean: 0.5 });
    expect(kindsOf(network)).toEqual(['affine', 'convolution']);
    expect(errors[0]).toBeLessThan(1e-12);
    expect(quantised(float, { inputMean: 0.1307 }).errors[0]).toBeLessThan(0.01);
  });

  it('a normalisation by channel in the file', () => {
    const builder = new FloatBuilder(IMAGE);
    const x = builder.affine(
      0,
      (c) => 3 + c,
      (c) => -1.5 - c / 3,
    );
    const { errors } = quantised(builder.finish(builder.convolution(x, 3, same, { alpha: () => 0.5 })));
    expect(errors[0]).toBeLessThan(MOST);
  });
});

describe('outputs', () => {
  it('several, with a scale each, of any kind of value', () => {
    const builder = new FloatBuilder(IMAGE);
    const u = builder.convolution(0, 3, same, { alpha: (row) => 0.1 * (row + 1), bias: () => 0.05 });
    const x = builder.relu(u);
    const y = builder.linear(builder.flatten(x), 4, { alpha: () => 0.05 });
    const { network, errors } = quantised(builder.finish(y, u, builder.flatten(x), builder.maxPool(x, square(2, 2))));
    expect(network.outputs).toHaveLength(4);
    expect(new Set(network.outputs.map(({ tensor }) => tensor)).size).toBe(4);
    for (const error of errors) expect(error).toBeLessThan(MOST);
  });

  it('each with an error of its own: a small head is not hidden by a large one', () => {
    const builder = new FloatBuilder(IMAGE);
    const x = builder.flatten(builder.relu(builder.convolution(0, 3, same)));
    const large = builder.linear(x, 6, { alpha: () => 100 });
    // differences of a thousandth, which the levels of the activation do not resolve
    const small = builder.affine(
      builder.linear(x, 2, { alpha: () => 1e-4 }),
      () => 1,
      () => 0,
    );
    const float = builder.finish(large, small);
    const reports: ImportReport[] = [];
    const calibration = pixels(8, 2, IMAGE);
    const network = quantiseNetwork(float, { calibration, activationLevels: 8, onReport: (r) => reports.push(r) });
    const [report] = reports;
    const sums = network.outputs.map(() => [0, 0]);
    for (const sample of calibration) {
      const tensors = evaluate(network, sample);
      const reals = evaluateFloat(
        float,
        Float64Array.from(sample, (v) => v * network.input.scale - network.input.mean),
      );
      for (const [k, { tensor, scale }] of network.outputs.entries()) {
        const target = reals[float.outputs[k].tensor];
        tensors[tensor - 1].forEach((value, i) => {
          sums[k][0] += (value * scale - target[i]) ** 2;
          sums[k][1] += target[i] ** 2;
        });
      }
    }
    const errors = sums.map(([error, norm]) => Math.sqrt(error / norm));
    expect(report.outputs.map(({ name }) => name)).toEqual(float.outputs.map(({ name }) => name));
    for (const [k, { error, agreement }] of report.outputs.entries()) {
      expect(error).toBeCloseTo(errors[k], 10);
      expect(agreement).toBeGreaterThanOrEqual(report.agreement);
    }
    expect(report.outputError).toBe(Math.max(...report.outputs.map(({ error }) => error)));
    expect(errors[0]).not.toBeCloseTo(errors[1], 4);
  });

  it('twice the same values are a copy', () => {
    const builder = new FloatBuilder(IMAGE);
    const x = builder.relu(builder.convolution(0, 3, same));
    const { network, errors } = quantised(builder.finish(x, builder.relu(x), 0));
    expect(kindsOf(network)).toEqual(['convolution', 'requantise', 'affine', 'affine']);
    for (const error of errors) expect(error).toBeLessThan(MOST);
  });

  it('a normalisation of a flattened image, value by value', () => {
    const builder = new FloatBuilder([2, 3, 3]);
    const x = builder.flatten(builder.relu(builder.convolution(0, 2, same)));
    const byChannel = builder.affine(
      x,
      (i) => (i < 9 ? 2 : -1),
      (i) => (i < 9 ? 0.5 : 1),
    );
    const byValue = builder.affine(
      x,
      (i) => 1 + i / 9,
      (i) => i / 10 - 1,
    );
    const float = builder.finish(builder.linear(builder.relu(byChannel), 4), builder.linear(builder.relu(byValue), 4));
    for (const error of quantised(float).errors) expect(error).toBeLessThan(MOST);
  });
});

it('a network without weights is refused', () => {
  const builder = new FloatBuilder(IMAGE);
  const float = builder.finish(builder.relu(0));
  expect(() => quantiseNetwork(float, { calibration: pixels(1, 2, IMAGE) })).toThrow(
    'the network has no layer with weights; export one with linear layers',
  );
});
