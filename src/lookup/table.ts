// Public lookup tables of rows (v, y): v runs through consecutive integers, y is a function of v or absent.
// A verifier evaluates them itself: v in closed form, y from its values. Every table contains the row
// (0, 0), because padding looks it up.

import { UsageError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import { evaluateConsecutive } from '../poly/eq.ts';
import type { Point } from '../poly/point.ts';

/** 2^variables rows (start + i, outputs[i]); without outputs, y is 0 in every row. */
export interface LookupTable {
  readonly name: string;
  readonly variables: number;
  readonly start: number;
  readonly outputs?: Int32Array;
}

/** The integers start … start + 2^variables − 1. */
export function rangeTable(name: string, variables: number, start: number): LookupTable {
  return checked({ name, variables, start });
}

/** The graph of a function with f(0) = 0 on start … start + 2^variables − 1. */
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

/** The extensions of v and y at a point of the table. */
export function evaluateTable<E>(field: Field<E>, table: LookupTable, point: Point<E>): { value: E; output: E } {
  return {
    value: evaluateConsecutive(field, point, table.start),
    output: table.outputs === undefined ? field.zero : field.tables.evaluateIntegers(table.outputs, point),
  };
}

/** The row in which v stands. */
export function rowOf(table: LookupTable, value: number): number {
  return value - table.start;
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
