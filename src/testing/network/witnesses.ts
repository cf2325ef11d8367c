// Witnesses of provers that lie in some tensor and continue from the lie as an honest prover would.

import type { Field } from '../../field/field.ts';
import { countMultiplicities } from '../../lookup/prove.ts';
import { quotient } from '../../network/model/requantisation.ts';
import { lookedUpColumns, makeWitness, type Witness } from '../../network/proof/witness.ts';
import type { RequantiseNode } from '../../network/relations/nodes.ts';
import { limbValues } from '../../network/relations/requantise/tables.ts';
import type { Plan } from '../../network/statement/plan.ts';
import { publicOutputs } from '../../network/statement/statement.ts';
import { paddedPlaces, padTensors } from '../../poly/cube.ts';
import type { ProverChannel } from '../../transcript/channel.ts';
import { runCubes } from './cubes.ts';

/**
 * The witness of a network that is run on whole cubes, with changes to each as it is made: every later tensor, quotient
 * and multiplicity fits the lie.
 *
 * @param input - from which the honest witness is made
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 * import { witnessWith } from 'ternary-gkr/testing';
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
 * // the truth is 2, 3
 * console.log(told.publicSignals.output); // Int32Array(2) [ 3, 3 ]
 * ```
 */
export function witnessWith(
  plan: Plan,
  input: Int32Array,
  change: (tensor: number, cube: Int32Array) => void,
): Witness & { readonly columns: Int32Array[] } {
  const { publicSignals, tensors, columns } = makeWitness(plan, input);
  const { graph, batch } = plan;
  const cubes = runCubes(plan, padTensors(graph.tensors[0].shape, batch, input), change);
  const lied: Int32Array[] = cubes.map((cube, index) => (tensors[index].length === 0 ? tensors[index] : cube));
  const changed: Int32Array[] = columns.map((column) => column.slice());
  for (const { node: index, limbs, quotient: place, limbColumns, output } of plan.lookups?.requantised ?? []) {
    const node = graph.nodes[index] as RequantiseNode;
    changed[output] = lied[index + 1];
    if (place === undefined) continue;
    const quotients = lied[node.input].map((z) => quotient(node, z));
    const remainders = lied[node.input].map((z, k) => z - quotients[k] * 2 ** node.shift);
    changed[place] = quotients;
    for (const [j, limb] of limbs.entries()) changed[limbColumns[j]] = limbValues(limb, remainders);
  }
  if (plan.lookups !== undefined) {
    try {
      const counts = countMultiplicities(
        plan.lookups.shape,
        lookedUpColumns(plan, plan.lookups, { tensors: lied, columns: changed }),
      );
      for (const [table, column] of plan.lookups.multiplicities.entries()) changed[column] = counts[table];
    } catch {
      // no multiplicities fit the lie: the honest ones stay
    }
  }
  const claimed = publicSignals.output.slice();
  const { outputs, length } = publicOutputs(plan);
  for (const { place: output, start } of outputs) {
    const { shape, variables } = graph.tensors[output];
    for (const [i, place] of paddedPlaces(shape).entries()) {
      for (let b = 0; b < batch; b++) claimed[b * length + start + i] = cubes[output][b * 2 ** variables + place];
    }
  }
  return { publicSignals: { input: publicSignals.input, output: claimed }, tensors: lied, columns: changed };
}

/** Makes the two sums of fractions equal by a false numerator of the looked-up rows. */
export function withEqualRoots<E>(field: Field<E>): (channel: ProverChannel<E>) => ProverChannel<E> {
  return (channel) => ({
    ...channel,
    send(label, values) {
      if (label !== 'roots') {
        channel.send(label, values);
        return;
      }
      const [, rows, numerator, tables] = values;
      channel.send(label, [field.mul(numerator, field.mul(rows, field.inv(tables))), rows, numerator, tables]);
    },
  });
}
