// What every commitment scheme must do, whatever it is made of: a scheme is added to the suite by one line in
// laws.test.ts. A run commits, draws the point, and opens there; the verifier does the same and knows the
// value, or believes another one.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CommitmentProver, CommitmentVerifier, Opening } from '../../src/commit/index.ts';
import { sumOfErrors } from '../../src/commit/index.ts';
import { Rejection, type RejectionCode } from '../../src/errors.ts';
import { greatestInteger } from '../../src/field/canonical.ts';
import type { Engine } from '../../src/field/engine.ts';
import type { ProverChannel, VerifierChannel } from '../../src/transcript/index.ts';
import { check, expectRejection, liesOf, proofOf } from '../support/channels.ts';
import { type AnyField, elements, seeded } from '../support/fields.ts';

/** A scheme for vectors of 2^variables elements; a transparent one is made for one table. */
export interface SchemeUnderTest {
  prover(engine: Engine<unknown>, table: Int32Array): CommitmentProver<unknown>;
  verifier(field: AnyField, table: Int32Array): CommitmentVerifier<unknown>;
  /** Row variables of the forms that it opens for a table of 2^variables values. */
  rowVariables(field: AnyField, variables: number): number;
  /** How a wrong value is refused. */
  readonly wrongValue: readonly [RejectionCode, string];
  readonly securityBits: number;
}

/** Small integers, negative ones too. */
export function tableOf(variables: number, seed: number): Int32Array {
  const random = seeded(seed);
  return Int32Array.from({ length: 2 ** variables }, () => random(2 ** 16) - 2 ** 15);
}

/** From a drawn point, where to open; the point itself unless a law says otherwise. */
export type Place = (point: readonly unknown[]) => Opening<unknown>;

/** Commit, draw a point, open there. */
export function opening(scheme: SchemeUnderTest, engine: Engine<unknown>, table: Int32Array, place: Place = (p) => p) {
  return (channel: ProverChannel<unknown>): void => {
    const mark = engine.mark();
    const committed = scheme.prover(engine, table).commit(channel, engine.fromIntegers(table));
    committed.open(channel, place(channel.drawMany('point', Math.log2(table.length))));
    engine.release(mark);
  };
}

/** What a verifier is told that differs from the truth. */
export interface Deviation {
  /** Added to the true value. */
  readonly shift?: unknown;
  readonly place?: Place;
  /** The true value there, if it is no point. */
  readonly value?: (point: readonly unknown[]) => unknown;
}

/** The verifier's half. */
export function checking(scheme: SchemeUnderTest, field: AnyField, table: Int32Array, deviation: Deviation = {}) {
  return (channel: VerifierChannel<unknown>): void => {
    const commitment = scheme.verifier(field, table).receive(channel);
    const point = channel.drawMany('point', Math.log2(table.length));
    const value = deviation.value?.(point) ?? field.tables.evaluateIntegers(table, point);
    const place = deviation.place?.(point) ?? point;
    commitment.verify(channel, place, field.add(value, deviation.shift ?? field.zero));
  };
}

