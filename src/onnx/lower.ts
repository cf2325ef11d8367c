// From a float network to an integer network, layer by layer. Calibration samples run through both at
// once: the float activations are the targets, the integer ones are what the next layer will really see, so
// each choice makes up for the rounding before it where it can.

import { InputError } from '../errors.ts';
import type { InputSpec, IntegerNetwork, Layer } from '../network/network.ts';
import { countSigns, multiply } from '../sparse/ternary-matrix.ts';
import type { FloatClamp, FloatLinear, FloatNetwork } from './float-network.ts';
import { argmax, checkFinite, multiplyAdd } from './float-network.ts';
import { nodeError } from './names.ts';
import {
  applyActivation,
  applyAffine,
  type IntegerActivation,
  type IntegerLayer,
  type LayerAccumulators,
  quantiseActivation,
  quantiseOutput,
  type RealClamp,
} from './quantise.ts';
import type { ImportReport, LayerReport } from './report.ts';
import { nearestTernary, recogniseTernary, type ScaledTernary } from './ternary.ts';

export interface LoweringOptions {
  readonly input: InputSpec;
  /** Stored values, by sample, all within the input's range. */
  readonly calibration: readonly Int32Array[];
  readonly ternarise: boolean;
  readonly activationLevels: number;
}

/** Where the integer network stands: the scale and mean of its current tensor, and both networks' values. */
interface State {
  scale: number;
  mean: number;
  min: number;
  max: number;
  integers: readonly Int32Array[];
  reals: readonly Float64Array[];
}

export function lowerNetwork(
  network: FloatNetwork,
  options: LoweringOptions,
): { network: IntegerNetwork; report: ImportReport } {
  const { input, calibration } = options;
  const state: State = {
    ...input,
    integers: calibration,
    reals: calibration.map((sample) => Float64Array.from(sample, (stored) => stored * input.scale - input.mean)),
  };
  const layers: Layer[] = [];
  const reports: LayerReport[] = [];
  const flatten = (name: string, operator: string): void => {
    layers.push({ kind: 'flatten', name, input: layers.length });
    reports.push({
      ...{ name, operator, kind: 'flatten', shape: [], nonzeros: 0, zeros: 0, weightError: 0 },
      ...{ multipliers: { min: 1, max: 1 }, worst: 0 },
    });
  };

  let at = 0;
  for (; at < network.layers.length && network.layers[at]!.kind !== 'linear'; at++) {
    const layer = network.layers[at]!;
    if (layer.kind === 'flatten') flatten(layer.name, layer.operator);
    else if (layer.kind === 'clamp') checkIdle(layer, input);
  }
  if (at === network.layers.length) throw new InputError('the network has no layer with weights');

  while (at < network.layers.length) {
    const linear = network.layers[at++] as FloatLinear;
    // What follows up to the next linear layer: clamps compose, renamings can wait until after them.
    let clamp: RealClamp | undefined;
    const renamed: { name: string; operator: string }[] = [];
    for (let layer = network.layers[at]; layer !== undefined && layer.kind !== 'linear'; layer = network.layers[++at]) {
      if (layer.kind === 'flatten') renamed.push(layer);
      else clamp = compose(clamp, layer);
    }
    const last = at === network.layers.length;
    if (!last) clamp ??= { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };

    const ternary = ternaryWeights(linear, options.ternarise);
    const accumulators = accumulate(linear, ternary, state);
    state.reals = state.reals.map((real) => {
      const output = checkFinite(linear, multiplyAdd(linear.weights, real, linear.bias));
      return clamp === undefined ? output : output.map((u) => Math.min(Math.max(u, clamp.min), clamp.max));
    });
    const { name } = linear;
    let made: IntegerLayer;
    let activation: IntegerActivation | undefined;
    if (clamp === undefined) {
      made = quantiseOutput(accumulators) ?? refuseRange(linear);
      state.integers = accumulators.samples.map((sample) => applyAffine(made, sample));
    } else {
      activation =
        quantiseActivation(accumulators, clamp, state.reals, options.activationLevels) ?? refuseRange(linear);
      const chosen = activation;
      made = chosen;
      state.integers = accumulators.samples.map((sample) => applyActivation(chosen, sample));
      [state.min, state.max] = [chosen.min, chosen.max];
    }
    [state.scale, state.mean] = [made.scale, 0];

    layers.push({ kind: 'linear', name, input: layers.length, weights: ternary.matrix });
    const { multipliers, biases } = made;
    layers.push({ kind: 'affine', name, input: layers.length, multipliers, biases });
    if (activation !== undefined) {
      const { shift, activation: kind, min, max } = activation;
      layers.push({ kind: 'requantise', name, input: layers.length, shift, activation: kind, min, max });
    }
    reports.push(describe(linear, ternary, made, activation));
    for (const { name: renaming, operator } of renamed) flatten(renaming, operator);
  }

  const lowered: IntegerNetwork = { name: network.name, input, layers, outputScale: state.scale };
  return { network: lowered, report: { layers: reports, ...compare(state) } };
}

