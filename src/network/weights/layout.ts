// The layout of committed weights in one vector M of the prime field:
//
//     M[square·2^(C + N) + c·2^N + o]        c < 2^C, o < 2^N
//
// Each ternary matrix W, 2^n × 2^m as padded, is cut into squares of 2^N rows and 2^C columns: o counts the rows of a
// Each ternary matrix W, 2^n × 2^m as padded, is cut into squares of 2^N rows and 2^C columns: o counts the rows of a
// square, c its columns. Squares of padding alone are left out. After the squares of all ternary matrices
// come those of S, a packed vector of everything that is not ternary: matrices of 8-bit weights as two blocks,
// W = S⁺ − S⁻ with no negative entry in either, then multipliers and biases. Both sides derive the layout from the
// public part of a model.

import { InputError } from '../../errors.ts';
import { type Packing, pack } from '../../poly/packing.ts';
import { logCeil } from '../../poly/point.ts';
import type { IntegerRange } from '../model/bounds.ts';
import { columnAxes } from '../relations/layout.ts';
import { hasBiases, hasMultipliers, type RelationGraph } from '../relations/nodes.ts';

/** Part of a ternary matrix: 2^N rows and 2^C columns from these on. */
export interface Square {
  /** Index of the matrix's node. */
  readonly node: number;
  readonly firstRow: number;
  /** The first of the padded columns. */
  readonly firstColumn: number;
}

/** A block of S: a matrix, row after row, or one integer for each channel. */
export interface DenseBlock {
  /** Index of the node. */
  readonly node: number;
  readonly role: 'plus' | 'minus' | 'multipliers' | 'biases';
  /** The range of its entries. */
  readonly range: IntegerRange;
}

/** The layout of M. */
export interface WeightLayout {
  /** C */
  readonly columnVariables: number;
  /** N */
  readonly rowVariables: number;
  /** C + N */
  readonly squareVariables: number;
  /** The squares of ternary matrices, by node, column and row. */
  readonly squares: readonly Square[];
  /** S, if it has any blocks: the blocks, and how they are packed. */
  readonly dense: { readonly blocks: readonly DenseBlock[]; readonly packing: Packing } | undefined;
  /** Index in M at which S begins. */
  readonly denseStart: number;
  /** Number of all squares, including those of S. */
  readonly squareCount: number;
  /** Variables of M as padded: those of the squares, then those within a square. */
  readonly variables: number;
  /** Number of entries in use; those from here on are zero. */
  readonly used: number;
}

/** The most squares of ternary matrices: each costs a verifier some multiplications. */
const MOST_SQUARES = 512;
/** The most variables of S, which is proven densely. */
const MOST_DENSE_VARIABLES = 22;

/** A matrix to be cut into squares. */
interface CutMatrix {
  readonly node: number;
  readonly rowCount: number;
  /** The axes of its columns: extents and variables. */
  readonly columns: readonly { readonly extent: number; readonly variables: number }[];
}

/**
 * Returns the layout of a graph's committed weights.
 *
 * @throws InputError if the weights to commit to are missing, or too many
 */
export function layoutWeights(graph: RelationGraph): WeightLayout {
  const matrices: CutMatrix[] = [];
  graph.nodes.forEach((node, index) => {
    if (node.kind !== 'matrix' || !node.bounds?.isTernary) return;
    matrices.push({ node: index, rowCount: node.weights.rowCount, columns: columnAxes(graph, node) });
  });
  const dense = layoutDense(graph);
  if (matrices.length === 0 && dense === undefined) throw new InputError('the network has no weights to commit to');
  const [columnVariables, rowVariables] =
    matrices.length === 0 ? [0, dense?.packing.variables ?? 0] : chooseSquare(matrices, dense?.packing.used ?? 0);
  const squareVariables = columnVariables + rowVariables;
  const squares = matrices.flatMap((matrix) => cut(matrix, columnVariables, rowVariables));
  const denseSquares = dense === undefined ? 0 : Math.ceil(dense.packing.used / 2 ** squareVariables);
  const squareCount = squares.length + denseSquares;
  const denseStart = squares.length * 2 ** squareVariables;
  return {
    columnVariables,
    rowVariables,
    squareVariables,
    squares,
    dense,
    denseStart,
    squareCount,
    variables: logCeil(squareCount) + squareVariables,
    used: denseStart + (dense?.packing.used ?? 0),
  };
}

