// A network of images with several outputs on the command line: inspected, evaluated, proven in a batch, verified.

import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect } from 'vitest';
import { encodeNetwork } from '../../src/network/files/model.ts';
import { evaluate, outputOf, tensorShapes } from '../../src/network/model/evaluate.ts';
import { type IntegerNetwork, sizeOf, type Window } from '../../src/network/model/network.ts';
import { ternaryFromDense } from '../../src/sparse/ternary-matrix.ts';
import { integerFromDense } from '../../src/sparse/weight-matrix.ts';
import { it } from '../support/end-to-end.ts';
import { inputsOf } from '../support/networks.ts';
import { useProgram } from './program.ts';

const program = useProgram();
const window: Window = { kernel: [3, 3], strides: [1, 1], dilations: [1, 1], padding: [1, 1, 1, 1] };
const half: Window = { kernel: [2, 2], strides: [2, 2], dilations: [1, 1], padding: [0, 1, 0, 0] };
const signs = (length: number) => Array.from({ length }, (_, i) => (((i * i + 3 * i) % 5) % 3) - 1);

const network: IntegerNetwork = {
  name: 'images',
  input: { shape: [1, 6, 7], min: 0, max: 15, scale: 1 / 15, mean: 0 },
  layers: [
    {
      kind: 'convolution',
      name: 'conv1',
      input: 0,
      window,
      weights: integerFromDense(
        signs(27).map((sign, i) => sign * (i + 1)),
        3,
        9,
      ),
    },
    { kind: 'requantise', name: 'relu1', input: 1, shift: 5, activation: 'relu', min: 0, max: 15 },
    { kind: 'convolution', name: 'conv2', input: 2, window, weights: ternaryFromDense(signs(81), 3, 27) },
    { kind: 'add', name: 'sum', inputs: [3, 2], multipliers: Int32Array.of(1, 4) },
    { kind: 'requantise', name: 'relu2', input: 4, shift: 3, activation: 'relu', min: 0, max: 15 },
    { kind: 'average-pool', name: 'pool', input: 5, window: half, countsPadding: false },
    { kind: 'flatten', name: 'flat', input: 6 },
    { kind: 'linear', name: 'fc', input: 7, weights: ternaryFromDense(signs(180), 5, 36) },
  ],
  outputs: [
    { tensor: 8, scale: 0.5 },
    { tensor: 6, scale: 0.25 },
  ],
};
const samples = Array.from({ length: 5 }, (_, seed) => inputsOf(network, 1, seed));
const expected = samples.map((sample) => Array.from(outputOf(network, evaluate(network, sample))));
const label = (output: readonly number[]): number => output.slice(0, 5).indexOf(Math.max(...output.slice(0, 5)));

beforeAll(() => {
  writeFileSync(program.path('images.tern'), encodeNetwork(network));
  writeFileSync(program.path('samples.json'), JSON.stringify(samples.map((sample) => Array.from(sample))));
  writeFileSync(
    program.path('labels.json'),
    JSON.stringify(expected.map((output, i) => (i === 0 ? 99 : label(output)))),
  );
});

describe('a network of images', () => {
  it('is inspected layer by layer, with kind, shape and window', async () => {
    const { code, report } = await program.json('inspect', 'images.tern', '--no-measure');
    expect(code).toBe(0);
    const shapes = tensorShapes(network);
    expect(report).toMatchObject({
      outputs: sizeOf(shapes[8]) + sizeOf(shapes[6]),
      outputTensors: [
        { layer: 'fc', tensor: 8, shape: [5], scale: 0.5 },
        { layer: 'pool', tensor: 6, shape: [3, 3, 4], scale: 0.25 },
      ],
      layers: network.layers.map((layer, index) => ({
        name: layer.name,
        kind: layer.kind,
        shape: shapes[index + 1],
        length: sizeOf(shapes[index + 1]),
      })),
    });
    const words = (await program.run('inspect', 'images.tern', '--no-measure')).stdout;
    const row = (name: string) => words.split('\n').find((line) => line.startsWith(`${name} `)) ?? '';
    expect(row('conv1')).toMatch(/convolution +3 × 6 × 7 .* 3 × 3, padding 1, weights of 8 bits$/);
    expect(row('sum')).toMatch(/add +3 × 6 × 7 .* of tensors 3 and 2$/);
    expect(row('pool')).toMatch(/average-pool +3 × 3 × 4 .* 2 × 2, stride 2, padding 0 1 0 0, padding does not count$/);
    expect(words).toMatch(/^output 5 of fc, real = stored · 0\.5$/m);
    expect(words).toMatch(/^output 3 × 3 × 4 of pool, real = stored · 0\.25$/m);
  });

  it('is evaluated by its first output', async () => {
    const { report } = await program.json(
      ...['eval', 'images.tern', '--data', 'samples.json', '--labels', 'labels.json'],
    );
    expect(report).toMatchObject({ samples: 5, accuracy: 4 / 5 });
  });

  it('is proven for four samples at once, outputs one after the other, and verified', async () => {
    const { code, report } = await program.json(
      ...['prove', 'images.tern', '--data', 'samples.json', '--index', '1..4', '-o', 'four.proof'],
    );
    expect(code).toBe(0);
    const output = expected.slice(1).flat();
    const labels = expected.slice(1).map(label);
    expect(report).toMatchObject({ batch: 4, labels, output });
    const verified = await program.json(
      ...['verify', 'images.tern', 'four.proof', '--data', 'samples.json', '--index', '1..4'],
    );
    expect(verified).toMatchObject({ code: 0, report: { ok: true, batch: 4, labels, output } });
  });
});
