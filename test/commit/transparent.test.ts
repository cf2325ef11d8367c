// A public table in place of a commitment: the verifier evaluates it, at points and at forms of every shape.

import { describe, expect, it } from 'vitest';
import { type Opening, pointForm, transparentVerifier } from '../../src/commit/index.ts';
import { UsageError } from '../../src/errors.ts';
import { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';
import { expectRejection, proofOf } from '../support/channels.ts';
import { type AnyField, seededElements, settings } from '../support/fields.ts';
import { tableOf } from './laws.ts';

const VARIABLES = 5;
const table = tableOf(VARIABLES, 3);

function verifyAt(field: AnyField, opening: Opening<unknown>, value: unknown): void {
  const channel = createVerifierChannel(
    field,
    proofOf(field, () => undefined),
  );
  channel.within('weights', () => transparentVerifier(field, table).receive(channel).verify(channel, opening, value));
  channel.finish();
}

describe.each(settings.slice(2))('a public table over %s', (_name, field) => {
  const point = seededElements(field, VARIABLES, 7);
  const truth = field.tables.evaluateIntegers(table, point);
  /** Σ_{row, column} eq(rowPoint, row)·w[column]·table[row, column], by the definition. */
  const formValue = (rowPoint: readonly unknown[], weights: readonly unknown[]): unknown => {
    const rows = field.tables.eqTable(rowPoint);
    return table.reduce((sum: unknown, value, at) => {
      const weight = field.mul(rows[Math.floor(at / weights.length)], weights[at % weights.length]);
      return field.add(sum, field.mul(weight, field.fromInteger(value)));
    }, field.zero);
  };

  it('takes its value at a point and no other', () => {
    verifyAt(field, point, truth);
    expectRejection(() => verifyAt(field, point, field.add(truth, field.one)), 'claim', /^weights$/);
  });

  it.each([0, 1, 3, 5])('takes its value at forms over 2^%i columns and no other', (columnVariables) => {
    verifyAt(field, pointForm(field, point, columnVariables), truth);
    const rowPoint = seededElements(field, VARIABLES - columnVariables, 8);
    const columnWeights = seededElements(field, 2 ** columnVariables, 9);
    const value = formValue(rowPoint, columnWeights);
    verifyAt(field, { rowPoint, columnWeights }, value);
    const wrong = field.add(value, field.one);
    expectRejection(() => verifyAt(field, { rowPoint, columnWeights }, wrong), 'claim', /^weights$/);
  });

  it('is not evaluated at forms of another shape', () => {
    const form = pointForm(field, point, 3);
    const short = { ...form, columnWeights: form.columnWeights.slice(1) };
    expect(() => verifyAt(field, short, truth)).toThrow(UsageError);
    expect(() => verifyAt(field, { ...form, rowPoint: form.rowPoint.slice(1) }, truth)).toThrow(UsageError);
  });

  it('adds no error', () => {
    expect(transparentVerifier(field, table).errors).toEqual([]);
  });
});
