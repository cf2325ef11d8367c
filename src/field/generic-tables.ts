// The evaluators of public tables (`PublicTables`, field.ts) by the scalar operations of any field:
// short, and slow where the field's own typed-array code would not be.

import { UsageError } from '../errors.ts';
import type { Field, PublicTables } from './field.ts';

/**
 * The scalar part of a field.
 *
 * @example
 * ```ts
 * import { bn254, createGenericTables, type Field, type ScalarField } from 'ternary-gkr/field';
 *
 * function withTables<E>(field: ScalarField<E>): Field<E> {
 *   return { ...field, tables: createGenericTables(field) };
 * }
 * console.log(withTables(bn254).name); // BN254-scalar
 * ```
 */
export type ScalarField<E> = Omit<Field<E>, 'tables'>;

/** The most variables of a table: 2^26 elements fill a memory. */
export const MAX_TABLE_VARIABLES = 26;

/** Returns eq(point, ·) in index order, the first variable most significant. */
export function genericEqTable<E>(field: ScalarField<E>, point: readonly E[]): E[] {
  if (point.length > MAX_TABLE_VARIABLES) {
    throw new UsageError(`an eq table of ${point.length} variables; at most ${MAX_TABLE_VARIABLES}`);
  }
  let table = [field.one];
  for (const r of point) {
    table = table.flatMap((entry) => {
      const atOne = field.mul(entry, r);
      return [field.sub(entry, atOne), atOne];
    });
  }
  return table;
}

/**
 * Returns the values of a polynomial at the powers of ω = rootOfUnity(logLength), by halves:
 * f(ωʲ) = even(ω²ʲ) + ωʲ·odd(ω²ʲ).
 *
 * @param coefficients - at most 2^logLength of them, constant first
 */
export function evaluateAtPowers<E>(field: ScalarField<E>, coefficients: readonly E[], logLength: number): E[] {
  const length = 2 ** logLength;
  if (coefficients.length > length) {
    throw new UsageError(`${coefficients.length} coefficients for ${length} positions`);
  }
  if (logLength === 0) return [coefficients[0] ?? field.zero];
  const half = length / 2;
  const isEven = (_: E, index: number): boolean => index % 2 === 0;
  const isOdd = (_: E, index: number): boolean => index % 2 === 1;
  const even = evaluateAtPowers(field, coefficients.filter(isEven), logLength - 1);
  const odd = evaluateAtPowers(field, coefficients.filter(isOdd), logLength - 1);
  const root = field.rootOfUnity(logLength);
  const values = new Array<E>(length);
  for (let j = 0, power = field.one; j < half; j++, power = field.mul(power, root)) {
    const term = field.mul(power, odd[j]);
    values[j] = field.add(even[j], term);
    values[j + half] = field.sub(even[j], term);
  }
  return values;
}

/** Returns the element of F_p with the canonical encoding at `offset`; undefined if the encoding is not canonical. */
function readBase<E>(field: ScalarField<E>, source: Uint8Array, offset: number): E | undefined {
  const bytes = new Uint8Array(field.byteLength);
  bytes.set(source.subarray(offset, offset + field.baseByteLength));
  return field.read(bytes, 0);
}

function requireCube(length: number, variables: number, what: string): void {
  if (length > 2 ** variables) throw new UsageError(`${what}: ${length} entries in a cube of ${variables} variables`);
}

/**
 * Returns `PublicTables` for any field, from its scalar operations.
 *
 * @example
 * ```ts
 * import { bn254, createGenericTables } from 'ternary-gkr/field';
 *
 * // for a field of your own: every evaluator, from its scalar operations
 * const tables = createGenericTables(bn254);
 * console.log(tables.eqTable([0n, 1n])); // [ 0n, 1n, 0n, 0n ]
 * ```
 */
export function createGenericTables<E>(field: ScalarField<E>): PublicTables<E> {
  const dot = (values: readonly E[], weights: readonly E[]): E => {
    if (values.length !== weights.length) throw new UsageError(`dot of lengths ${values.length} and ${weights.length}`);
    return values.reduce((sum, value, i) => field.add(sum, field.mul(value, weights[i])), field.zero);
  };
  return {
    eqTable: (point) => genericEqTable(field, point),

    evaluateIntegers(values, point) {
      requireCube(values.length, point.length, 'evaluateIntegers');
      const table = genericEqTable(field, point);
      let sum = field.zero;
      for (let i = 0; i < values.length; i++) {
        if (values[i] !== 0) sum = field.add(sum, field.mul(table[i], field.fromInteger(values[i])));
      }
      return sum;
    },

    evaluateSigned({ rowCount, columnCount, rows, plusEnds, ends }, rowPoint, columnPoint) {
      requireCube(rowCount, rowPoint.length, 'rows of evaluateSigned');
      requireCube(columnCount, columnPoint.length, 'columns of evaluateSigned');
      const rowTable = genericEqTable(field, rowPoint);
      const columnTable = genericEqTable(field, columnPoint);
      let sum = field.zero;
      for (let column = 0, k = 0; column < columnCount; column++) {
        let columnSum = field.zero;
        for (; k < plusEnds[column]; k++) columnSum = field.add(columnSum, rowTable[rows[k]]);
        for (; k < ends[column]; k++) columnSum = field.sub(columnSum, rowTable[rows[k]]);
        sum = field.add(sum, field.mul(columnSum, columnTable[column]));
      }
      return sum;
    },

    evaluateWeighted({ rowCount, columnCount, rows, weights, ends }, rowPoint, columnPoint) {
      requireCube(rowCount, rowPoint.length, 'rows of evaluateWeighted');
      requireCube(columnCount, columnPoint.length, 'columns of evaluateWeighted');
      const rowTable = genericEqTable(field, rowPoint);
      const columnTable = genericEqTable(field, columnPoint);
      let sum = field.zero;
      for (let column = 0, k = 0; column < columnCount; column++) {
        let columnSum = field.zero;
        for (; k < ends[column]; k++) {
          columnSum = field.add(columnSum, field.mul(rowTable[rows[k]], field.fromInteger(weights[k])));
        }
        sum = field.add(sum, field.mul(columnSum, columnTable[column]));
      }
      return sum;
    },

    dot,

    encode: (message, logLength) => evaluateAtPowers(field, message, logLength),

    dotBaseBytes(column, weights) {
      if (column.length !== weights.length * field.baseByteLength) {
        throw new UsageError(`dotBaseBytes: ${column.length} bytes against ${weights.length} weights`);
      }
      const values: E[] = [];
      for (let offset = 0; offset < column.length; offset += field.baseByteLength) {
        const value = readBase(field, column, offset);
        if (value === undefined) return undefined;
        values.push(value);
      }
      return dot(values, weights);
    },
  };
}
