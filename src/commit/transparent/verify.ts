// No commitment at all: the verifier holds the table, which is part of the statement, and evaluates it.

import { Rejection } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import type { CommitmentVerifier } from '../scheme.ts';

/** For a table of small integers that both sides hold and the statement names. */
export function transparentVerifier<E>(field: Field<E>, table: Int32Array): CommitmentVerifier<E> {
  return {
    receive: () => ({
      verify(channel, point, value) {
        if (!field.equal(field.tables.evaluateIntegers(table, point), value)) {
          throw new Rejection('claim', channel.where, 'the public table does not take the claimed value');
        }
      },
    }),
  };
}
