// The prover's witness: every tensor of the batch on its cube, and the committed
// columns (quotients, limbs of remainders, outputs, multiplicities).

import { UsageError } from '../../errors.ts';
import { countMultiplicities, type LookupColumns } from '../../lookup/prove.ts';
import { padTensors } from '../../poly/cube.ts';
import { sizeOf } from '../model/network.ts';
import type { RequantiseNode } from '../relations/nodes.ts';
import { limbValues } from '../relations/requantise/tables.ts';
import { evaluateNode } from '../run/evaluate-relations.ts';
import type { LookupPlan, Plan } from '../statement/plan.ts';
import type { PublicSignals } from '../statement/signals.ts';
import { hasPublicInput, publicOutputs } from '../statement/statement.ts';

/** Integers of one proof; tensors and columns are padded to their cubes. */
export interface Witness {
  readonly publicSignals: PublicSignals;
  /** Tensor 0 is the input; empty for windows that are never materialised. */
  readonly tensors: readonly Int32Array[];
  /** In the order of the plan's columns; empty if nothing is requantised. */
  readonly columns: readonly Int32Array[];
}

/** Runs the network on every input of the batch and lays out the columns. */
export function makeWitness(plan: Plan, input: Int32Array): Witness {
  const { batch, graph } = plan;
  const length = sizeOf(graph.tensors[0].shape);
  const runs = Array.from({ length: batch }, (_, b) => runGraph(plan, input.slice(b * length, (b + 1) * length)));
  const tensors = graph.tensors.map(({ shape }, tensor) => {
    const each = sizeOf(shape);
    if (runs[0][tensor] === undefined) return new Int32Array(0);
    const all = new Int32Array(batch * each);
    runs.forEach((run, b) => {
      all.set(run[tensor] ?? [], b * each);
    });
    return padTensors(shape, batch, all);
  });
  const { outputs, length: outputLength } = publicOutputs(plan);
  const output = new Int32Array(batch * outputLength);
  runs.forEach((run, b) => {
    for (const { place, start } of outputs) output.set(run[place] ?? [], b * outputLength + start);
  });
  const columns = plan.lookups === undefined ? [] : makeColumns(plan, plan.lookups, tensors);
  return { publicSignals: { input: Int32Array.from(hasPublicInput(plan) ? input : []), output }, tensors, columns };
}

/** Returns every tensor for one input; undefined for windows that are never materialised. */
function runGraph({ graph }: Plan, input: Int32Array): (Int32Array | undefined)[] {
  const tensors: (Int32Array | undefined)[] = [input];
  for (let node = 0; node < graph.nodes.length; node++) tensors.push(evaluateNode(graph, node, tensors));
  return tensors;
}

function makeColumns(plan: Plan, lookups: LookupPlan, tensors: readonly Int32Array[]): Int32Array[] {
  const columns = new Array<Int32Array>(lookups.columns.length);
  const inputColumn = lookups.columnOfTensor.get(0);
  if (inputColumn !== undefined) columns[inputColumn] = tensors[0];
  for (const { node: index, limbs, quotient: quotientColumn, limbColumns, output } of lookups.requantised) {
    const node = plan.graph.nodes[index] as RequantiseNode;
    columns[output] = tensors[index + 1];
    if (quotientColumn === undefined) continue;
    const { quotients, remainders } = decompose(node, tensors[node.input]);
    columns[quotientColumn] = quotients;
    limbs.forEach((limb, j) => {
      columns[limbColumns[j]] = limbs.length === 1 ? remainders : limbValues(limb, remainders);
    });
  }
  const counts = countMultiplicities(lookups.shape, lookedUpColumns(plan, lookups, { tensors, columns }));
  lookups.multiplicities.forEach((column, table) => {
    columns[column] = counts[table];
  });
  return columns;
}

/** Returns q and ρ with z = q·2^shift + ρ, ρ centred. */
function decompose(
  { shift }: RequantiseNode,
  values: Int32Array,
): { readonly quotients: Int32Array; readonly remainders: Int32Array } {
  const quotients = new Int32Array(values.length);
  const remainders = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    // ⌊(⌊z / 2^(shift − 1)⌋ + 1) / 2⌋ = ⌊z / 2^shift + 1/2⌋, without leaving 32 bits
    const quotient = ((values[i] >> (shift - 1)) + 1) >> 1;
    quotients[i] = quotient;
    remainders[i] = values[i] - (quotient << shift);
  }
  return { quotients, remainders };
}

/** Returns the rows of each lookup, from columns and tensors. */
export function lookedUpColumns(
  plan: Plan,
  lookups: LookupPlan,
  { tensors, columns }: Pick<Witness, 'tensors' | 'columns'>,
): LookupColumns[] {
  const rows = new Array<LookupColumns>(lookups.shape.lookups.length);
  for (const { node: index, quotient: quotientColumn, limbColumns, output, lookups: places } of lookups.requantised) {
    const [activation, ...limbs] = places;
    const node = plan.graph.nodes[index] as RequantiseNode;
    const values = quotientColumn === undefined ? tensors[node.input] : columns[quotientColumn];
    rows[activation] = { values, outputs: columns[output] };
    limbs.forEach((place, j) => {
      rows[place] = { values: columns[limbColumns[j]] };
    });
  }
  if (lookups.input !== undefined) rows[lookups.input] = { values: tensors[0] };
  if (rows.length !== plan.lookups?.shape.lookups.length) throw new UsageError('the witness is of another plan');
  return rows;
}

/** Returns all columns in one vector, as the plan packs them. */
export function packColumns(lookups: LookupPlan, columns: readonly Int32Array[]): Int32Array {
  const packed = new Int32Array(2 ** lookups.packing.variables);
  lookups.packing.blocks.forEach(({ start }, column) => {
    packed.set(columns[column], start);
  });
  return packed;
}
