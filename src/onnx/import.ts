// The importer: turns an ONNX file and sample data into an integer network.

import { checkList, describe } from '../bytes.ts';
import { InputError } from '../errors.ts';
import { type InputSpec, type IntegerNetwork, sizeOf } from '../network/model/network.ts';
import { Calibrator, costOfSample } from './calibration.ts';
import type { FloatNetwork } from './float-network.ts';
import { type Lowered, type LoweringInput, lowerNetwork } from './lower.ts';
import { naming } from './names.ts';
import { readFloatNetwork } from './read.ts';
import type { ImportReport } from './report.ts';
import { advanceClamps } from './rewrite.ts';
import { ROW_COST, VALUE_COST } from './tables.ts';
import { integerWeights } from './weights.ts';

/**
 * Options of the conversion of a float network into an integer network.
 *
 * @example
 * ```ts
 * import type { QuantiseOptions } from 'ternary-gkr/onnx';
 *
 * const options: QuantiseOptions = { calibration: [new Float32Array(784)], inputScale: 1 / 255, inputRange: [0, 255] };
 * ```
 */
export interface QuantiseOptions {
  /** Samples of the network's input as stored integers, each as long as the input; a hundred or two suffice. */
  readonly calibration: readonly ArrayLike<number>[];
  /** The network takes real = stored · inputScale − inputMean; 1 and 0 if left out. */
  readonly inputScale?: number;
  readonly inputMean?: number;
  /** The range of stored values; left out, the first of [0, 255], [−128, 127] that contains the calibration samples. */
  readonly inputRange?: readonly [min: number, max: number];
  /**
   * Replace weights that are not α·{−1, 0, 1} by the nearest that are, one α per output; the report gives the loss.
   * Left out, they become 8-bit integers with a scale per output.
   */
  readonly ternarise?: boolean;
  /** Number of values of an activation; left out, the fewest of 256 … 32 that keep the outputs within 2.5 %. */
  readonly activationLevels?: number;
  /** Name of the network; the graph's if left out. */
  readonly name?: string;
  readonly onReport?: (report: ImportReport) => void;
  /** Called with the progress and the next step: on every calibration sample and every layer, and at the end. */
  readonly onProgress?: (step: QuantiseStep) => void;
}

/**
 * The progress of quantising, 0 … 1, which never falls, and the next step.
 *
 * @example
 * ```ts
 * import type { QuantiseStep } from 'ternary-gkr/onnx';
 *
 * const line = ({ fraction, label }: QuantiseStep): string => `${Math.round(100 * fraction)} % ${label}`;
 * ```
 */
export interface QuantiseStep {
  readonly fraction: number;
  readonly label: string;
}

/**
 * Options of an import: those of quantisation, and the name of the file for messages.
 *
 * @example
 * ```ts
 * import type { ImportOptions } from 'ternary-gkr/onnx';
 *
 * // inputs that the network will see, for the ranges of its activations
 * const options: ImportOptions = { calibration: [new Float32Array(784)], fileName: 'mlp-small.onnx' };
 * ```
 */
export interface ImportOptions extends QuantiseOptions {
  /** Name of the file, for messages only. */
  readonly fileName?: string;
}

/** The most calibration samples: more add time, not accuracy. They are taken evenly from those given. */
const MAX_CALIBRATION = 256;
/** The fewest calibration samples, even if each takes long. */
const MIN_CALIBRATION = 16;
/** The most multiplications of the float network for all samples, and the most values that its tensors may hold. */
const MAX_COST = 2e9;
const MAX_VALUES = 2e7;
/** Numbers of activation levels and tolerances to try; the finest first. */
const LEVELS = [256, 128, 64, 32];
const TOLERANCES = [0.01, 0.03, 0.1];
/** Outputs within 2.5 % of the float network's, in the root mean square, are accurate enough for a label. */
const MAX_OUTPUT_ERROR = 0.025;
/** Tables that cost less than this fraction of the cost of the values are small enough. */
const SMALL_TABLES = 0.25;
/** The fraction of progress for running the float network. */
const FLOAT_SHARE = 0.4;

/**
 * Reads an ONNX file of a perceptron or a convolutional network as an integer network: ternary weights are taken over
 * exactly, others as 8-bit integers, and activations are rounded as the calibration samples allow.
 *
 * @param bytes - the file, not compressed
 * @throws InputError that names the node, or the option, and says how to fix it; nothing else
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { importOnnx } from 'ternary-gkr/onnx';
 *
 * const model = readFileSync('examples/mlp-small.onnx');
 * const calibration = [new Float32Array(784), new Float32Array(784).fill(1)];
 * const network = importOnnx(model, { calibration });
 * console.log(network.layers.map(({ kind }) => kind).join(' ')); // linear affine requantise linear affine
 * ```
 */
export function importOnnx(bytes: Uint8Array, options: ImportOptions): IntegerNetwork {
  const { fileName } = options ?? {};
  const float = readFloatNetwork(bytes, fileName);
  return naming(fileName, () => quantiseNetwork(float, options));
}

/**
 * Returns a float network as an integer network.
 *
 * @throws InputError that names the layer, or the option, and says how to fix it
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { quantiseNetwork, readFloatNetwork } from 'ternary-gkr/onnx';
 *
 * const file = readFloatNetwork(readFileSync('examples/mlp-small.onnx'), 'mlp-small.onnx');
 * const network = quantiseNetwork(file, { calibration: [new Float32Array(784)] });
 * console.log(network.layers[0].kind); // linear
 * ```
 */
