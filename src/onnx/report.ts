// What the importer did, layer by layer, for people and for programs.

import type { FloatFlatten, FloatLinear } from './float-network.ts';
import type { IntegerActivation, IntegerLayer } from './quantise.ts';
import type { ScaledTernary } from './ternary.ts';

/** One layer of the float network, as it became integers. */
export interface LayerReport {
  readonly name: string;
  readonly operator: string;
  readonly kind: 'linear' | 'flatten';
  /** [outputs, inputs] of a linear layer. */
  readonly shape: readonly number[];
  readonly nonzeros: number;
  /** The share of zero weights, 0 … 1. */
  readonly zeros: number;
  /** ‖W − α·T‖ / ‖W‖; above 0 only for weights that were ternarised. */
  readonly weightError: number;
  readonly multipliers: { readonly min: number; readonly max: number };
  /** The greatest |z| for any input in range. */
  readonly worst: number;
  /** Absent on the last layer, whose integers are the output. */
  readonly activation?: {
    readonly kind: 'relu' | 'identity';
    readonly shift: number;
    readonly min: number;
    readonly max: number;
    /** What q can be for inputs in range: the rows of the lookup table. */
    readonly quotients: { readonly min: number; readonly max: number };
    /** The real number that integer 1 stands for. */
    readonly scale: number;
  };
}

export interface ImportReport {
  readonly layers: readonly LayerReport[];
  /** How many values an activation may take. */
  readonly levels: number;
  /** How many samples calibration used. */
  readonly samples: number;
  /** The share of them on which the integer network and the float network of the file give one label. */
  readonly agreement: number;
  /** √(Σ(integer output · scale − float output)² / Σ(float output)²) over them. */
  readonly outputError: number;
}

export function describeFlatten({ name, operator }: FloatFlatten): LayerReport {
  const multipliers = { min: 1, max: 1 };
  return { name, operator, kind: 'flatten', shape: [], nonzeros: 0, zeros: 0, weightError: 0, multipliers, worst: 0 };
}

export function describeLinear(
  { name, operator, weights }: FloatLinear,
  { matrix, weightError }: ScaledTernary,
  made: IntegerLayer | IntegerActivation,
): LayerReport {
  const { multipliers, worst } = made;
  const report: LayerReport = {
    name,
    operator,
    kind: 'linear',
    shape: [weights.rowCount, weights.columnCount],
    nonzeros: matrix.nonzeros,
    zeros: 1 - matrix.nonzeros / (weights.rowCount * weights.columnCount),
    weightError,
    multipliers: {
      min: multipliers.reduce((a, b) => Math.min(a, b)),
      max: multipliers.reduce((a, b) => Math.max(a, b)),
    },
    worst,
  };
  if (!('shift' in made)) return report;
  const { activation: kind, shift, min, max, quotients, scale } = made;
  return { ...report, activation: { kind, shift, min, max, quotients, scale } };
}
