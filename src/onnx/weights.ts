// The weights of a layer as integers with a scale for each output: W ≈ diag(α)·M.
//
// M is ternary where W has that form (ternary.ts). Otherwise M holds 8-bit integers: exactly, where all weights of
// the layer, or of an output, are multiples k·step of one step with |k| ≤ 127, as quantised networks have them; else
// the nearest multiples of step = max|w| / 127, output by output.

import type { IntegerMatrix, WeightMatrix } from '../sparse/weight-matrix.ts';
import type { SparseRows } from './float-network.ts';
import { nearestTernary, recogniseTernary } from './ternary.ts';

/**
 * The form in which a layer's weights became integers.
 *
 * @example
 * ```ts
 * import type { WeightForm } from 'ternary-gkr/onnx';
 *
 * const isExact = (form: WeightForm): boolean => form === 'ternary';
 * ```
 */
export type WeightForm = 'ternary' | 'ternarised' | '8-bit';

export interface ScaledWeights {
  readonly matrix: WeightMatrix;
  /** α by output; 0 for outputs without weights. */
  readonly scales: Float64Array;
  /** α if it is one for the whole layer, and the layer has a nonzero weight. */
  readonly layerScale: number | undefined;
  /** ‖W − diag(α)·M‖ / ‖W‖ in the Frobenius norm; 0 for recognised weights. */
  readonly weightError: number;
  readonly form: WeightForm;
}

const GREATEST = 127;
/** Two roundings to float32, relative to the weight, with room for a scale folded into it. */
const TOLERANCE = 2 ** -21;

/** @param ternarise - whether to replace weights that are not ternary by the nearest that are */
export function integerWeights(weights: SparseRows, ternarise: boolean): ScaledWeights {
  const found = recogniseTernary(weights);
  if ('matrix' in found) return { ...found, form: 'ternary' };
  if (ternarise) return { ...nearestTernary(weights), form: 'ternarised' };
  return byteWeights(weights);
}

function byteWeights(weights: SparseRows): ScaledWeights {
  const { rowCount, ends, values } = weights;
  const layerScale = commonStep(values, 0, values.length);
  const scales = new Float64Array(rowCount);
  const integers = new Int8Array(values.length);
  let [lost, norm] = [0, 0];
  for (let row = 0, start = 0; row < rowCount; row++) {
    const end = ends[row];
    const greatest = greatestMagnitude(values, start, end);
    const step = greatest === 0 ? 0 : (layerScale ?? commonStep(values, start, end) ?? greatest / GREATEST);
    scales[row] = step;
    for (let k = start; k < end; k++) {
      integers[k] = step === 0 ? 0 : Math.round(values[k] / step);
      lost += (values[k] - integers[k] * step) ** 2;
      norm += values[k] ** 2;
    }
    start = end;
  }
  const error = Math.sqrt(lost / norm);
  const matrix = compressColumns(weights, integers);
  return { matrix, scales, layerScale, weightError: error < TOLERANCE ? 0 : error, form: '8-bit' };
}

/** Returns the largest step of which all these values are multiples of at most GREATEST, if there is one. */
function commonStep(values: ArrayLike<number>, start: number, end: number): number | undefined {
  const greatest = greatestMagnitude(values, start, end);
  if (greatest === 0) return undefined;
  const isMultiple = (value: number, step: number): boolean => {
    const count = Math.abs(value) / step;
    return Math.abs(count - Math.round(count)) <= count * TOLERANCE;
  };
  for (let count = 1; count <= GREATEST; count++) {
    const step = greatest / count;
    let k = start;
    while (k < end && isMultiple(values[k], step)) k++;
    if (k === end) return step;
  }
  return undefined;
}

function greatestMagnitude(values: ArrayLike<number>, start: number, end: number): number {
  let greatest = 0;
  for (let k = start; k < end; k++) greatest = Math.max(greatest, Math.abs(values[k]));
  return greatest;
}

/** Returns the nonzero integers, in the order of the weights, by compressed columns. */
function compressColumns({ rowCount, columnCount, ends, columns }: SparseRows, integers: Int8Array): IntegerMatrix {
  const columnEnds = new Uint32Array(columnCount);
  for (let k = 0; k < integers.length; k++) if (integers[k] !== 0) columnEnds[columns[k]]++;
  const next = new Uint32Array(columnCount);
  let nonzeros = 0;
  for (let column = 0; column < columnCount; column++) {
    next[column] = nonzeros;
    nonzeros += columnEnds[column];
    columnEnds[column] = nonzeros;
  }
  const rows = new Uint32Array(nonzeros);
  const entries = new Int8Array(nonzeros);
  for (let row = 0, k = 0; row < rowCount; row++) {
    for (const end = ends[row]; k < end; k++) {
      if (integers[k] === 0) continue;
      const at = next[columns[k]]++;
      rows[at] = row;
      entries[at] = integers[k];
    }
  }
  return { rowCount, columnCount, nonzeros, rows, weights: entries, ends: columnEnds };
}