function layoutDense({ nodes }: RelationGraph): WeightLayout['dense'] {
  const blocks: DenseBlock[] = [];
  const variables: number[] = [];
  const put = (node: number, role: DenseBlock['role'], range: IntegerRange, size: number): void => {
    blocks.push({ node, role, range });
    variables.push(size);
  };
  nodes.forEach((node, index) => {
    if (node.kind === 'matrix' && node.bounds !== undefined && !node.bounds.isTernary) {
      const size = logCeil(node.weights.rowCount) + node.columnVariables;
      for (const role of ['plus', 'minus'] as const) put(index, role, { min: 0, bits: 8 }, size);
    }
    if (node.kind === 'scale' && node.bounds !== undefined) {
      const size = logCeil(node.multipliers.length);
      if (hasMultipliers(node)) put(index, 'multipliers', node.bounds.multipliers, size);
      if (hasBiases(node)) put(index, 'biases', node.bounds.biases, size);
    }
  });
  if (blocks.length === 0) return undefined;
  const packing = pack(variables);
  if (packing.variables > MOST_DENSE_VARIABLES) {
    throw new InputError(
      `2^${packing.variables} weights that are not ternary are too many to commit to, at most 2^${MOST_DENSE_VARIABLES}; ` +
        'make large layers ternary',
    );
  }
  return { blocks, packing };
}

/** Returns a function that finds the block of S with a role of a node. */
export function blockFinder({ dense }: WeightLayout): (node: number, role: DenseBlock['role']) => number {
  const places = new Map(dense?.blocks.map(({ node, role }, index) => [`${role} of ${node}`, index]));
  return (node, role) => {
    const index = places.get(`${role} of ${node}`);
    if (index === undefined) throw new Error(`node ${node} has no committed ${role}`);
    return index;
  };
}

/** Returns the first padded columns of squares that hold a true column; squares are aligned, so it is their first. */
function firstColumns({ columns }: CutMatrix, columnVariables: number): number[] {
  let firsts = [0];
  let left = columns.reduce((sum, { variables }) => sum + variables, 0);
  for (const { extent, variables } of columns) {
    left -= variables;
    // of this axis, the bits above those of a square
    const within = Math.min(variables, Math.max(0, columnVariables - left));
    const count = Math.ceil(extent / 2 ** within);
    firsts = firsts.flatMap((first) => Array.from({ length: count }, (_, k) => first + k * 2 ** (within + left)));
  }
  return firsts;
}

/** Returns their number, without listing them. */
function countFirstColumns({ columns }: CutMatrix, columnVariables: number): number {
  let left = columns.reduce((sum, { variables }) => sum + variables, 0);
  return columns.reduce((count, { extent, variables }) => {
    left -= variables;
    return count * Math.ceil(extent / 2 ** Math.min(variables, Math.max(0, columnVariables - left)));
  }, 1);
}

function cut(matrix: CutMatrix, columnVariables: number, rowVariables: number): Square[] {
  const rows = Array.from({ length: Math.ceil(matrix.rowCount / 2 ** rowVariables) }, (_, k) => k * 2 ** rowVariables);
  return firstColumns(matrix, columnVariables).flatMap((firstColumn) =>
    rows.map((firstRow) => ({ node: matrix.node, firstRow, firstColumn })),
  );
}

/** Returns the square with the least waste: entries, then a prover's sums for each row of a square, then squares. */
function chooseSquare(matrices: readonly CutMatrix[], dense: number): [number, number] {
  const most = (sizes: readonly number[]): number => sizes.reduce((a, b) => Math.max(a, b), 0);
  const rows = most(matrices.map(({ rowCount }) => logCeil(rowCount)));
  const columns = Math.max(
    most(matrices.map((matrix) => matrix.columns.reduce((sum, { variables }) => sum + variables, 0))),
    // a large S needs squares larger than any matrix
    logCeil(Math.max(1, dense)) - rows,
  );
  let best: { readonly cost: number; readonly shape: [number, number] } | undefined;
  for (let columnVariables = 0; columnVariables <= columns; columnVariables++) {
    for (let rowVariables = 0; rowVariables <= rows; rowVariables++) {
      const count = matrices.reduce(
        (sum, matrix) =>
          sum + countFirstColumns(matrix, columnVariables) * Math.ceil(matrix.rowCount / 2 ** rowVariables),
        0,
      );
      const all = count + Math.ceil(dense / 2 ** (columnVariables + rowVariables));
      if (all > MOST_SQUARES) continue;
      const cost = count * 2 ** rowVariables * (2 ** columnVariables + 16) + all * 1024;
      if (best === undefined || cost < best.cost) best = { cost, shape: [columnVariables, rowVariables] };
    }
  }
  if (best === undefined) {
    throw new InputError(`${matrices.length} ternary matrices are too many to commit to, at most ${MOST_SQUARES}`);
  }
  return best.shape;
}
