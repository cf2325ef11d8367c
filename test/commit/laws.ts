// What every commitment scheme must do, whatever it is made of.

import { expect } from 'vitest';
import type { CommitmentProver, CommitmentVerifier } from '../../src/commit/index.ts';
import { Rejection } from '../../src/errors.ts';
import type { Engine } from '../../src/field/engine.ts';
import type { VerifierChannel } from '../../src/transcript/index.ts';
import { check, expectRejection, liesOf, proofOf } from '../support/channels.ts';
import { seeded } from '../support/fields.ts';

/** A scheme for vectors of 2^variables elements; a transparent one is made for one table. */
export interface SchemeUnderTest {
  prover(engine: Engine<unknown>, table: Int32Array): CommitmentProver<unknown>;
  verifier(engine: Engine<unknown>, table: Int32Array): CommitmentVerifier<unknown>;
  /** Code of the rejection of a wrong value. */
  readonly wrongValue: 'opening' | 'claim';
}

/** Small integers, negative ones too. */
export function tableOf(variables: number, seed: number): Int32Array {
  const random = seeded(seed);
  return Int32Array.from({ length: 2 ** variables }, () => random(2 ** 16) - 2 ** 15);
}

/** Commit, draw a point, open there. */
export function opening(scheme: SchemeUnderTest, engine: Engine<unknown>, table: Int32Array) {
  return (channel: Parameters<Parameters<typeof proofOf>[1]>[0]): void => {
    const mark = engine.mark();
    const vector = engine.fromIntegers(table);
    const committed = scheme.prover(engine, table).commit(channel, vector);
    const point = channel.drawMany('point', Math.log2(table.length));
    committed.open(channel, point);
    engine.release(mark);
  };
}

/** The verifier's half; `shift` is added to the true value. */
export function checking(scheme: SchemeUnderTest, engine: Engine<unknown>, table: Int32Array, shift = 0) {
  const { field } = engine;
  return (channel: VerifierChannel<unknown>): void => {
    const commitment = scheme.verifier(engine, table).receive(channel);
    const point = channel.drawMany('point', Math.log2(table.length));
    const value = field.tables.evaluateIntegers(table, point);
    commitment.verify(channel, point, field.add(value, field.fromInteger(shift)));
  };
}

/** The laws, for one size. */
export function checkLaws(scheme: SchemeUnderTest, engine: Engine<unknown>, variables: number): void {
  const { field } = engine;
  const table = tableOf(variables, variables + 1);
  const run = opening(scheme, engine, table);
  const proof = proofOf(field, run);
  check(field, proof, checking(scheme, engine, table));
  expectRejection(() => check(field, proof, checking(scheme, engine, table, 1)), scheme.wrongValue);
  for (const lie of liesOf(field, run)) {
    expect(() => check(field, proofOf(field, run, lie), checking(scheme, engine, table))).toThrow(Rejection);
  }
  for (let at = 0; at < proof.length; at += 1 + Math.floor(proof.length / 60)) {
    const flipped = proof.slice();
    flipped[at] ^= 1 << (at % 8);
    expect(() => check(field, flipped, checking(scheme, engine, table)), `byte ${at}`).toThrow(Rejection);
  }
  if (proof.length > 0) {
    expectRejection(() => check(field, proof.slice(0, -1), checking(scheme, engine, table)), 'truncated');
  }
  expectRejection(() => check(field, Uint8Array.of(...proof, 0), checking(scheme, engine, table)), 'trailing-bytes');
}
