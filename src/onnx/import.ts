// The importer: an ONNX file and sample data in, an integer network out.

import { InputError } from '../errors.ts';
import type { IntegerNetwork } from '../network/network.ts';
import { sizeOf } from './float-network.ts';
import { type Lowered, lowerNetwork } from './lower.ts';
import { naming } from './names.ts';
import { paddedRows, remainderRows } from './quantise.ts';
import { readFloatNetwork } from './read.ts';
import type { ImportReport } from './report.ts';
import { stageNetwork } from './stages.ts';

export interface ImportOptions {
  /** Samples of the network's input as stored integers, each as long as the input; a hundred or two suffice. */
  readonly calibration: readonly ArrayLike<number>[];
  /** The network takes real = stored · inputScale − inputMean; 1 and 0 if left out. */
  readonly inputScale?: number;
  readonly inputMean?: number;
  /** What stored values lie in; left out, the first of [0, 255], [−128, 127] that holds the calibration samples. */
  readonly inputRange?: readonly [min: number, max: number];
  /** Replace weights that are not α·{−1, 0, 1} by the nearest that are, one α per output; the report says the loss. */
  readonly ternarise?: boolean;
  /** How many values an activation may take; left out, the fewest of 256 … 32 that keep the outputs within 2.5 %. */
  readonly activationLevels?: number;
  /** Name of the file, for messages only. */
  readonly fileName?: string;
  /** Name of the network; the graph's if left out. */
  readonly name?: string;
  readonly onReport?: (report: ImportReport) => void;
}

/** More samples than this add time, not accuracy; they are taken evenly from those given. */
const MAX_CALIBRATION = 256;
/** Numbers of activation levels and tolerances to try; the finest first. */
const LEVELS = [256, 128, 64, 32];
const TOLERANCES = [0.01, 0.03, 0.1];
/** Outputs within 2.5 % of the float network's, in the root mean square, are as good as exact for a label. */
const MAX_OUTPUT_ERROR = 0.025;

/**
 * Reads an ONNX file of a multilayer perceptron with ternary weights as an integer network.
 *
 * @param bytes - the file, not compressed
 * @throws InputError that names the node, or the option, and says how to mend it; nothing else
 */
export function importOnnx(bytes: Uint8Array, options: ImportOptions): IntegerNetwork {
  const { inputScale: scale = 1, inputMean: mean = 0, activationLevels } = options;
  if (!(Number.isFinite(scale) && scale > 0))
    throw new InputError(`the input scale is ${scale}; it must be positive, such as 1/255`);
  if (!Number.isFinite(mean)) throw new InputError(`the input mean is ${mean}; it must be a number, such as 0`);
  if (
    activationLevels !== undefined &&
    !(Number.isInteger(activationLevels) && activationLevels >= 4 && activationLevels <= 4096)
  ) {
    throw new InputError(`${activationLevels} activation levels; from 4 to 4096 are supported, 256 is usual`);
  }
  const { fileName } = options;
  const float = readFloatNetwork(bytes, fileName);
  const calibration = calibrationSamples(options.calibration, sizeOf(float.inputShape));
  const [min, max] = inputRange(options.inputRange, calibration);
  const input = { shape: float.inputShape, min, max, scale, mean };
  const reals = calibration.map((sample) => Float64Array.from(sample, (stored) => stored * scale - mean));
  const staged = naming(fileName, () => stageNetwork(float, input, reals, options.ternarise ?? false));

  let chosen: Lowered | undefined;
  for (const levels of activationLevels === undefined ? LEVELS : [activationLevels]) {
    for (const tolerance of TOLERANCES) {
      const lowered = naming(fileName, () =>
        lowerNetwork(options.name ?? float.name, staged, input, calibration, { levels, tolerance }),
      );
      if (chosen === undefined || isBetter(lowered.report, chosen.report)) chosen = lowered;
    }
  }
  if (Number.isNaN(chosen!.report.outputError)) {
    throw new InputError(
      `with the input scale ${scale} and mean ${mean} the network's outputs are not finite; give those it was trained with`,
    );
  }
  options.onReport?.(chosen!.report);
  return chosen!.network;
}

/** The smaller tables among those with accurate outputs; else the more accurate outputs. */
function isBetter(a: ImportReport, b: ImportReport): boolean {
  const close = (report: ImportReport): boolean => report.outputError <= MAX_OUTPUT_ERROR;
  if (close(a) && close(b)) return tableSize(a) < tableSize(b);
  return a.outputError < b.outputError;
}

/** Rows of all lookup tables as padded; layers with one clamp share a table, layers with one shift another. */
function tableSize({ layers }: ImportReport): number {
  const quotients = new Map<string, { min: number; max: number }>();
  const shifts = new Set<number>();
  for (const { activation } of layers) {
    if (activation === undefined) continue;
    const { kind, min, max, shift, quotients: own } = activation;
    const known = quotients.get(`${kind} ${min} ${max}`) ?? own;
    quotients.set(`${kind} ${min} ${max}`, { min: Math.min(own.min, known.min), max: Math.max(own.max, known.max) });
    shifts.add(shift);
  }
  const activations = [...quotients.values()].reduce((sum, range) => sum + paddedRows(range), 0);
  return [...shifts].reduce((sum, shift) => sum + remainderRows(shift), activations);
}

function calibrationSamples(samples: readonly ArrayLike<number>[], length: number): Int32Array[] {
  if (samples.length === 0) throw new InputError('no calibration samples: give at least one, better a hundred');
  const count = Math.min(samples.length, MAX_CALIBRATION);
  return Array.from({ length: count }, (_, i) => {
    const index = Math.floor((i * samples.length) / count);
    const sample = samples[index]!;
    if (sample.length !== length) {
      throw new InputError(`calibration sample ${index} has ${sample.length} values, but the network takes ${length}`);
    }
    return Int32Array.from(sample, (value, position) => {
      if (value === (value | 0)) return value;
      throw new InputError(
        `calibration sample ${index} holds ${value} at position ${position}; stored values are integers, ` +
          'give their scale as inputScale',
      );
    });
  });
}

function inputRange(
  given: readonly [number, number] | undefined,
  samples: readonly Int32Array[],
): readonly [number, number] {
  const least = samples.reduce((bound, sample) => sample.reduce((a, b) => Math.min(a, b), bound), 0);
  const most = samples.reduce((bound, sample) => sample.reduce((a, b) => Math.max(a, b), bound), 0);
  if (given === undefined) {
    if (least >= 0 && most <= 255) return [0, 255];
    if (least >= -128 && most <= 127) return [-128, 127];
    throw new InputError(
      `calibration values range over [${least}, ${most}]: say what stored values lie in with the input range`,
    );
  }
  const [min, max] = given;
  if (!Number.isInteger(min) || !Number.isInteger(max) || min > 0 || max < 0 || min === max || max - min >= 2 ** 24) {
    throw new InputError(
      `the input range [${min}, ${max}] must be integers around 0, less than 2^24 apart; such as 0 to 255`,
    );
  }
  if (least < min || most > max) {
    throw new InputError(
      `calibration values range over [${least}, ${most}], outside of the input range [${min}, ${max}]; ` +
        'widen the range or give other samples',
    );
  }
  return [min, max];
}
