// The example networks as floats: the logits that onnxruntime confirmed, whichever exporter wrote the file.

import { clone, create, fromBinary } from '@bufbuild/protobuf';
import { type GraphProto, type ModelProto, ModelProtoSchema, OperatorSetIdProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { argmax, evaluateFloat, type FloatNetwork, readFloatNetwork } from '../../src/onnx/index.ts';
import { attributes, encode, integers, node } from './build.ts';
import { exampleModel, exampleReference, exampleSamples } from './files.ts';

/** A file with another graph. */
async function changed(file: string, change: (graph: GraphProto, model: ModelProto) => void): Promise<Uint8Array> {
  const model = clone(ModelProtoSchema, fromBinary(ModelProtoSchema, await exampleModel(file)));
  change(model.graph!, model);
  return encode(model);
}

/** The batch size left open. */
const dynamic = (): Promise<Uint8Array> =>
  changed('mlp-small.onnx', ({ input, output }) => {
    for (const { type } of [...input, ...output]) {
      if (type?.value.case === 'tensorType') {
        type.value.value.shape!.dim[0]!.value = { case: 'dimParam', value: 'batch' };
      }
    }
  });

/** As older PyTorch writes pools that count their padding: a Pad of nothing, its lengths in a Constant. */
const padded = (): Promise<Uint8Array> =>
  changed('lenet5.onnx', (graph) => {
    graph.node = graph.node.flatMap((proto) => {
      if (proto.opType !== 'AveragePool') return [proto];
      const [from, name] = [proto.input[0]!, proto.output[0]!];
      return [
        node('Constant', [], `${name}_lengths`, attributes({ tensor: integers('', new Array(8).fill(0)) })),
        node('Pad', [from, `${name}_lengths`], `${name}_padded`, attributes({ texts: { mode: 'constant' } })),
        {
          ...proto,
          input: [`${name}_padded`],
          attribute: proto.attribute.filter((attribute) => attribute.name !== 'count_include_pad'),
        },
      ];
    });
  });

/** As PyTorch's newer exporter writes it: operator set 20, a Reshape with allowzero for the Flatten, auto_pad spelt out. */
const reshaped = (): Promise<Uint8Array> =>
  changed('lenet5.onnx', (graph, model) => {
    model.opsetImport = [create(OperatorSetIdProtoSchema, { domain: '', version: 20n })];
    graph.initializer.push(integers('flat', [1, 400]));
    graph.node = graph.node.map((proto) => {
      if (proto.opType === 'Flatten') {
        return node('Reshape', [proto.input[0]!, 'flat'], proto.output[0]!, attributes({ whole: { allowzero: 1 } }));
      }
      if (proto.opType !== 'Conv' && proto.opType !== 'AveragePool') return proto;
      return { ...proto, attribute: [...proto.attribute, ...attributes({ texts: { auto_pad: 'NOTSET' } })] };
    });
  });

const LENET = ['convolution', 'clamp', 'average-pool', 'convolution', 'clamp', 'average-pool', 'flatten'];
const HEAD = ['linear', 'clamp', 'linear', 'clamp', 'linear'];
const BLOCK = ['convolution', 'clamp', 'convolution'];

const CASES = [
  { name: 'mlp-small', model: 'mlp-small', data: 'digits', kinds: HEAD.slice(2) },
  { name: 'mlp-small, dynamic batch', file: dynamic, model: 'mlp-small', data: 'digits', kinds: HEAD.slice(2) },
  { name: 'mlp-sparse', model: 'mlp-sparse', data: 'digits', kinds: ['flatten', ...HEAD] },
  { name: 'lenet5', model: 'lenet5', data: 'digits', kinds: [...LENET, ...HEAD] },
  { name: 'lenet5, padded by nothing', file: padded, model: 'lenet5', data: 'digits', kinds: [...LENET, ...HEAD] },
  { name: 'lenet5, reshaped', file: reshaped, model: 'lenet5', data: 'digits', kinds: [...LENET, ...HEAD] },
  {
    name: 'vgg-small',
    model: 'vgg-small',
    data: 'fashion',
    // Each normalisation is folded into its convolution.
    kinds: [
      ...['convolution', 'clamp', 'convolution', 'clamp', 'max-pool'],
      ...['convolution', 'clamp', 'convolution', 'clamp', 'max-pool'],
      ...['convolution', 'clamp', 'flatten', 'linear', 'clamp', 'linear'],
    ],
  },
  {
    name: 'resnet-mini',
    model: 'resnet-mini',
    data: 'fashion',
    kinds: [
      ...['convolution', 'clamp', ...BLOCK, 'add', 'clamp'],
      ...[...BLOCK, 'convolution', 'add', 'clamp', ...BLOCK, 'convolution', 'add', 'clamp'],
      ...['average-pool', 'flatten', 'linear'],
    ],
  },
] as const;

describe.each(CASES)('$name', ({ model, data, kinds, ...rest }) => {
  const read = async (): Promise<FloatNetwork> => {
    if ('file' in rest) return readFloatNetwork(await rest.file());
    const isCompressed = model === 'mlp-sparse' || model === 'vgg-small';
    return readFloatNetwork(await exampleModel(`${model}.onnx${isCompressed ? '.gz' : ''}`));
  };

  it('has these layers', async () => {
    const network = await read();
    expect(network.layers.map(({ kind }) => kind)).toEqual(kinds);
    expect(network.outputs).toEqual([{ name: 'logits', tensor: kinds.length }]);
    expect(network.shapes).toHaveLength(kinds.length + 1);
    expect(network.shapes.at(-1)).toEqual([10]);
    for (const layer of network.layers) {
      expect(layer.name).not.toBe('');
      expect(layer.operator).toMatch(/^[A-Z]\w+$/);
    }
  });

  it('gives the reference logits to 1e-5, and the right labels', async () => {
    const network = await read();
    const { logits, input } = exampleReference(`${model}.json`);
    const { samples, labels } = await exampleSamples(data);
    expect(logits).toHaveLength(20);
    let right = 0;
    for (const [index, expected] of logits.entries()) {
      const real = Float64Array.from(samples[index]!, (stored) => stored * input.scale - input.mean);
      const found = evaluateFloat(network, real).at(-1)!;
      expect(found).toHaveLength(10);
      for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(1e-5);
      if (argmax(found) === labels[index]) right++;
    }
    expect(right).toBeGreaterThanOrEqual(18);
  });
});
