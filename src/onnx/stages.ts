// A float network cut into stages, each a ternary linear layer with the clamp and the renamings after it,
// with the values that the float network gives on the calibration samples: what the integer form of each
// stage is fitted to.

import { InputError } from '../errors.ts';
import type { InputSpec } from '../network/network.ts';
import {
  checkFinite,
  type FloatClamp,
  type FloatFlatten,
  type FloatLinear,
  type FloatNetwork,
  multiplyAdd,
} from './float-network.ts';
import { nodeError } from './names.ts';
import type { RealClamp } from './quantise.ts';
import { nearestTernary, recogniseTernary, type ScaledTernary } from './ternary.ts';

export interface Stage {
  readonly linear: FloatLinear;
  readonly ternary: ScaledTernary;
  /** What follows the linear layer; undefined only at the end of a network, where outputs stay as they are. */
  readonly clamp: RealClamp | undefined;
  /** Renamings that follow; they may as well come after the clamp. */
  readonly renamings: readonly FloatFlatten[];
  /** The float network's values after the clamp, by sample. */
  readonly targets: readonly Float64Array[];
}

export interface StagedNetwork {
  /** Renamings before the first linear layer. */
  readonly renamings: readonly FloatFlatten[];
  readonly stages: readonly Stage[];
}

/**
 * @param samples - real inputs of the network, for calibration
 * @param ternarise - whether to replace weights that are not ternary by the nearest that are
 * @throws InputError with the node's name
 */
export function stageNetwork(
  network: FloatNetwork,
  input: InputSpec,
  samples: readonly Float64Array[],
  ternarise: boolean,
): StagedNetwork {
  const { layers } = network;
  const stages: Stage[] = [];
  const before: FloatFlatten[] = [];
  let reals = samples;
  let at = 0;
  for (let layer = layers[at]; layer !== undefined && layer.kind !== 'linear'; layer = layers[++at]) {
    if (layer.kind === 'flatten') before.push(layer);
    else checkIdle(layer, input);
  }
  if (at === layers.length)
    throw new InputError('the network has no layer with weights; export one with linear layers');
  while (at < layers.length) {
    const linear = layers[at++] as FloatLinear;
    let clamp: RealClamp | undefined;
    const renamings: FloatFlatten[] = [];
    for (let layer = layers[at]; layer !== undefined && layer.kind !== 'linear'; layer = layers[++at]) {
      if (layer.kind === 'flatten') renamings.push(layer);
      else clamp = compose(clamp, layer);
    }
    if (at < layers.length) clamp ??= { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
    reals = reals.map((real) => {
      const output = checkFinite(linear, multiplyAdd(linear.weights, real, linear.bias));
      return clamp === undefined ? output : output.map((u) => Math.min(Math.max(u, clamp.min), clamp.max));
    });
    stages.push({ linear, ternary: ternaryWeights(linear, ternarise), clamp, renamings, targets: reals });
  }
  return { renamings: before, stages };
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
