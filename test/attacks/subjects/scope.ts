// Shared parts of the subjects of this folder: fields with their engines, and checks of the claims that a protocol
// leaves.

import { Rejection } from '../../../src/errors.ts';
import type { Engine } from '../../../src/field/engine.ts';
import { bn254, createArrayEngine, createKoalaBearEngine, koalaBear } from '../../../src/field/index.ts';
import type { Claim } from '../../../src/poly/claim.ts';
import type { Prover } from '../../../src/testing/index.ts';
import type { ProverChannel } from '../../../src/transcript/channel.ts';
import type { AnyField } from '../../support/fields.ts';

/** A field, and the engine that proves over it. */
export interface Setting {
  readonly name: string;
  readonly field: AnyField;
  readonly engine: Engine<unknown>;
}

export const koala: Setting = {
  name: 'KoalaBear',
  field: koalaBear as AnyField,
  engine: createKoalaBearEngine() as Engine<unknown>,
};

export const bn: Setting = {
  name: 'BN254',
  field: bn254 as AnyField,
  engine: createArrayEngine(bn254 as AnyField),
};

/** A prover that frees what it allocates, even where it gives up. */
export function freeing(engine: Engine<unknown>, run: (channel: ProverChannel<unknown>) => void): Prover<unknown> {
  return (channel) => {
    const mark = engine.mark();
    try {
      run(channel);
    } finally {
      engine.release(mark);
    }
  };
}

/** Refuses a claim that is not true of a table of integers, as an opening would. */
export function discharge(
  field: AnyField,
  { point, value }: Claim<unknown>,
  table: ArrayLike<number>,
  where: string,
): void {
  if (!field.equal(field.tables.evaluateIntegers(table, point), value)) {
    throw new Rejection('claim', where, 'the claim is not true of the table');
  }
}

/** The same for elements. */
export function dischargeElements(
  field: AnyField,
  { point, value }: Claim<unknown>,
  table: readonly unknown[],
  where: string,
): void {
  if (!field.equal(field.tables.dot(table, field.tables.eqTable(point)), value)) {
    throw new Rejection('claim', where, 'the claim is not true of the table');
  }
}
