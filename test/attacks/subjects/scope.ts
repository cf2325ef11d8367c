// Shared parts of the subjects of this folder: fields with their engines, and checks of the claims that a protocol
// leaves.

import type { Engine } from '../../../src/field/engine.ts';
import { bn254, createArrayEngine, createKoalaBearEngine, koalaBear } from '../../../src/field/index.ts';
import type { Claim } from '../../../src/poly/claim.ts';
import type { Prover } from '../../../src/testing/index.ts';
import type { ProverChannel, VerifierChannel } from '../../../src/transcript/channel.ts';
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

const FALSE = 'the claim is not true of the table';

/** Elements of a field as those of the field that verifies, which may watch or hide. */
export const lifted = (field: AnyField, watched: AnyField, elements: readonly unknown[]): unknown[] =>
  elements.map((element) => watched.fromCoefficients(field.toCoefficients(element)));

/** Refuses a claim that is not true of a table of integers, as an opening would. */
export function discharge(
  field: AnyField,
  channel: VerifierChannel<unknown>,
  { point, value }: Claim<unknown>,
  table: ArrayLike<number>,
  where: string,
): void {
  channel.require(field.tables.evaluateIntegers(table, point), value, 'claim', FALSE, where);
}

/** The same for elements. */
export function dischargeElements(
  field: AnyField,
  channel: VerifierChannel<unknown>,
  { point, value }: Claim<unknown>,
  table: readonly unknown[],
  where: string,
): void {
  channel.require(field.tables.dot(table, field.tables.eqTable(point)), value, 'claim', FALSE, where);
}
