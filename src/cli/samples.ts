// Labels of a sample by the integer network and by the float network. A label is the
// index of the largest value of the first output.

import { InputError } from '../errors.ts';
import { evaluate } from '../network/model/evaluate.ts';
import { type IntegerNetwork, sizeOf } from '../network/model/network.ts';
import type { Plan } from '../network/statement/plan.ts';
import { publicOutputs } from '../network/statement/statement.ts';
import { evaluateFloat } from '../onnx/float-evaluate.ts';
import { argmax, type FloatNetwork } from '../onnx/float-network.ts';

/** @throws InputError for a value outside of the range that the network takes, naming file and sample */
export function checkRange(
  path: string,
  { input, name }: IntegerNetwork,
  samples: readonly Int32Array[],
  indices: readonly number[],
): void {
  const { min, max } = input;
  for (const index of indices) {
    const place = samples[index].findIndex((value) => value < min || value > max);
    if (place < 0) continue;
    throw new InputError(
      `${path}: sample ${index}: value ${place} is ${samples[index][place]}; network ${name} takes integers from ${min} to ` +
        `${max}; give data in this range, or import the network with another --range`,
    );
  }
}

/** Returns the label that the integer network gives to a sample of stored integers. */
export function integerLabel(network: IntegerNetwork, sample: Int32Array): number {
  return argmax(evaluate(network, sample)[network.outputs[0].tensor - 1]);
}

/** Returns the label that the float network gives to the same sample, scaled as the integer network's input says. */
export function floatLabel(float: FloatNetwork, { input }: IntegerNetwork, sample: Int32Array): number {
  const real = Float64Array.from(sample, (stored) => stored * input.scale - input.mean);
  return argmax(evaluateFloat(float, real)[float.outputs[0].tensor]);
}

/** Returns the label of each sample of a batch, from the public outputs; none if the first output is committed. */
export function outputLabels(plan: Plan, output: Int32Array): number[] {
  const { outputs, length } = publicOutputs(plan);
  const [first] = plan.graph.outputs;
  const shown = outputs.find(({ place }) => place === first);
  if (shown === undefined) return [];
  const { start } = shown;
  const own = sizeOf(plan.graph.tensors[first].shape);
  return Array.from({ length: plan.batch }, (_, i) =>
    argmax(output.subarray(i * length + start, i * length + start + own)),
  );
}

/** Returns the lines about the outputs that a proof shows. */
export function outputLines(batch: number, output: readonly number[], labels: readonly number[]): string[] {
  const lines = batch === 1 ? [] : [`batch     ${batch} samples`];
  if (batch === 1 && output.length > 0) lines.push(`output    [${output.join(', ')}]`);
  if (labels.length > 0) lines.push(`largest   ${labels.join(', ')}`);
  return lines;
}
