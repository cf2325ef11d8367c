// A tensor of the float network while it becomes integers: u = Σ_j steps_j·x_j + b by channel, over tensors x_j of the
// integer network, and the operations still to be applied to it. Sums, scales and biases are only noted; a layer of the
// integer network is added when a single tensor is needed.

import type { Shape } from '../network/model/network.ts';
import { type NodeLabel, nodeError } from './names.ts';
import type { Rounding } from './quantise.ts';

/** steps[c]·(integer tensor) */
export interface Term {
  readonly tensor: number;
  /** By channel, the first axis of the tensor. */
  readonly steps: Float64Array;
}

export interface Value {
  /** The node that made it, for the names of layers and for messages. */
  readonly label: NodeLabel;
  readonly terms: readonly Term[];
  /** By channel. */
  readonly biases: Float64Array;
  /** Shape of the terms' tensors. */
  readonly shape: Shape;
  /** The node that flattens the axes, if this is still to be applied. */
  readonly flattenedBy: NodeLabel | undefined;
  /** The rounding that is still to be applied to the sum. */
  readonly rounding: Rounding | undefined;
  /** The float network's tensor that it stands for, flattened or not. */
  readonly target: number;
  /** Whether terms are sums of products, wider than a layer with weights should read. */
  readonly isSum: boolean;
}

export const UNBOUNDED: Rounding = {
  min: Number.NEGATIVE_INFINITY,
  max: Number.POSITIVE_INFINITY,
  grid: undefined,
};

/** Returns a value that is one tensor with one scale. */
export function tensorValue(
  label: NodeLabel,
  tensor: number,
  scale: number,
  shape: Shape,
  rest: Pick<Value, 'target' | 'isSum' | 'flattenedBy'>,
): Value {
  const terms = [{ tensor, steps: new Float64Array(shape[0]).fill(scale) }];
  return { ...rest, label, terms, shape, biases: new Float64Array(shape[0]), rounding: undefined };
}

/** Returns the one tensor and scale of a value with nothing left to apply, except a bias. */
export function biasedTensor({
  terms,
  rounding,
}: Value): { readonly tensor: number; readonly scale: number } | undefined {
  if (rounding !== undefined || terms.length !== 1) return undefined;
  const [{ tensor, steps }] = terms;
  return steps[0] > 0 && steps.every((step) => step === steps[0]) ? { tensor, scale: steps[0] } : undefined;
}

/** Returns the same of a value without a bias. */
export function plainTensor(value: Value): { readonly tensor: number; readonly scale: number } | undefined {
  return hasBias(value) ? undefined : biasedTensor(value);
}

export const hasBias = ({ biases }: Value): boolean => biases.some((bias) => bias !== 0);

/** Returns m[c]·u + b[c]. */
export function scaled(value: Value, multipliers: Float64Array, biases: Float64Array): Value {
  const terms = value.terms.map(({ tensor, steps }) => ({
    tensor,
    steps: steps.map((step, c) => step * multipliers[c]),
  }));
  return { ...value, terms, biases: value.biases.map((bias, c) => bias * multipliers[c] + biases[c]) };
}

/** Returns the sum of values of one shape; terms over one tensor become one. */
export function added(label: NodeLabel, values: readonly Value[], target: number): Value {
  const steps = new Map<number, Float64Array>();
  for (const term of values.flatMap(({ terms }) => terms)) {
    const known = steps.get(term.tensor);
    steps.set(term.tensor, known === undefined ? term.steps : known.map((step, c) => step + term.steps[c]));
  }
  const [{ shape, flattenedBy, biases }, ...others] = values;
  return {
    label,
    terms: [...steps].map(([tensor, each]) => ({ tensor, steps: each })),
    biases: others.reduce((sum, other) => sum.map((bias, c) => bias + other.biases[c]), biases),
    shape,
    flattenedBy,
    rounding: undefined,
    target,
    isSum: true,
  };
}

/**
 * Returns one rounding after another. Both are monotone, so that bounds compose.
 *
 * @param node - the second, for messages
 * @throws InputError where 0 would move: padding relies on f(0) = 0
 */
export function composed(first: Rounding, second: Rounding, node: NodeLabel): Rounding | undefined {
  if (first.grid !== undefined && second.grid !== undefined && first.grid.step !== second.grid.step) return undefined;
  const within = (bound: number): number => Math.min(Math.max(bound, second.min), second.max);
  if (first.grid === undefined) {
    return checked({ min: within(first.min), max: within(first.max), grid: second.grid }, node);
  }
  const { step } = first.grid;
  const limits = second.grid ?? { min: Math.round(second.min / step), max: Math.round(second.max / step) };
  const inside = (bound: number): number => Math.min(Math.max(bound, limits.min), limits.max);
  const grid = { step, min: inside(first.grid.min), max: inside(first.grid.max) };
  return checked({ ...first, grid }, node);
}

export function checked(rounding: Rounding, node: NodeLabel): Rounding {
  const { grid } = rounding;
  const { min, max } = grid === undefined ? rounding : { min: grid.min * grid.step, max: grid.max * grid.step };
  for (const range of [rounding, { min, max }]) {
    if (range.min <= 0 && range.max >= 0) continue;
    throw nodeError(
      node,
      `clips to [${range.min}, ${range.max}], which moves 0; only ranges that contain 0 are supported`,
    );
  }
  return rounding;
}
