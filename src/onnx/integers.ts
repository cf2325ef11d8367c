// The integer network of an import under construction: values (values.ts) become layers here. A sum becomes affine
// layers and an addition; a requantisation is fitted to the float activations of the calibration samples with the
// integers that it will really read (quantise.ts), so that a choice compensates for earlier rounding where it can.

import { type InputSpec, type Layer, sizeOf } from '../network/model/network.ts';
import { type Calibration, Places } from './calibration.ts';
import type { FloatNetwork } from './float-network.ts';
import { IntegerBuilder } from './integer-builder.ts';
import { type NodeLabel, nodeError } from './names.ts';
import {
  commonScale,
  type IntegerSum,
  magnitudeOf,
  type RealSum,
  type Requantisation,
  type Resolution,
  requantise,
  resolveSum,
} from './quantise.ts';
import { ReportBuilder } from './report.ts';
import { scaleClasses } from './scale-classes.ts';
import { Tables } from './tables.ts';
import { plainTensor, tensorValue, UNBOUNDED, type Value } from './values.ts';

/** The data to which integers are fitted. */
export interface IntegerSource {
  /** With its clamps advanced (rewrite.ts). */
  readonly float: FloatNetwork;
  readonly input: InputSpec;
  readonly calibration: Calibration;
}

/** A tensor of the integer network and the real number that its 1 stands for. */
export interface Scaled {
  readonly tensor: number;
  readonly scale: number;
}

export class Integers {
  readonly builder: IntegerBuilder;
  readonly report = new ReportBuilder();
  readonly tables = new Tables();
  /** Values that are requantised. */
  requantisedValues = 0;
  readonly #source: IntegerSource;
  readonly #resolution: Resolution;
  readonly #places = new Map<number, Places>();
  /** By the float tensor that they stand for. */
  readonly #activations = new Map<number, Scaled>();
  readonly #flattened = new Map<number, number>();
  readonly #classes: readonly (readonly number[] | undefined)[];
  readonly #classScales = new Map<readonly number[], number>();

  constructor(source: IntegerSource, resolution: Resolution) {
    this.#source = source;
    this.#resolution = resolution;
    this.builder = new IntegerBuilder(source.input, source.calibration.samples);
    this.#classes = scaleClasses(source.float);
  }

