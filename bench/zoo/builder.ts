// Builds a network with synthetic weights layer by layer, as an importer would leave it: ternary convolutions, their
// batch normalisation as a multiplier and a bias for each channel, and a requantisation whose scale was calibrated.
// A few random images run along, so that after every requantisation they fill its range.

import { rulesOf } from '../../src/network/model/layers/registry.ts';
import { valuesOf } from '../../src/network/model/layers/values.ts';
import {
  type InputSpec,
  type IntegerNetwork,
  inputsOf,
  type Layer,
  type Shape,
  type Window,
} from '../../src/network/model/network.ts';
import { randomWords, syntheticTernary } from '../measure/synthetic.ts';

/** The input of a requantisation: one tensor, or several that are added, each by its own scale. */
export interface Branch {
  readonly tensor: number;
  /**
   * `normalisation`: a multiplier and a bias for each channel. `bias`: one multiplier and a bias for each channel.
   * `identity`: one multiplier, in the sum.
   */
  readonly scale: 'normalisation' | 'bias' | 'identity';
}

/** How a filter lies on an image; pairs of equal values. */
export interface Filter {
  readonly kernel: number;
  readonly stride?: number;
  /** On each side; half the kernel unless given, so that a stride of 1 keeps rows and columns. */
  readonly padding?: number;
  readonly groups?: number;
}

/** Images that run along. */
const SAMPLES = 2;
const MAX_VALUE = 255;
/** Shifts as an importer chooses them, the first that gives the mean multiplier four bits. */
const SHIFTS: readonly number[] = [8, 10, 12];
const LEAST_MULTIPLIER = 16;
/** The least number of values for which a channel's mean on the samples is meaningful. */
const LEAST_VALUES = 8;
/** Half the range of the random biases, in steps of the requantised values. */
const BIAS_STEPS = 16;

export class ZooBuilder {
  private readonly input: InputSpec;
  private readonly density: number;
  private readonly random: () => number;
  private readonly layers: Layer[] = [];
  private readonly shapes: Shape[];
  /** For each tensor its values on each sample. */
  private readonly values: Int32Array[][];

  /**
   * @param shape - of the input, stored integers from 0 to 255
   * @param density - expected share of nonzero weights, in (0, 1]
   */
  constructor(shape: Shape, density: number, seed: number) {
    this.input = { shape, min: 0, max: MAX_VALUE, scale: 1 / MAX_VALUE, mean: 0 };
    this.density = density;
    this.random = randomWords(seed);
    this.shapes = [shape];
    this.values = [Array.from({ length: SAMPLES }, () => smoothImage(shape, this.random))];
  }

  channelsOf(tensor: number): number {
    return this.shapes[tensor][0];
  }

  convolution(input: number, outputs: number, filter: Filter): number {
    const { kernel, padding = kernel >> 1, groups = 1 } = filter;
    const columns = this.channelsOf(input) * kernel * kernel;
    const weights = syntheticTernary(outputs, columns, this.density, this.random(), groups);
    return this.push({
      kind: 'convolution',
      name: this.name('conv'),
      input,
      weights,
      window: squareWindow(kernel, filter.stride ?? 1, padding),
    });
  }

  linear(input: number, outputs: number): number {
    const weights = syntheticTernary(outputs, this.channelsOf(input), this.density, this.random());
    return this.push({ kind: 'linear', name: this.name('linear'), input, weights });
  }

  maxPool(input: number, extent: number): number {
    return this.push({ kind: 'max-pool', name: this.name('pool'), input, window: squareWindow(extent, extent, 0) });
  }

  /** The sum of each window. */
  averagePool(input: number, extent: number): number {
    const window = squareWindow(extent, extent, 0);
    return this.push({ kind: 'average-pool', name: this.name('pool'), input, window, countsPadding: true });
  }

  flatten(input: number): number {
    return this.push({ kind: 'flatten', name: this.name('flatten'), input });
  }

  /** The sum of the branches, requantised and activated: 0 … 255 for `relu`, −128 … 127 for `identity`. */
  activate(branches: readonly Branch[], activation: 'relu' | 'identity'): number {
    const [min, max] = activation === 'relu' ? [0, MAX_VALUE] : [-(MAX_VALUE + 1) / 2, (MAX_VALUE - 1) / 2];
    const scaled = branches.map((branch) => this.normalise(branch));
    // real values that the sum would have if each branch had a deviation of 1, and the scale that fills the range
    const peak = this.peakOf(branches, scaled, activation);
    const shift = SHIFTS.find((bits) => meanOf(scaled[0].gains) * (max / peak) * 2 ** bits >= LEAST_MULTIPLIER);
    const chosen = shift ?? SHIFTS[SHIFTS.length - 1];
    const scale = (max / peak) * 2 ** chosen;
    const terms = branches.map((branch, j) => this.affine(branch, scaled[j], scale, chosen));
    const sum = terms.length === 1 && terms[0].multiplier === 1 ? terms[0].tensor : this.add(terms);
    return this.push({
      kind: 'requantise',
      name: this.name('activation'),
      input: sum,
      shift: chosen,
      activation,
      min,
      max,
    });
  }

