// The shipped networks: onnxruntime against the float evaluation, value by value, and against the integer network,
// label by label.

import { describe, expect, it } from 'vitest';
import { evaluate } from '../src/network/index.ts';
import { argmax, evaluateFloat, importOnnx, readFloatNetwork } from '../src/onnx/index.ts';
import { exampleModel, exampleReference, exampleSamples } from '../test/onnx/files.ts';
import { runtime } from './runtime.ts';

const SAMPLES = 100;

describe.each([
  ['mlp-small.onnx', 'mlp-small', 'digits'],
  ['mlp-sparse.onnx.gz', 'mlp-sparse', 'digits'],
  ['lenet5.onnx', 'lenet5', 'digits'],
  ['vgg-small.onnx.gz', 'vgg-small', 'fashion'],
  ['resnet-mini.onnx', 'resnet-mini', 'fashion'],
] as const)('%s', (file, model, data) => {
  it('float evaluation and integer network agree with onnxruntime', async () => {
    const bytes = await exampleModel(file);
    const { input } = exampleReference(`${model}.json`);
    const { samples } = await exampleSamples(data);
    const infer = await runtime(bytes, input.shape);
    const float = readFloatNetwork(bytes);
    const integer = importOnnx(bytes, { calibration: samples, inputScale: input.scale, inputMean: input.mean });
    const [output] = integer.outputs;
    let agreed = 0;
    for (const sample of samples.slice(0, SAMPLES)) {
      const real = Float32Array.from(sample, (stored) => stored * input.scale - input.mean);
      const expected = await infer(real);
      const found = evaluateFloat(float, real)[float.outputs[0]!.tensor]!;
      expect(found).toHaveLength(expected.length);
      for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(1e-4);
      if (argmax(evaluate(integer, sample)[output!.tensor - 1]!) === argmax(expected)) agreed++;
    }
    expect(agreed).toBeGreaterThanOrEqual(0.97 * SAMPLES);
  });
});
