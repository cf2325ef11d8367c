// Public lookup tables of rows (v, y): v runs through consecutive integers, y is a function of v or absent.
// A verifier evaluates them itself: v in closed form where the table is full, y from its values. Every table contains the row
// (0, 0), because padding looks it up.

import { UsageError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import { evaluateConsecutive } from '../poly/eq.ts';
import { logCeil, type Point } from '../poly/point.ts';

/**
 * 2^variables rows (start + i, outputs[i]); without outputs, y is 0 in every row.
 *
 * @example
 * ```ts
 * import { type LookupTable, rangeTable } from 'ternary-gkr/lookup';
 *
 * const bytes: LookupTable = rangeTable('bytes', 8, 0);
 * console.log(bytes.start, 2 ** bytes.variables); // 0 256
 * ```
 */
export interface LookupTable {
  readonly name: string;
  readonly variables: number;
  readonly start: number;
  /** The last integer in the table, where it is not start + 2^variables − 1: the rows after it are (0, 0). */
  readonly greatest?: number;
  readonly outputs?: Int32Array;
}

/**
 * Returns the table of the integers start … start + 2^variables − 1.
 *
 * @example
 * ```ts
 * import { rangeTable } from 'ternary-gkr/lookup';
 *
 * // −8 to 7
 * const nibbles = rangeTable('signed nibbles', 4, -8);
 * console.log(nibbles.start, nibbles.variables); // -8 4
 * ```
 */
export function rangeTable(name: string, variables: number, start: number): LookupTable {
  return checked({ name, variables, start });
}

/**
 * Returns the table of the integers min … max, which include zero; any number of them.
 *
 * @example
 * ```ts
 * import { intervalTable } from 'ternary-gkr/lookup';
 *
 * const digits = intervalTable('digits', 0, 9);
 * console.log(digits.variables, digits.greatest); // 4 9
 * ```
 */
export function intervalTable(name: string, min: number, max: number): LookupTable {
  const variables = logCeil(max - min + 1);
  if (min + 2 ** variables - 1 === max) return rangeTable(name, variables, min);
  return checked({ name, variables, start: min, greatest: max });
}

/** Returns v in each row. */
export function tableValues({ variables, start, greatest = Number.POSITIVE_INFINITY }: LookupTable): Int32Array {
  return Int32Array.from({ length: 2 ** variables }, (_, i) => (start + i <= greatest ? start + i : 0));
}

/**
 * Returns the graph of a function with f(0) = 0 on start … start + 2^variables − 1.
 *
 * @example
 * ```ts
 * import { functionTable } from 'ternary-gkr/lookup';
 *
 * const relu = functionTable('relu', 2, -2, (value) => Math.max(0, value));
 * console.log(relu.outputs); // Int32Array(4) [ 0, 0, 0, 1 ]
 * ```
 */
export function functionTable(
  name: string,
  variables: number,
  start: number,
  f: (value: number) => number,
): LookupTable {
  return checked({
    name,
    variables,
    start,
    outputs: Int32Array.from({ length: 2 ** variables }, (_, i) => f(start + i)),
  });
}

/**
 * Returns the extensions of v and y at a point of the table.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { evaluateTable, functionTable } from 'ternary-gkr/lookup';
 *
 * const squares = functionTable('squares', 2, 0, (value) => value * value);
 * // the row of index 3, the point (1, 1)
 * console.log(evaluateTable(bn254, squares, [1n, 1n])); // { value: 3n, output: 9n }
 * ```
 */
export function evaluateTable<E>(field: Field<E>, table: LookupTable, point: Point<E>): { value: E; output: E } {
  return {
    value:
      table.greatest === undefined
        ? evaluateConsecutive(field, point, table.start)
        : field.tables.evaluateIntegers(tableValues(table), point),
    output: table.outputs === undefined ? field.zero : field.tables.evaluateIntegers(table.outputs, point),
  };
}

/** Returns the index of the row that contains v, or an out-of-range index. */
export function rowOf({ start, greatest = Number.POSITIVE_INFINITY }: LookupTable, value: number): number {
  return value <= greatest ? value - start : -1;
}

function checked(table: LookupTable): LookupTable {
  const zero = rowOf(table, 0);
  if (table.variables < 0 || table.variables > 24) {
    throw new UsageError(`table ${table.name} would have 2^${table.variables} rows; at most 2^24`);
  }
  if (zero < 0 || zero >= 2 ** table.variables || (table.outputs !== undefined && table.outputs[zero] !== 0)) {
    throw new UsageError(`table ${table.name} has no row (0, 0), which padding needs`);
  }
  return table;
}
