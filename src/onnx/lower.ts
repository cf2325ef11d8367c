// From a float network to an integer network, layer by layer in the file's order. What is linear is only noted
// (values.ts) until a layer needs a tensor of small integers: then a requantisation is fitted to the float activations
// of the calibration samples with the integers that it will really see (quantise.ts), so that a choice makes up for the
// rounding before it where it can.

import { averageDivisor } from '../network/layers/average-pool/rules.ts';
import { boundSums } from '../network/layers/rules.ts';
import { type InputSpec, type IntegerNetwork, type Layer, type OutputSpec, sizeOf } from '../network/network.ts';
import { forEachNonzero, signedRowSums } from '../sparse/weight-matrix.ts';
import { type Calibration, Places } from './calibration.ts';
import {
  argmax,
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
  type FloatNetwork,
  type FloatRound,
  inputsOfFloat,
} from './float-network.ts';
import { IntegerBuilder } from './integer-builder.ts';
import { type NodeLabel, nodeError } from './names.ts';
import {
  commonScale,
  type IntegerSum,
  magnitudeOf,
  type RealSum,
  type Requantisation,
  type Resolution,
  type Rounding,
  requantise,
  resolveSum,
} from './quantise.ts';
import { type ImportReport, ReportBuilder } from './report.ts';
import { scaleClasses } from './scale-classes.ts';
import { Tables } from './tables.ts';
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

/** What every attempt starts from. */
export interface LoweringInput {
  readonly name: string;
  /** With its clamps advanced (rewrite.ts). */
  readonly float: FloatNetwork;
  /** By layer; undefined for those without. */
  readonly weights: readonly (ScaledWeights | undefined)[];
  readonly input: InputSpec;
  readonly calibration: Calibration;
}

/** A tensor of the integer network and the real number that its 1 stands for. */
interface Scaled {
  readonly tensor: number;
  readonly scale: number;
}

/** Sums of more terms are added up to one tensor. */
const MAX_TERMS = 4;
/** Sums in front of a layer with weights, or of pools, must leave it room. */
const MAX_READ = 2 ** 28;
/** What a maximum may compare: its differences are looked up. */
const MAX_COMPARED = 2 ** 12;
/** Finest split of the input's step that brings its mean to an integer. */
const MAX_SPLIT = 16;

