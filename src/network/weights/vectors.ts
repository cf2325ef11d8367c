// Committed weights on the prover's side: the vector M (layout.ts), whole for an encoder or by its nonzeros in the two
// orders in which an opening walks them.

import type { Engine, GatherPlan, Vector } from '../../field/engine.ts';
import { type TernaryMatrix, ternaryFromVisits } from '../../sparse/ternary-matrix.ts';
import { forEachNonzero, isTernary } from '../../sparse/weight-matrix.ts';
import type { RelationGraph } from '../relations/nodes.ts';
import { type CommittedWeights, weightRows } from './commitment.ts';
import type { DenseBlock, WeightLayout } from './layout.ts';

type Visit = (index: number, sign: 1 | -1) => void;

/** Visits the nonzeros of all ternary matrices, node by node and column by column, by their index in M. */
export function forEachSign({ nodes }: RelationGraph, layout: WeightLayout, visit: Visit): void {
  const { columnVariables, rowVariables, squareVariables } = layout;
  const [columnMask, rowMask] = [2 ** columnVariables - 1, 2 ** rowVariables - 1];
  const squareSize = 2 ** squareVariables;
  for (const [index, firstSquares] of squaresByColumn(layout)) {
    const node = nodes[index];
    if (node.kind !== 'matrix' || !isTernary(node.weights)) continue;
    const { rows, plusEnds, ends, columnCount } = node.weights;
    for (let column = 0, k = 0; column < columnCount; column++) {
      if (k === ends[column]) continue;
      const square = firstSquares.get(column >>> columnVariables);
      // the layout leaves out squares of padding, which have no nonzeros
      if (square === undefined) throw new Error(`no square holds column ${column} of ${node.name}`);
      const start = square * squareSize + (column & columnMask) * (rowMask + 1);
      const place = (row: number): number => start + (row >>> rowVariables) * squareSize + (row & rowMask);
      for (; k < plusEnds[column]; k++) visit(place(rows[k]), 1);
      for (; k < ends[column]; k++) visit(place(rows[k]), -1);
    }
  }
}

/** Returns, for each node, the first of the squares that stand below each other, by column. */
function squaresByColumn({ columnVariables, squares }: WeightLayout): Map<number, Map<number, number>> {
  const byNode = new Map<number, Map<number, number>>();
  squares.forEach(({ node, firstRow, firstColumn }, index) => {
    const own = byNode.get(node) ?? new Map<number, number>();
    byNode.set(node, own);
    if (firstRow === 0) own.set(firstColumn / 2 ** columnVariables, index);
  });
  return byNode;
}

/** Returns S: the blocks of everything that is not ternary, 2^(variables of the packing) integers. */
export function denseEntries(graph: RelationGraph, { dense }: WeightLayout): Int32Array {
  if (dense === undefined) return new Int32Array(0);
  const entries = new Int32Array(2 ** dense.packing.variables);
  dense.blocks.forEach((block, k) => {
    const { start, variables } = dense.packing.blocks[k];
    fillBlock(graph, block, entries.subarray(start, start + 2 ** variables));
  });
  return entries;
}

function fillBlock({ nodes }: RelationGraph, { node: index, role }: DenseBlock, entries: Int32Array): void {
  const node = nodes[index];
  if (node.kind === 'scale') {
    entries.set(role === 'multipliers' ? node.multipliers : node.biases);
  } else if (node.kind === 'matrix') {
    const sign = role === 'plus' ? 1 : -1;
    forEachNonzero(node.weights, (row, column, weight) => {
      if (sign * weight > 0) entries[row * 2 ** node.columnVariables + column] = sign * weight;
    });
  }
}

/** Returns whole M, with zeros at its end up to `length`. */
export function weightEntries(graph: RelationGraph, layout: WeightLayout, length: number): Int32Array {
  const entries = new Int32Array(length);
  forEachSign(graph, layout, (index, sign) => {
    entries[index] = sign;
  });
  const dense = denseEntries(graph, layout).subarray(0, layout.dense?.packing.used ?? 0);
  entries.set(dense, layout.denseStart);
  return entries;
}

/** Returns the map from entries within a column of a square to row sums: a column for each row of each square. */
export function rowSumMatrix(graph: RelationGraph, layout: WeightLayout): TernaryMatrix {
  const { columnVariables, rowVariables, squares } = layout;
  const [rows, columns] = [2 ** rowVariables, 2 ** columnVariables];
  return ternaryFromVisits(columns, squares.length * rows, (visit) => {
    forEachSign(graph, layout, (index, sign) => {
      const square = Math.floor(index / (rows * columns));
      visit((index >>> rowVariables) & (columns - 1), square * rows + (index & (rows - 1)), sign);
    });
  });
}

/** Returns the ternary part of M as rows of the code. */
export function codeRowMatrix(graph: RelationGraph, weights: Pick<CommittedWeights, 'layout' | 'code'>): TernaryMatrix {
  const { columnVariables } = weights.code;
  const width = 2 ** columnVariables;
  return ternaryFromVisits(weightRows(weights), width, (visit) => {
    forEachSign(graph, weights.layout, (index, sign) => {
      visit(Math.floor(index / width), index & (width - 1), sign);
    });
  });
}

/** The vectors that an engine keeps for the claims on committed weights (prove.ts). */
export interface WeightVectors {
  readonly layout: WeightLayout;
  /** From a table over c to Σ_c table[c]·M[z, c, o], for all squares z of ternary matrices and all o. */
  readonly rowSums: GatherPlan | undefined;
  /** S: whole squares, or all of its 2^variables entries if they are less than one; a base vector. */
  readonly dense: Vector | undefined;
}

/** Lays out the vectors that the claims need. */
export function layOutWeights<E>(engine: Engine<E>, graph: RelationGraph, layout: WeightLayout): WeightVectors {
  const entries = denseEntries(graph, layout);
  const squareSize = 2 ** layout.squareVariables;
  const used = Math.ceil((layout.dense?.packing.used ?? 0) / squareSize) * squareSize;
  return {
    layout,
    rowSums: layout.squares.length === 0 ? undefined : engine.gatherPlan(rowSumMatrix(graph, layout)),
    dense:
      layout.dense === undefined ? undefined : engine.fromIntegers(entries.subarray(0, Math.min(entries.length, used))),
  };
}

/** Adds Σ_row weights[row]·S's part of each row of the code to a combined row. */
export function addDenseRows<E>(
  engine: Engine<E>,
  { layout, code }: Pick<CommittedWeights, 'layout' | 'code'>,
  dense: Vector,
  weights: Vector,
  combined: Vector,
): void {
  const width = 2 ** code.columnVariables;
  const { denseStart, used } = layout;
  // pieces that lie within one row, aligned in both vectors
  const piece = Math.min(width, dense.length & -dense.length, denseStart === 0 ? width : denseStart & -denseStart);
  for (let at = 0; at < used - denseStart; at += piece) {
    const index = denseStart + at;
    const target = engine.view(combined, index % width, piece);
    engine.addScaled(target, engine.view(dense, at, piece), engine.get(weights, Math.floor(index / width)));
  }
}
