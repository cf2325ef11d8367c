// Boxes in a cube: the indices whose groups of variables, most significant first, are each below an extent. The
// true weights of a square or a block are such a box; all other entries are padding.

import type { Field } from '../../field/field.ts';
import { evaluateBelow, evaluateEqBelow } from '../../poly/eq.ts';
import type { Point } from '../../poly/point.ts';

/** One group of variables: indices 0 … extent − 1 of 2^variables. */
export interface Side {
  readonly extent: number;
  readonly variables: number;
}

/** Sides from the most significant variables on. */
export type Box = readonly Side[];

/** Returns the number of variables of the cube around a box. */
export function boxVariables(box: Box): number {
  return box.reduce((sum, { variables }) => sum + variables, 0);
}

/** Whether the box is the cube. */
export function isFull(box: Box): boolean {
  return box.every(({ extent, variables }) => extent === 2 ** variables);
}

/**
 * Returns the part of a box in the aligned block of 2^variables indices from `first` on, as a box in the cube of the
 * block; for a box in fewer variables, with `first` 0, the box behind zeros.
 */
export function boxWithin(box: Box, variables: number, first: number): Box {
  let left = boxVariables(box);
  const part: Side[] = variables > left ? [{ extent: 1, variables: variables - left }] : [];
  for (const side of box) {
    left -= side.variables;
    const within = Math.min(side.variables, Math.max(0, variables - left));
    const high = Math.floor(first / 2 ** (left + within)) % 2 ** (side.variables - within);
    const extent = Math.min(2 ** within, Math.max(0, side.extent - high * 2 ** within));
    part.push({ extent, variables: within });
  }
  return part;
}

/** Returns Σ_{x in the box} eq(point, x). */
export function evaluateBox<E>(field: Field<E>, box: Box, point: Point<E>): E {
  return productOverSides(field, box, (extent, from, to) =>
    extent === 0 ? field.zero : evaluateBelow(field, point.slice(from, to), extent),
  );
}

/** Returns Σ_{x in the box} eq(a, x)·eq(b, x). */
export function evaluateEqInBox<E>(field: Field<E>, box: Box, a: Point<E>, b: Point<E>): E {
  return productOverSides(field, box, (extent, from, to) =>
    evaluateEqBelow(field, a.slice(from, to), b.slice(from, to), extent),
  );
}

/** Returns the table that is 1 in the box and 0 elsewhere. */
export function boxIndicator(box: Box): Int32Array {
  let indicator = Int32Array.of(1);
  for (const { extent, variables } of box) {
    const wider = new Int32Array(indicator.length * 2 ** variables);
    for (let k = 0; k < indicator.length; k++) {
      if (indicator[k] === 1) wider.fill(1, k * 2 ** variables, k * 2 ** variables + extent);
    }
    indicator = wider;
  }
  return indicator;
}

function productOverSides<E>(field: Field<E>, box: Box, evaluate: (extent: number, from: number, to: number) => E): E {
  let at = 0;
  return box.reduce((product, { extent, variables }) => {
    const from = at;
    at += variables;
    return field.mul(product, evaluate(extent, from, at));
  }, field.one);
}
