// From a float network to an integer network, layer by layer in the file's order. Linear operations are only noted
// (values.ts) until a layer needs a tensor of small integers; then their layers are added (integers.ts).

import { boundSums } from '../network/model/interval.ts';
import { averageDivisor } from '../network/model/layers/average-pool/rules.ts';
import type { IntegerNetwork, Layer, OutputSpec } from '../network/model/network.ts';
import { forEachNonzero, signedRowSums } from '../sparse/weight-matrix.ts';
import {
  type FloatAdd,
  type FloatAffine,
  type FloatAveragePool,
  type FloatClamp,
  type FloatConcatenate,
  type FloatConvolution,
  type FloatFlatten,
  type FloatLayer,
  type FloatLinear,
  type FloatMaxPool,
  type FloatRound,
  inputsOfFloat,
} from './float-network.ts';
import { type IntegerSource, Integers, type Scaled } from './integers.ts';
import { type Resolution, type Rounding, uniformStep } from './quantise.ts';
import { compareOutputs, type ImportReport } from './report.ts';
import type { Tables } from './tables.ts';
import {
  added,
  biasedTensor,
  checked,
  composed,
  hasBias,
  plainTensor,
  scaled,
  type Term,
  tensorValue,
  UNBOUNDED,
  type Value,
} from './values.ts';
import type { ScaledWeights } from './weights.ts';

export interface Lowered {
  readonly network: IntegerNetwork;
  readonly report: ImportReport;
  readonly tables: Tables;
  /** Values that are requantised. */
  readonly requantised: number;
}

/** The input of every attempt. */
export interface LoweringInput extends IntegerSource {
  readonly name: string;
  /** By layer; undefined for layers without weights. */
  readonly weights: readonly (ScaledWeights | undefined)[];
}

/** The most terms of a sum; longer sums are first added up to one tensor. */
const MAX_TERMS = 4;
/** The largest value of a sum that a layer with weights, or a pool, may read. */
const MAX_READ = 2 ** 28;
/** The largest value of a sum whose channels have different steps, so that multipliers can distinguish them. */
const MAX_READ_BY_CHANNEL = 2 ** 21;
/** The largest difference that a maximum may compare, since differences are looked up. */
const MAX_COMPARED = 2 ** 12;
/** Finest split of the input's step that brings its mean to an integer. */
const MAX_SPLIT = 16;

/**
 * Lowers the network in steps, one for each layer.
 *
 * @param from - the progress of the import at the start
 * @param share - the fraction of the progress that this takes
 * @throws InputError with the name of a node whose values do not fit the integers
 */
export function* lowerNetwork(
  start: LoweringInput,
  resolution: Resolution,
  from: number,
  share: number,
): Generator<{ readonly fraction: number; readonly label: string }, Lowered> {
  const lowering = new Lowering(start, resolution);
  const { layers } = start.float;
  for (const [index, layer] of layers.entries()) {
    yield { fraction: from + (share * index) / layers.length, label: `quantising ${layer.name}` };
    lowering.lower(layer, index);
  }
  return lowering.finish();
}

class Lowering {
  readonly #start: LoweringInput;
  readonly #resolution: Resolution;
  readonly #integers: Integers;
  readonly #values: Value[];
  readonly #lastReaders: Uint32Array;

  constructor(start: LoweringInput, resolution: Resolution) {
    const { input, float } = start;
    this.#start = start;
    this.#resolution = resolution;
    this.#integers = new Integers(start, resolution);
    const label = { name: 'input', operator: 'input' };
    const whole = tensorValue(label, 0, input.scale, input.shape, { target: 0, isSum: false, flattenedBy: undefined });
    this.#values = [{ ...whole, biases: whole.biases.fill(input.mean === 0 ? 0 : -input.mean) }];
    this.#lastReaders = new Uint32Array(float.shapes.length);
    for (const [index, layer] of float.layers.entries()) {
      for (const tensor of inputsOfFloat(layer)) this.#lastReaders[tensor] = index;
    }
    for (const { tensor } of float.outputs) this.#lastReaders[tensor] = float.layers.length;
  }

  lower(layer: FloatLayer, index: number): void {
    this.#values.push(this.#valueOf(layer, index));
    this.#integers.keep(this.#values.filter((_, tensor) => this.#lastReaders[tensor] > index));
  }

