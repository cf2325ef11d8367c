// Rows of a matrix, each times a scale of its own: outer products, and the values of product gates.

import { UsageError } from '../../errors.ts';
import { mulExtension } from '../koalabear-arithmetic.ts';
import { BLOCK, type KoalaVector, type Storage } from './storage.ts';

const SCALAR_BYTES = 16;

/** scales[r] times row ⌊r·rowCount/n⌋ of a row-major matrix, r < n: a new vector of their kind. */
export function scaleRows(storage: Storage, scales: KoalaVector, matrix: KoalaVector, rowCount: number): KoalaVector {
  const { memory, kernels } = storage;
  const { kind } = matrix;
  const [width, repeat] = [matrix.length / rowCount, scales.length / rowCount];
  if (scales.kind !== kind) throw new UsageError(`${scales.kind} scales of ${kind} rows`);
  if (!Number.isInteger(width) || !Number.isInteger(repeat)) {
    throw new UsageError(`${scales.length} scales, ${matrix.length} elements, ${rowCount} rows`);
  }
  const scaled = storage.allocate(kind, scales.length * width);
  const mark = memory.mark();
  if (width % BLOCK === 0) {
    const [factors, rows] = [storage.aligned(scales), storage.aligned(matrix)];
    const isExtension = kind === 'extension' ? 1 : 0;
    const scalar = memory.allocate(SCALAR_BYTES);
    kernels.scaleRows(factors, scales.length, rows, width / BLOCK, repeat, isExtension, scalar, scaled.offset);
  } else {
    // rows shorter than a block, or that do not end with one
    for (let r = 0; r < scales.length; r++) {
      const scale = storage.get(scales, r);
      const first = Math.floor(r / repeat) * width;
      for (let j = 0; j < width; j++) {
        storage.set(scaled, r * width + j, mulExtension(scale, storage.get(matrix, first + j)));
      }
    }
  }
  memory.release(mark);
  return scaled;
}