function ternaryWeights(layer: FloatLinear, ternarise: boolean): ScaledTernary {
  const found = recogniseTernary(layer.weights);
  if ('matrix' in found) return found;
  if (ternarise) return nearestTernary(layer.weights);
  const [least, most] = found.magnitudes.map((magnitude) => magnitude.toPrecision(4));
  throw nodeError(
    layer,
    `weights are not α·{−1, 0, 1}: output ${found.output} has weights of magnitude ${least} and ${most}; ` +
      'train with ternary weights, or ask for the nearest ones (ternarise)',
  );
}

/** a = W·x on the samples, its worst case, and the bias with the input's mean in it. */
function accumulate(layer: FloatLinear, ternary: ScaledTernary, state: State): LayerAccumulators {
  const { plus, minus } = countSigns(ternary.matrix);
  const { scale, mean, min, max } = state;
  const rows = layer.bias.length;
  const reach = ternary.matrix.columnCount * Math.max(Math.abs(min), Math.abs(max));
  if (reach >= 2 ** 31)
    throw nodeError(
      layer,
      `sums of ${ternary.matrix.columnCount} values up to ${max} overflow; use a smaller input range`,
    );
  const least = new Float64Array(rows);
  const most = new Float64Array(rows);
  const biases = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    least[row] = plus[row]! * min - minus[row]! * max;
    most[row] = plus[row]! * max - minus[row]! * min;
    biases[row] = layer.bias[row]! - ternary.scales[row]! * mean * (plus[row]! - minus[row]!);
  }
  return {
    steps: ternary.scales.map((alpha) => alpha * scale),
    layerStep: ternary.layerScale === undefined ? undefined : ternary.layerScale * scale,
    biases,
    least,
    most,
    samples: state.integers.map((sample) => multiply(ternary.matrix, sample)),
  };
}

/** Padding relies on f(0) = 0, so 0 must lie within a clamp. */
function compose(before: RealClamp | undefined, layer: FloatClamp): RealClamp {
  const within = (bound: number): number => Math.min(Math.max(bound, layer.min), layer.max);
  const { min, max } = before === undefined ? layer : { min: within(before.min), max: within(before.max) };
  if (min <= 0 && max >= 0) return { min, max };
  throw nodeError(layer, `clips to [${min}, ${max}], which moves 0; only ranges that contain 0 are supported`);
}

/** A clamp of the input itself is accepted where it changes no input in range. */
function checkIdle(layer: FloatClamp, input: InputSpec): void {
  const [least, most] = [input.min * input.scale - input.mean, input.max * input.scale - input.mean];
  if (layer.min <= least && most <= layer.max) return;
  throw nodeError(layer, `clips the network's input, which ranges over [${least}, ${most}]; clip the data instead`);
}

function refuseRange(layer: FloatLinear): never {
  throw nodeError(
    layer,
    'its values do not fit the integer range: its biases or scales differ by too many orders of magnitude',
  );
}

function describe(
  layer: FloatLinear,
  ternary: ScaledTernary,
  made: IntegerLayer,
  activation: IntegerActivation | undefined,
): LayerReport {
  const { name, operator, weights } = layer;
  const { nonzeros } = ternary.matrix;
  const report: LayerReport = {
    name,
    operator,
    kind: 'linear',
    shape: [weights.rowCount, weights.columnCount],
    nonzeros,
    zeros: 1 - nonzeros / (weights.rowCount * weights.columnCount),
    weightError: ternary.weightError,
    multipliers: {
      min: made.multipliers.reduce((a, b) => Math.min(a, b)),
      max: made.multipliers.reduce((a, b) => Math.max(a, b)),
    },
    worst: made.worst,
  };
  if (activation === undefined) return report;
  const { shift, min, max, tableRows, scale } = activation;
  return { ...report, activation: { kind: activation.activation, shift, min, max, tableRows, scale } };
}

function compare({ scale, integers, reals }: State): Omit<ImportReport, 'layers'> {
  let agreed = 0;
  let error = 0;
  let norm = 0;
  for (const [index, real] of reals.entries()) {
    const integer = integers[index]!;
    if (argmax(integer) === argmax(real)) agreed++;
    real.forEach((value, i) => {
      error += (integer[i]! * scale - value) ** 2;
      norm += value ** 2;
    });
  }
  return {
    samples: reals.length,
    agreement: agreed / reals.length,
    outputError: norm === 0 ? 0 : Math.sqrt(error / norm),
  };
}
