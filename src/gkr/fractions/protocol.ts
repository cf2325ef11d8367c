// Sums of fractions by GKR: for one or several trees, Σ_i p[i]/q[i] over 2^n leaves is the root of a tree
// of additions p/q + p'/q' = (p·q' + p'·q)/(q·q') (Papini–Haböck, ePrint 2023/1284, section 3).
//
// Layer j has 2^j nodes; node x has the children (0, x) and (1, x), so a layer's tables are the two halves
// of the next one. From claims p̃(r), q̃(r) on layer j, with a drawn λ, one weighted sumcheck over j
// variables proves p̃(r) + λ·q̃(r) = Σ_x eq(r, x)·(p0·q1 + p1·q0 + λ·q0·q1)(x); the prover sends the four
// values at the new point r', a drawn c makes them claims on layer j + 1 at (c, r').
//
// Messages: send "roots" (p, q of each tree); for each layer, with the trees deeper than it: draw "fold",
// [sumcheck], send "halves" (p0, p1, q0, q1 of each tree; only q0, q1 where numerators are all one), draw
// "child". Trees of different depth share the rounds of the layers they both have. The caller compares
// the roots; what remains is a claim on the numerators and one on the denominators of each tree's leaves.

import type { Field } from '../../field/field.ts';
import type { Point } from '../../poly/point.ts';
import { type SumcheckShape, sumcheckErrorCount } from '../../sumcheck/protocol.ts';

/**
 * One tree of 2^variables leaves.
 *
 * @example
 * ```ts
 * import type { FractionShape } from 'ternary-gkr/gkr';
 *
 * // the sum of 2^10 fractions 1/q
 * const shape: FractionShape = { variables: 10, unitNumerators: true };
 * ```
 */
export interface FractionShape {
  readonly variables: number;
  /** All numerators of the leaves are one: no table, no claim; of a tree of one leaf, the root's is compared. */
  readonly unitNumerators: boolean;
}

/**
 * A fraction as a pair; the value is numerator / denominator.
 *
 * @example
 * ```ts
 * import type { Fraction } from 'ternary-gkr/gkr';
 *
 * const half: Fraction<bigint> = { numerator: 1n, denominator: 2n };
 * ```
 */
export interface Fraction<E> {
  readonly numerator: E;
  readonly denominator: E;
}

/**
 * Claims on the leaves of a tree, at one point.
 *
 * @example
 * ```ts
 * import type { LeafClaims } from 'ternary-gkr/gkr';
 *
 * // the multilinear extensions of numerators and denominators at one point
 * const claims: LeafClaims<bigint> = { point: [5n], numerator: 1n, denominator: 17n };
 * ```
 */
export interface LeafClaims<E> {
  readonly point: Point<E>;
  /** The extension of the numerators; one where they are all one, and then nothing is left to discharge. */
  readonly numerator: E;
  readonly denominator: E;
}

/** The children of a layer at the point that its sumcheck ends in. */
export interface Halves<E> {
  readonly p0: E;
  readonly p1: E;
  readonly q0: E;
  readonly q1: E;
}

/** Whether layer `layer`'s children are leaves with numerators one. */
export function hasUnitChildren(shape: FractionShape, layer: number): boolean {
  return shape.unitNumerators && layer === shape.variables - 1;
}

/** p0·q1 + p1·q0 + λ·q0·q1: what a layer's sumcheck sums. */
export function foldHalves<E>(field: Field<E>, { p0, p1, q0, q1 }: Halves<E>, fold: E): E {
  const numerator = field.add(field.mul(p0, q1), field.mul(p1, q0));
  return field.add(numerator, field.mul(fold, field.mul(q0, q1)));
}

/** The layer's halves at first variable `child`. */
export function descend<E>(field: Field<E>, { p0, p1, q0, q1 }: Halves<E>, child: E): Fraction<E> {
  const between = (low: E, high: E): E => field.add(low, field.mul(child, field.sub(high, low)));
  return { numerator: between(p0, p1), denominator: between(q0, q1) };
}

/** The sumcheck of one tree at a layer. */
export function layerShape(layer: number): SumcheckShape {
  return { variables: layer, degree: 2 };
}

/** Numerator of the error over |F|: fold, sumcheck and child of every layer. */
export function fractionErrorCount(shapes: readonly FractionShape[]): number {
  let count = 0;
  for (let layer = 0; layer < Math.max(...shapes.map((shape) => shape.variables)); layer++) {
    const trees = shapes.filter((shape) => shape.variables > layer).length;
    count += 2 + sumcheckErrorCount(Array.from({ length: trees }, () => layerShape(layer)));
  }
  return count;
}
