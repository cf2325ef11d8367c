// The verifier of LogUp-GKR (protocol.ts): compares the two sums, with denominators that are not zero,
// evaluates every table itself, and returns claims on the columns and the multiplicities.

import { checkIntegers } from '../field/canonical.ts';
import type { Field } from '../field/field.ts';
import type { LeafClaims } from '../gkr/fractions/protocol.ts';
import { verifyFractions } from '../gkr/fractions/verify.ts';
import { evaluateSelector } from '../poly/packing.ts';
import { suffix } from '../poly/point.ts';
import type { VerifierChannel } from '../transcript/channel.ts';
import {
  assembleClaims,
  columnCount,
  drawRowChallenges,
  evaluateRows,
  fractionShapes,
  type LookupClaims,
  type LookupShape,
  type RowChallenges,
} from './protocol.ts';
import { evaluateTable } from './table.ts';

/**
 * Verifies that every looked-up row stands in its table, up to the claims that it returns.
 *
 * @throws Rejection if a check fails, or a table gives an integer outside (−p/2, p/2): others are equal to it modulo p
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import {
 *   countMultiplicities,
 *   lookupShape,
 *   proveLookups,
 *   rangeTable,
 *   verifyLookups,
 * } from 'ternary-gkr/lookup';
 * import { createProverChannel, createVerifierChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const { field } = engine;
 * const shape = lookupShape([rangeTable('two bits', 2, 0)], [{ table: 0, variables: 2 }]);
 * const columns = [{ values: Int32Array.of(3, 1, 3, 3) }];
 * const prover = createProverChannel(field);
 * proveLookups(engine, prover, shape, columns, countMultiplicities(shape, columns));
 * const claims = verifyLookups(field, createVerifierChannel(field, prover.bytes()), shape);
 * // what is left is a claim on the column, for the caller to check
 * const { point, value } = claims.columns[0].value;
 * console.log(field.equal(value, field.tables.evaluateIntegers(columns[0].values, point))); // true
 * ```
 */
export function verifyLookups<E>(field: Field<E>, channel: VerifierChannel<E>, shape: LookupShape): LookupClaims<E> {
  for (const { name, outputs } of shape.tables) {
    if (outputs !== undefined) checkIntegers(field, `table ${name}`, outputs);
  }
  const challenges = drawRowChallenges(channel);
  const { roots, leaves } = verifyFractions(field, channel, fractionShapes(shape));
  const [rows, tables] = roots;
  const denominators = field.mul(rows.denominator, tables.denominator);
  channel.requireNonzero(denominators, 'lookup-zero-denominator', 'a sum of fractions has denominator zero');
  channel.require(
    field.mul(rows.numerator, tables.denominator),
    field.mul(tables.numerator, rows.denominator),
    'lookup-root',
    'the looked-up rows and the tables have different sums',
  );
  const columns = channel.receive('columns', columnCount(shape));
  const multiplicities = channel.receive('multiplicities', shape.tables.length);
  const claims = assembleClaims(shape, leaves[0].point, leaves[1].point, columns, multiplicities);
  checkRows(field, channel, shape, challenges, leaves[0], claims);
  checkTables(field, channel, shape, challenges, leaves[1], claims);
  return claims;
}

function checkRows<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  shape: LookupShape,
  challenges: RowChallenges<E>,
  leaf: LeafClaims<E>,
  claims: LookupClaims<E>,
): void {
  const blocks = claims.columns.map(({ value, output }, index) => ({
    value: value.value,
    output: output === undefined ? field.zero : output.value,
    tag: shape.lookups[index].table,
  }));
  const value = evaluateRows(field, shape.rowPacking, leaf.point, challenges, blocks);
  channel.require(value, leaf.denominator, 'claim', 'the columns do not give the looked-up rows', 'columns');
}

function checkTables<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  shape: LookupShape,
  challenges: RowChallenges<E>,
  leaf: LeafClaims<E>,
  claims: LookupClaims<E>,
): void {
  const blocks = shape.tables.map((table, tag) => ({
    ...evaluateTable(field, table, suffix(leaf.point, table.variables)),
    tag,
  }));
  const denominator = evaluateRows(field, shape.tablePacking, leaf.point, challenges, blocks);
  channel.require(denominator, leaf.denominator, 'claim', 'the tables do not give their rows', 'tables');
  const numerator = claims.multiplicities.reduce(
    (sum, { value }, table) =>
      field.add(sum, field.mul(evaluateSelector(field, shape.tablePacking.blocks[table], leaf.point), value)),
    field.zero,
  );
  channel.require(
    numerator,
    leaf.numerator,
    'claim',
    'the multiplicities do not give the numerators',
    'multiplicities',
  );
}
