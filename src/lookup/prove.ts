// The prover of LogUp-GKR (protocol.ts).

import { UsageError } from '../errors.ts';
import type { Engine, Vector } from '../field/engine.ts';
import { proveFractions } from '../gkr/fractions/prove.ts';
import type { Packing } from '../poly/packing.ts';
import { type Point, suffix } from '../poly/point.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import {
  assembleClaims,
  drawRowChallenges,
  type LookupClaims,
  type LookupShape,
  type RowChallenges,
} from './protocol.ts';
import { rowOf, tableValues } from './table.ts';

/**
 * The rows of one lookup: 2^variables values, and outputs where the table has them.
 *
 * @example
 * ```ts
 * import type { LookupColumns } from 'ternary-gkr/lookup';
 *
 * // values, and what the table's function gives for each
 * const squares: LookupColumns = { values: Int32Array.of(0, 1, 2, 3), outputs: Int32Array.of(0, 1, 4, 9) };
 * ```
 */
export interface LookupColumns {
  readonly values: Int32Array;
  readonly outputs?: Int32Array;
}

/**
 * Returns how often each table row is looked up, including the padding's (0, 0).
 *
 * @throws UsageError that names the table if a row does not stand in it
 *
 * @example
 * ```ts
 * import { countMultiplicities, lookupShape, rangeTable } from 'ternary-gkr/lookup';
 *
 * const shape = lookupShape([rangeTable('two bits', 2, 0)], [{ table: 0, variables: 2 }]);
 * console.log(countMultiplicities(shape, [{ values: Int32Array.of(3, 1, 3, 3) }])); // [ Int32Array(4) [ 0, 1, 0, 3 ] ]
 * ```
 */
export function countMultiplicities(shape: LookupShape, columns: readonly LookupColumns[]): Int32Array[] {
  const counts = shape.tables.map((table) => new Int32Array(2 ** table.variables));
  shape.lookups.forEach(({ table: index }, lookup) => {
    const table = shape.tables[index];
    const count = counts[index];
    const { values, outputs } = columns[lookup];
    for (let i = 0; i < values.length; i++) {
      const row = rowOf(table, values[i]);
      if (!(row >= 0 && row < count.length) || (table.outputs !== undefined && table.outputs[row] !== outputs?.[i])) {
        throw new UsageError(`the row (${values[i]}, ${outputs?.[i] ?? 0}) does not stand in table ${table.name}`);
      }
      count[row]++;
    }
  });
  counts[0][rowOf(shape.tables[0], 0)] += 2 ** shape.rowPacking.variables - shape.rowPacking.used;
  return counts;
}

/**
 * Proves that every looked-up row stands in its table; commitments to all columns have been absorbed before.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { countMultiplicities, lookupShape, proveLookups, rangeTable } from 'ternary-gkr/lookup';
 * import { createProverChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const shape = lookupShape([rangeTable('two bits', 2, 0)], [{ table: 0, variables: 2 }]);
 * const columns = [{ values: Int32Array.of(3, 1, 3, 3) }];
 * const channel = createProverChannel(engine.field);
 * const claims = proveLookups(engine, channel, shape, columns, countMultiplicities(shape, columns));
 * console.log(claims.columns.length, claims.multiplicities.length); // 1 1
 * ```
 */
export function proveLookups<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  shape: LookupShape,
  columns: readonly LookupColumns[],
  multiplicities: readonly Int32Array[],
): LookupClaims<E> {
  const challenges = drawRowChallenges(channel);
  const rows = columns.map(({ values, outputs }, lookup) => ({ values, outputs, tag: shape.lookups[lookup].table }));
  const tables = shape.tables.map((table, tag) => ({
    values: tableValues(table),
    outputs: table.outputs,
    tag,
  }));
  const { roots, leaves } = proveFractions(engine, channel, [
    { numerators: undefined, denominators: packRows(engine, shape.rowPacking, challenges, rows) },
    {
      numerators: packIntegers(engine, shape.tablePacking, multiplicities),
      denominators: packRows(engine, shape.tablePacking, challenges, tables),
    },
  ]);
  channel.requireNonzero(roots.map(({ denominator }) => denominator));
  const [rowPoint, tablePoint] = leaves.map((leaf) => leaf.point);
  const columnValues = evaluateColumns(
    engine,
    rowPoint,
    columns.flatMap(({ values, outputs }, lookup) =>
      shape.tables[shape.lookups[lookup].table].outputs === undefined || outputs === undefined
        ? [values]
        : [values, outputs],
    ),
  );
  channel.send('columns', columnValues);
  const multiplicityValues = evaluateColumns(engine, tablePoint, multiplicities);
  channel.send('multiplicities', multiplicityValues);
  return assembleClaims(shape, rowPoint, tablePoint, columnValues, multiplicityValues);
}

interface Rows {
  readonly values: Int32Array;
  readonly outputs: Int32Array | undefined;
  readonly tag: number;
}

/** The denominators α + v + β·y + γ·tag of all blocks, α beyond them. */
function packRows<E>(
  engine: Engine<E>,
  packing: Packing,
  { alpha, beta, gamma }: RowChallenges<E>,
  blocks: readonly Rows[],
): Vector {
  const field = engine.field;
  const whole = engine.affine(alpha, [], 2 ** packing.variables);
  packing.blocks.forEach(({ start, variables }, index) => {
    const { values, outputs, tag } = blocks[index];
    const mark = engine.mark();
    const terms = [{ vector: engine.fromIntegers(values), scale: field.one }];
    if (outputs !== undefined) terms.push({ vector: engine.fromIntegers(outputs), scale: beta });
    const constant = field.add(alpha, field.mul(gamma, field.fromInteger(tag)));
    engine.copy(engine.view(whole, start, 2 ** variables), engine.affine(constant, terms, 2 ** variables));
    engine.release(mark);
  });
  return whole;
}

/** Small integers in a packed base vector, zero beyond them. */
function packIntegers<E>(engine: Engine<E>, packing: Packing, blocks: readonly Int32Array[]): Vector {
  const whole = new Int32Array(2 ** packing.variables);
  packing.blocks.forEach(({ start }, index) => {
    whole.set(blocks[index], start);
  });
  return engine.fromIntegers(whole);
}

/** The extension of each column at its suffix of the point; eq tables are computed once for each length. */
function evaluateColumns<E>(engine: Engine<E>, point: Point<E>, columns: readonly Int32Array[]): E[] {
  const mark = engine.mark();
  const suffixes = engine.eqSuffixes(suffix(point, Math.log2(Math.max(...columns.map((column) => column.length)))));
  const values = columns.map((column) => engine.dot(suffixes[Math.log2(column.length)], engine.fromIntegers(column)));
  engine.release(mark);
  return values;
}
