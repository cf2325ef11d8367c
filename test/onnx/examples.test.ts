// The example networks: float evaluation against the logits that onnxruntime confirmed.

import { clone, fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { evaluateFloat, readFloatNetwork } from '../../src/onnx/index.ts';
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
  },
  { name: 'mlp-small, dynamic batch', bytes: dynamicModel, reference: 'mlp-small.json' },
  {
    name: 'mlp-sparse',
    bytes: () => exampleModel('mlp-sparse.onnx.gz'),
    reference: 'mlp-sparse.json',
  },
];

describe.each(CASES)('$name', ({ bytes, reference }) => {
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
});
