// Decides whether the statement of a lying prover of a network is true all the same: then it may be believed.

import { makeWitness, type Witness } from '../../network/proof/witness.ts';
import type { Plan } from '../../network/statement/plan.ts';
import { hasCommittedInput } from '../../network/statement/statement.ts';
import { paddedPlaces, padTensors } from '../../poly/cube.ts';

/** Returns the inputs on a cube, if they are within the range and all else is zero. */
export function inputsOn({ graph, batch, network }: Plan, cube: Int32Array): Int32Array | undefined {
  const [{ shape, variables }] = graph.tensors;
  const places = paddedPlaces(shape);
  const input = Int32Array.from({ length: batch * places.length }, (_, k) => {
    return cube[Math.floor(k / places.length) * 2 ** variables + places[k % places.length]];
  });
  const { min, max } = network.input;
  const isInput = input.every((value) => value >= min && value <= max);
  return isInput && padTensors(shape, batch, input).every((value, k) => value === cube[k]) ? input : undefined;
}

/** Returns the public part of a witness: the outputs, and the committed tensors. */
export function shown({ committed }: Plan, { publicSignals, tensors }: Witness): Int32Array[] {
  return [publicSignals.output, ...committed.map(({ place }) => tensors[place])];
}

/**
 * Whether the public part of a witness is the network's result on the public input, or on the committed one.
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 * import { isTrueOf, witnessWith } from 'ternary-gkr/testing';
 *
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights: ternaryFromDense([1, -1, 0, 1], 2, 2) }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const plan = compile(network).provingKey.plan(1);
 * // one more in the first output, and every later tensor fits the lie
 * const told = witnessWith(plan, Int32Array.of(5, 3), (tensor, cube) => {
 *   if (tensor === 1) cube[0] += 1;
 * });
 * console.log(isTrueOf(plan, told, Int32Array.of(5, 3))); // false
 * ```
 */
export function isTrueOf(plan: Plan, witness: Witness, publicInput: Int32Array): boolean {
  const input = hasCommittedInput(plan) ? inputsOn(plan, witness.tensors[0]) : publicInput;
  if (input === undefined) return false;
  const truth = shown(plan, makeWitness(plan, input));
  return shown(plan, witness).every((values, k) => values.every((value, at) => value === truth[k][at]));
}
