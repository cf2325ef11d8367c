// The report of the importer, layer by layer, for people and for programs.

import type { Interval } from '../network/model/interval.ts';
import type { Layer, LayerKind, OutputSpec, Shape } from '../network/model/network.ts';
import type { Calibration } from './calibration.ts';
import { argmax } from './float-network.ts';
import type { NodeLabel } from './names.ts';
import type { Requantisation } from './quantise.ts';
import type { ScaledWeights, WeightForm } from './weights.ts';

/**
 * One layer of the integer network, with the affine layer and the requantisation that follow it.
 *
 * @example
 * ```ts
 * import type { LayerReport } from 'ternary-gkr/onnx';
 *
 * const line = ({ name, operator, weights }: LayerReport): string => `${name}: ${operator}, ${weights ?? 'no weights'}`;
 * ```
 */
export interface LayerReport {
  readonly name: string;
  /** The operator of the file that it comes from. */
  readonly operator: string;
  readonly kind: LayerKind;
  /** Shape of its output. */
  readonly shape: Shape;
  /** The form in which its weights became integers; absent, with the fields that follow, if it has none. */
  readonly weights?: WeightForm;
  /** [outputs, inputs] of the matrix. */
  readonly weightShape?: readonly [number, number];
  readonly nonzeros?: number;
  /** The fraction of zero weights, 0 … 1. */
  readonly zeros?: number;
  /** ‖W − α·M‖ / ‖W‖; 0 for weights that were taken over exactly. */
  readonly weightError?: number;
  /** Range of the multipliers of the affine layer. */
  readonly multipliers?: { readonly min: number; readonly max: number };
  /** The greatest |value| for any input in range, before a requantisation. */
  readonly bound: number;
  readonly activation?: {
    readonly kind: 'relu' | 'identity';
    readonly shift: number;
    readonly min: number;
    readonly max: number;
    /** The range of q for inputs in range: the rows of the lookup table. */
    readonly quotients: { readonly min: number; readonly max: number };
    /** The real number that integer 1 stands for. */
    readonly scale: number;
  };
}

/**
 * The figures of an import: layers, agreement of labels, errors of outputs.
 *
 * @example
 * ```ts
 * import type { ImportReport } from 'ternary-gkr/onnx';
 *
 * const line = ({ agreement, samples }: ImportReport): string =>
 *   `${Math.round(100 * agreement)} % of ${samples} samples keep their label`;
 * ```
 */
export interface ImportReport {
  readonly layers: readonly LayerReport[];
  /** Number of values of an activation. */
  readonly levels: number;
  /** Number of samples of the calibration. */
  readonly samples: number;
  /** The fraction of them on which both networks give every output the same label. */
  readonly agreement: number;
  /** The greatest error of an output. */
  readonly outputError: number;
  /** Of each output, in the file's order. */
  readonly outputs: readonly OutputReport[];
}

/**
 * The error of an output of the integer network against the file's, over the samples of the calibration.
 *
 * @example
 * ```ts
 * import type { OutputReport } from 'ternary-gkr/onnx';
 *
 * const line = ({ name, error }: OutputReport): string => `${name}: off by ${error}`;
 * ```
 */
export interface OutputReport {
  readonly name: string;
  /** The fraction of the samples on which both networks give this output the same label. */
  readonly agreement: number;
  /** √(Σ(integer output · scale − float output)² / Σ(float output)²). */
  readonly error: number;
}

type Row = { -readonly [K in keyof LayerReport]: LayerReport[K] };

/** Collects rows as layers are added. */
export class ReportBuilder {
  readonly #rows: Row[] = [];
  /** The row of a tensor's layer, and whether the tensor is the output of the row's last layer. */
  readonly #rowOf = new Map<number, Row>();
  readonly #ends = new Map<Row, number>();

  layer(tensor: number, layer: Layer, { name, operator }: NodeLabel, shape: Shape, { min, max }: Interval): void {
    const bound = Math.max(-min, max);
    const { kind } = layer;
    const before = kind === 'affine' || kind === 'requantise' ? this.#openRow(layer.input, kind) : undefined;
    const row: Row = before ?? { name, operator, kind, shape, bound };
    if (before === undefined) this.#rows.push(row);
    if (kind === 'affine') {
      const { multipliers } = layer;
      row.multipliers = {
        min: multipliers.reduce((a, b) => Math.min(a, b)),
        max: multipliers.reduce((a, b) => Math.max(a, b)),
      };
      row.bound = bound;
    }
    this.#rowOf.set(tensor, row);
    this.#ends.set(row, tensor);
  }

  weights(tensor: number, { form, matrix, weightError }: ScaledWeights): void {
    const row = this.#rowOf.get(tensor);
    if (row === undefined) return;
    const { rowCount, columnCount, nonzeros } = matrix;
    row.weights = form;
    row.weightShape = [rowCount, columnCount];
    row.nonzeros = nonzeros;
    row.zeros = 1 - nonzeros / (rowCount * columnCount);
    row.weightError = weightError;
  }

  requantised(tensor: number, { activation: kind, shift, min, max, quotients, scale }: Requantisation): void {
    const row = this.#rowOf.get(tensor);
    if (row !== undefined) row.activation = { kind, shift, min, max, quotients, scale };
  }

  finish(): readonly LayerReport[] {
    return this.#rows;
  }

  /** Returns the row whose last layer has this output, if the row has no layer of this kind or a later one yet. */
  #openRow(tensor: number, kind: 'affine' | 'requantise'): Row | undefined {
    const row = this.#rowOf.get(tensor);
    if (row === undefined || this.#ends.get(row) !== tensor || row.activation !== undefined) return undefined;
    return kind === 'affine' && (row.multipliers !== undefined || row.kind === 'requantise') ? undefined : row;
  }
}

/** Compares the integer network's outputs with the float network's. */
export function compareOutputs(
  outputs: readonly OutputSpec[],
  names: readonly string[],
  integers: readonly (readonly Int32Array[])[],
  reals: Calibration['outputs'],
): Pick<ImportReport, 'samples' | 'agreement' | 'outputError' | 'outputs'> {
  const sums = outputs.map(() => ({ agreed: 0, error: 0, norm: 0 }));
  let agreed = 0;
  for (const [sample, targets] of reals.entries()) {
    let isSame = true;
    for (const [index, target] of targets.entries()) {
      const found = integers[index][sample];
      const { scale } = outputs[index];
      const sum = sums[index];
      if (argmax(found) === argmax(target)) sum.agreed++;
      else isSame = false;
      for (let i = 0; i < target.length; i++) {
        sum.error += (found[i] * scale - target[i]) ** 2;
        sum.norm += target[i] ** 2;
      }
    }
    if (isSame) agreed++;
  }
  const samples = reals.length;
  const reports = sums.map((sum, index) => ({
    name: names[index],
    agreement: sum.agreed / samples,
    error: relativeError(sum),
  }));
  const outputError = Math.max(...reports.map(({ error }) => error));
  return { samples, agreement: agreed / samples, outputError, outputs: reports };
}

/** Of an output that is zero on all samples, 0 only if the integers are too. */
function relativeError({ error, norm }: { readonly error: number; readonly norm: number }): number {
  if (norm > 0) return Math.sqrt(error / norm);
  return error > 0 ? 1 : 0;
}
