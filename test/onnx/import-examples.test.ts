// The example networks as integers: what they keep of the accuracy, and what they cost.

import { describe, expect } from 'vitest';
import { encodeNetwork } from '../../src/network/files/model.ts';
import { evaluate } from '../../src/network/model/evaluate.ts';
import { planGraph, planNetwork } from '../../src/network/statement/plan.ts';
import {
  argmax,
  evaluateFloat,
  type ImportReport,
  importOnnx,
  type LayerReport,
  readFloatNetwork,
} from '../../src/onnx/index.ts';
import { it } from '../support/end-to-end.ts';
import { exampleModel, exampleSamples } from './files.ts';

const KOALA = 2n ** 31n - 2n ** 24n + 1n;

const CASES = [
  { file: 'mlp-small.onnx', data: 'digits', nonzeros: [50176, 637], rows: 2 ** 12 },
  { file: 'mlp-sparse.onnx.gz', data: 'digits', nonzeros: [50176, 65535, 638], rows: 2 ** 12 },
  { file: 'lenet5.onnx', data: 'digits', nonzeros: [45, 720, 14400, 3024, 251], rows: 2 ** 13 },
  {
    file: 'vgg-small.onnx.gz',
    data: 'fashion',
    nonzeros: [58, 1843, 3686, 7373, 14746, 321126, 512],
    rows: 2 ** 15,
  },
  {
    file: 'resnet-mini.onnx',
    data: 'fashion',
    nonzeros: [36, 576, 576, 1152, 2304, 128, 4608, 9216, 512, 160],
    rows: 2 ** 14,
  },
] as const;

describe.each(CASES)('$file', ({ file, data, nonzeros, rows }) => {
  it(`${file} as integers keeps labels and accuracy, exact weights and small tables`, async () => {
    const bytes = await exampleModel(file);
    const { samples, labels } = await exampleSamples(data);
    let report: ImportReport | undefined;
    const steps: number[] = [];
    const network = importOnnx(bytes, {
      calibration: samples.slice(0, 60),
      inputScale: 1 / 255,
      onReport: (found) => {
        report = found;
      },
      onProgress: ({ fraction }) => steps.push(fraction),
    });
    const float = readFloatNetwork(bytes);
    const output = network.outputs[0]!.tensor - 1;
    let [integerRight, floatRight, agreed] = [0, 0, 0];
    for (const [index, sample] of samples.entries()) {
      const integer = argmax(evaluate(network, sample)[output]!);
      const reals = evaluateFloat(
        float,
        Float64Array.from(sample, (pixel) => pixel / 255),
      );
      const real = argmax(reals[float.outputs[0]!.tensor]!);
      if (integer === labels[index]) integerRight++;
      if (real === labels[index]) floatRight++;
      if (integer === real) agreed++;
    }
    expect(Math.abs(integerRight - floatRight) / samples.length).toBeLessThanOrEqual(0.01);
    expect(agreed / samples.length).toBeGreaterThanOrEqual(0.98);

    const layers = report!.layers.filter(({ weights }) => weights !== undefined);
    expect(layers.map((layer) => layer.nonzeros)).toEqual(nonzeros);
    expect(new Set(layers.map(({ weights }) => weights))).toEqual(new Set(['ternary']));
    expect(layers.at(-1)!.activation).toBeUndefined();
    expect(layers.at(-1)!.multipliers!.min).toBe(layers.at(-1)!.multipliers!.max);
    expect(tableRows(report!.layers)).toBeLessThanOrEqual(rows);
    expect(report!.samples).toBe(60);
    expect(report!.agreement).toBeGreaterThanOrEqual(0.96);
    expect(report!.outputError).toBeLessThan(0.03);

    expect(() => planNetwork(network, planGraph(network, KOALA), 1, KOALA)).not.toThrow();
    expect(steps[0]).toBe(0);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(steps.at(-1)).toBe(1);
  });

  it(`${file} is the same on every run`, async () => {
    const bytes = await exampleModel(file);
    const { samples } = await exampleSamples(data);
    const calibration = samples.slice(0, 16);
    const [first, second] = [1, 2].map(() => encodeNetwork(importOnnx(bytes, { calibration, inputScale: 1 / 255 })));
    expect(second).toEqual(first);
  });
});

/** Rows of all tables of (q, y), as padded; layers with one clamp share a table. */
function tableRows(layers: readonly LayerReport[]): number {
  const tables = new Map<string, { min: number; max: number }>();
  for (const { activation } of layers) {
    if (activation === undefined) continue;
    const key = `${activation.kind} ${activation.min} ${activation.max}`;
    const { min, max } = tables.get(key) ?? activation.quotients;
    const { quotients } = activation;
    tables.set(key, { min: Math.min(min, quotients.min), max: Math.max(max, quotients.max) });
  }
  return [...tables.values()].reduce((sum, { min, max }) => sum + 2 ** Math.ceil(Math.log2(max - min + 1)), 0);
}
