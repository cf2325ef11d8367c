// The layout of a tensor's values: row-major without padding in networks and files; on a cube in proofs, each
// axis padded to a power of two by itself.

import { logCeil } from '../../poly/point.ts';
import { isTernary, type WeightMatrix } from '../../sparse/weight-matrix.ts';
import { type Shape, sizeOf } from '../model/network.ts';
import type { MatrixNode, RelationGraph } from './nodes.ts';

/** Returns log₂ of each axis as padded. */
export function axisVariables(shape: Shape): number[] {
  return shape.map(logCeil);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Whether a shape's row-major data is its padded data. */
function isTight(shape: Shape): boolean {
  return shape.every((extent, axis) => axis === 0 || extent === 2 ** logCeil(extent));
}

/** Returns the index on the cube of each value, in row-major order. */
export function paddedPlaces(shape: Shape): Uint32Array {
  const places = new Uint32Array(sizeOf(shape));
  let count = 1;
  for (const extent of shape) {
    const width = 2 ** logCeil(extent);
    // downwards, so that an index is read before those of its row are written over it
    for (let place = count - 1; place >= 0; place--) {
      const first = places[place] * width;
      for (let i = extent - 1; i >= 0; i--) places[place * extent + i] = first + i;
    }
    count *= extent;
  }
  return places;
}

/** Puts `batch` tensors of one shape on their cubes, one after the other, zeros beyond them. */
export function padTensors(shape: Shape, batch: number, values: Int32Array): Int32Array {
  const width = 2 ** sum(axisVariables(shape));
  const length = sizeOf(shape);
  const padded = new Int32Array(width * 2 ** logCeil(batch));
  if (isTight(shape)) {
    for (let b = 0; b < batch; b++) padded.set(values.subarray(b * length, (b + 1) * length), b * width);
    return padded;
  }
  // whole lines of the last axis are moved at once
  const line = shape[shape.length - 1];
  const starts = paddedPlaces([...shape.slice(0, -1), 1]);
  const lineWidth = 2 ** logCeil(line);
  for (let b = 0; b < batch; b++) {
    for (let k = 0, from = b * length; k < starts.length; k++, from += line) {
      padded.set(values.subarray(from, from + line), b * width + starts[k] * lineWidth);
    }
  }
  return padded;
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
