// What a commitment scheme offers, both sides. A committed vector of 2^n elements of the prime field is the
// multilinear polynomial that takes these values, most significant variable first. It is opened at linear
// forms that the verifier evaluates by itself: a tensor of eq over the row variables with any weights over
// the columns. The value of the polynomial at a point is one of them.
//
// The row point must be drawn after the commitment has been absorbed: schemes may rely on its randomness.
// The value is not sent by the scheme: whoever claims it has absorbed it by then.

import { UsageError } from '../errors.ts';
import type { Vector } from '../field/engine.ts';
import type { Field } from '../field/field.ts';
import { type Point, prefixBefore, suffix } from '../poly/point.ts';
import type { ErrorTerm } from '../security/error-terms.ts';
import type { ProverChannel, VerifierChannel } from '../transcript/channel.ts';

/** L(M) = Σ_{row, column} eq(rowPoint, row)·columnWeights[column]·M[row, column]. */
export interface LinearForm<E> {
  /** Over the most significant variables; as many as the scheme's matrix has. */
  readonly rowPoint: Point<E>;
  /** One for each column. */
  readonly columnWeights: readonly E[];
}

/** What a commitment is opened at. */
export type Opening<E> = Point<E> | LinearForm<E>;

/** The value of the multilinear extension at a point, with 2^columnVariables columns. */
export function pointForm<E>(field: Field<E>, point: Point<E>, columnVariables: number): LinearForm<E> {
  return {
    rowPoint: prefixBefore(point, columnVariables),
    columnWeights: field.tables.eqTable(suffix(point, columnVariables)),
  };
}

/**
 * A point or a form as a form over a matrix of this shape.
 * @throws UsageError if it is of another shape
 */
export function linearForm<E>(
  field: Field<E>,
  opening: Opening<E>,
  rowVariables: number,
  columnVariables: number,
): LinearForm<E> {
  const form = isForm(opening) ? opening : pointForm(field, opening, columnVariables);
  if (form.rowPoint.length !== rowVariables || form.columnWeights.length !== 2 ** columnVariables) {
    throw new UsageError(
      `a form over ${form.rowPoint.length} row variables and ${form.columnWeights.length} columns, ` +
        `a matrix of 2^${rowVariables} rows and 2^${columnVariables} columns`,
    );
  }
  return form;
}

function isForm<E>(opening: Opening<E>): opening is LinearForm<E> {
  return 'rowPoint' in opening;
}

/** The prover's side. */
export interface CommitmentProver<E> {
  /** Commits to a base vector, which must stay allocated until it has been opened. */
  commit(channel: ProverChannel<E>, vector: Vector): CommittedVector<E>;
}

/** A vector that has been committed. */
export interface CommittedVector<E> {
  /** Sends what convinces the verifier of the form's value; the value itself the verifier has by then. */
  open(channel: ProverChannel<E>, opening: Opening<E>): void;
}

/** The verifier's side. */
export interface CommitmentVerifier<E> {
  /** What one opening adds to the error of a protocol. */
  readonly errors: readonly ErrorTerm[];
  receive(channel: VerifierChannel<E>): Commitment<E>;
}

/** A commitment that has been received. */
export interface Commitment<E> {
  /** Raises a `Rejection` unless the committed vector takes this value there. */
  verify(channel: VerifierChannel<E>, opening: Opening<E>, value: E): void;
}

/** Rows of a matrix from wherever they are kept: dense, sparse or recomputed. */
export interface RowSource<E> {
  /** Σ_row weights[row]·M[row, ·]. */
  combineRows(weights: readonly E[]): E[];
  /** Encoded column j: canonical encodings of the prime field, back to back. */
  column(j: number): Uint8Array;
}