  /** The network whose only output is that of a last linear layer with biases. */
  finish(name: string, tensor: number): IntegerNetwork {
    const outputs = this.channelsOf(tensor);
    const peak = this.values[tensor].reduce(
      (most, values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), most),
      1,
    );
    const last = this.push({
      kind: 'affine',
      name: this.name('bias'),
      input: tensor,
      multipliers: new Int32Array(outputs).fill(1),
      biases: Int32Array.from({ length: outputs }, () => Math.round((this.uniform() - 0.5) * 0.1 * peak)),
    });
    const { input, layers } = this;
    return { name, input, layers, outputs: [{ tensor: last, scale: 2 ** -Math.ceil(Math.log2(peak)) }] };
  }

  /** Gain and mean of each channel, the gains such that the branch has a deviation of about 1. */
  private normalise({ tensor, scale }: Branch): Scaling {
    const channels = this.channelsOf(tensor);
    const samples = this.values[tensor];
    const each = samples[0].length / channels;
    const means = new Float64Array(channels);
    let squares = 0;
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      let square = 0;
      for (const values of samples) {
        for (let i = c * each; i < (c + 1) * each; i++) {
          sum += values[i];
          square += values[i] * values[i];
        }
      }
      const count = each * samples.length;
      if (scale === 'normalisation' && count >= LEAST_VALUES) means[c] = sum / count;
      squares += square / count - means[c] ** 2;
    }
    const deviation = Math.sqrt(squares / channels) || 1;
    const gains = Float64Array.from(means, () => (scale === 'normalisation' ? 2 / 3 + this.uniform() * (2 / 3) : 1));
    return { means, gains: gains.map((gain) => gain / deviation) };
  }

  private peakOf(branches: readonly Branch[], scaled: readonly Scaling[], activation: 'relu' | 'identity'): number {
    let peak = 0;
    for (let sample = 0; sample < SAMPLES; sample++) {
      const parts = branches.map(({ tensor }) => this.values[tensor][sample]);
      const each = parts[0].length / scaled[0].gains.length;
      for (let i = 0; i < parts[0].length; i++) {
        const c = Math.floor(i / each);
        const value = parts.reduce((sum, part, j) => sum + scaled[j].gains[c] * (part[i] - scaled[j].means[c]), 0);
        peak = Math.max(peak, activation === 'relu' ? value : Math.abs(value));
      }
    }
    return peak || 1;
  }

  /** A branch as integers, 2^shift to a step of the requantised values, and its multiplier in the sum. */
  private affine({ tensor, scale: kind }: Branch, { gains, means }: Scaling, scale: number, shift: number): Term {
    const multipliers = Int32Array.from(gains, (gain) => Math.max(1, Math.round(gain * scale)));
    if (kind === 'identity') return { tensor, multiplier: multipliers[0] };
    const biases = Int32Array.from(multipliers, (multiplier, c) => {
      const random = (2 * this.uniform() - 1) * BIAS_STEPS * 2 ** shift;
      return Math.round(random - multiplier * means[c]);
    });
    const name = this.name(kind === 'bias' ? 'bias' : 'norm');
    return { tensor: this.push({ kind: 'affine', name, input: tensor, multipliers, biases }), multiplier: 1 };
  }

  private add(terms: readonly Term[]): number {
    return this.push({
      kind: 'add',
      name: this.name('add'),
      inputs: terms.map(({ tensor }) => tensor),
      multipliers: Int32Array.from(terms, ({ multiplier }) => multiplier),
    });
  }

  private push(layer: Layer): number {
    const rules = rulesOf(layer);
    const tensors = inputsOf(layer);
    const shapes = tensors.map((tensor) => this.shapes[tensor]);
    this.shapes.push(rules.outputShape(layer, shapes));
    const samples = this.values[0].map((_, k) => tensors.map((tensor) => this.values[tensor][k]));
    this.values.push(samples.map((inputs) => valuesOf(layer).evaluate(layer, inputs, shapes)));
    return this.layers.push(layer);
  }

  private name(what: string): string {
    return `${this.layers.length}/${what}`;
  }

  /** In [0, 1). */
  private uniform(): number {
    return this.random() / 2 ** 32;
  }
}

/** For each channel. */
interface Scaling {
  readonly gains: Float64Array;
  readonly means: Float64Array;
}

interface Term {
  readonly tensor: number;
  readonly multiplier: number;
}

const meanOf = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Extents of the grid that an image is interpolated from: images of independent values would all look alike. */
const GRID = 5;

/** A random image of values from 0 to 255 that changes slowly, as photographs do. */
function smoothImage([channels, rows, columns]: Shape, random: () => number): Int32Array {
  const image = new Int32Array(channels * rows * columns);
  for (let channel = 0, at = 0; channel < channels; channel++) {
    const grid = Array.from({ length: GRID * GRID }, () => random() >>> 24);
    for (let row = 0; row < rows; row++) {
      const y = (row / rows) * (GRID - 1);
      const top = Math.floor(y);
      for (let column = 0; column < columns; column++) {
        const x = (column / columns) * (GRID - 1);
        const left = Math.floor(x);
        const along = (line: number): number =>
          grid[line * GRID + left] * (left + 1 - x) + grid[line * GRID + left + 1] * (x - left);
        image[at++] = Math.round(along(top) * (top + 1 - y) + along(top + 1) * (y - top));
      }
    }
  }
  return image;
}

const squareWindow = (kernel: number, stride: number, padding: number): Window => ({
  kernel: [kernel, kernel],
  strides: [stride, stride],
  dilations: [1, 1],
  padding: [padding, padding, padding, padding],
});