export function quantiseNetwork(file: FloatNetwork, options: QuantiseOptions): IntegerNetwork {
  const steps = quantiseSteps(file, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    options.onProgress?.(value);
  }
}

/**
 * Yields steps of some milliseconds, so that the caller can let other work run in between; returns the network.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { quantiseSteps, readFloatNetwork } from 'ternary-gkr/onnx';
 *
 * const file = readFloatNetwork(readFileSync('examples/mlp-small.onnx'), 'mlp-small.onnx');
 * const steps = quantiseSteps(file, { calibration: [new Float32Array(784)] });
 * // one step at a time, so that a page stays responsive
 * let step = steps.next();
 * while (!step.done) step = steps.next();
 * console.log(step.value.layers.length > 0); // true
 * ```
 */
export function* quantiseSteps(file: FloatNetwork, options: QuantiseOptions): Generator<QuantiseStep, IntegerNetwork> {
  if (!Array.isArray(options?.calibration)) {
    throw new InputError('no calibration samples: give { calibration: samples }, a list with a sample each');
  }
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
  const all = calibrationSamples(options.calibration, sizeOf(file.inputShape));
  const [min, max] = inputRange(options.inputRange, all);
  const input = { shape: file.inputShape, min, max, scale, mean };
  const start = yield* prepare(file, input, all, options);

  let chosen: Lowered | undefined;
  const attempts = (activationLevels === undefined ? LEVELS : [activationLevels]).flatMap((levels) =>
    TOLERANCES.map((tolerance) => ({ levels, tolerance })),
  );
  for (const [index, resolution] of attempts.entries()) {
    const share = (1 - FLOAT_SHARE) / attempts.length;
    const lowered = yield* lowerNetwork(start, resolution, FLOAT_SHARE + share * index, share);
    if (chosen === undefined || isBetter(lowered, chosen)) chosen = lowered;
    if (hasSmallTables(chosen)) break;
  }
  if (chosen === undefined) throw new Error('no attempt was made');
  yield { fraction: 1, label: 'the network is ready' };
  options.onReport?.(chosen.report);
  return chosen.network;
}

/** Computes the parts that do not depend on how finely activations are rounded. */
function* prepare(
  file: FloatNetwork,
  input: InputSpec,
  samples: readonly Int32Array[],
  { name = file.name, ternarise = false }: QuantiseOptions,
): Generator<QuantiseStep, LoweringInput> {
  const float = advanceClamps(file);
  const weights = float.layers.map((layer) =>
    'weights' in layer ? integerWeights(layer.weights, ternarise) : undefined,
  );
  if (weights.every((each) => each === undefined)) {
    throw new InputError('the network has no layer with weights; export one with linear layers');
  }
  const values = float.shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const affordable = Math.floor(Math.min(MAX_COST / costOfSample(float), MAX_VALUES / values));
  const count = Math.min(Math.max(affordable, MIN_CALIBRATION), samples.length);
  const chosen = Array.from({ length: count }, (_, i) => samples[Math.floor((i * samples.length) / count)]);
  const calibrator = new Calibrator(float, input, count);
  for (const [index, sample] of chosen.entries()) {
    yield { fraction: (FLOAT_SHARE * index) / count, label: 'running the float network' };
    calibrator.add(sample);
  }
  const norm = calibrator.outputs.flat().reduce((sum, output) => output.reduce((a, b) => a + b * b, sum), 0);
  if (!Number.isFinite(norm)) {
    throw new InputError(
      `with the input scale ${input.scale} and mean ${input.mean} the network's outputs are not finite; ` +
        'give those it was trained with',
    );
  }
  return { name, float, weights, input, calibration: calibrator };
}

/** Whether `a` is better: smaller tables if both have accurate outputs, else more accurate outputs. */
function isBetter(a: Lowered, b: Lowered): boolean {
  if (isAccurate(a) && isAccurate(b)) return a.tables.rows < b.tables.rows;
  return a.report.outputError < b.report.outputError;
}

const isAccurate = ({ report }: Lowered): boolean => report.outputError <= MAX_OUTPUT_ERROR;

/** Whether smaller tables are not worth another attempt: networks of images have many more values than rows. */
function hasSmallTables({ tables, requantised }: Lowered): boolean {
  return ROW_COST * tables.rows <= SMALL_TABLES * VALUE_COST * requantised;
}

function calibrationSamples(samples: readonly ArrayLike<number>[], length: number): Int32Array[] {
  if (samples.length === 0) throw new InputError('no calibration samples: give at least one, better a hundred');
  const count = Math.min(samples.length, MAX_CALIBRATION);
  return Array.from({ length: count }, (_, i) => {
    const index = Math.floor((i * samples.length) / count);
    const sample = samples[index]!;
    checkList(`calibration sample ${index}`, sample);
    if (sample.length !== length) {
      throw new InputError(`calibration sample ${index} has ${sample.length} values, but the network takes ${length}`);
    }
    return Int32Array.from(sample, (value, position) => {
      if (Number.isInteger(value) && value === (value | 0)) return value;
      throw new InputError(
        `calibration sample ${index} holds ${describe(value)} at position ${position}; stored values are integers, ` +
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
      `calibration values range over [${least}, ${most}]: give the range of stored values with the input range`,
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
