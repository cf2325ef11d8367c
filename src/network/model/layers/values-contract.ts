// The values that every kind of layer computes, without a proof; the verifier does not need them.

import type { Interval } from '../interval.ts';
import type { Shape } from '../network.ts';

/** The values of one kind of layer; `inputs` are those of the tensors that it reads, in order. */
export interface LayerValues<L> {
  /** Bounds of the output over every input within bounds. */
  bound(layer: L, inputs: readonly Interval[], shapes: readonly Shape[]): Interval;
  /** The output for one input: row-major values, not padded. */
  evaluate(layer: L, inputs: readonly Int32Array[], shapes: readonly Shape[]): Int32Array;
}
