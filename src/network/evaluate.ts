// The forward pass over the integers: what a proof is about, and what gives the prover its tensors.

import { InputError } from '../errors.ts';
import { rulesOf } from './layers/registry.ts';
import type { IntegerNetwork } from './network.ts';

/** Number of values that the network takes. */
export function inputLength(network: IntegerNetwork): number {
  return network.input.shape.reduce((product, extent) => product * extent, 1);
}

/**
 * Runs the network on one input.
 *
 * @param input - stored integers, flattened, within the input's range
 * @returns one tensor a layer, the last one the output
 * @throws InputError for an input of the wrong length or outside the range, with the place
 */
export function evaluate(network: IntegerNetwork, input: ArrayLike<number>): Int32Array[] {
  checkInput(network, input);
  const tensors: Int32Array[] = [Int32Array.from(input)];
  for (const layer of network.layers) tensors.push(rulesOf(layer).evaluate(layer, tensors[layer.input]));
  return tensors.slice(1);
}

/** @throws InputError unless these are whole inputs, every value an integer within the network's range */
export function checkInput(network: IntegerNetwork, input: ArrayLike<number>): void {
  const { min, max } = network.input;
  const length = inputLength(network);
  if (input.length === 0 || input.length % length !== 0) {
    throw new InputError(
      `the input has ${input.length} values; network ${network.name} takes ${length} for each input`,
    );
  }
  for (let i = 0; i < input.length; i++) {
    if (!Number.isInteger(input[i]) || input[i] < min || input[i] > max) {
      throw new InputError(
        `input value ${i} is ${input[i]}; network ${network.name} takes integers from ${min} to ${max}`,
      );
    }
  }
}
