// Partial evaluations of a tensor: x̃ at a point for the axes before and after those that stay free.

import type { Engine, Vector } from '../field/engine.ts';
import type { Point } from './point.ts';

/**
 * Returns x̃(before, ·, after) of integers on a cube, with one multiplication of an integer or an element by an element
 * for each value and each of the two points that is not empty.
 *
 * @param values - 2^(before + free + after) integers
 * @returns 2^free elements: a base vector if both points are empty, else an extension vector
 */
export function partialEvaluation<E>(engine: Engine<E>, values: Int32Array, before: Point<E>, after: Point<E>): Vector {
  let table = engine.fromIntegers(values);
  if (before.length > 0) {
    const weights = engine.eqTable(before);
    table = engine.contract(table, weights, table.length / weights.length);
  }
  return after.length === 0 ? table : engine.contract(table, engine.eqTable(after), 1);
}
