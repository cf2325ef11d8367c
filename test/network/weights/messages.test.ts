// Every message of a proof about committed weights, a committed input and a committed output: changed in any value with
// an honest prover after it, and the bytes of the proof flipped, dropped and cut off.

import { concatBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import type { RejectionCode } from '../../../src/errors.ts';
import { koalaBear } from '../../../src/field/index.ts';
import type { KoalaElement } from '../../../src/field/koalabear.ts';
import { verify } from '../../../src/network/index.ts';
import { makeWitness } from '../../../src/network/proof/witness.ts';
import { liesInEveryValue } from '../../../src/testing/every-value.ts';
import { type Change, isMessage, lyingChannel, type Step } from '../../../src/testing/lying-channel.ts';
import { proveForged } from '../../../src/testing/network/forged-proofs.ts';
import type { ProverChannel } from '../../../src/transcript/index.ts';
import { inputsOf, perceptron } from '../../support/networks.ts';
import { outcome, registered } from './support.ts';

// multipliers of their own, and one for all: both kinds of claims on biases
const base = perceptron({ sizes: [7, 6, 5, 3], seed: 8 });
const network = {
  ...base,
  layers: base.layers.map((layer) =>
    layer.kind === 'affine' && layer.name === 'affine 2'
      ? { ...layer, multipliers: layer.multipliers.map(() => 3) }
      : layer,
  ),
};
const { provingKey, verifyingKey } = await registered(network);
const COMMITTED = [0, network.layers.length];
const plan = provingKey.plan(2, COMMITTED);
const witness = makeWitness(plan, inputsOf(network, 2));
const honest = await proveForged(provingKey, plan, witness);

type Wrap = (channel: ProverChannel<KoalaElement>) => ProverChannel<KoalaElement>;

const steps: Step<KoalaElement>[] = [];
await proveForged(provingKey, plan, witness, { wrap: (channel) => lyingChannel(koalaBear, channel, [], steps) });
const messages = steps.filter(isMessage);

/** Returns the verdict on a proof with one change, honest after it. */
async function outcomeOf(change: Change<KoalaElement>): Promise<string> {
  const wrap: Wrap = (channel) => lyingChannel(koalaBear, channel, [change]);
  const { proof, publicSignals } = await proveForged(provingKey, plan, witness, { wrap });
  return outcome(verify(verifyingKey, publicSignals, proof));
}

describe('every message', () => {
  it('is there: those of lookups, layers, weights, and of an opening of several levels', () => {
    const labels = new Set(messages.map(({ label }) => label));
    expect([...labels].sort()).toEqual([
      'columns',
      'factors',
      'halves',
      'multiplicities',
      'nonce',
      'paths',
      'root',
      'roots',
      'round',
      'row',
      'tensors',
      'terms',
    ]);
    // of the columns, and of the messages of all levels but the last
    const levels = provingKey.commitment(plan)?.levels.length ?? 0;
    expect(levels).toBeGreaterThan(1);
    expect(messages.filter(({ label }) => label === 'root')).toHaveLength(levels);
    expect(messages.filter(({ label }) => label === 'row')).toHaveLength(1);
  });

  it('of field elements, changed in any value and honest after it', async () => {
    const seen = new Set<string>();
    const rowEnds = [0, (messages.find(({ label }) => label === 'row')?.content.values.length ?? 0) - 1];
    for (const { label, message, value, change } of liesInEveryValue(koalaBear, steps)) {
      if (label === 'row' && !rowEnds.includes(value)) continue;
      const result = await outcomeOf(change);
      expect(result, `${label} ${value} of message ${message}`).toMatch(/^(sumcheck|claim|opening) at /);
      seen.add(result.replace(/level \d+/, 'level').replace(/ at layers .*/, ' at layers'));
    }
    // the checks that stop them: none of them is idle
    for (const check of [
      'sumcheck at lookup/layer 1',
      'sumcheck at layers',
      'sumcheck at weights/squares',
      'sumcheck at weights/sum',
      'sumcheck at commitment/level',
      'opening at commitment/level/row',
    ]) {
      expect([...seen].filter((result) => result.startsWith(check)).length, check).toBeGreaterThan(0);
    }
  }, 120_000);

  it('of bytes, changed in any of the first and last and honest after it', async () => {
    const expected: Record<string, RegExp> = {
      root: /^merkle at commitment\/level \d\/matrix \d\/paths$/,
      nonce: /^grinding at commitment\/level \d/,
      columns: /^(merkle|non-canonical) at commitment\/level \d\/matrix \d\/(paths|columns)$/,
      paths: /^merkle at commitment\/level \d\/matrix \d\/paths$/,
    };
    for (const { index, verb, label, content } of messages) {
      const { length } = content.values;
      if (verb === 'send' || length === 0) continue;
      for (const place of new Set([0, 1, length >> 1, length - 1])) {
        const bytes = (own: Uint8Array): Uint8Array => own.map((byte, k) => (k === place ? byte ^ 1 : byte));
        const result = await outcomeOf({ at: index, bytes });
        expect(result, `byte ${place} of ${label}, step ${index}`).toMatch(expected[label]);
      }
    }
  });

  it('left out, or sent twice', async () => {
    for (const { index, verb, content } of messages) {
      for (const times of [0, 2]) {
        const repeat = <T>(own: Iterable<T>): T[] => Array.from({ length: times }, () => [...own]).flat();
        const result = await outcomeOf({ at: index, elements: repeat, bytes: (own) => Uint8Array.from(repeat(own)) });
        if (content.values.length === 0) expect(result).toBe('believed');
        else expect(result, `${verb} ${index} ${times} times`).not.toMatch(/^(believed|internal)/);
      }
    }
  });
});

describe('bytes of a proof', () => {
  const { proof, publicSignals } = honest;
  const check = (bytes: Uint8Array): string => outcome(verify(verifyingKey, publicSignals, bytes));

  it('flipped, dropped and added, everywhere', () => {
    expect(check(proof)).toBe('believed');
    const step = Math.max(1, Math.floor(proof.length / 200));
    const codes = new Set<string>();
    for (let at = 0; at < proof.length; at += step) {
      const flipped = proof.slice();
      flipped[at] ^= 1 << (at % 8);
      const dropped = concatBytes(proof.subarray(0, at), proof.subarray(at + 1));
      const added = concatBytes(proof.subarray(0, at), Uint8Array.of(0), proof.subarray(at));
      for (const bytes of [flipped, dropped, added]) codes.add(check(bytes).split(' ')[0]);
    }
    for (const code of codes) expect(REFUSALS).toContain(code);
  });

  it('cut off, everywhere: truncated, unless something before is wrong already', () => {
    const step = Math.max(1, Math.floor(proof.length / 400));
    for (let length = 0; length < proof.length; length += step) {
      expect(check(proof.subarray(0, length)), `${length} bytes`).toMatch(/^truncated at /);
    }
    expect(check(proof.subarray(0, -1))).toMatch(/^truncated at commitment\/level \d\/matrix \d\/paths$/);
    expect(check(concatBytes(proof, Uint8Array.of(0)))).toBe('trailing-bytes at end');
  });

  it('of a proof about other tensors', async () => {
    for (const committed of [[], [0], [network.layers.length]]) {
      const own = provingKey.plan(2, committed);
      const other = await proveForged(provingKey, own, makeWitness(own, inputsOf(network, 2)));
      expect(outcome(verify(verifyingKey, other.publicSignals, other.proof))).toBe('believed');
      expect(check(other.proof)).toMatch(/^(sumcheck|truncated|non-canonical) at /);
    }
  });

  it('that are none', () => {
    for (const nothing of [undefined, null, 'proof', [], { length: 4 }, new Uint32Array(4)]) {
      expect(check(nothing as never)).toBe('bad-header at proof');
    }
  });
});

const REFUSALS: readonly RejectionCode[] = [
  'truncated',
  'trailing-bytes',
  'non-canonical',
  'sumcheck',
  'claim',
  'lookup-root',
  'opening',
  'proximity',
  'merkle',
  'grinding',
];
