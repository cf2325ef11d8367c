// Float networks made by hand, layer by layer, and what quantising makes of them.

import { expect } from 'vitest';
import { checkNetwork } from '../../src/network/model/check.ts';
import { evaluate, outputOf, tensorBounds, tensorShapes } from '../../src/network/model/evaluate.ts';
import { windowAxes, windowShape } from '../../src/network/model/layers/window.ts';
import type { IntegerNetwork, Layer, LayerKind, Shape, Window } from '../../src/network/model/network.ts';
import { quotientInterval } from '../../src/network/model/requantisation.ts';
import { planGraph, planNetwork } from '../../src/network/statement/plan.ts';
import type { FloatLayer } from '../../src/onnx/float-network.ts';
import {
  evaluateFloat,
  type FloatNetwork,
  type ImportReport,
  type QuantiseOptions,
  quantiseNetwork,
  type SparseRows,
} from '../../src/onnx/index.ts';
import { pseudoRandom } from './files.ts';

/** The characteristic of KoalaBear. */
const KOALA = 2 ** 31 - 2 ** 24 + 1;

/** The nonzero entries of a matrix given row after row. */
export function sparseRows(entries: readonly number[], rowCount: number): SparseRows {
  const columnCount = entries.length / rowCount;
  const kept = entries.flatMap((value, k) => (value === 0 ? [] : [k]));
  const ends = new Uint32Array(rowCount);
  for (const k of kept) ends[Math.floor(k / columnCount)]!++;
  for (let row = 1; row < rowCount; row++) ends[row]! += ends[row - 1]!;
  const columns = Uint32Array.from(kept, (k) => k % columnCount);
  return { rowCount, columnCount, ends, columns, values: Float64Array.from(kept, (k) => entries[k]!) };
}

/** A window of a square kernel. */
export function square(kernel: number, stride = 1, padding = 0): Window {
  return {
    kernel: [kernel, kernel],
    strides: [stride, stride],
    dilations: [1, 1],
    padding: [padding, padding, padding, padding],
  };
}

export interface WeightOptions {
  /** α by output; 1 unless given. */
  readonly alpha?: (row: number) => number;
  readonly bias?: (row: number) => number;
  /** Weights that are not ternary. */
  readonly dense?: boolean;
}

/** Adds layers to a float network; every method returns the layer's tensor. */
export class FloatBuilder {
  readonly layers: FloatLayer[] = [];
  readonly shapes: Shape[];
  readonly #random;

  constructor(inputShape: Shape, seed = 1) {
    this.shapes = [inputShape];
    this.#random = pseudoRandom(seed);
  }

  add(layer: FloatLayer, shape: Shape): number {
    this.shapes.push(shape);
    return this.layers.push(layer);
  }

  random(): number {
    return this.#random.next().value;
  }

