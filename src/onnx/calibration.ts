// The float network's values on the calibration samples: whole outputs, and of every tensor only as many values, spread
// over samples and positions, as the fit of a layer needs. An image has many more values than that.

import type { InputSpec } from '../network/model/network.ts';
import { evaluateFloat } from './float-evaluate.ts';
import { type FloatNetwork, sizeOf } from './float-network.ts';

/** The most values of a tensor, over all samples, by which a choice of its scale is scored. */
const MAX_VALUES = 2 ** 16;

/** Evenly spread positions in the tensors of one size, one list for each sample. */
export class Places {
  readonly #size: number;
  readonly #step: number;
  readonly #starts: readonly number[];
  /** Number of all chosen values. */
  readonly count: number;

  constructor(size: number, samples: number) {
    this.#size = size;
    // Odd, so that it does not meet the same columns of an image in every row.
    this.#step = Math.ceil((size * samples) / MAX_VALUES) | 1;
    if (size * samples <= MAX_VALUES) this.#step = 1;
    this.#starts = Array.from({ length: samples }, (_, i) => (7 * i) % Math.min(this.#step, size));
    this.count = this.#starts.reduce((sum, start) => sum + Math.ceil((size - start) / this.#step), 0);
  }

  /** Returns the chosen values of a tensor, sample after sample. */
  gather(samples: readonly ArrayLike<number>[]): Float64Array {
    const values = new Float64Array(this.count);
    let to = 0;
    for (const [i, sample] of samples.entries()) to = this.take(i, sample, values, to);
    return values;
  }

  /** Writes the chosen values of one sample's tensor from index `to` on; returns the index after them. */
  take(sample: number, tensor: ArrayLike<number>, values: Float64Array, to: number): number {
    let end = to;
    for (let place = this.#starts[sample]; place < this.#size; place += this.#step) values[end++] = tensor[place];
    return end;
  }

  /** Returns the index on the first axis of each chosen value. */
  channels(channelCount: number): Int32Array {
    const inner = this.#size / channelCount;
    const channels = new Int32Array(this.count);
    let to = 0;
    for (const start of this.#starts) {
      for (let place = start; place < this.#size; place += this.#step) channels[to++] = Math.floor(place / inner);
    }
    return channels;
  }
}

/** The float network's values on the calibration samples. */
export interface Calibration {
  /** Stored inputs, all within the input's range. */
  readonly samples: readonly Int32Array[];
  /** Chosen values of each tensor: those at `Places` of its size. */
  readonly values: readonly Float64Array[];
  /** Each output of each sample, as `network.outputs` lists them. */
  readonly outputs: readonly (readonly Float64Array[])[];
}

/** Runs the float network on one sample after the other. */
export class Calibrator implements Calibration {
  readonly samples: Int32Array[] = [];
  readonly values: readonly Float64Array[];
  readonly outputs: (readonly Float64Array[])[] = [];
  readonly #network: FloatNetwork;
  readonly #input: InputSpec;
  readonly #places: readonly Places[];
  readonly #ends: Uint32Array;

  /** @param count - the number of samples that will be added */
  constructor(network: FloatNetwork, input: InputSpec, count: number) {
    this.#network = network;
    this.#input = input;
    this.#places = network.shapes.map((shape) => new Places(sizeOf(shape), count));
    this.values = this.#places.map((places) => new Float64Array(places.count));
    this.#ends = new Uint32Array(this.#places.length);
  }

  /**
   * @param sample - stored integers within the input's range
   * @throws InputError with the node's name where values overflow
   */
  add(sample: Int32Array): void {
    const { scale, mean } = this.#input;
    const real = Float64Array.from(sample, (stored) => stored * scale - mean);
    const tensors = evaluateFloat(this.#network, real);
    const index = this.samples.push(sample) - 1;
    for (const [tensor, reals] of tensors.entries()) {
      this.#ends[tensor] = this.#places[tensor].take(index, reals, this.values[tensor], this.#ends[tensor]);
    }
    this.outputs.push(this.#network.outputs.map(({ tensor }) => tensors[tensor]));
  }
}

/** Returns the multiplications of the float network for one sample, with its other work counted alike. */
export function costOfSample({ layers, shapes }: FloatNetwork): number {
  return layers.reduce((sum, layer, index) => {
    const places = layer.kind === 'convolution' ? sizeOf(shapes[index + 1].slice(1)) : 1;
    const weights = 'weights' in layer ? layer.weights.values.length : 0;
    return sum + weights * places + 10 * sizeOf(shapes[index + 1]);
  }, 0);
}
