// What a network makes of a sample: the label of the integer network and that of the float network. A label is the
// place of the largest value of the first output.

import { evaluate, tensorShapes } from '../network/evaluate.ts';
import { type IntegerNetwork, sizeOf } from '../network/network.ts';
import { evaluateFloat } from '../onnx/float-evaluate.ts';
import { argmax, type FloatNetwork } from '../onnx/float-network.ts';

/** The label that the integer network gives to a sample of stored integers. */
export function integerLabel(network: IntegerNetwork, sample: Int32Array): number {
  return argmax(evaluate(network, sample)[network.outputs[0].tensor - 1]);
}

/** The label that the float network gives to the same sample, scaled as the integer network's input says. */
export function floatLabel(float: FloatNetwork, { input }: IntegerNetwork, sample: Int32Array): number {
  const real = Float64Array.from(sample, (stored) => stored * input.scale - input.mean);
  return argmax(evaluateFloat(float, real)[float.outputs[0].tensor]);
}

/** How many values each output has for one sample. */
export function outputLengths(network: IntegerNetwork): number[] {
  const shapes = tensorShapes(network);
  return network.outputs.map(({ tensor }) => sizeOf(shapes[tensor]));
}

/** The label of each sample of a batch, from the public outputs. */
export function outputLabels(network: IntegerNetwork, output: Int32Array): number[] {
  const lengths = outputLengths(network);
  const each = lengths.reduce((sum, length) => sum + length, 0);
  return Array.from({ length: output.length / each }, (_, i) =>
    argmax(output.subarray(i * each, i * each + lengths[0])),
  );
}
