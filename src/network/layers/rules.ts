// What every kind of layer says about itself, without a proof: lengths, bounds, and its value. One object a
// kind, gathered in registry.ts.

/** All values of a tensor lie in [min, max], padding included: min ≤ 0 ≤ max. */
export interface Interval {
  readonly min: number;
  readonly max: number;
}

/**
 * How a claim on a layer's output becomes one on its input: `direct` by arithmetic on the claim alone,
 * `plain` and `weighted` by a sumcheck, `lookup` not at all, because the output is committed or public.
 */
export type Reduction = 'direct' | 'plain' | 'weighted' | 'lookup';

/** The rules of one kind of layer. */
export interface LayerRules<L> {
  /** @throws InputError if the layer does not fit an input of this length or is malformed */
  outputLength(layer: L, inputLength: number): number;
  /** Bounds of the output over every input within bounds. */
  bound(layer: L, input: Interval): Interval;
  /** The output for one input. */
  evaluate(layer: L, input: Int32Array): Int32Array;
  reduction(layer: L): Reduction;
}

/** The least interval that holds both and zero. */
export function hull(values: Iterable<number>): Interval {
  let min = 0;
  let max = 0;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}
