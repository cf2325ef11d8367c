// The witness of a registration, computed from the weights: the entries of M square by square, and the columns that are
// committed beside it.

import { InputError } from '../../errors.ts';
import type { SignedColumns } from '../../field/field.ts';
import { countMultiplicities, type LookupColumns } from '../../lookup/prove.ts';
import { isTernary } from '../../sparse/weight-matrix.ts';
import type { MatrixNode, RelationGraph } from '../relations/nodes.ts';
import type { WeightLayout } from '../weights/layout.ts';
import { denseEntries } from '../weights/vectors.ts';
import type { LimbColumn, RegistrationPlan, RowBound } from './plan.ts';

/** The entries of the committed vector M. */
export interface WeightSource {
  /** Returns the 2^(C + N) entries of a square of ternary matrices, column after column. */
  square(square: number): ArrayLike<number>;
  /** S, as packed; a shorter S ends in zeros. */
  readonly dense: Int32Array;
}

/** Returns the entries of a network's weights. */
export function weightSource(graph: RelationGraph, layout: WeightLayout): WeightSource {
  const { rowVariables, columnVariables, squares } = layout;
  return {
    dense: denseEntries(graph, layout),
    square(index) {
      const { node, firstRow, firstColumn } = squares[index];
      const { weights, name } = graph.nodes[node] as MatrixNode;
      if (!isTernary(weights)) throw new InputError(`layer ${name}: its weights are not ternary`);
      return cutSquare(weights, firstRow, firstColumn, rowVariables, columnVariables);
    },
  };
}

function cutSquare(
  { rows, plusEnds, ends, columnCount }: SignedColumns,
  firstRow: number,
  firstColumn: number,
  rowVariables: number,
  columnVariables: number,
): Int8Array {
  const height = 2 ** rowVariables;
  const entries = new Int8Array(2 ** (rowVariables + columnVariables));
  const last = Math.min(columnCount, firstColumn + 2 ** columnVariables);
  for (let column = firstColumn, start = 0; column < last; column++, start += height) {
    for (let k = column === 0 ? 0 : ends[column - 1]; k < ends[column]; k++) {
      const row = rows[k] - firstRow;
      if (row >= 0 && row < height) entries[start + row] = k < plusEnds[column] ? 1 : -1;
    }
  }
  return entries;
}

/** The committed columns, multiplicities last, and the rows of each lookup. */
export interface RegistrationWitness {
  readonly columns: readonly Int32Array[];
  readonly looked: readonly LookupColumns[];
}

/**
 * Returns the columns of honest weights.
 *
 * @throws InputError that names the layer whose weights break a bound
 */
export function makeRegistrationWitness(plan: RegistrationPlan, entries: WeightSource): RegistrationWitness {
  const { lookups } = plan;
  if (lookups === undefined) return { columns: [], looked: [] };
  const columns = new Array<Int32Array>(lookups.packing.blocks.length);
  const sums = rowSums(plan, entries);
  const put = (limbs: readonly LimbColumn[], values: Int32Array, name: string): void => {
    const bits = limbs.reduce((sum, limb) => sum + limb.bits, 0);
    const wrong = values.findIndex((value) => value < 0 || value >= 2 ** bits);
    if (wrong >= 0) throw new InputError(`${name}: entry ${wrong} is out of the key's bounds`);
    for (const limb of limbs)
      columns[limb.column] = values.map((value) => (value >>> limb.place) & (2 ** limb.bits - 1));
  };
  plan.matrices.forEach(({ name, rowCount, rowVariables, plus, minus }, matrix) => {
    const slack = ({ bound }: RowBound, own: Int32Array): Int32Array =>
      Int32Array.from({ length: 2 ** rowVariables }, (_, row) => (row < rowCount ? bound - own[row] : 0));
    put(plus.limbs, slack(plus, sums[matrix].plus), `the positive weights of layer ${name}`);
    put(minus.limbs, slack(minus, sums[matrix].minus), `the negative weights of layer ${name}`);
  });
  for (const { block, name, min, count, variables, limbs } of plan.ranges) {
    const values = denseBlock(plan, entries, block, variables);
    put(
      limbs,
      values.map((value, k) => (k < count ? value - min : value)),
      name,
    );
  }
  const looked = lookups.sources.map((source, lookup): LookupColumns => {
    if ('column' in source) return { values: columns[source.column] };
    return { values: denseBlock(plan, entries, source.block, lookups.shape.lookups[lookup].variables) };
  });
  countMultiplicities(lookups.shape, looked).forEach((counts, table) => {
    columns[lookups.multiplicities[table]] = counts;
  });
  return { columns, looked };
}

/** Returns a block of S. */
export function denseBlock(
  { layout }: RegistrationPlan,
  { dense }: WeightSource,
  block: number,
  variables: number,
): Int32Array {
  const start = layout.dense?.packing.blocks[block].start ?? 0;
  const values = new Int32Array(2 ** variables);
  values.set(dense.subarray(start, start + values.length));
  return values;
}

/** Returns, for each matrix, the row sums of the positive weights and of the magnitudes of the negative ones. */
function rowSums(
  plan: RegistrationPlan,
  entries: WeightSource,
): { readonly plus: Int32Array; readonly minus: Int32Array }[] {
  const { layout, matrices } = plan;
  const byNode = new Map(matrices.map(({ node }, matrix) => [node, matrix]));
  const height = 2 ** layout.rowVariables;
  const sums = matrices.map(({ rowVariables, columnVariables, blocks }) => {
    const own = { plus: new Int32Array(2 ** rowVariables), minus: new Int32Array(2 ** rowVariables) };
    for (const sign of ['plus', 'minus'] as const) {
      if (blocks === undefined) continue;
      const values = denseBlock(plan, entries, blocks[sign], rowVariables + columnVariables);
      for (let k = 0; k < values.length; k++) own[sign][k >>> columnVariables] += values[k];
    }
    return own;
  });
  layout.squares.forEach(({ node, firstRow }, square) => {
    const { plus, minus } = sums[byNode.get(node) ?? 0];
    const values = entries.square(square);
    for (let k = 0; k < values.length; k++) {
      const value = values[k];
      if (value === 0) continue;
      const row = firstRow + (k & (height - 1));
      if (value > 0) plus[row] += value;
      else minus[row] -= value;
    }
  });
  return sums;
}