  #valueOf(layer: FloatLayer, index: number): Value {
    const target = index + 1;
    switch (layer.kind) {
      case 'linear':
      case 'convolution':
        return this.#weighted(layer, index);
      case 'affine':
        return this.#affine(layer, target);
      case 'clamp':
        return this.#rounded(layer, { min: layer.min, max: layer.max, grid: undefined }, target);
      case 'round':
        return this.#rounded(layer, { ...UNBOUNDED, grid: layer }, target);
      case 'max-pool':
        return this.#maxPool(layer, target);
      case 'average-pool':
        return this.#averagePool(layer, target);
      case 'add':
        return this.#add(layer, target);
      case 'concatenate':
        return this.#concatenate(layer, target);
      case 'flatten':
        return this.#flatten(layer);
    }
  }

  // Layers with weights

  #weighted(layer: FloatLinear | FloatConvolution, index: number): Value {
    const { name, bias } = layer;
    const weights = this.#start.weights[index];
    if (weights === undefined) throw new Error(`the weights of layer ${index} are missing`);
    const { matrix, scales, layerScale } = weights;
    const isPadded = layer.kind === 'convolution' && layer.window.padding.some((places) => places > 0);
    const value = this.#readable(this.#values[layer.input], isPadded, matrix);
    const { tensor, scale } = biasedTensor(value) as Scaled;
    const biases = bias.slice();
    if (hasBias(value)) {
      // Without padding every weight meets its channel's bias.
      const columns = matrix.columnCount / value.biases.length;
      forEachNonzero(matrix, (row, column, weight) => {
        biases[row] += scales[row] * weight * value.biases[Math.floor(column / columns)];
      });
    }
    const input = this.#integers.renamed(value, tensor);
    const sums: Layer =
      layer.kind === 'linear'
        ? { kind: 'linear', name, input, weights: matrix }
        : { kind: 'convolution', name, input, weights: matrix, window: layer.window };
    const made = this.#integers.emit(sums, layer);
    this.#integers.report.weights(made, weights);
    const steps = scales.map((alpha) => (layerScale ?? alpha) * scale);
    return {
      label: layer,
      terms: [{ tensor: made, steps }],
      biases,
      shape: this.#integers.builder.shapes[made],
      flattenedBy: undefined,
      rounding: undefined,
      target: index + 1,
      isSum: true,
    };
  }

  /** Returns the value as one tensor that a layer with these weights can read; a bias only without padding. */
  #readable(value: Value, isPadded: boolean, matrix: ScaledWeights['matrix']): Value {
    const sums = boundSums(signedRowSums(matrix), this.#integers.rangeOf(value));
    const isSmall = Math.max(-sums.min, sums.max) <= MAX_READ;
    if (biasedTensor(value) !== undefined && !value.isSum && isSmall) {
      if (!isPadded || !hasBias(value)) return value;
      const centred = this.#centred(value);
      if (centred !== undefined) return centred;
    }
    return this.#integers.activation(value);
  }

  /** Returns integers of which 0 is the real 0, since padding adds zeros. Its error is at most 1/32 of a step. */
  #centred(value: Value): Value | undefined {
    const plain = biasedTensor(value);
    if (plain === undefined || isFlat(value)) return undefined;
    const { tensor, scale } = plain;
    let [split, offBy] = [1, Number.POSITIVE_INFINITY];
    for (let parts = 1; parts <= MAX_SPLIT && offBy > 0.02; parts++) {
      const off = value.biases.reduce((worst, bias) => {
        const places = (bias * parts) / scale;
        return Math.max(worst, Math.abs(places - Math.round(places)) / parts);
      }, 0);
      if (off < offBy) [split, offBy] = [parts, off];
    }
    const multipliers = new Int32Array(value.biases.length).fill(split);
    const biases = Int32Array.from(value.biases, (bias) => Math.round((bias * split) / scale));
    const made = this.#integers.emit(
      { kind: 'affine', name: value.label.name, input: tensor, multipliers, biases },
      value.label,
    );
    return tensorValue(value.label, made, scale / split, value.shape, value);
  }

  // Sums

  #affine(layer: FloatAffine, target: number): Value {
    let value = this.#values[layer.input];
    if (value.rounding !== undefined) value = this.#integers.activation(value);
    let { multipliers, biases } = layer;
    if (isFlat(value) && multipliers.length !== value.shape[0]) {
      const inner = multipliers.length / value.shape[0];
      const isByChannel = (all: Float64Array): boolean =>
        all.every((each, i) => each === all[Math.floor(i / inner) * inner]);
      if (isByChannel(multipliers) && isByChannel(biases)) {
        multipliers = multipliers.filter((_, i) => i % inner === 0);
        biases = biases.filter((_, i) => i % inner === 0);
      } else {
        const { tensor, scale } = plainTensor(this.#integers.activation(value)) as Scaled;
        const flat = this.#integers.renamed(value, tensor);
        value = tensorValue(value.label, flat, scale, this.#integers.builder.shapes[flat], {
          ...value,
          flattenedBy: undefined,
        });
      }
    }
    return { ...scaled(value, multipliers, biases), label: layer, target };
  }

  #add(layer: FloatAdd, target: number): Value {
    let values = layer.inputs.map((tensor) => {
      const value = this.#values[tensor];
      return value.rounding === undefined ? value : this.#integers.activation(value);
    });
    const [first] = values;
    if (values.some((value) => isFlat(value) !== isFlat(first) || `${value.shape}` !== `${first.shape}`)) {
      values = values.map((value) => this.#unfolded(value));
    }
    const sum = added(layer, values, target);
    if (sum.terms.length <= MAX_TERMS) return sum;
    const { tensor, scale } = this.#integers.resolved(sum);
    return tensorValue(layer, tensor, scale, sum.shape, sum);
  }

  /** Returns the value with its flatten applied. */
  #unfolded(value: Value): Value {
    if (!isFlat(value)) return value;
    const { tensor, scale } = plainTensor(value) ?? (plainTensor(this.#integers.activation(value)) as Scaled);
    const flat = this.#integers.renamed(value, tensor);
    return tensorValue(value.label, flat, scale, this.#integers.builder.shapes[flat], {
      ...value,
      flattenedBy: undefined,
    });
  }

  #flatten(layer: FloatFlatten): Value {
    const value = this.#values[layer.input];
    return value.shape.length === 1 ? value : { ...value, flattenedBy: layer };
  }

  // Clamps and roundings

  #rounded(layer: FloatClamp | FloatRound, second: Rounding, target: number): Value {
    const value = this.#values[layer.input];
    if (value.rounding === undefined) {
      if (this.#isIdle(value, second)) return value;
      return { ...value, rounding: checked(second, layer), target };
    }
    const both = composed(value.rounding, second, layer);
    if (both !== undefined) return isSame(both, value.rounding) ? value : { ...value, rounding: both, target };
    return { ...this.#integers.activation(value), rounding: checked(second, layer), target };
  }

  /** Whether every value that an input in range can give stays as it is. */
  #isIdle(value: Value, { min, max, grid }: Rounding): boolean {
    const range = this.#integers.realRange(value);
    if (grid === undefined) return min <= range.min && range.max <= max;
    const plain = plainTensor(value);
    if (plain === undefined || plain.scale !== grid.step) return false;
    return grid.min * grid.step <= range.min && range.max <= grid.max * grid.step;
  }

  // Pools and concatenations

  #maxPool(layer: FloatMaxPool, target: number): Value {
    let value = this.#values[layer.input];
    const { min, max } = this.#integers.rangeOf(value);
    if (value.isSum || plainTensor(value) === undefined || max - min > MAX_COMPARED)
      value = this.#integers.activation(value);
    const { tensor, scale } = plainTensor(value) as Scaled;
    const made = this.#integers.emit(
      { kind: 'max-pool', name: layer.name, input: tensor, window: layer.window },
      layer,
    );
    return tensorValue(layer, made, scale, this.#integers.builder.shapes[made], {
      target,
      isSum: false,
      flattenedBy: undefined,
    });
  }

  #averagePool(layer: FloatAveragePool, target: number): Value {
    const { name, window, countsPadding } = layer;
    let value = this.#values[layer.input];
    const divisor = averageDivisor(window, value.shape, countsPadding);
    const meetsPadding = countsPadding && window.padding.some((places) => places > 0);
    const most = uniformStep(value) === undefined ? MAX_READ_BY_CHANNEL : MAX_READ;
    const isWide = value.terms.some(({ tensor }) => {
      const { min, max } = this.#integers.builder.intervals[tensor];
      return Math.max(-min, max) * divisor > most;
    });
    if (value.rounding !== undefined || isWide) value = this.#integers.activation(value);
    else if (meetsPadding && hasBias(value)) {
      value = (value.isSum ? undefined : this.#centred(value)) ?? this.#integers.activation(value);
    }
    const terms: readonly Term[] = value.terms.map(({ tensor, steps }) => ({
      tensor: this.#integers.emit({ kind: 'average-pool', name, input: tensor, window, countsPadding }, layer),
      steps: steps.map((step) => step / divisor),
    }));
    return { ...value, label: layer, terms, shape: this.#integers.builder.shapes[terms[0].tensor], target };
  }

  #concatenate(layer: FloatConcatenate, target: number): Value {
    const values = layer.inputs.map((tensor) => this.#values[tensor]);
    const scales = values.map((value) => this.#integers.scaleOf(value));
    const known = scales.filter((scale) => scale !== undefined);
    const isOpen = known.length < scales.length;
    const scale = Math.max(...known, ...(isOpen ? [this.#integers.classScale(target) ?? 0] : []));
    const inputs = values.map((value) => this.#tensorWithScale(value, scale));
    const made = this.#integers.emit({ kind: 'concatenate', name: layer.name, inputs }, layer);
    return tensorValue(layer, made, scale, this.#integers.builder.shapes[made], {
      target,
      isSum: false,
      flattenedBy: undefined,
    });
  }

  #tensorWithScale(value: Value, scale: number): number {
    const activation =
      this.#integers.scaleOf(value) === undefined ? this.#integers.activation(value, scale) : this.#plain(value);
    const found = plainTensor(activation) as Scaled;
    const tensor = found.scale === scale ? found.tensor : this.#integers.requantised(activation, scale).tensor;
    return this.#integers.renamed(value, tensor);
  }

  #plain(value: Value): Value {
    return !value.isSum && plainTensor(value) !== undefined ? value : this.#integers.activation(value);
  }

  // Outputs

  finish(): Lowered {
    const { name, float, input, calibration } = this.#start;
    const outputs: OutputSpec[] = [];
    const samples: (readonly Int32Array[])[] = [];
    for (const { tensor } of float.outputs) {
      const output = this.#output(this.#values[tensor], outputs);
      outputs.push(output);
      samples.push(this.#integers.builder.samplesOf(output.tensor));
    }
    const { layers } = this.#integers.builder;
    const names = float.outputs.map((output) => output.name);
    const report = {
      layers: this.#integers.report.finish(),
      ...this.#resolution,
      ...compareOutputs(outputs, names, samples, calibration.outputs),
    };
    return {
      network: { name, input, layers, outputs },
      report,
      tables: this.#integers.tables,
      requantised: this.#integers.requantisedValues,
    };
  }

  #output(value: Value, others: readonly OutputSpec[]): OutputSpec {
    const made =
      value.rounding === undefined
        ? this.#integers.resolved(value)
        : (plainTensor(this.#integers.activation(value)) as Scaled);
    const tensor = this.#integers.renamed(value, made.tensor);
    if (tensor !== 0 && others.every((other) => other.tensor !== tensor)) return { tensor, scale: made.scale };
    // The input, or the tensor of another output: a copy.
    const { name } = value.label;
    const [length] = this.#integers.builder.shapes[tensor];
    const multipliers = new Int32Array(length).fill(1);
    const biases = new Int32Array(length);
    return {
      tensor: this.#integers.emit({ kind: 'affine', name, input: tensor, multipliers, biases }, value.label),
      scale: made.scale,
    };
  }
}

/** Whether a rounding composed with a second equals the first. */
function isSame(a: Rounding, b: Rounding): boolean {
  if (a.min !== b.min || a.max !== b.max) return false;
  return a.grid === b.grid || (a.grid?.min === b.grid?.min && a.grid?.max === b.grid?.max && b.grid !== undefined);
}

const isFlat = ({ flattenedBy }: Value): boolean => flattenedBy !== undefined;
