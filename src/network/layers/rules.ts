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

/** What a field of a network must be; a list names the strings that it may be. */
export type FieldKind =
  | 'string'
  | 'number'
  | 'array'
  | 'object'
  | 'Int32Array'
  | 'Uint32Array'
  | 'matrix'
  | readonly string[];

/** The rules of one kind of layer. */
export interface LayerRules<L> {
  /** What the kind has besides kind, name and input: for `check.ts`. */
  readonly fields: Readonly<Record<Exclude<keyof L, 'kind' | 'name' | 'input'>, FieldKind>>;
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