/**
 * In steps, one for each layer.
 *
 * @param from - how far the import is at the start
 * @param share - how much of it this is
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
  readonly #builder: IntegerBuilder;
  readonly #report = new ReportBuilder();
  readonly #tables = new Tables();
  #requantisedValues = 0;
  readonly #places = new Map<number, Places>();
  readonly #values: Value[];
  /** By the float tensor that they stand for. */
  readonly #activations = new Map<number, Scaled>();
  readonly #flattened = new Map<number, number>();
  readonly #classes: readonly (readonly number[] | undefined)[];
  readonly #classScales = new Map<readonly number[], number>();
  readonly #lastReaders: Uint32Array;

  constructor(start: LoweringInput, resolution: Resolution) {
    const { input, calibration, float } = start;
    this.#start = start;
    this.#resolution = resolution;
    this.#builder = new IntegerBuilder(input, calibration.samples);
    const label = { name: 'input', operator: 'input' };
    const whole = tensorValue(label, 0, input.scale, input.shape, { target: 0, isSum: false, flattenedBy: undefined });
    this.#values = [{ ...whole, biases: whole.biases.fill(input.mean === 0 ? 0 : -input.mean) }];
    this.#classes = scaleClasses(float);
    this.#lastReaders = new Uint32Array(float.shapes.length);
    for (const [index, layer] of float.layers.entries()) {
      for (const tensor of inputsOfFloat(layer)) this.#lastReaders[tensor] = index;
    }
    for (const { tensor } of float.outputs) this.#lastReaders[tensor] = float.layers.length;
  }

  lower(layer: FloatLayer, index: number): void {
    this.#values.push(this.#valueOf(layer, index));
    // A value may wait for its readers as a sum of tensors that nothing else needs.
    const live = new Set<number>();
    this.#values.forEach((value, tensor) => {
      if (this.#lastReaders[tensor] <= index) return;
      for (const term of value.terms) live.add(term.tensor);
      const made = this.#activations.get(value.target);
      if (made !== undefined) live.add(made.tensor).add(this.#flattened.get(made.tensor) ?? made.tensor);
    });
    this.#builder.release((tensor) => live.has(tensor));
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
    const input = this.#renamed(value, tensor);
    const sums: Layer =
      layer.kind === 'linear'
        ? { kind: 'linear', name, input, weights: matrix }
        : { kind: 'convolution', name, input, weights: matrix, window: layer.window };
    const made = this.#emit(sums, layer);
    this.#report.weights(made, weights);
    const steps = scales.map((alpha) => (layerScale ?? alpha) * scale);
    return {
      label: layer,
      terms: [{ tensor: made, steps }],
      biases,
      shape: this.#builder.shapes[made],
      flattenedBy: undefined,
      rounding: undefined,
      target: index + 1,
      isSum: true,
    };
  }

  /** The value as one tensor that a layer with these weights can read; a bias only where nothing is padded. */
  #readable(value: Value, isPadded: boolean, matrix: ScaledWeights['matrix']): Value {
    const sums = boundSums(signedRowSums(matrix), this.#rangeOf(value));
    const isSmall = Math.max(-sums.min, sums.max) <= MAX_READ;
    if (biasedTensor(value) !== undefined && !value.isSum && isSmall) {
      if (!isPadded || !hasBias(value)) return value;
      const centred = this.#centred(value);
      if (centred !== undefined) return centred;
    }
    return this.#activation(value);
  }

  /** Integers of which 0 is the real 0: padding adds zeros. Its error is at most a sixteenth of a step and half. */
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
    const made = this.#emit(
      { kind: 'affine', name: value.label.name, input: tensor, multipliers, biases },
      value.label,
    );
    return tensorValue(value.label, made, scale / split, value.shape, value);
  }

  // Sums

  #affine(layer: FloatAffine, target: number): Value {
    let value = this.#values[layer.input];
    if (value.rounding !== undefined) value = this.#activation(value);
    let { multipliers, biases } = layer;
    if (isFlat(value) && multipliers.length !== value.shape[0]) {
      const inner = multipliers.length / value.shape[0];
      const isByChannel = (all: Float64Array): boolean =>
        all.every((each, i) => each === all[Math.floor(i / inner) * inner]);
      if (isByChannel(multipliers) && isByChannel(biases)) {
        multipliers = multipliers.filter((_, i) => i % inner === 0);
        biases = biases.filter((_, i) => i % inner === 0);
      } else {
        const { tensor, scale } = plainTensor(this.#activation(value)) as Scaled;
        const flat = this.#renamed(value, tensor);
        value = tensorValue(value.label, flat, scale, this.#builder.shapes[flat], { ...value, flattenedBy: undefined });
      }
    }
    return { ...scaled(value, multipliers, biases), label: layer, target };
  }

  #add(layer: FloatAdd, target: number): Value {
    let values = layer.inputs.map((tensor) => {
      const value = this.#values[tensor];
      return value.rounding === undefined ? value : this.#activation(value);
    });
    const [first] = values;
    if (values.some((value) => isFlat(value) !== isFlat(first) || `${value.shape}` !== `${first.shape}`)) {
      values = values.map((value) => this.#unfolded(value));
    }
    const sum = added(layer, values, target);
    if (sum.terms.length <= MAX_TERMS) return sum;
    const { tensor, scale } = this.#resolved(sum);
    return tensorValue(layer, tensor, scale, sum.shape, sum);
  }

  /** The value with its flatten done. */
  #unfolded(value: Value): Value {
    if (!isFlat(value)) return value;
    const { tensor, scale } = plainTensor(value) ?? (plainTensor(this.#activation(value)) as Scaled);
    const flat = this.#renamed(value, tensor);
    return tensorValue(value.label, flat, scale, this.#builder.shapes[flat], { ...value, flattenedBy: undefined });
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
    return { ...this.#activation(value), rounding: checked(second, layer), target };
  }

  /** Whether every value that an input in range can give stays as it is. */
  #isIdle(value: Value, { min, max, grid }: Rounding): boolean {
    const range = this.#realRange(value);
    if (grid === undefined) return min <= range.min && range.max <= max;
    const plain = plainTensor(value);
    if (plain === undefined || plain.scale !== grid.step) return false;
    return grid.min * grid.step <= range.min && range.max <= grid.max * grid.step;
  }

  // Pools and concatenations

  #maxPool(layer: FloatMaxPool, target: number): Value {
    let value = this.#values[layer.input];
    const { min, max } = this.#rangeOf(value);
    if (value.isSum || plainTensor(value) === undefined || max - min > MAX_COMPARED) value = this.#activation(value);
    const { tensor, scale } = plainTensor(value) as Scaled;
    const made = this.#emit({ kind: 'max-pool', name: layer.name, input: tensor, window: layer.window }, layer);
    return tensorValue(layer, made, scale, this.#builder.shapes[made], {
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
    const isWide = value.terms.some(({ tensor }) => {
      const { min, max } = this.#builder.intervals[tensor];
      return Math.max(-min, max) * divisor > MAX_READ;
    });
    if (value.rounding !== undefined || isWide) value = this.#activation(value);
    else if (meetsPadding && hasBias(value)) {
      value = (value.isSum ? undefined : this.#centred(value)) ?? this.#activation(value);
    }
    const terms: readonly Term[] = value.terms.map(({ tensor, steps }) => ({
      tensor: this.#emit({ kind: 'average-pool', name, input: tensor, window, countsPadding }, layer),
      steps: steps.map((step) => step / divisor),
    }));
    return { ...value, label: layer, terms, shape: this.#builder.shapes[terms[0].tensor], target };
  }

  #concatenate(layer: FloatConcatenate, target: number): Value {
    const values = layer.inputs.map((tensor) => this.#values[tensor]);
    const scales = values.map((value) => this.#scaleOf(value));
    const known = scales.filter((scale) => scale !== undefined);
    const isOpen = known.length < scales.length;
    const scale = Math.max(...known, ...(isOpen ? [this.#classScale(target) ?? 0] : []));
    const inputs = values.map((value) => this.#tensorWithScale(value, scale));
    const made = this.#emit({ kind: 'concatenate', name: layer.name, inputs }, layer);
    return tensorValue(layer, made, scale, this.#builder.shapes[made], {
      target,
      isSum: false,
      flattenedBy: undefined,
    });
  }

  /** The scale that a value has already, or will have. */
  #scaleOf(value: Value): number | undefined {
    const made = this.#activations.get(value.target) ?? (value.isSum ? undefined : plainTensor(value));
    return made?.scale ?? value.rounding?.grid?.step;
  }

  #tensorWithScale(value: Value, scale: number): number {
    const activation = this.#scaleOf(value) === undefined ? this.#activation(value, scale) : this.#plain(value);
    const found = plainTensor(activation) as Scaled;
    const tensor = found.scale === scale ? found.tensor : this.#requantised(activation, scale).tensor;
    return this.#renamed(value, tensor);
  }

  #plain(value: Value): Value {
    return !value.isSum && plainTensor(value) !== undefined ? value : this.#activation(value);
  }

  /** The scale that all tensors have that meet in one concatenation. */
  #classScale(target: number): number | undefined {
    const members = this.#classes[target];
    if (members === undefined) return undefined;
    const known = this.#classScales.get(members);
    if (known !== undefined) return known;
    const { calibration, float } = this.#start;
    const scale = commonScale(
      members.map((member) => {
        const layer = member === 0 ? undefined : float.layers[member - 1];
        const min = layer?.kind === 'clamp' ? layer.min : UNBOUNDED.min;
        return { values: calibration.values[member], rounding: { ...UNBOUNDED, min } };
      }),
      this.#resolution.levels,
    );
    this.#classScales.set(members, scale);
    return scale;
  }

  // Integers

  /** The value as one tensor of small integers: its rounding is done, or a rounding to levels if it has none. */
  #activation(value: Value, scale?: number): Value {
    let made = this.#activations.get(value.target);
    if (made === undefined) {
      made = this.#requantised(value, scale ?? this.#classScale(value.target));
      this.#activations.set(value.target, made);
    }
    return tensorValue(value.label, made.tensor, made.scale, value.shape, { ...value, isSum: false });
  }

  #requantised(value: Value, forced: number | undefined): Scaled {
    const { label, target } = value;
    // What is never negative has all levels above 0.
    const rounding = value.rounding ?? (this.#realRange(value).min >= 0 ? { ...UNBOUNDED, min: 0 } : UNBOUNDED);
    const targets = this.#start.calibration.values[target];
    const sum = this.#realSum(value);
    const { levels, tolerance } = this.#resolution;
    const attempt = (fewer: number): Requantisation | undefined =>
      requantise(sum, rounding, targets, { levels: levels - fewer, tolerance }, forced, this.#tables);
    // A level less is a table of its own, for sums that do not fit in with others.
    const made = attempt(0) ?? attempt(2);
    if (made === undefined) throw doesNotFit(label);
    this.#tables.add(made, magnitudeOf(made));
    this.#requantisedValues += sizeOf(value.shape);
    const input = this.#emitSum(value, made);
    const { shift, activation, min, max, scale } = made;
    const tensor = this.#emit({ kind: 'requantise', name: label.name, input, shift, activation, min, max }, label);
    this.#report.requantised(tensor, made);
    return { tensor, scale };
  }

  /** The value as one tensor of integers that are not rounded. */
  #resolved(value: Value): Scaled {
    const plain = plainTensor(value);
    if (plain !== undefined) return plain;
    const sum = resolveSum(this.#realSum(value), this.#start.calibration.values[value.target]);
    if (sum === undefined) throw doesNotFit(value.label);
    return { tensor: this.#emitSum(value, sum), scale: sum.unit };
  }

  #realSum({ terms, biases, shape }: Value): RealSum {
    const size = sizeOf(shape);
    let places = this.#places.get(size);
    if (places === undefined) {
      places = new Places(size, this.#start.calibration.samples.length);
      this.#places.set(size, places);
    }
    const { intervals } = this.#builder;
    const values = (tensor: number): Float64Array => (places as Places).gather(this.#builder.samplesOf(tensor));
    return {
      terms: terms.map(({ tensor, steps }) => ({ steps, interval: intervals[tensor], values: values(tensor) })),
      biases,
      channels: places.channels(shape[0]),
      size,
    };
  }

  /** Layers for z = Σ_j m_j·x_j + B: an affine layer for each term whose multipliers differ, and one for the biases. */
  #emitSum({ label, terms }: Value, { multipliers, biases }: IntegerSum): number {
    const { name } = label;
    const factors: number[] = [];
    const inputs = terms.map(({ tensor }, j) => {
      const all = multipliers[j];
      const offsets = j === 0 ? biases : new Int32Array(biases.length);
      const isPlain = all[0] !== 0 && all.every((m) => m === all[0]) && offsets.every((offset) => offset === 0);
      const isFree = isPlain && (terms.length > 1 || all[0] === 1);
      factors.push(isFree ? all[0] : 1);
      if (isFree) return tensor;
      return this.#emit({ kind: 'affine', name, input: tensor, multipliers: all, biases: offsets }, label);
    });
    if (inputs.length === 1) return inputs[0];
    return this.#emit({ kind: 'add', name, inputs, multipliers: Int32Array.from(factors) }, label);
  }

  /** One of a value's tensors with the value's flatten done. */
  #renamed({ flattenedBy: label }: Value, tensor: number): number {
    if (label === undefined) return tensor;
    let flat = this.#flattened.get(tensor);
    if (flat === undefined) {
      flat = this.#emit({ kind: 'flatten', name: label.name, input: tensor }, label);
      this.#flattened.set(tensor, flat);
    }
    return flat;
  }

  #emit(layer: Layer, label: NodeLabel): number {
    const tensor = this.#builder.add(layer);
    this.#report.layer(tensor, layer, label, this.#builder.shapes[tensor], this.#builder.intervals[tensor]);
    return tensor;
  }

  /** The integers of a value's tensors. */
  #rangeOf({ terms }: Value): { readonly min: number; readonly max: number } {
    const ranges = terms.map(({ tensor }) => this.#builder.intervals[tensor]);
    return { min: Math.min(...ranges.map(({ min }) => min)), max: Math.max(...ranges.map(({ max }) => max)) };
  }

  #realRange({ terms, biases }: Value): { readonly min: number; readonly max: number } {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    biases.forEach((bias, channel) => {
      let [low, high] = [bias, bias];
      for (const { tensor, steps } of terms) {
        const { min, max } = this.#builder.intervals[tensor];
        const step = steps[channel];
        low += Math.min(step * min, step * max);
        high += Math.max(step * min, step * max);
      }
      least = Math.min(least, low);
      most = Math.max(most, high);
    });
    return { min: least, max: most };
  }

  // Outputs

  finish(): Lowered {
    const { name, float, input, calibration } = this.#start;
    const outputs: OutputSpec[] = [];
    const samples: (readonly Int32Array[])[] = [];
    for (const { tensor } of float.outputs) {
      const output = this.#output(this.#values[tensor], outputs);
      outputs.push(output);
      samples.push(this.#builder.samplesOf(output.tensor));
    }
    const { layers } = this.#builder;
    const report = {
      layers: this.#report.finish(),
      ...this.#resolution,
      ...compare(outputs, samples, calibration.outputs),
    };
    return {
      network: { name, input, layers, outputs },
      report,
      tables: this.#tables,
      requantised: this.#requantisedValues,
    };
  }

  #output(value: Value, others: readonly OutputSpec[]): OutputSpec {
    const made =
      value.rounding === undefined ? this.#resolved(value) : (plainTensor(this.#activation(value)) as Scaled);
    const tensor = this.#renamed(value, made.tensor);
    if (tensor !== 0 && others.every((other) => other.tensor !== tensor)) return { tensor, scale: made.scale };
    // The input, or what another output gives: a copy.
    const { name } = value.label;
    const [length] = this.#builder.shapes[tensor];
    const multipliers = new Int32Array(length).fill(1);
    const biases = new Int32Array(length);
    return {
      tensor: this.#emit({ kind: 'affine', name, input: tensor, multipliers, biases }, value.label),
      scale: made.scale,
    };
  }
}

