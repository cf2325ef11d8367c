// The test networks of images: valid, within small bounds, and of every kind of layer.

import { describe, expect, it } from 'vitest';
import { decodeNetwork, encodeNetwork } from '../../../src/network/files/model.ts';
import { checkNetwork } from '../../../src/network/model/check.ts';
import { evaluate, outputOf, tensorBounds, tensorShapes } from '../../../src/network/model/evaluate.ts';
import { type IntegerNetwork, inputsOf as tensorsRead } from '../../../src/network/model/network.ts';
import { isTernary } from '../../../src/sparse/weight-matrix.ts';
import { convolutional, inputsOf } from '../../support/networks.ts';
import { naive, type Tensor } from './naive.ts';

const networks = Array.from({ length: 40 }, (_, seed) => convolutional({ seed }));

describe('the networks of images', () => {
  it('are what the definitions say, tensor by tensor, within their bounds', () => {
    for (const network of networks) {
      checkNetwork(network);
      const input = inputsOf(network, 1);
      const tensors: Tensor[] = [{ shape: network.input.shape, values: Array.from(input) }];
      for (const layer of network.layers)
        tensors.push(
          naive(
            layer,
            tensorsRead(layer).map((tensor) => tensors[tensor]),
          ),
        );
      const outputs = evaluate(network, input);
      expect(outputs.map((values) => Array.from(values))).toEqual(
        tensors.slice(1).map(({ values }) => values.map((value) => value + 0)),
      );
      const shapes = tensorShapes(network);
      expect(shapes).toEqual(tensors.map(({ shape }) => shape));
      tensorBounds(network, shapes).forEach(({ min, max }, index) => {
        expect(min).toBeLessThanOrEqual(Math.min(0, ...tensors[index].values));
        expect(max).toBeGreaterThanOrEqual(Math.max(0, ...tensors[index].values));
        expect(max - min).toBeLessThan(2 ** 25);
      });
      expect(Array.from(outputOf(network, outputs))).toEqual(
        network.outputs.flatMap(({ tensor }) => Array.from(outputs[tensor - 1])),
      );
    }
  });

  it('survive the model file', () => {
    for (const network of networks) expect(decodeNetwork(encodeNetwork(network))).toEqual(network);
  });

  it('have every kind of layer, of window and of weights, and several outputs', () => {
    const layers = networks.flatMap((network) => network.layers);
    const of = (kind: string) => layers.filter((layer) => layer.kind === kind);
    const kinds = [
      'linear',
      'convolution',
      'affine',
      'requantise',
      'max-pool',
      'average-pool',
      'add',
      'concatenate',
      'flatten',
    ];
    for (const kind of kinds) expect([kind, of(kind).length > 3]).toEqual([kind, true]);
    const windows = layers.flatMap((layer) => ('window' in layer ? [layer.window] : []));
    expect(windows.some(({ strides }) => strides[0] !== strides[1])).toBe(true);
    expect(windows.some(({ dilations }) => dilations.some((dilation) => dilation > 1))).toBe(true);
    expect(windows.some(({ padding }) => padding[0] !== padding[2] && padding[1] !== padding[3])).toBe(true);
    const pads = (countsPadding: boolean) =>
      layers.some(
        (layer) =>
          layer.kind === 'average-pool' &&
          layer.countsPadding === countsPadding &&
          layer.window.padding.some((extent) => extent > 0),
      );
    expect([pads(true), pads(false)]).toEqual([true, true]);
    const weights = layers.flatMap((layer) => ('weights' in layer ? [isTernary(layer.weights)] : []));
    expect(new Set(weights)).toEqual(new Set([true, false]));
    expect(networks.some((network: IntegerNetwork) => network.outputs.length > 1)).toBe(true);
    expect(layers.some((layer) => layer.kind === 'add' && layer.multipliers[0] !== layer.multipliers[1])).toBe(true);
  });
});
