// The verdicts on wrong registrations, and registrations without lookups: all
// weights are zero, so that the sums of the rows are their bounds.

import { describe, expect, it } from 'vitest';
import { boundsOf } from '../../../src/network/model/bounds.ts';
import type { IntegerNetwork } from '../../../src/network/model/network.ts';
import { prepareRegistration, type RegistrationStatement } from '../../../src/network/registration/protocol.ts';
import { proveRegistration } from '../../../src/network/registration/prove.ts';
import { verifyRegistration } from '../../../src/network/registration/verify.ts';
import { perceptron } from '../../support/networks.ts';
import { commitModel, proveAs } from './support.ts';

/** Layers without weights other than zero, and without multipliers. */
function zeros(): IntegerNetwork {
  const network = perceptron({ sizes: [6, 5], density: 0 });
  return { ...network, layers: network.layers.slice(0, 2), outputs: [{ tensor: 2, scale: 1 }] };
}

describe('a registration in which nothing is looked up', () => {
  const model = commitModel(zeros());

  it('has no column beside the weights, and is believed', async () => {
    const { statement, matrix, source, workspace } = model;
    expect(prepareRegistration(statement).plan.lookups).toBeUndefined();
    const proof = await proveRegistration(statement, matrix, source, workspace);
    expect(verifyRegistration(statement, proof)).toEqual({ ok: true });
    expect(verifyRegistration(statement, Uint8Array.of(...proof, 0))).toMatchObject({ code: 'trailing-bytes' });
    expect(verifyRegistration(statement, proof.subarray(0, -1))).toMatchObject({ code: 'truncated' });
  });

  it.each([1, -1, 2])('is refused if a weight is %i', async (weight) => {
    const change = (entries: Int32Array): void => {
      entries[0] = weight;
    };
    const lying = commitModel(zeros(), { change, bounds: boundsOf(zeros()) });
    expect(verifyRegistration(lying.statement, await proveAs(lying))).toMatchObject({
      ok: false,
      code: 'sumcheck',
      where: 'weights',
    });
  });
});

describe('the verdict on a registration', () => {
  const model = commitModel(perceptron({ sizes: [6, 5, 3], seed: 2 }));
  const failing = (thrown: unknown): RegistrationStatement<unknown> => ({
    ...(model.statement as RegistrationStatement<unknown>),
    get layout(): never {
      throw thrown;
    },
  });

  it.each([
    [new RangeError('out of it'), 'out of it'],
    ['a string', 'something that is not an error was thrown'],
  ])('is internal where something unexpected is thrown: %s', (thrown, message) => {
    expect(verifyRegistration(failing(thrown), new Uint8Array(0))).toEqual({
      ok: false,
      code: 'internal',
      where: 'verify',
      message,
    });
  });

  it('is about the key where its bounds do not fit the field', () => {
    const { layout } = model.statement;
    const statement = { ...model.statement, layout: { ...layout, variables: 32 } };
    expect(verifyRegistration(statement, new Uint8Array(0))).toMatchObject({
      ok: false,
      code: 'statement',
      where: 'key',
    });
  });

  it.each([[undefined], [[1, 2, 3]], [{ length: 3 }], ['abc']])(
    'is about the proof where that is not bytes: %s',
    (proof) => {
      expect(verifyRegistration(model.statement, proof as unknown as Uint8Array)).toEqual({
        ok: false,
        code: 'bad-header',
        where: 'proof',
        message: 'the proof is not a Uint8Array',
      });
    },
  );

  it.each([
    ['root', 'its root', 1],
    ['lookup/roots', 'its lookups', 30],
    ['commitment/level 1/matrix 1/paths', 'its last paths', -1],
  ])('has the place %s where the proof ends in %s', async (where, _what, length) => {
    const { statement, matrix, source, workspace } = model;
    const proof = await proveRegistration(statement, matrix, source, workspace);
    const verdict = verifyRegistration(statement, proof.slice(0, length));
    expect(verdict).toMatchObject({ ok: false, code: 'truncated', where });
  });
});