/** The laws, each for one size. */
export function describeLaws(scheme: SchemeUnderTest, engine: Engine<unknown>, sizes: readonly number[]): void {
  const { field } = engine;
  const honest = (variables: number, seed = variables + 1) => {
    const table = tableOf(variables, seed);
    return { table, proof: proofOf(field, opening(scheme, engine, table)) };
  };
  const numRuns = 5;

  it.each(sizes)('2^%i values: what is true is accepted, whatever the values', (variables) => {
    // at most p/2, so that a verifier that holds the table takes it too
    const greatest = Math.min(2 ** 30, greatestInteger(field));
    const edges = fc.constantFrom(0, 1, -1, greatest, -greatest);
    const value = fc.oneof(edges, fc.integer({ min: -greatest, max: greatest }));
    const values = fc.array(value, { minLength: 2 ** variables, maxLength: 2 ** variables });
    fc.assert(
      fc.property(values, (list) => {
        const table = Int32Array.from(list);
        check(field, proofOf(field, opening(scheme, engine, table)), checking(scheme, field, table));
      }),
      { numRuns },
    );
  });

  it.each(sizes)('2^%i values: any weights over the columns', (variables) => {
    const rowVariables = scheme.rowVariables(field, variables);
    const width = 2 ** (variables - rowVariables);
    fc.assert(
      fc.property(elements(field, width), fc.nat(), (columnWeights, seed) => {
        const table = tableOf(variables, seed);
        const place: Place = (point) => ({ rowPoint: point.slice(0, rowVariables), columnWeights });
        // by the definition: one product for each entry
        const value = (point: readonly unknown[]) => {
          const rows = field.tables.eqTable(point.slice(0, rowVariables));
          return table.reduce((sum: unknown, entry, at) => {
            const weight = field.mul(rows[Math.floor(at / width)], columnWeights[at % width]);
            return field.add(sum, field.mul(field.fromInteger(entry), weight));
          }, field.zero);
        };
        const proof = proofOf(field, opening(scheme, engine, table, place));
        check(field, proof, checking(scheme, field, table, { place, value }));
        const shifted = checking(scheme, field, table, { place, value, shift: field.one });
        expectRejection(() => check(field, proof, shifted), ...scheme.wrongValue);
      }),
      { numRuns },
    );
  });

  it.each(sizes)('2^%i values: a wrong value is refused', (variables) => {
    const { table, proof } = honest(variables);
    fc.assert(
      fc.property(elements(field, 1), ([shift]) => {
        fc.pre(!field.isZero(shift));
        const believing = checking(scheme, field, table, { shift });
        expectRejection(() => check(field, proof, believing), ...scheme.wrongValue);
      }),
      { numRuns },
    );
  });

  it.each(sizes.filter((variables) => variables > 0))('2^%i values: another point is refused', (variables) => {
    const { table, proof } = honest(variables);
    for (let variable = 0; variable < variables; variable++) {
      const place: Place = (point) => point.map((x, k) => (k === variable ? field.add(x, field.one) : x));
      expect(() => check(field, proof, checking(scheme, field, table, { place }))).toThrow(Rejection);
    }
  });

  it.each(sizes)('2^%i values: a lie in one sent value, honest after it, is refused', (variables) => {
    const table = tableOf(variables, variables + 1);
    const run = opening(scheme, engine, table);
    const lies = liesOf(field, run);
    for (const lie of lies.filter((_, k) => k % Math.ceil(lies.length / 40) === 0)) {
      const verdict = () => check(field, proofOf(field, run, lie), checking(scheme, field, table));
      expect(verdict, `${lie.label} ${lie.value}`).toThrow(Rejection);
    }
  });

  it.each(sizes)('2^%i values: every byte counts, none may be dropped or added', (variables) => {
    const { table, proof } = honest(variables);
    const verdict = (bytes: Uint8Array) => () => check(field, bytes, checking(scheme, field, table));
    // every byte of a short proof; of a long one, some of each part
    const step = Math.ceil(proof.length / 150);
    for (let at = 0; at < proof.length; at += step) {
      const flipped = proof.slice();
      flipped[at] ^= 1 << (at % 8);
      expect(verdict(flipped), `byte ${at} flipped`).toThrow(Rejection);
      const dropped = Uint8Array.of(...proof.subarray(0, at), ...proof.subarray(at + 1));
      expect(verdict(dropped), `byte ${at} dropped`).toThrow(Rejection);
    }
    for (let length = 0; length < proof.length; length += step) {
      expect(verdict(proof.subarray(0, length)), `first ${length} bytes`).toThrow(Rejection);
    }
    expectRejection(verdict(Uint8Array.of(...proof, 0)), 'trailing-bytes', 'end');
  });

  it.each(sizes)('2^%i values: the error stays in its budget', (variables) => {
    const { errors } = scheme.verifier(field, tableOf(variables, 1));
    expect(sumOfErrors(errors)).toBeGreaterThanOrEqual(scheme.securityBits);
  });
}
