// What the prover knows and the verifier does not: every tensor of the batch on its cube, and the committed
// columns (quotients, limbs of remainders, outputs, multiplicities).

import { UsageError } from '../errors.ts';
import { countMultiplicities, type LookupColumns } from '../lookup/prove.ts';
import { evaluate } from './evaluate.ts';
import { quotient } from './layers/requantise/rules.ts';
import { limbValues } from './layers/requantise/tables.ts';
import type { RequantiseLayer } from './network.ts';
import type { LookupPlan, Plan } from './plan.ts';
import { type PublicSignals, padBatch } from './statement.ts';

/** Integers of one proof; tensors and columns are padded to their cubes. */
export interface Witness {
  readonly publicSignals: PublicSignals;
  /** Tensor 0 is the input. */
  readonly tensors: readonly Int32Array[];
  /** In the order of the plan's columns; empty if nothing is requantised. */
  readonly columns: readonly Int32Array[];
}

/** Runs the network on every input of the batch and lays out the columns. */
export function makeWitness(plan: Plan, input: Int32Array): Witness {
  const { network, batch } = plan;
  const length = plan.tensors[0].length;
  const runs = Array.from({ length: batch }, (_, b) => evaluate(network, input.subarray(b * length, (b + 1) * length)));
  const tensor = (index: number): Int32Array => {
    const { length: each } = plan.tensors[index];
    const all = new Int32Array(batch * each);
    runs.forEach((run, b) => {
      all.set(run[index - 1], b * each);
    });
    return all;
  };
  const tensors = plan.tensors.map((_, index) => padBatch(plan, index, index === 0 ? input : tensor(index)));
  const publicSignals = { input: Int32Array.from(input), output: tensor(plan.tensors.length - 1) };
  const columns = plan.lookups === undefined ? [] : makeColumns(plan, plan.lookups, tensors);
  return { publicSignals, tensors, columns };
}

function makeColumns(plan: Plan, lookups: LookupPlan, tensors: readonly Int32Array[]): Int32Array[] {
  const columns = new Array<Int32Array>(lookups.columns.length);
  for (const { layer: index, limbs, quotient: quotientColumn, limbColumns, output } of lookups.requantised) {
    const layer = plan.network.layers[index] as RequantiseLayer;
    const input = tensors[layer.input];
    const quotients = input.map((z) => quotient(layer, z));
    const remainders = input.map((z, k) => z - quotients[k] * 2 ** layer.shift);
    columns[quotientColumn] = quotients;
    limbs.forEach((limb, j) => {
      columns[limbColumns[j]] = limbValues(limb, remainders);
    });
    if (output !== undefined) columns[output] = tensors[index + 1];
  }
  const counts = countMultiplicities(lookups.shape, lookedUpColumns(plan, lookups, { tensors, columns }));
  lookups.multiplicities.forEach((column, table) => {
    columns[column] = counts[table];
  });
  return columns;
}

/** The rows of each lookup, from columns and tensors. */
export function lookedUpColumns(
  plan: Plan,
  lookups: LookupPlan,
  { tensors, columns }: Pick<Witness, 'tensors' | 'columns'>,
): LookupColumns[] {
  const rows = new Array<LookupColumns>(lookups.shape.lookups.length);
  for (const { layer, quotient: quotientColumn, limbColumns, output, lookups: places } of lookups.requantised) {
    const [activation, ...limbs] = places;
    rows[activation] = {
      values: columns[quotientColumn],
      outputs: output === undefined ? tensors[layer + 1] : columns[output],
    };
    limbs.forEach((place, j) => {
      rows[place] = { values: columns[limbColumns[j]] };
    });
  }
  if (rows.length !== plan.lookups?.shape.lookups.length) throw new UsageError('the witness is of another plan');
  return rows;
}

/** All columns in one vector, as the plan packs them. */
export function packColumns(lookups: LookupPlan, columns: readonly Int32Array[]): Int32Array {
  const packed = new Int32Array(2 ** lookups.packing.variables);
  lookups.packing.blocks.forEach(({ start }, column) => {
    packed.set(columns[column], start);
  });
  return packed;
}
