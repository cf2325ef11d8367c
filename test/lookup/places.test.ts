// Where a lookup's verifier says that a proof is wrong, message by message: a prover that lies in one value of it and
// goes on honestly.

import { describe, expect, it } from 'vitest';
import { Rejection } from '../../src/errors.ts';
import {
  countMultiplicities,
  functionTable,
  lookupShape,
  proveLookups,
  rangeTable,
  verifyLookups,
} from '../../src/lookup/index.ts';
import { check, liesOf, messagesOf, proofOf } from '../support/channels.ts';
import { settings } from '../support/fields.ts';

const [, field, createEngine] = settings[0];
const engine = createEngine();
const tables = [functionTable('relu', 3, -4, (v) => Math.max(v, 0)), rangeTable('range', 2, -2)];
const shape = lookupShape(tables, [
  { table: 0, variables: 2 },
  { table: 1, variables: 1 },
]);
const columns = [
  { values: Int32Array.of(-4, 3, 0, 2), outputs: Int32Array.of(0, 3, 0, 2) },
  { values: Int32Array.of(1, -2) },
];
const counts = countMultiplicities(shape, columns);

const run = (channel: Parameters<typeof proveLookups>[1]): void =>
  channel.within('lookup', () => {
    const mark = engine.mark();
    proveLookups(engine, channel, shape, columns, counts);
    engine.release(mark);
  });

/** The reason and the place of a refusal. */
function refusal(proof: Uint8Array): string {
  try {
    check(field, proof, (channel) => channel.within('lookup', () => verifyLookups(field, channel, shape)));
  } catch (error) {
    if (error instanceof Rejection) return `${error.code} at ${error.where}`;
    throw error;
  }
  return 'believed';
}

describe('a lie in a message of a lookup', () => {
  it('is none without a lie', () => {
    expect(refusal(proofOf(field, run))).toBe('believed');
  });

  it('in a round or in the halves is found at the end of its layer', () => {
    let layer = -1;
    const layerOf = messagesOf(field, run).map(([label]) => {
      const at = layer;
      if (label === 'halves' || label === 'roots') layer++;
      return label === 'roots' ? 0 : Math.max(at, 0);
    });
    const lies = liesOf(field, run).filter(({ label }) => label === 'round' || label === 'halves');
    expect(lies.length).toBeGreaterThan(20);
    for (const lie of lies) {
      const where = `sumcheck at lookup/layer ${layerOf[lie.message]}`;
      expect(refusal(proofOf(field, run, lie)), `${lie.label} ${lie.value}`).toBe(where);
    }
  });

  it('in the roots is found where the sums are compared, or in the first layer', () => {
    for (const lie of liesOf(field, run).filter(({ label }) => label === 'roots')) {
      expect(refusal(proofOf(field, run, lie))).toMatch(/^sumcheck at lookup\/layer 0$/);
    }
  });

  it('in the columns, and in the multiplicities, is found there', () => {
    for (const lie of liesOf(field, run).filter(({ label }) => ['columns', 'multiplicities'].includes(label))) {
      expect(refusal(proofOf(field, run, lie))).toBe(`claim at lookup/${lie.label}`);
    }
  });

  it('in a message that ends early, or holds no element, has its place', () => {
    const proof = proofOf(field, run);
    expect(refusal(proof.subarray(0, -1))).toBe('truncated at lookup/multiplicities');
    const last = proof.slice();
    last.fill(255, -4);
    expect(refusal(last)).toBe('non-canonical at lookup/multiplicities');
    expect(refusal(proof.subarray(0, 3))).toBe('truncated at lookup/roots');
  });
});
