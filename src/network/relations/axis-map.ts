// A linear map along one axis of an image, u[k, p] = Σ_q M[k, p, q]·x[q], by its nonzero entries: windows of a
// convolution (one k per kernel position), sums of a pool (one k for all), differences of neighbours.
//
// The extension of M at points of k and p is a vector over q, E(q) = Σ_{k, p} eq(point_k, k)·eq(point_p, p)·M[k, p, q],
// with one multiplication and one addition per entry; both sides compute it.

import type { Field } from '../../field/field.ts';
import type { Point } from '../../poly/point.ts';
import type { Interval } from '../model/interval.ts';

/** Entries of M, one at each index of the four lists. */
export interface AxisMap {
  /** Number of k. */
  readonly kernel: number;
  /** Number of p. */
  readonly places: number;
  /** Number of q. */
  readonly inputs: number;
  readonly entries: readonly AxisEntry[];
}

export interface AxisEntry {
  readonly k: number;
  readonly p: number;
  readonly q: number;
  readonly weight: number;
}

/** Returns the identity. */
export function identityMap(length: number): AxisMap {
  const entries = Array.from({ length }, (_, p) => ({ k: 0, p, q: p, weight: 1 }));
  return { kernel: 1, places: length, inputs: length, entries };
}

export function isIdentity({ kernel, places, inputs, entries }: AxisMap): boolean {
  if (kernel !== 1 || places !== inputs || entries.length !== inputs) return false;
  return entries.every(({ p, q, weight }) => p === q && weight === 1);
}

/** Returns E(q) for q < inputs. */
export function axisWeights<E>(field: Field<E>, map: AxisMap, kernelPoint: Point<E>, placePoint: Point<E>): E[] {
  const kernels = field.tables.eqTable(kernelPoint);
  const places = field.tables.eqTable(placePoint);
  const weights = new Array<E>(map.inputs).fill(field.zero);
  for (const { k, p, q, weight } of map.entries) {
    let term = map.kernel === 1 ? places[p] : field.mul(kernels[k], places[p]);
    if (weight !== 1) term = field.mul(term, field.fromInteger(weight));
    weights[q] = field.add(weights[q], term);
  }
  return weights;
}

/** Returns Ẽ at a point of q. */
export function evaluateAxis<E>(
  field: Field<E>,
  map: AxisMap,
  kernelPoint: Point<E>,
  placePoint: Point<E>,
  inputPoint: Point<E>,
): E {
  const weights = axisWeights(field, map, kernelPoint, placePoint);
  return field.tables.dot(weights, field.tables.eqTable(inputPoint).slice(0, map.inputs));
}

/** Returns bounds of u where x lies within bounds, for the map of rows after that of columns. */
export function boundAxes(rows: AxisMap, columns: AxisMap, { min, max }: Interval): Interval {
  const [first, second] = [largestSums(rows), largestSums(columns)];
  const plus = first.plus * second.plus + first.minus * second.minus;
  const minus = first.plus * second.minus + first.minus * second.plus;
  return { min: plus * min - minus * max, max: plus * max - minus * min };
}

/** Returns the largest sum of positive weights of a (k, p), and the largest magnitude of its negative ones. */
function largestSums({ places, kernel, entries }: AxisMap): { readonly plus: number; readonly minus: number } {
  const plus = new Float64Array(kernel * places);
  const minus = new Float64Array(kernel * places);
  for (const { k, p, weight } of entries) {
    if (weight > 0) plus[k * places + p] += weight;
    else minus[k * places + p] -= weight;
  }
  return { plus: plus.reduce((a, b) => Math.max(a, b), 0), minus: minus.reduce((a, b) => Math.max(a, b), 0) };
}