  #label(operator: string): { readonly name: string; readonly operator: string } {
    return { name: `${operator}${this.layers.length}`, operator };
  }

  #weights(rowCount: number, columnCount: number, { alpha = () => 1, dense = false }: WeightOptions): SparseRows {
    const entries = Array.from({ length: rowCount * columnCount }, (_, k) => {
      const value = this.random();
      return alpha(Math.floor(k / columnCount)) * (dense ? 2 * value - 1 : Math.floor(3 * value) - 1);
    });
    return sparseRows(entries, rowCount);
  }

  linear(input: number, outputs: number, options: WeightOptions = {}): number {
    const [length] = this.shapes[input]!;
    const weights = this.#weights(outputs, length!, options);
    const bias = Float64Array.from({ length: outputs }, (_, row) => options.bias?.(row) ?? 0);
    return this.add({ kind: 'linear', ...this.#label('Gemm'), input, weights, bias }, [outputs]);
  }

  convolution(input: number, outputs: number, window: Window, options: WeightOptions = {}): number {
    const [channels, rows, columns] = this.shapes[input]! as [number, number, number];
    const weights = this.#weights(outputs, channels * window.kernel[0] * window.kernel[1], options);
    const bias = Float64Array.from({ length: outputs }, (_, row) => options.bias?.(row) ?? 0);
    const shape = windowShape(outputs, windowAxes(window, rows, columns));
    return this.add({ kind: 'convolution', ...this.#label('Conv'), input, weights, bias, window }, shape);
  }

  affine(input: number, multiplier: (c: number) => number, bias: (c: number) => number): number {
    const [length] = this.shapes[input]!;
    const multipliers = Float64Array.from({ length: length! }, (_, c) => multiplier(c));
    const biases = Float64Array.from({ length: length! }, (_, c) => bias(c));
    const layer: FloatLayer = { kind: 'affine', ...this.#label('BatchNormalization'), input, multipliers, biases };
    return this.add(layer, this.shapes[input]!);
  }

  clamp(input: number, min: number, max: number): number {
    return this.add({ kind: 'clamp', ...this.#label('Clip'), input, min, max }, this.shapes[input]!);
  }

  relu(input: number): number {
    return this.add(
      { kind: 'clamp', ...this.#label('Relu'), input, min: 0, max: Number.POSITIVE_INFINITY },
      this.shapes[input]!,
    );
  }

  round(input: number, step: number, min: number, max: number): number {
    return this.add({ kind: 'round', ...this.#label('QuantizeLinear'), input, step, min, max }, this.shapes[input]!);
  }

  maxPool(input: number, window: Window): number {
    return this.add({ kind: 'max-pool', ...this.#label('MaxPool'), input, window }, this.#pooled(input, window));
  }

  averagePool(input: number, window: Window, countsPadding = false): number {
    const layer: FloatLayer = { kind: 'average-pool', ...this.#label('AveragePool'), input, window, countsPadding };
    return this.add(layer, this.#pooled(input, window));
  }

  #pooled(input: number, window: Window): Shape {
    const [channels, rows, columns] = this.shapes[input]! as [number, number, number];
    return windowShape(channels, windowAxes(window, rows, columns));
  }

  sum(...inputs: number[]): number {
    return this.add({ kind: 'add', ...this.#label('Add'), inputs }, this.shapes[inputs[0]!]!);
  }

  concatenate(...inputs: number[]): number {
    const [, ...rest] = this.shapes[inputs[0]!]!;
    const length = inputs.reduce((sum, input) => sum + this.shapes[input]![0]!, 0);
    return this.add({ kind: 'concatenate', ...this.#label('Concat'), inputs }, [length, ...rest]);
  }

  flatten(input: number): number {
    const length = this.shapes[input]!.reduce((a, b) => a * b, 1);
    return this.add({ kind: 'flatten', ...this.#label('Flatten'), input }, [length]);
  }

  finish(...tensors: number[]): FloatNetwork {
    const outputs = tensors.map((tensor, i) => ({ name: `y${i}`, tensor }));
    return { name: 'test', inputShape: this.shapes[0]!, layers: this.layers, shapes: this.shapes, outputs };
  }
}

export function pixels(seed: number, count: number, shape: Shape): Int32Array[] {
  const random = pseudoRandom(seed);
  const length = shape.reduce((a, b) => a * b, 1);
  return Array.from({ length: count }, () => Int32Array.from({ length }, () => Math.floor(random.next().value * 256)));
}

/** The network is well formed, and its integers stay apart modulo p. */
function expectProvable(network: IntegerNetwork): void {
  checkNetwork(network);
  planNetwork(network, planGraph(network, BigInt(KOALA)), 1, BigInt(KOALA));
  const bounds = tensorBounds(network, tensorShapes(network));
  const most = (bound: { readonly min: number; readonly max: number }) => Math.max(-bound.min, bound.max);
  for (const bound of bounds) expect(most(bound)).toBeLessThan(KOALA / 2);
  for (const layer of layersOf(network, 'requantise')) {
    const z = bounds[layer.input]!;
    const quotients = quotientInterval(layer, z);
    expect(quotients.max - quotients.min).toBeLessThan(2 ** 20);
    expect(most(z) + 2 ** layer.shift * (most(quotients) + 1)).toBeLessThan(KOALA);
  }
}

/** Quantises, checks that a proof would take the network, and compares outputs on samples that calibration has not seen. */
export function quantised(float: FloatNetwork, options: Partial<QuantiseOptions> = {}) {
  let report: ImportReport | undefined;
  const [scale, mean] = [options.inputScale ?? 1 / 255, options.inputMean ?? 0];
  const network = quantiseNetwork(float, {
    calibration: pixels(101, 40, float.inputShape),
    inputScale: scale,
    ...options,
    onReport: (found) => {
      report = found;
    },
  });
  expectProvable(network);
  const errors = float.outputs.map(() => ({ error: 0, norm: 0 }));
  for (const sample of pixels(202, 40, float.inputShape)) {
    const tensors = evaluate(network, sample);
    expect(outputOf(network, tensors).length).toBe(
      network.outputs.reduce((n, { tensor }) => n + tensors[tensor - 1]!.length, 0),
    );
    const reals = evaluateFloat(
      float,
      Float64Array.from(sample, (stored) => stored * scale - mean),
    );
    for (const [i, { tensor }] of float.outputs.entries()) {
      const output = network.outputs[i]!;
      reals[tensor]!.forEach((real, k) => {
        errors[i]!.error += (tensors[output.tensor - 1]![k]! * output.scale - real) ** 2;
        errors[i]!.norm += real ** 2;
      });
    }
  }
  const relative = ({ error, norm }: { error: number; norm: number }) => Math.sqrt(error / (norm || 1));
  const all = errors.reduce((a, b) => ({ error: a.error + b.error, norm: a.norm + b.norm }));
  return { network, report: report!, errors: errors.map(relative), error: relative(all) };
}

export const kindsOf = (network: IntegerNetwork): LayerKind[] => network.layers.map(({ kind }) => kind);

export function layersOf<K extends LayerKind>(network: IntegerNetwork, kind: K): Extract<Layer, { kind: K }>[] {
  return network.layers.filter((layer) => layer.kind === kind) as Extract<Layer, { kind: K }>[];
}
