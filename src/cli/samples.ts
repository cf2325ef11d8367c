// What a network makes of a sample: the label of the integer network and that of the float network.

import { evaluate } from '../network/evaluate.ts';
import type { IntegerNetwork } from '../network/network.ts';
import { evaluateFloat } from '../onnx/float-evaluate.ts';
import { argmax, type FloatNetwork } from '../onnx/float-network.ts';

/** The label that the integer network gives to a sample of stored integers. */
export function integerLabel(network: IntegerNetwork, sample: Int32Array): number {
  return argmax(evaluate(network, sample).at(-1) ?? []);
}

/** The label that the float network gives to the same sample, scaled as the integer network's input says. */
export function floatLabel(float: FloatNetwork, { input }: IntegerNetwork, sample: Int32Array): number {
  const real = Float64Array.from(sample, (stored) => stored * input.scale - input.mean);
  return argmax(evaluateFloat(float, real).at(-1) ?? []);
}

/** The label of each output of a batch. */
export function outputLabels(output: Int32Array, batch: number): number[] {
  const length = output.length / batch;
  return Array.from({ length: batch }, (_, i) => argmax(output.subarray(i * length, (i + 1) * length)));
}
