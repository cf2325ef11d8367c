// Weights as W = diag(α)·T with T in {−1, 0, +1}: recognised where a layer already has that form, with one
// α for the layer or one per output, or found as the nearest such matrix where the caller asks for it.
//
// Recognition is exact up to the last places of a float32. An exporter computes α·t, at most scaled once
// more (a folded normalisation or Gemm's alpha), and rounding is symmetric in the sign, so magnitudes that
// should be equal are equal, or two roundings (2·2⁻²⁴) apart. TOLERANCE allows four last places and changes
// no output by more than that fraction, which is below the error of evaluating the network in float32.
//
// The nearest ternary matrix, row by row: for a set of k kept entries the best α is their mean magnitude and
// the squared error falls by (Σ|w|)²/k, so the best set is a prefix of the magnitudes in descending order
// (Li and Liu, "Ternary weight networks", arXiv 1605.04711, equation 6, without their approximation).

import { type TernaryMatrix, transpose } from '../sparse/ternary-matrix.ts';
import type { SparseRows } from './float-network.ts';

const TOLERANCE = 2 ** -22;

export interface ScaledTernary {
  readonly matrix: TernaryMatrix;
  /** α by output; 0 for outputs without weights. */
  readonly scales: Float64Array;
  /** α if it is one for the whole layer, and the layer has a nonzero weight. */
  readonly layerScale: number | undefined;
  /** ‖W − diag(α)·T‖ / ‖W‖ in the Frobenius norm; 0 for recognised weights. */
  readonly weightError: number;
}

/** The reason why weights are not ternary: the first output with two magnitudes. */
export interface NotTernary {
  readonly output: number;
  readonly magnitudes: readonly [number, number];
}

export function recogniseTernary(weights: SparseRows): ScaledTernary | NotTernary {
  const { rowCount, ends, values } = weights;
  const scales = new Float64Array(rowCount);
  for (let row = 0, k = 0; row < rowCount; row++) {
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (const end = ends[row]!; k < end; k++) {
      const magnitude = Math.abs(values[k]!);
      least = Math.min(least, magnitude);
      most = Math.max(most, magnitude);
    }
    if (least < most * (1 - TOLERANCE)) return { output: row, magnitudes: [least, most] };
    scales[row] = most;
  }
  const used = scales.filter((scale) => scale !== 0);
  const most = used.reduce((a, b) => Math.max(a, b), 0);
  const least = used.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const uniform = used.length > 0 && least >= most * (1 - TOLERANCE);
  return { matrix: signs(weights, () => true), scales, layerScale: uniform ? most : undefined, weightError: 0 };
}

export function nearestTernary(weights: SparseRows): ScaledTernary {
  const { rowCount, ends, values } = weights;
  const scales = new Float64Array(rowCount);
  const thresholds = new Float64Array(rowCount);
  let norm = 0;
  let kept = 0;
  for (let row = 0, start = 0; row < rowCount; row++) {
    const magnitudes = Float64Array.from(values.subarray(start, ends[row]!), Math.abs).sort();
    start = ends[row]!;
    let sum = 0;
    let best = 0;
    for (let count = 1; count <= magnitudes.length; count++) {
      const magnitude = magnitudes[magnitudes.length - count]!;
      sum += magnitude;
      norm += magnitude * magnitude;
      // Equal magnitudes are kept together: a threshold cannot separate them.
      const gain = (sum * sum) / count;
      if (gain > best && magnitude !== magnitudes[magnitudes.length - count - 1]) {
        best = gain;
        scales[row] = sum / count;
        thresholds[row] = magnitude;
      }
    }
    kept += best;
  }
  const matrix = signs(weights, (magnitude, row) => magnitude >= thresholds[row]!);
  const weightError = norm === 0 ? 0 : Math.sqrt(Math.max(0, norm - kept) / norm);
  return { matrix, scales, layerScale: undefined, weightError };
}

/** Returns the signs of the entries that `keep` accepts. */
function signs(weights: SparseRows, keep: (magnitude: number, row: number) => boolean): TernaryMatrix {
  const { rowCount, columnCount, columns, values } = weights;
  const kept = new Uint32Array(values.length);
  const plusEnds = new Uint32Array(rowCount);
  const ends = new Uint32Array(rowCount);
  let n = 0;
  for (let row = 0, start = 0; row < rowCount; row++) {
    const end = weights.ends[row]!;
    for (let k = start; k < end; k++) if (values[k]! > 0 && keep(values[k]!, row)) kept[n++] = columns[k]!;
    plusEnds[row] = n;
    for (let k = start; k < end; k++) if (values[k]! < 0 && keep(-values[k]!, row)) kept[n++] = columns[k]!;
    ends[row] = n;
    start = end;
  }
  // Compressed rows of W are compressed columns of Wᵀ.
  const rows = kept.slice(0, n);
  return transpose({ rowCount: columnCount, columnCount: rowCount, rows, plusEnds, ends });
}
