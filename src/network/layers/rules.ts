import type { Shape } from '../network.ts';

// What every kind of layer says about itself, without a proof: shapes, bounds, and its value. One object a
// kind, gathered in registry.ts.

/** All values of a tensor lie in [min, max], padding included: min ≤ 0 ≤ max. */
export interface Interval {
  readonly min: number;
  readonly max: number;
}

/** What a field of a network must be; a list names the strings that it may be. */
export type FieldKind =
  | 'string'
  | 'number'
  | 'array'
  | 'object'
  | 'Int32Array'
  | 'Uint32Array'
  | 'matrix'
  | 'window'
  | readonly string[];

/** The rules of one kind of layer; `inputs` are those of the tensors that it reads, in order. */
export interface LayerRules<L> {
  /** What the kind has besides kind, name, input and inputs: for `check.ts`. */
  readonly fields: Readonly<Record<Exclude<keyof L, 'kind' | 'name' | 'input' | 'inputs'>, FieldKind>>;
  /** @throws InputError if the layer does not fit inputs of these shapes or is malformed */
  outputShape(layer: L, inputs: readonly Shape[]): Shape;
  /** Bounds of the output over every input within bounds. */
  bound(layer: L, inputs: readonly Interval[], shapes: readonly Shape[]): Interval;
  /** The output for one input: row-major values, not padded. */
  evaluate(layer: L, inputs: readonly Int32Array[], shapes: readonly Shape[]): Int32Array;
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
