// Random graphs of images: the float evaluation against onnxruntime. Each operator takes the newest tensor, branches
// meet again in sums and concatenations, and a linear layer ends the network.

import fc from 'fast-check';
import type { NodeProto, TensorProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { evaluateFloat, readFloatNetwork } from '../src/onnx/index.ts';
import { attributes, buildModel, floats, integers, node } from '../test/onnx/build.ts';
import { pseudoRandom } from '../test/onnx/files.ts';
import { runtime } from './runtime.ts';

interface Tensor {
  readonly name: string;
  readonly shape: readonly [number, number, number];
}

/** A network with `depth` operators on images of two channels, 6 × 5. */
function randomGraph(seed: number, depth: number): Uint8Array {
  const random = pseudoRandom(seed);
  const below = (end: number): number => Math.floor(random.next().value * end);
  const reals = (count: number): number[] => Array.from({ length: count }, () => (below(9) - 4) / 4);
  const nodes: NodeProto[] = [];
  const constants: TensorProto[] = [];
  const tensors: Tensor[] = [{ name: 'x', shape: [2, 6, 5] }];
  const constant = (dims: readonly number[], values = reals(dims.reduce((a, b) => a * b, 1))): string => {
    const name = `c${constants.length}`;
    constants.push(floats(name, dims, values));
    return name;
  };
  for (let i = 0; i < depth; i++) {
    const from = tensors[below(3) === 0 ? below(tensors.length) : tensors.length - 1]!;
    const { name: x } = from;
    const [channels, rows, columns] = from.shape;
    const y = `t${i}`;
    const made = (shape: Tensor['shape'], ...list: NodeProto[]): void => {
      nodes.push(...list);
      tensors.push({ name: y, shape });
    };
    const alike = tensors.filter((other) => `${other.shape}` === `${from.shape}`);
    const beside = tensors.filter(({ shape }) => `${shape.slice(1)}` === `${from.shape.slice(1)}`);
    switch (below(10)) {
      case 0:
      case 1: {
        const outputs = 1 + below(3);
        const inputs = [x, constant([outputs, channels, 3, 3]), constant([outputs])];
        made([outputs, rows, columns], node('Conv', inputs, y, attributes({ lists: { pads: [1, 1, 1, 1] } })));
        break;
      }
      case 2: {
        const variance = constant(
          [channels],
          reals(channels).map((value) => value ** 2),
        );
        const inputs = [x, constant([channels]), constant([channels]), constant([channels]), variance];
        made(from.shape, node('BatchNormalization', inputs, y));
        break;
      }
      case 3:
        made(from.shape, node('Relu', [x], y));
        break;
      case 4:
        made(from.shape, node('Clip', [x, constant([], [-0.5]), constant([], [1.5])], y));
        break;
      case 5:
        made(from.shape, node('Add', [x, alike[below(alike.length)]!.name], y));
        break;
      case 6: {
        const other = beside[below(beside.length)]!;
        const list = attributes({ whole: { axis: 1 } });
        made([channels + other.shape[0], rows, columns], node('Concat', [x, other.name], y, list));
        break;
      }
      case 7: {
        const operator = ['MaxPool', 'AveragePool'][below(2)]!;
        const list = attributes({
          lists: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
          whole: operator === 'AveragePool' ? { count_include_pad: below(2) } : {},
        });
        made([channels, Math.floor((rows + 1) / 2), Math.floor((columns + 1) / 2)], node(operator, [x], y, list));
        break;
      }
      case 8: {
        const operator = ['Add', 'Sub', 'Mul'][below(3)]!;
        const operands = [x, constant(below(2) === 0 ? [] : [channels, 1, 1])];
        made(from.shape, node(operator, below(2) === 0 ? operands : operands.reverse(), y));
        break;
      }
      default: {
        const pads = `p${i}`;
        constants.push(integers(pads, [0, 0, 1, 0, 0, 0, 0, 2]));
        const list = attributes({ lists: { strides: [2, 1] } });
        const outputRows = Math.floor((rows - 1) / 2) + 1;
        const conv = node('Conv', [`${y}_padded`, constant([2, channels, 2, 2])], y, list);
        made([2, outputRows, columns + 1], node('Pad', [x, pads], `${y}_padded`), conv);
      }
    }
  }
  const last = tensors.at(-1)!;
  const size = last.shape.reduce((a, b) => a * b, 1);
  nodes.push(node('Flatten', [last.name], 'f'), node('Gemm', ['f', constant([size, 3]), constant([3])], 'y'));
  return buildModel({ input: [1, 2, 6, 5], nodes, constants });
}

describe('random graphs', () => {
  it('give what onnxruntime gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 14 }), async (seed, depth) => {
        const file = randomGraph(seed, depth);
        const float = readFloatNetwork(file);
        const random = pseudoRandom(seed + 1);
        const sample = Array.from({ length: 60 }, () => Math.fround(random.next().value * 2 - 1));
        const expected = await (await runtime(file, [1, 2, 6, 5]))(sample);
        const found = evaluateFloat(float, sample)[float.outputs[0]!.tensor]!;
        const scale = Math.max(1, ...evaluateFloat(float, sample).map((tensor) => Math.max(...tensor.map(Math.abs))));
        expect(found).toHaveLength(3);
        for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value) / scale).toBeLessThan(1e-4);
      }),
      { numRuns: 200 },
    );
  });
});
