// The axes of tensors as they lie on a cube (poly/cube.ts), and the columns of matrices that count them.

import { logCeil } from '../../poly/point.ts';
import { isTernary, type WeightMatrix } from '../../sparse/weight-matrix.ts';
import type { Shape } from '../model/network.ts';
import type { MatrixNode, RelationGraph } from './nodes.ts';

/** Returns log₂ of each axis as padded. */
export function axisVariables(shape: Shape): number[] {
  return shape.map(logCeil);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Returns the matrix with column i moved to places[i], of `columnCount` columns; the others are empty. */
export function moveColumns(matrix: WeightMatrix, places: ArrayLike<number>, columnCount: number): WeightMatrix {
  const isInPlace = matrix.columnCount === columnCount && Array.prototype.every.call(places, (place, i) => place === i);
  if (isInPlace) return matrix;
  const origin = new Int32Array(columnCount).fill(-1);
  for (let column = 0; column < places.length; column++) origin[places[column]] = column;
  const { rowCount, nonzeros } = matrix;
  const rows = new Uint32Array(nonzeros);
  const ends = new Uint32Array(columnCount);
  const plusEnds = new Uint32Array(columnCount);
  const weights = isTernary(matrix) ? undefined : new Int8Array(nonzeros);
  let end = 0;
  for (let column = 0; column < columnCount; column++) {
    const from = origin[column];
    plusEnds[column] = end;
    if (from >= 0) {
      const start = from === 0 ? 0 : matrix.ends[from - 1];
      rows.set(matrix.rows.subarray(start, matrix.ends[from]), end);
      if (isTernary(matrix)) plusEnds[column] = end + matrix.plusEnds[from] - start;
      else weights?.set(matrix.weights.subarray(start, matrix.ends[from]), end);
      end += matrix.ends[from] - start;
    }
    ends[column] = end;
  }
  const common = { rowCount, columnCount, nonzeros, rows, ends };
  return weights === undefined ? { ...common, plusEnds } : { ...common, weights };
}

/** Returns the axes that the columns of a matrix run over: true lengths and padded ones. */
export function columnAxes(
  { tensors }: RelationGraph,
  { input, columnVariables }: MatrixNode,
): { readonly extent: number; readonly variables: number }[] {
  const { shape, axes } = tensors[input];
  const columns: { extent: number; variables: number }[] = [];
  for (let axis = 0, left = columnVariables; axis < axes.length && left >= axes[axis]; axis++) {
    columns.push({ extent: shape[axis], variables: axes[axis] });
    left -= axes[axis];
    if (left === 0) break;
  }
  return columns;
}
