// Counts of field operations, and a field that counts its scalar ones. The kinds of operations:
//
//   multiplication   by its operands: both of F (extension), one of F_p and one of F (mixed), both of F_p (base).
//                    Squares and products with a known constant count like any other.
//   addition         additions, subtractions and negations; extension if either operand is of F.
//   sum              one addition a term: the accumulator starts at zero.
//   inversion        by itself, however it is computed.
//
// Scalars that protocols compute with are of F, so each scalar operation counts as one of the extension.
// Conversions, comparisons, sampling and copies are not arithmetic. Over a field of degree 1 the kinds are
// still those of the vectors. Delayed reduction changes the cost of an operation and not their number.

import type { Field, PublicTables } from './field.ts';

/**
 * Numbers of field operations; additions include subtractions and negations.
 *
 * @example
 * ```ts
 * import { noOperations, type OperationCounts } from 'ternary-gkr/field';
 *
 * const perRow: OperationCounts = { ...noOperations(), baseAdditions: 27 };
 * ```
 */
export interface OperationCounts {
  /** F × F. */
  extensionMultiplications: number;
  /** F_p × F. */
  mixedMultiplications: number;
  /** F_p × F_p. */
  baseMultiplications: number;
  /** F + F and F + F_p. */
  extensionAdditions: number;
  /** F_p + F_p. */
  baseAdditions: number;
  /** In F. */
  inversions: number;
}

/**
 * All zero.
 *
 * @example
 * ```ts
 * import { noOperations } from 'ternary-gkr/field';
 *
 * console.log(noOperations().extensionMultiplications); // 0
 * ```
 */
export function noOperations(): OperationCounts {
  return {
    extensionMultiplications: 0,
    mixedMultiplications: 0,
    baseMultiplications: 0,
    extensionAdditions: 0,
    baseAdditions: 0,
    inversions: 0,
  };
}

/**
 * counter += times·counts, in place; absent counts are zero. Returns the counter.
 *
 * @example
 * ```ts
 * import { addOperations, noOperations } from 'ternary-gkr/field';
 *
 * const counter = noOperations();
 * addOperations(counter, { baseAdditions: 5 }, 3);
 * console.log(counter.baseAdditions); // 15
 * ```
 */
export function addOperations(counter: OperationCounts, counts: Partial<OperationCounts>, times = 1): OperationCounts {
  for (const name of Object.keys(counter) as (keyof OperationCounts)[]) counter[name] += times * (counts[name] ?? 0);
  return counter;
}

/**
 * Returns the sum of several counts.
 *
 * @example
 * ```ts
 * import { sumOperations } from 'ternary-gkr/field';
 *
 * const total = sumOperations({ baseAdditions: 3 }, { baseAdditions: 4, inversions: 1 });
 * console.log(total.baseAdditions, total.inversions); // 7 1
 * ```
 */
export function sumOperations(...parts: readonly Partial<OperationCounts>[]): OperationCounts {
  return parts.reduce((sum: OperationCounts, part) => addOperations(sum, part), noOperations());
}

/** An eq table of 2^variables entries by doubling: each entry e becomes e − e·r and e·r. */
export function eqTableCost(variables: number): Partial<OperationCounts> {
  return { extensionMultiplications: 2 ** variables - 1, extensionAdditions: 2 ** variables - 1 };
}

/**
 * Returns a field whose operations are added to `counter`, to be passed wherever a prover takes a field. Of the table
 * evaluators those that provers call are counted, by their definition in generic-tables.ts, which a field's own
 * loops may undercut; `encode` and `dotBaseBytes`, which only verifiers call, are not.
 *
 * @example
 * ```ts
 * import { countingField, koalaBear, noOperations } from 'ternary-gkr/field';
 *
 * const counter = noOperations();
 * const field = countingField(koalaBear, counter);
 * field.mul(field.fromInteger(3), field.add(field.one, field.one));
 * console.log(counter.extensionMultiplications, counter.extensionAdditions); // 1 1
 * ```
 */
export function countingField<E>(field: Field<E>, counter: OperationCounts): Field<E> {
  const { tables } = field;
  const countingTables: PublicTables<E> = {
    ...tables,
    eqTable(point) {
      addOperations(counter, eqTableCost(point.length));
      return tables.eqTable(point);
    },
    evaluateIntegers(values, point) {
      let terms = 0;
      for (let i = 0; i < values.length; i++) if (values[i] !== 0) terms++;
      addOperations(counter, eqTableCost(point.length));
      addOperations(counter, { mixedMultiplications: terms, extensionAdditions: terms });
      return tables.evaluateIntegers(values, point);
    },
    evaluateSigned(matrix, rowPoint, columnPoint) {
      const { columnCount, rows } = matrix;
      addOperations(counter, eqTableCost(rowPoint.length));
      addOperations(counter, eqTableCost(columnPoint.length));
      addOperations(counter, {
        extensionMultiplications: columnCount,
        extensionAdditions: rows.length + columnCount,
      });
      return tables.evaluateSigned(matrix, rowPoint, columnPoint);
    },
    dot(values, weights) {
      addOperations(counter, { extensionMultiplications: values.length, extensionAdditions: values.length });
      return tables.dot(values, weights);
    },
  };
  return {
    ...field,
    tables: countingTables,
    add(a, b) {
      counter.extensionAdditions++;
      return field.add(a, b);
    },
    sub(a, b) {
      counter.extensionAdditions++;
      return field.sub(a, b);
    },
    neg(a) {
      counter.extensionAdditions++;
      return field.neg(a);
    },
    mul(a, b) {
      counter.extensionMultiplications++;
      return field.mul(a, b);
    },
    inv(a) {
      counter.inversions++;
      return field.inv(a);
    },
  };
}
