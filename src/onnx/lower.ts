// From stages to an integer network. Calibration samples run through the integer layers as they are made:
// each is fitted to the float activations but sees the integers that it will really get, so that a choice
// makes up for the rounding before it where it can.

import type { InputSpec, IntegerNetwork, Layer } from '../network/network.ts';
import { countSigns, multiply } from '../sparse/ternary-matrix.ts';
import { argmax } from './float-network.ts';
import { nodeError } from './names.ts';
import {
  applyActivation,
  applyAffine,
  type IntegerActivation,
  type IntegerLayer,
  type LayerAccumulators,
  quantiseActivation,
  quantiseOutput,
  type Resolution,
} from './quantise.ts';
import { describeFlatten, describeLinear, type ImportReport, type LayerReport } from './report.ts';
import type { Stage, StagedNetwork } from './stages.ts';

export interface Lowered {
  readonly network: IntegerNetwork;
  readonly report: ImportReport;
}

/** A tensor of the integer network: what its integers mean, what they range over, and their values by sample. */
interface IntegerTensor {
  readonly scale: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly samples: readonly Int32Array[];
}

/**
 * @param calibration - stored inputs, all within the input's range; the same samples as the stages' targets
 * @throws InputError with the name of a node whose values do not fit the integers
 */
export function lowerNetwork(
  name: string,
  { renamings, stages }: StagedNetwork,
  input: InputSpec,
  calibration: readonly Int32Array[],
  resolution: Resolution,
): Lowered {
  const layers: Layer[] = [];
  const reports: LayerReport[] = [];
  const rename = (names: StagedNetwork['renamings']): void => {
    for (const renaming of names) {
      layers.push({ kind: 'flatten', name: renaming.name, input: layers.length });
      reports.push(describeFlatten(renaming));
    }
  };
  rename(renamings);
  let tensor: IntegerTensor = { ...input, samples: calibration };
  for (const stage of stages) {
    const { linear, ternary } = stage;
    const accumulators = accumulate(stage, tensor);
    const made = quantiseStage(stage, accumulators, resolution);
    if (made === undefined) {
      throw nodeError(
        linear,
        'its values do not fit the integer range: its biases or scales differ by too many orders of magnitude',
      );
    }
    const { multipliers, biases } = made;
    layers.push({ kind: 'linear', name: linear.name, input: layers.length, weights: ternary.matrix });
    layers.push({ kind: 'affine', name: linear.name, input: layers.length, multipliers, biases });
    if ('shift' in made) {
      const { shift, activation, min, max, scale } = made;
      layers.push({ kind: 'requantise', name: linear.name, input: layers.length, shift, activation, min, max });
      tensor = { scale, mean: 0, min, max, samples: accumulators.samples.map((a) => applyActivation(made, a)) };
    } else {
      const samples = accumulators.samples.map((a) => applyAffine(made, a));
      tensor = { scale: made.scale, mean: 0, min: -made.worst, max: made.worst, samples };
    }
    reports.push(describeLinear(linear, ternary, made));
    rename(stage.renamings);
  }
  return {
    network: { name, input, layers, outputScale: tensor.scale },
    report: { layers: reports, ...resolution, ...compare(tensor, stages.at(-1)!.targets) },
  };
}

function quantiseStage(
  { clamp, targets }: Stage,
  accumulators: LayerAccumulators,
  resolution: Resolution,
): IntegerActivation | IntegerLayer | undefined {
  if (clamp === undefined) return quantiseOutput(accumulators);
  return quantiseActivation(accumulators, clamp, targets, resolution);
}

/** a = W·x on the samples, its worst case, and the bias with the input's mean in it. */
function accumulate({ linear, ternary }: Stage, { scale, mean, min, max, samples }: IntegerTensor): LayerAccumulators {
  const { matrix, scales, layerScale } = ternary;
  const { plus, minus } = countSigns(matrix);
  if (matrix.columnCount * Math.max(-min, max) >= 2 ** 31) {
    throw nodeError(
      linear,
      `sums of ${matrix.columnCount} values up to ${Math.max(-min, max)} overflow; use a smaller input range`,
    );
  }
  const least = Float64Array.from(plus, (count, row) => count * min - minus[row]! * max);
  const most = Float64Array.from(plus, (count, row) => count * max - minus[row]! * min);
  return {
    steps: scales.map((alpha) => (layerScale ?? alpha) * scale),
    layerStep: layerScale === undefined ? undefined : layerScale * scale,
    biases: linear.bias.map((bias, row) => bias - scales[row]! * mean * (plus[row]! - minus[row]!)),
    least,
    most,
    samples: samples.map((sample) => multiply(matrix, sample)),
  };
}

function compare(
  { scale, samples }: IntegerTensor,
  targets: readonly Float64Array[],
): Pick<ImportReport, 'samples' | 'agreement' | 'outputError'> {
  let agreed = 0;
  let error = 0;
  let norm = 0;
  for (const [index, target] of targets.entries()) {
    const integers = samples[index]!;
    if (argmax(integers) === argmax(target)) agreed++;
    target.forEach((value, i) => {
      error += (integers[i]! * scale - value) ** 2;
      norm += value ** 2;
    });
  }
  const outputError = norm === 0 ? 0 : Math.sqrt(error / norm);
  return { samples: targets.length, agreement: agreed / targets.length, outputError };
}
