// The importer: an ONNX file and sample data in, an integer network out.

import { InputError } from '../errors.ts';
import type { IntegerNetwork } from '../network/network.ts';
import { sizeOf } from './float-network.ts';
import { lowerNetwork } from './lower.ts';
import { readFloatNetwork } from './read.ts';
import type { ImportReport } from './report.ts';

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
  /** How many values an activation may take; 256, eight bits, if left out. */
  readonly activationLevels?: number;
  /** Name of the network; the graph's if left out. */
  readonly name?: string;
  readonly onReport?: (report: ImportReport) => void;
}

/** More samples than this add time, not accuracy; they are taken evenly from those given. */
const MAX_CALIBRATION = 256;

/**
 * Reads an ONNX file of a multilayer perceptron with ternary weights as an integer network.
 *
 * @param bytes - the file, not compressed
 * @throws InputError that names the node, or the option, and says how to mend it; nothing else
 */
export function importOnnx(bytes: Uint8Array, options: ImportOptions): IntegerNetwork {
  const { inputScale: scale = 1, inputMean: mean = 0, activationLevels = 256 } = options;
  if (!(Number.isFinite(scale) && scale > 0))
    throw new InputError(`the input scale is ${scale}; it must be positive, such as 1/255`);
  if (!Number.isFinite(mean)) throw new InputError(`the input mean is ${mean}; it must be a number, such as 0`);
  if (!Number.isInteger(activationLevels) || activationLevels < 4 || activationLevels > 4096) {
    throw new InputError(`${activationLevels} activation levels; from 4 to 4096 are supported, 256 is usual`);
  }
  const float = readFloatNetwork(bytes);
  const calibration = calibrationSamples(options.calibration, sizeOf(float.inputShape));
  const [min, max] = inputRange(options.inputRange, calibration);
  const { network, report } = lowerNetwork(float, {
    input: { shape: float.inputShape, min, max, scale, mean },
    calibration,
    ternarise: options.ternarise ?? false,
    activationLevels,
  });
  options.onReport?.(report);
  return options.name === undefined ? network : { ...network, name: options.name };
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
      `calibration values range over [${least}, ${most}]: say what stored values lie in with inputRange`,
    );
  }
  const [min, max] = given;
  if (!Number.isInteger(min) || !Number.isInteger(max) || min > 0 || max < 0 || min === max || max - min >= 2 ** 24) {
    throw new InputError(`the input range [${min}, ${max}] must be integers around 0, less than 2^24 apart`);
  }
  if (least < min || most > max) {
    throw new InputError(
      `calibration values range over [${least}, ${most}], outside of the input range [${min}, ${max}]`,
    );
  }
  return [min, max];
}
