// The example networks: float evaluation against the logits that onnxruntime confirmed, and what integers cost.

import { clone, fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/network/evaluate.ts';
import { planNetwork } from '../../src/network/plan.ts';
import { argmax, evaluateFloat, type ImportReport, importOnnx, readFloatNetwork } from '../../src/onnx/index.ts';
import { encode } from './build.ts';
import { exampleDigits, exampleModel, exampleReference } from './files.ts';

/** The small model as PyTorch writes it with a free batch size. */
async function dynamicModel(): Promise<Uint8Array> {
  const model = clone(ModelProtoSchema, fromBinary(ModelProtoSchema, await exampleModel('mlp-small.onnx')));
  for (const value of [...model.graph!.input, ...model.graph!.output]) {
    const type = value.type!.value;
    if (type.case === 'tensorType') type.value.shape!.dim[0]!.value = { case: 'dimParam', value: 'batch' };
  }
  return encode(model);
}

const CASES = [
  {
    name: 'mlp-small',
    bytes: () => exampleModel('mlp-small.onnx'),
    reference: 'mlp-small.json',
    nonzeros: [50176, 637],
  },
  { name: 'mlp-small, dynamic batch', bytes: dynamicModel, reference: 'mlp-small.json', nonzeros: [50176, 637] },
  {
    name: 'mlp-sparse',
    bytes: () => exampleModel('mlp-sparse.onnx.gz'),
    reference: 'mlp-sparse.json',
    nonzeros: [50176, 65535, 638],
  },
];

describe.each(CASES)('$name', ({ bytes, reference, nonzeros }) => {
  it('as floats gives the reference logits to 1e-4', async () => {
    const network = readFloatNetwork(await bytes());
    const { digits } = await exampleDigits();
    const { logits } = exampleReference(reference);
    expect(logits).toHaveLength(20);
    for (const [index, expected] of logits.entries()) {
      const found = evaluateFloat(
        network,
        Float64Array.from(digits[index]!, (pixel) => pixel / 255),
      ).at(-1)!;
      expect(found).toHaveLength(10);
      for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(1e-4);
    }
  });

  it('as integers keeps the labels and the accuracy', async () => {
    const file = await bytes();
    const { digits, labels } = await exampleDigits();
    let report: ImportReport | undefined;
    const network = importOnnx(file, {
      calibration: digits.slice(0, 100),
      inputScale: 1 / 255,
      onReport: (found) => {
        report = found;
      },
    });
    const float = readFloatNetwork(file);
    let [integerRight, floatRight, agreed] = [0, 0, 0];
    for (const [index, digit] of digits.entries()) {
      const integer = argmax(evaluate(network, digit).at(-1)!);
      const real = argmax(
        evaluateFloat(
          float,
          Float64Array.from(digit, (pixel) => pixel / 255),
        ).at(-1)!,
      );
      if (integer === labels[index]) integerRight++;
      if (real === labels[index]) floatRight++;
      if (integer === real) agreed++;
    }
    expect(floatRight / digits.length).toBeGreaterThan(0.975);
    expect(Math.abs(integerRight - floatRight) / digits.length).toBeLessThanOrEqual(0.005);
    expect(agreed / digits.length).toBeGreaterThanOrEqual(0.985);

    const linear = report!.layers.filter(({ kind }) => kind === 'linear');
    expect(linear.map((layer) => layer.nonzeros)).toEqual(nonzeros);
    for (const { multipliers } of linear.slice(0, -1)) expect(multipliers).toEqual({ min: 1, max: 1 });
    expect(linear.at(-1)!.multipliers.min).toBe(linear.at(-1)!.multipliers.max);
    expect(linear.at(-1)!.activation).toBeUndefined();
    for (const { activation } of linear.slice(0, -1)) {
      expect(activation!.quotients.max - activation!.quotients.min).toBeLessThan(2 ** 12);
    }
    expect(report!.samples).toBe(100);
    expect(report!.agreement).toBeGreaterThanOrEqual(0.985);
    expect(report!.outputError).toBeLessThan(0.03);
  });

  it('passes the overflow rule over KoalaBear', async () => {
    const { digits } = await exampleDigits();
    const network = importOnnx(await bytes(), { calibration: digits.slice(0, 20), inputScale: 1 / 255 });
    expect(() => planNetwork(network, 1, 2n ** 31n - 2n ** 24n + 1n)).not.toThrow();
  });
});
