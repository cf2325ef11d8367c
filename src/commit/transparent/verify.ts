// No commitment at all: the verifier holds the table, which is part of the statement, and evaluates it.

import { Rejection } from '../../errors.ts';
import { checkElements, checkIntegers } from '../../field/canonical.ts';
import type { Field } from '../../field/field.ts';
import { type CommitmentVerifier, type LinearForm, linearForm } from '../scheme.ts';

/**
 * For a table of integers in (−p/2, p/2), |value| < 2³¹, that both sides hold and the statement names; its length is a
 * power of two. Others are refused: they are equal to these modulo p.
 */
export function transparentVerifier<E>(field: Field<E>, table: Int32Array): CommitmentVerifier<E> {
  return {
    errors: [],
    receive: () => ({
      verify(channel, opening, value) {
        checkIntegers(field, 'table', table);
        checkElements(field, channel.where, [value]);
        const result =
          'rowPoint' in opening ? evaluateForm(field, table, opening) : field.tables.evaluateIntegers(table, opening);
        if (!field.equal(result, value)) {
          throw new Rejection('claim', channel.where, 'the public table does not take the claimed value');
        }
      },
    }),
  };
}

/** Rows first: Σ_column w[column]·(Σ_row eq(u, row)·table[row, column]). */
function evaluateForm<E>(field: Field<E>, table: Int32Array, form: LinearForm<E>): E {
  const columnVariables = Math.log2(table.length) - form.rowPoint.length;
  const { rowPoint, columnWeights } = linearForm(field, form, form.rowPoint.length, columnVariables);
  const width = columnWeights.length;
  const combined = columnWeights.map((_, column) => {
    const values = Int32Array.from({ length: table.length / width }, (_row, row) => table[row * width + column]);
    return field.tables.evaluateIntegers(values, rowPoint);
  });
  return field.tables.dot(combined, columnWeights);
}
