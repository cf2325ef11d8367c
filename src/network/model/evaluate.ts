// The forward pass over the integers: the function that a proof is about; its tensors are the prover's witness.

import { checkList, concatenate, describe } from '../../bytes.ts';
import { InputError } from '../../errors.ts';
import { hull, type Interval } from './interval.ts';
import { rulesOf } from './layers/registry.ts';
import { valuesOf } from './layers/values.ts';
import { type IntegerNetwork, inputsOf, type Layer, type Shape, sizeOf } from './network.ts';

/** Returns the number of input values of the network. */
export function inputLength(network: IntegerNetwork): number {
  return sizeOf(network.input.shape);
}

/**
 * Returns the shape of every tensor: the input's first, then each layer's.
 *
 * @throws InputError that names the layer that does not fit what it reads, or is malformed
 */
export function tensorShapes(network: IntegerNetwork): Shape[] {
  const shapes: Shape[] = [network.input.shape];
  for (const layer of network.layers) shapes.push(rulesOf(layer).outputShape(layer, tensorsOf(layer, shapes)));
  return shapes;
}

/**
 * Returns bounds of every tensor over all inputs within the network's range: the input's first, then each layer's.
 *
 * @param shapes - the result of `tensorShapes`, if the caller has it already
 */
export function tensorBounds(network: IntegerNetwork, shapes: readonly Shape[] = tensorShapes(network)): Interval[] {
  const bounds: Interval[] = [hull([network.input.min, network.input.max])];
  for (const layer of network.layers) {
    bounds.push(valuesOf(layer).bound(layer, tensorsOf(layer, bounds), tensorsOf(layer, shapes)));
  }
  return bounds;
}

/**
 * Runs the network on one input.
 *
 * @param input - stored integers, flattened, within the input's range
 * @returns one tensor per layer, row-major; exact where every value lies within 32 bits, as `compile` makes sure
 * @throws InputError for an input of the wrong length or outside the range, with the index, and for layers that do
 * not fit each other
 */
export function evaluate(network: IntegerNetwork, input: ArrayLike<number>): Int32Array[] {
  checkInput(network, input);
  if (input.length !== inputLength(network)) {
    throw new InputError(`the input has ${input.length} values; give one input of ${inputLength(network)} at a time`);
  }
  const shapes = tensorShapes(network);
  const tensors: Int32Array[] = [Int32Array.from(input)];
  for (const layer of network.layers) {
    tensors.push(valuesOf(layer).evaluate(layer, tensorsOf(layer, tensors), tensorsOf(layer, shapes)));
  }
  return tensors.slice(1);
}

/** Returns the network's outputs one after the other, from the tensors of `evaluate`. */
export function outputOf({ outputs }: IntegerNetwork, tensors: readonly Int32Array[]): Int32Array {
  return concatenate(
    Int32Array,
    outputs.map(({ tensor }) => tensors[tensor - 1]),
  );
}

/** Returns the entries of the tensors that a layer reads, from a list with an entry for each tensor so far. */
function tensorsOf<T>(layer: Layer, tensors: readonly T[]): T[] {
  return inputsOf(layer).map((tensor) => {
    if (Number.isInteger(tensor) && tensor >= 0 && tensor < tensors.length) return tensors[tensor];
    throw new InputError(`layer ${layer.name}: it reads tensor ${tensor}, which no earlier layer produces`);
  });
}

/** @throws InputError unless these are whole inputs, every value an integer within the network's range */
export function checkInput(network: IntegerNetwork, input: ArrayLike<number>): void {
  checkList('the input', input);
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
        `input value ${i} is ${describe(input[i])}; network ${network.name} takes integers from ${min} to ${max}`,
      );
    }
  }
}
