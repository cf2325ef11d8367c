// docs/protocol.md against provers: the messages that its tables say, one by one, with their kinds, labels and counts.
// Every row of every table occurs in one of the proofs below.

import { describe, expect, it } from 'vitest';
import { bn254, koalaBear } from '../../src/field/index.ts';
import {
  compile,
  type IntegerNetwork,
  type ProvingKey,
  readKey,
  type VerifyingKey,
  verify,
} from '../../src/network/index.ts';
import { REGISTRATION_PROTOCOL } from '../../src/network/registration/protocol.ts';
import { PROTOCOL } from '../../src/network/statement/statement.ts';
import { ternaryFromDense } from '../../src/sparse/ternary-matrix.ts';
import { mixedChain } from '../network/weights/support.ts';
import { type AnyField, seeded } from '../support/fields.ts';
import { convolutional, inputsOf, perceptron } from '../support/networks.ts';
import { recordedProof, recordedRegistration } from '../support/recorded-proofs.ts';
import type { Step } from '../support/recording.ts';
import { registerFiles, verifyModelFile } from '../support/registered.ts';
import { readPage } from './page.ts';
import { type Expected, Walk } from './walk.ts';

const page = readPage();
const used = new Set<string>();

const small = perceptron({ sizes: [3, 4, 2], seed: 5 });
const uniform = perceptron({ sizes: [6, 5, 4, 3], seed: 3, multipliers: 'uniform', shift: 14 });
const affineOnly: IntegerNetwork = {
  ...small,
  name: 'nothing is looked up',
  layers: small.layers.slice(0, 3),
  outputs: [{ tensor: 3, scale: 1 }],
};

/** Bounds of zero need no lookups: what rows add up to is claimed at a point that is drawn for it. */
const zeros: IntegerNetwork = {
  name: 'weights of zero',
  input: { shape: [3], min: -4, max: 4, scale: 1, mean: 0 },
  layers: [{ kind: 'linear', name: 'linear', input: 0, weights: ternaryFromDense(new Int8Array(12), 4, 3) }],
  outputs: [{ tensor: 1, scale: 1 }],
};

function walkOf(field: AnyField, context: Uint8Array, steps: readonly Step[]): Walk {
  const walk = new Walk(page, steps, { base: field.baseByteLength, extension: field.byteLength });
  walk.channel(field.name, context);
  return walk;
}

function compare(walk: Walk, steps: readonly Step[]): void {
  const recorded = steps.map(({ operation, label, count }): Expected => ({ operation, label, count }));
  expect(recorded).toEqual(walk.expected);
  for (const row of walk.used) used.add(row);
}

async function checkProof(
  { provingKey, verifyingKey }: { provingKey: ProvingKey<unknown>; verifyingKey: VerifyingKey<unknown> },
  batch: number,
  commit: readonly number[],
): Promise<void> {
  const { network, field } = provingKey;
  const { plan, proof, publicSignals, steps } = await recordedProof(provingKey, inputsOf(network, batch), commit);
  expect(verify(verifyingKey, publicSignals, proof)).toMatchObject({ ok: true });
  const walk = walkOf(field, PROTOCOL, steps);
  walk.network(plan, verifyingKey.describe(plan), verifyingKey.weights, verifyingKey.commitment(plan));
  compare(walk, steps);
}

const keysOf = (network: IntegerNetwork, field: unknown = koalaBear) => compile(network, { field: field as AnyField });

describe('network proofs send what the page says', () => {
  it.each<[string, IntegerNetwork, number, readonly number[]]>([
    ['a perceptron', small, 1, []],
    ['three inputs', uniform, 3, []],
    ['nothing looked up', affineOnly, 2, []],
    ['nothing looked up, the output committed', affineOnly, 1, [3]],
    ['a committed input', small, 2, [0]],
    ['input, tensor between and output committed', uniform, 1, [0, 2, 4, uniform.layers.length]],
    ...[1, 2, 3, 4, 5].map((seed): [string, IntegerNetwork, number, readonly number[]] => [
      `images ${seed}`,
      convolutional({ seed }),
      1,
      [],
    ]),
  ])('%s', async (_name, network, batch, commit) => {
    await checkProof(keysOf(network), batch, commit);
  });

  it('over BN254', async () => {
    await checkProof(keysOf(small, bn254), 1, [0]);
  });

  it('over BN254, images', async () => {
    await checkProof(keysOf(perceptron({ sizes: [3, 3, 2], seed: 2, shift: 0 }), bn254), 2, []);
  });
});

describe('registrations and proofs about committed weights send what the page says', () => {
  it.each<[string, IntegerNetwork, readonly number[]]>([
    ['a perceptron', small, []],
    ['one multiplier for all', uniform, [0, uniform.layers.length]],
    ['weights of zero', zeros, []],
    ['images', convolutional({ seed: 1 }), []],
    ...[1, 2, 3, 4, 5, 6].map((seed): [string, IntegerNetwork, readonly number[]] => [
      `mixed ${seed}`,
      mixedChain(seeded(seed)),
      [],
    ]),
  ])('%s', async (_name, network, commit) => {
    const { provingKey, keyFile } = await registerFiles(network, { field: koalaBear as AnyField });
    const { registration, proof, steps } = await recordedRegistration(provingKey);
    expect(verifyModelFile(keyFile, proof)).toEqual({ ok: true });
    const walk = walkOf(koalaBear as AnyField, REGISTRATION_PROTOCOL, steps);
    walk.registration(registration.plan, JSON.stringify(registration.parameters), registration.parameters);
    compare(walk, steps);
    const verifyingKey = readKey(keyFile, { field: koalaBear as AnyField });
    await checkProof({ provingKey, verifyingKey }, 1, commit);
  });
});

it('every message and every relation of the page occurs in these proofs', () => {
  const rows = [...page.messages].flatMap(([name, table]) => table.map((_, index) => `${name} ${index}`));
  const relations = [...page.relations.keys()].map((name) => `relation ${name}`);
  expect([...used].sort()).toEqual([...rows, ...relations].sort());
});