/** Whether a rounding composed with a second is the first. */
function isSame(a: Rounding, b: Rounding): boolean {
  if (a.min !== b.min || a.max !== b.max) return false;
  return a.grid === b.grid || (a.grid?.min === b.grid?.min && a.grid?.max === b.grid?.max && b.grid !== undefined);
}

const isFlat = ({ flattenedBy }: Value): boolean => flattenedBy !== undefined;

function doesNotFit(label: NodeLabel): Error {
  return nodeError(
    label,
    'its values do not fit the integer range: its biases or scales differ by too many orders of magnitude',
  );
}

/** The integer network's outputs beside the float network's. */
function compare(
  outputs: readonly OutputSpec[],
  integers: readonly (readonly Int32Array[])[],
  reals: Calibration['outputs'],
): Pick<ImportReport, 'samples' | 'agreement' | 'outputError'> {
  let [agreed, error, norm] = [0, 0, 0];
  for (const [sample, targets] of reals.entries()) {
    let isSame = true;
    for (const [index, target] of targets.entries()) {
      const found = integers[index][sample];
      const { scale } = outputs[index];
      isSame &&= argmax(found) === argmax(target);
      for (let i = 0; i < target.length; i++) {
        error += (found[i] * scale - target[i]) ** 2;
        norm += target[i] ** 2;
      }
    }
    if (isSame) agreed++;
  }
  const outputError = norm === 0 ? 0 : Math.sqrt(error / norm);
  return { samples: reals.length, agreement: agreed / reals.length, outputError };
}
