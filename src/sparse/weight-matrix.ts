// Weights by their nonzeros, column by column: ternary, or 8-bit integers for layers whose weights are not ternary
// (one multiplication by a small integer for each nonzero instead of an addition).

import { UsageError } from '../errors.ts';
import { forEachEntry, multiply as multiplyTernary, type TernaryMatrix } from './ternary-matrix.ts';

/**
 * Nonzero entries of a matrix of 8-bit integers by compressed columns: column c's are [ends[c − 1], ends[c]).
 *
 * @example
 * ```ts
 * import { integerFromDense, type IntegerMatrix } from 'ternary-gkr/sparse';
 *
 * const weights: IntegerMatrix = integerFromDense([100, 0, 0, -7], 2, 2);
 * console.log(weights.nonzeros); // 2
 * ```
 */
export interface IntegerMatrix {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly nonzeros: number;
  /** Row indices, ascending within a column; length nonzeros. */
  readonly rows: Uint32Array;
  /** The entries, −128 … 127, none of them zero; length nonzeros. */
  readonly weights: Int8Array;
  /** End of each column; length columnCount. */
  readonly ends: Uint32Array;
}

/**
 * The weights of a linear layer or a convolution.
 *
 * @example
 * ```ts
 * import { integerFromDense, ternaryFromDense, type WeightMatrix } from 'ternary-gkr/sparse';
 *
 * const layers: WeightMatrix[] = [ternaryFromDense([1, -1], 1, 2), integerFromDense([100, -7], 1, 2)];
 * console.log(layers.map(({ nonzeros }) => nonzeros)); // [ 2, 2 ]
 * ```
 */
export type WeightMatrix = TernaryMatrix | IntegerMatrix;

/**
 * Whether a matrix is ternary; a type guard.
 *
 * @example
 * ```ts
 * import { integerFromDense, isTernary, ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * console.log(isTernary(ternaryFromDense([1], 1, 1)), isTernary(integerFromDense([1], 1, 1))); // true false
 * ```
 */
export function isTernary(matrix: WeightMatrix): matrix is TernaryMatrix {
  return 'plusEnds' in matrix;
}

/**
 * A matrix from all its entries, row after row.
 *
 * @throws UsageError for a wrong number of entries or an entry that is no 8-bit integer
 *
 * @example
 * ```ts
 * import { integerFromDense, multiplyWeights } from 'ternary-gkr/sparse';
 *
 * const weights = integerFromDense([100, 0, 0, -7], 2, 2);
 * console.log(multiplyWeights(weights, Int32Array.of(1, 2))); // Int32Array(2) [ 100, -14 ]
 * ```
 */
export function integerFromDense(entries: ArrayLike<number>, rowCount: number, columnCount: number): IntegerMatrix {
  if (entries.length !== rowCount * columnCount) {
    throw new UsageError(
      `a ${rowCount} × ${columnCount} matrix has ${rowCount * columnCount} entries, not ${entries.length}`,
    );
  }
  const ends = new Uint32Array(columnCount);
  for (let k = 0; k < entries.length; k++) {
    const entry = entries[k];
    if (entry !== (entry << 24) >> 24) {
      const place = `row ${Math.floor(k / columnCount)}, column ${k % columnCount}`;
      throw new UsageError(`the entry at ${place} is ${entry}; 8-bit weights lie between -128 and 127`);
    }
    if (entry !== 0) ends[k % columnCount]++;
  }
  for (let column = 1; column < columnCount; column++) ends[column] += ends[column - 1];
  const nonzeros = columnCount === 0 ? 0 : ends[columnCount - 1];
  const rows = new Uint32Array(nonzeros);
  const weights = new Int8Array(nonzeros);
  const next = new Uint32Array(columnCount);
  next.set(ends.subarray(0, Math.max(columnCount - 1, 0)), Math.min(1, columnCount));
  for (let row = 0, k = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++, k++) {
      if (entries[k] === 0) continue;
      rows[next[column]] = row;
      weights[next[column]++] = entries[k];
    }
  }
  return { rowCount, columnCount, nonzeros, rows, weights, ends };
}

/** For each row the sum of its positive weights and the sum of the magnitudes of its negative ones. */
export function signedRowSums(matrix: WeightMatrix): { readonly plus: Float64Array; readonly minus: Float64Array } {
  const plus = new Float64Array(matrix.rowCount);
  const minus = new Float64Array(matrix.rowCount);
  forEachNonzero(matrix, (row, _column, weight) => {
    if (weight > 0) plus[row] += weight;
    else minus[row] -= weight;
  });
  return { plus, minus };
}

/**
 * Visits every nonzero entry, column after column.
 *
 * @example
 * ```ts
 * import { forEachNonzero, integerFromDense } from 'ternary-gkr/sparse';
 *
 * const seen: number[][] = [];
 * forEachNonzero(integerFromDense([100, 0, 0, -7], 2, 2), (...entry) => seen.push(entry));
 * // row, column, weight
 * console.log(seen); // [ [ 0, 0, 100 ], [ 1, 1, -7 ] ]
 * ```
 */
export function forEachNonzero(
  matrix: WeightMatrix,
  visit: (row: number, column: number, weight: number) => void,
): void {
  if (isTernary(matrix)) {
    forEachEntry(matrix, visit);
    return;
  }
  const { columnCount, rows, weights, ends } = matrix;
  for (let column = 0, k = 0; column < columnCount; column++) {
    for (; k < ends[column]; k++) visit(rows[k], column, weights[k]);
  }
}

/**
 * W·x
 *
 * @example
 * ```ts
 * import { multiplyWeights, ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * console.log(multiplyWeights(ternaryFromDense([1, -1, 0, 1], 2, 2), Int32Array.of(5, 3))); // Int32Array(2) [ 2, 3 ]
 * ```
 */
export function multiplyWeights(matrix: WeightMatrix, input: Int32Array): Int32Array {
  if (isTernary(matrix)) return multiplyTernary(matrix, input);
  const { rowCount, columnCount, rows, weights, ends } = matrix;
  const output = new Int32Array(rowCount);
  for (let column = 0, k = 0; column < columnCount; column++) {
    const value = input[column];
    for (; k < ends[column]; k++) output[rows[k]] += weights[k] * value;
  }
  return output;
}
