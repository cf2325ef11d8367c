// LogUp-GKR (Haböck, ePrint 2022/1530; Papini–Haböck, ePrint 2023/1284): every row of some committed
// columns stands in a public table. With drawn α, β, γ a row (v, y) of table t becomes α + v + β·y + γ·t,
// and for multiplicities m committed before the draw
//     Σ_{looked-up rows} 1/row = Σ_{table rows} m/row
// holds as rational functions only if each looked-up row is a table row. One tree of fractions for all
// looked-up rows, one for all tables (fractions/).
//
// Both sides are packed vectors (poly/packing.ts). Beyond the packed blocks the looked-up side repeats the
// row (0, 0) of table 0, whose tag is 0, and table 0's multiplicities count it; the tables' side has
// numerator 0 there. Error: (rows + table rows)/|F| for α, β, γ, plus that of the fractions; multiplicities
// cannot wrap because the number of rows is at most 2^22.
//
// Messages: draw "row" (α, β, γ); fractions; send "columns" (for each lookup ṽ, and ỹ where its table has
// outputs); send "multiplicities". The caller has absorbed commitments to all of these before, and must
// discharge the claims that remain.

import { UsageError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import { type FractionShape, fractionErrorCount } from '../gkr/fractions/protocol.ts';
import type { Claim } from '../poly/claim.ts';
import { evaluateSelector, type Packing, pack } from '../poly/packing.ts';
import { type Point, suffix } from '../poly/point.ts';
import type { LookupTable } from './table.ts';

/**
 * 2^variables rows that are looked up in one table.
 *
 * @example
 * ```ts
 * import type { Lookup } from 'ternary-gkr/lookup';
 *
 * // a column of 2^10 values, looked up in the first table
 * const lookup: Lookup = { table: 0, variables: 10 };
 * ```
 */
export interface Lookup {
  /** Index of the table. */
  readonly table: number;
  readonly variables: number;
}

/**
 * The tables and the lookups in them: both sides derive everything from it.
 *
 * @example
 * ```ts
 * import { type LookupShape, lookupShape, rangeTable } from 'ternary-gkr/lookup';
 *
 * const shape: LookupShape = lookupShape([rangeTable('bytes', 8, 0)], [{ table: 0, variables: 10 }]);
 * console.log(shape.rowPacking.variables, shape.tablePacking.variables); // 10 8
 * ```
 */
export interface LookupShape {
  readonly tables: readonly LookupTable[];
  readonly lookups: readonly Lookup[];
  readonly rowPacking: Packing;
  readonly tablePacking: Packing;
}

/**
 * log₂ of the most rows on either side; with more, the error of α would exceed its share of the budget.
 *
 * @example
 * ```ts
 * import { MAX_LOOKUP_VARIABLES } from 'ternary-gkr/lookup';
 *
 * console.log(2 ** MAX_LOOKUP_VARIABLES); // 4194304
 * ```
 */
export const MAX_LOOKUP_VARIABLES = 22;

/**
 * Returns the shape of lookups: where each column and each table stands in the two trees.
 *
 * @throws UsageError if there is nothing to look up, too much, or a table that does not exist
 *
 * @example
 * ```ts
 * import { lookupShape, rangeTable } from 'ternary-gkr/lookup';
 *
 * const shape = lookupShape(
 *   [rangeTable('nibbles', 4, 0), rangeTable('bytes', 8, 0)],
 *   [{ table: 0, variables: 10 }, { table: 1, variables: 10 }],
 * );
 * console.log(shape.rowPacking.variables); // 11
 * ```
 */
export function lookupShape(tables: readonly LookupTable[], lookups: readonly Lookup[]): LookupShape {
  if (lookups.some((lookup) => tables[lookup.table] === undefined)) throw new UsageError('a lookup names no table');
  const rowPacking = pack(lookups.map((lookup) => lookup.variables));
  const tablePacking = pack(tables.map((table) => table.variables));
  const most = Math.max(rowPacking.variables, tablePacking.variables);
  if (most > MAX_LOOKUP_VARIABLES) {
    throw new UsageError(
      `2^${most} rows are more than the error budget allows (2^${MAX_LOOKUP_VARIABLES}); prove fewer inputs at once`,
    );
  }
  return { tables, lookups, rowPacking, tablePacking };
}

/**
 * Claims that remain of a lookup argument.
 *
 * @example
 * ```ts
 * import { koalaBear, type KoalaElement } from 'ternary-gkr/field';
 * import { type LookupClaims, lookupShape, rangeTable, verifyLookups } from 'ternary-gkr/lookup';
 * import type { VerifierChannel } from 'ternary-gkr/transcript';
 *
 * const shape = lookupShape([rangeTable('bytes', 8, 0)], [{ table: 0, variables: 2 }]);
 * const claimsOf = (channel: VerifierChannel<KoalaElement>): LookupClaims<KoalaElement> =>
 *   verifyLookups(koalaBear, channel, shape);
 * ```
 */
export interface LookupClaims<E> {
  /** For each lookup, on its column of v and, if the table has outputs, of y. */
  readonly columns: readonly { readonly value: Claim<E>; readonly output?: Claim<E> }[];
  /** For each table, on its column of multiplicities. */
  readonly multiplicities: readonly Claim<E>[];
  /** The point of the packed looked-up rows; the columns' points are its suffixes. */
  readonly rowPoint: Point<E>;
}

/** The challenges that turn a row into one field element. */
export interface RowChallenges<E> {
  readonly alpha: E;
  readonly beta: E;
  readonly gamma: E;
}

/** Draws α, β, γ. */
export function drawRowChallenges<E>(channel: { drawMany(label: string, count: number): E[] }): RowChallenges<E> {
  const [alpha, beta, gamma] = channel.drawMany('row', 3);
  return { alpha, beta, gamma };
}

/** Returns the trees of the fractions: looked-up rows, then tables. */
export function fractionShapes(shape: LookupShape): [FractionShape, FractionShape] {
  return [
    { variables: shape.rowPacking.variables, unitNumerators: true },
    { variables: shape.tablePacking.variables, unitNumerators: false },
  ];
}

/** Returns the number of values of "columns". */
export function columnCount(shape: LookupShape): number {
  return shape.lookups.reduce((sum, { table }) => sum + (shape.tables[table].outputs === undefined ? 1 : 2), 0);
}

/** α + Σ_b select_b(point)·(v_b + β·y_b + γ·tag_b): a packed vector of rows at a point, from its blocks' values. */
export function evaluateRows<E>(
  field: Field<E>,
  packing: Packing,
  point: Point<E>,
  { alpha, beta, gamma }: RowChallenges<E>,
  blocks: readonly { readonly value: E; readonly output: E; readonly tag: number }[],
): E {
  return packing.blocks.reduce((sum, block, index) => {
    const { value, output, tag } = blocks[index];
    const row = field.add(value, field.add(field.mul(beta, output), field.mul(gamma, field.fromInteger(tag))));
    return field.add(sum, field.mul(evaluateSelector(field, block, point), row));
  }, alpha);
}

/** Groups the values of "columns" and "multiplicities" into claims. */
export function assembleClaims<E>(
  shape: LookupShape,
  rowPoint: Point<E>,
  tablePoint: Point<E>,
  columns: readonly E[],
  multiplicities: readonly E[],
): LookupClaims<E> {
  const values = columns[Symbol.iterator]();
  const next = (): E => values.next().value as E;
  return {
    rowPoint,
    columns: shape.lookups.map(({ table, variables }) => {
      const point = suffix(rowPoint, variables);
      const value = { point, value: next() };
      return shape.tables[table].outputs === undefined ? { value } : { value, output: { point, value: next() } };
    }),
    multiplicities: shape.tables.map(({ variables }, table) => ({
      point: suffix(tablePoint, variables),
      value: multiplicities[table],
    })),
  };
}

/**
 * Returns the numerator of the error over |F|.
 *
 * @example
 * ```ts
 * import { lookupErrorCount, lookupShape, rangeTable } from 'ternary-gkr/lookup';
 *
 * const shape = lookupShape([rangeTable('bytes', 8, 0)], [{ table: 0, variables: 10 }]);
 * // the numerator over |F|
 * console.log(lookupErrorCount(shape)); // 1398
 * ```
 */
export function lookupErrorCount(shape: LookupShape): number {
  return (
    2 ** shape.rowPacking.variables + 2 ** shape.tablePacking.variables + fractionErrorCount(fractionShapes(shape))
  );
}
