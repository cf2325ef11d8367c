// The forward pass over the integers: the function that a proof is about; its tensors are the prover's witness.

import { checkList, concatenate, describe, listsOf, type OneOrMany, typeOf } from '../../bytes.ts';
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
 *
 * @example
 * ```ts
 * import { type IntegerNetwork, tensorShapes } from 'ternary-gkr/network';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * console.log(tensorShapes(network)); // [ [ 2 ], [ 2 ] ]
 * ```
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
 *
 * @example
 * ```ts
 * import { type IntegerNetwork, tensorBounds } from 'ternary-gkr/network';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * // of the input, then of each layer
 * console.log(tensorBounds(network)[1]); // { min: -255, max: 255 }
 * ```
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
 *
 * @example
 * ```ts
 * import { evaluate, type IntegerNetwork } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * // every tensor, one for each layer
 * console.log(evaluate(network, [5, 3])); // [ Int32Array(2) [ 2, 3 ] ]
 * ```
 */
export function evaluate(network: IntegerNetwork, input: ArrayLike<number>): Int32Array[] {
  checkList('the input', input);
  const values = inputValues(network, input);
  const shapes = tensorShapes(network);
  const tensors: Int32Array[] = [values];
  for (const layer of network.layers) {
    tensors.push(valuesOf(layer).evaluate(layer, tensorsOf(layer, tensors), tensorsOf(layer, shapes)));
  }
  return tensors.slice(1);
}

/**
 * Returns the network's outputs one after the other, from the tensors of `evaluate`.
 *
 * @example
 * ```ts
 * import { evaluate, type IntegerNetwork } from 'ternary-gkr';
 * import { outputOf } from 'ternary-gkr/network';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * console.log(outputOf(network, evaluate(network, [5, 3]))); // Int32Array(2) [ 2, 3 ]
 * ```
 */
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

/**
 * The values of one input, or of a list of inputs one after the other.
 *
 * @throws InputError unless each is one whole input, every value an integer within the network's range
 */
export function inputValues(network: IntegerNetwork, input: OneOrMany): Int32Array {
  const inputs = listsOf('the input', input);
  const isOne = inputs.length === 1;
  const values = new Int32Array(inputs.length * inputLength(network));
  inputs.forEach((each, k) => {
    checkInput(network, each, isOne ? undefined : k);
    values.set(each, k * each.length);
  });
  return values;
}

/** Views of whole inputs that stand one after the other, as in public signals. */
export function splitInputs(values: Int32Array, length: number): Int32Array[] {
  return Array.from({ length: values.length / length }, (_, k) => values.subarray(k * length, (k + 1) * length));
}

function checkInput(network: IntegerNetwork, input: ArrayLike<number>, index?: number): void {
  const { min, max, shape } = network.input;
  const length = inputLength(network);
  const which = index === undefined ? '' : ` ${index}`;
  if (input.length !== length) {
    const ratio = input.length / length;
    const isSeveral = index === undefined && Number.isInteger(ratio) && ratio > 1;
    throw new InputError(
      `the input${which} has ${input.length} values; network ${network.name} takes ${length} for each input ` +
        `(shape [${shape.join(', ')}])${isSeveral ? `; ${adviceOnSeveral(input, ratio)}` : ''}`,
    );
  }
  for (let i = 0; i < length; i++) {
    if (!Number.isInteger(input[i]) || input[i] < min || input[i] > max) {
      throw new InputError(
        `input${which} value ${i} is ${describe(input[i])}; network ${network.name} takes integers from ${min} to ${max}`,
      );
    }
  }
}

/** Returns the advice for an input that is several times too long. */
function adviceOnSeveral(input: ArrayLike<number>, ratio: number): string {
  const several = `to prove ${ratio} inputs with one proof, pass prove a list of them: [first, second, …]`;
  // ImageData of a canvas
  return ratio === 4 && typeOf(input) === 'Uint8ClampedArray'
    ? `a canvas gives red, green, blue and alpha of each pixel, so take one of the four, or their mean; ${several}`
    : several;
}