  /** Drops the samples of tensors that none of these values needs. */
  keep(values: readonly Value[]): void {
    const live = new Set<number>();
    for (const value of values) {
      for (const { tensor } of value.terms) live.add(tensor);
      const made = this.#activations.get(value.target);
      if (made !== undefined) live.add(made.tensor).add(this.#flattened.get(made.tensor) ?? made.tensor);
    }
    this.builder.release((tensor) => live.has(tensor));
  }

  /** Returns the scale that a value has already, or will have. */
  scaleOf(value: Value): number | undefined {
    const made = this.#activations.get(value.target) ?? (value.isSum ? undefined : plainTensor(value));
    return made?.scale ?? value.rounding?.grid?.step;
  }

  /** Returns the scale shared by all tensors that meet in one concatenation. */
  classScale(target: number): number | undefined {
    const members = this.#classes[target];
    if (members === undefined) return undefined;
    const known = this.#classScales.get(members);
    if (known !== undefined) return known;
    const { calibration, float } = this.#source;
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

  /** Returns the value as one tensor of small integers: its rounding is applied, or else a rounding to levels. */
  activation(value: Value, scale?: number): Value {
    let made = this.#activations.get(value.target);
    if (made === undefined) {
      made = this.requantised(value, scale ?? this.classScale(value.target));
      this.#activations.set(value.target, made);
    }
    return tensorValue(value.label, made.tensor, made.scale, value.shape, { ...value, isSum: false });
  }

  requantised(value: Value, forced: number | undefined): Scaled {
    const { label, target } = value;
    // Values that are never negative have all levels above 0.
    const rounding = value.rounding ?? (this.realRange(value).min >= 0 ? { ...UNBOUNDED, min: 0 } : UNBOUNDED);
    const targets = this.#source.calibration.values[target];
    const sum = this.#realSum(value);
    const { levels, tolerance } = this.#resolution;
    const attempt = (fewer: number): Requantisation | undefined =>
      requantise(sum, rounding, targets, { levels: levels - fewer, tolerance }, forced, this.tables);
    // One level less gives a separate table, for sums that do not fit the shared one.
    const made = attempt(0) ?? attempt(2);
    if (made === undefined) throw doesNotFit(label);
    this.tables.add(made, magnitudeOf(made));
    this.requantisedValues += sizeOf(value.shape);
    const input = this.#emitSum(value, made);
    const { shift, activation, min, max, scale } = made;
    const tensor = this.emit({ kind: 'requantise', name: label.name, input, shift, activation, min, max }, label);
    this.report.requantised(tensor, made);
    return { tensor, scale };
  }

  /** Returns the value as one tensor of integers that are not rounded. */
  resolved(value: Value): Scaled {
    const plain = plainTensor(value);
    if (plain !== undefined) return plain;
    const sum = resolveSum(this.#realSum(value), this.#source.calibration.values[value.target]);
    if (sum === undefined) throw doesNotFit(value.label);
    return { tensor: this.#emitSum(value, sum), scale: sum.unit };
  }

  #realSum({ terms, biases, shape }: Value): RealSum {
    const size = sizeOf(shape);
    let places = this.#places.get(size);
    if (places === undefined) {
      places = new Places(size, this.#source.calibration.samples.length);
      this.#places.set(size, places);
    }
    const { intervals } = this.builder;
    const values = (tensor: number): Float64Array => (places as Places).gather(this.builder.samplesOf(tensor));
    return {
      terms: terms.map(({ tensor, steps }) => ({ steps, interval: intervals[tensor], values: values(tensor) })),
      biases,
      channels: places.channels(shape[0]),
      size,
    };
  }

  /** Adds layers for z = Σ_j m_j·x_j + B: an affine layer per term whose multipliers differ, one for the biases. */
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
      return this.emit({ kind: 'affine', name, input: tensor, multipliers: all, biases: offsets }, label);
    });
    if (inputs.length === 1) return inputs[0];
    return this.emit({ kind: 'add', name, inputs, multipliers: Int32Array.from(factors) }, label);
  }

  /** Returns one of a value's tensors, flattened if the value is. */
  renamed({ flattenedBy: label }: Value, tensor: number): number {
    if (label === undefined) return tensor;
    let flat = this.#flattened.get(tensor);
    if (flat === undefined) {
      flat = this.emit({ kind: 'flatten', name: label.name, input: tensor }, label);
      this.#flattened.set(tensor, flat);
    }
    return flat;
  }

  emit(layer: Layer, label: NodeLabel): number {
    const tensor = this.builder.add(layer);
    this.report.layer(tensor, layer, label, this.builder.shapes[tensor], this.builder.intervals[tensor]);
    return tensor;
  }

  /** Returns the range of the integers of a value's tensors. */
  rangeOf({ terms }: Value): { readonly min: number; readonly max: number } {
    const ranges = terms.map(({ tensor }) => this.builder.intervals[tensor]);
    return { min: Math.min(...ranges.map(({ min }) => min)), max: Math.max(...ranges.map(({ max }) => max)) };
  }

  realRange({ terms, biases }: Value): { readonly min: number; readonly max: number } {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    biases.forEach((bias, channel) => {
      let [low, high] = [bias, bias];
      for (const { tensor, steps } of terms) {
        const { min, max } = this.builder.intervals[tensor];
        const step = steps[channel];
        low += Math.min(step * min, step * max);
        high += Math.max(step * min, step * max);
      }
      least = Math.min(least, low);
      most = Math.max(most, high);
    });
    return { min: least, max: most };
  }
}

function doesNotFit(label: NodeLabel): Error {
  return nodeError(
    label,
    'its values do not fit the integer range: its biases or scales differ by too many orders of magnitude',
  );
}
