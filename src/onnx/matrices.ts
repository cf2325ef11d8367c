// Dense constants of the file as sparse rows, and constants broadcast to a tensor's shape.

import type { SparseRows } from './float-network.ts';
import { sizeOf } from './float-network.ts';
import type { ConstantTensor } from './tensors.ts';

/**
 * Returns the nonzeros of factor·W, row by row. Negative zeros are zeros.
 *
 * @param rowsFirst - whether `values` holds W (rowCount × columnCount) or its transpose
 */
export function denseToRows(
  values: Float32Array | Float64Array,
  rowCount: number,
  columnCount: number,
  rowsFirst: boolean,
  factor: number,
): SparseRows {
  const [rowStride, columnStride] = rowsFirst ? [columnCount, 1] : [1, rowCount];
  let nonzeros = 0;
  if (factor !== 0) for (let i = 0; i < values.length; i++) if (values[i] !== 0) nonzeros++;
  const ends = new Uint32Array(rowCount);
  const columns = new Uint32Array(nonzeros);
  const kept = values instanceof Float32Array && factor === 1 ? new Float32Array(nonzeros) : new Float64Array(nonzeros);
  let k = 0;
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0, at = row * rowStride; column < columnCount && k < nonzeros; column++, at += columnStride) {
      const value = values[at]!;
      if (value !== 0) {
        columns[k] = column;
        kept[k++] = value * factor;
      }
    }
    ends[row] = k;
  }
  return { rowCount, columnCount, ends, columns, values: kept };
}

/** Returns the shape of a constant broadcast with a computed tensor, if that is not larger than the tensor. */
export function broadcastShape(
  { shape: constant }: ConstantTensor,
  shape: readonly number[],
): readonly number[] | undefined {
  const rank = Math.max(shape.length, constant.length);
  const to = aligned(shape, rank);
  const from = aligned(constant, rank);
  return to.every((length, axis) => from[axis] === length || from[axis] === 1) ? to : undefined;
}

/**
 * Returns a constant's value for each channel, where its shape says that it has one, or one for all: its own values
 * suffice, however many positions a channel has.
 *
 * @param to - the result of `broadcastShape`: its first axes are the channels, the others their positions
 * @returns undefined where the shape does not say so
 */
export function channelsOf(
  constant: ConstantTensor,
  to: readonly number[],
  channels: number,
): Float64Array | undefined {
  const [first] = constant.values;
  if (constant.values.length === 1) return new Float64Array(channels).fill(first);
  const from = aligned(constant.shape, to.length);
  const isOne = (length: number): boolean => length === 1;
  const axis = to.findIndex((_, k) => sizeOf(to.slice(0, k)) === channels && from.slice(k).every(isOne));
  if (axis < 0) return undefined;
  return expandTo({ ...constant, shape: from.slice(0, axis) }, to.slice(0, axis));
}

/** Returns the values of a constant broadcast to such a shape, position by position. */
export function expandTo(constant: ConstantTensor, to: readonly number[]): Float64Array {
  const rank = to.length;
  const from = aligned(constant.shape, rank);
  const values = new Float64Array(sizeOf(to));
  const strides = from.map((length, axis) => (length === 1 ? 0 : sizeOf(from.slice(axis + 1))));
  for (let i = 0; i < values.length; i++) {
    let at = 0;
    for (let axis = rank - 1, rest = i; axis >= 0; rest = Math.floor(rest / to[axis]!), axis--) {
      at += strides[axis]! * (rest % to[axis]!);
    }
    values[i] = constant.values[at]!;
  }
  return values;
}

/** Returns a shape with axes of length 1 put before it, up to `rank`. */
const aligned = (shape: readonly number[], rank: number): readonly number[] => [
  ...Array.from({ length: rank - shape.length }, () => 1),
  ...shape,
];
