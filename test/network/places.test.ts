// A proof of a network that ends too early has the place of the message that is due.

import { describe, expect, it } from 'vitest';
import {
  compile,
  type IntegerNetwork,
  type Layer,
  type PublicSignals,
  prove,
  verify,
} from '../../src/network/index.ts';
import { inputsOf, perceptron, proveBatch } from '../support/networks.ts';

const network = perceptron({ sizes: [6, 5, 3], seed: 11 });
const { provingKey, verifyingKey } = compile(network);
const input = inputsOf(network, 2);
const shown = await proveBatch(provingKey, input);
const committed = await proveBatch(provingKey, input, { commit: [0, 4] });

/** The reason and the place of a verdict. */
function verdictOn(signals: PublicSignals, proof: Uint8Array, key = verifyingKey): string {
  const verdict = verify(key, signals, proof);
  return verdict.ok ? 'believed' : `${verdict.code} at ${verdict.where}`;
}

describe('a proof that ends too early', () => {
  /** The places at which proofs of all lengths end, in order; found by halves, for there are many lengths. */
  const placesOf = (signals: PublicSignals, proof: Uint8Array, key = verifyingKey): string[] => {
    const at = (length: number): string => verdictOn(signals, proof.subarray(0, length), key);
    const between = (low: number, high: number, first: string, last: string): string[] => {
      if (first === last || high - low <= 1) return first === last ? [first] : [first, last];
      const middle = (low + high) >> 1;
      const here = at(middle);
      return [...between(low, middle, first, here), ...between(middle, high, here, last).slice(1)];
    };
    const end = proof.length - 1;
    return between(0, end, at(0), at(end));
  };
  /** Without the rounds and the layers of sumchecks, which are many. */
  const outline = (places: readonly string[]): string[] => [
    ...new Set(places.map((place) => place.replace(/layer \d+\/.*/, 'layer …').replace(/\/round \d+.*/, '/round …'))),
  ];

  it('says where, message by message', () => {
    expect(outline(placesOf(shown.publicSignals, shown.proof))).toEqual([
      'truncated at root',
      'truncated at lookup/roots',
      'truncated at lookup/layer …',
      'truncated at lookup/columns',
      'truncated at lookup/multiplicities',
      'truncated at layers affine 1, affine 2/round …',
      'truncated at layers affine 1, affine 2/factors',
      'truncated at layers linear 1, linear 2/round …',
      'truncated at layers linear 1, linear 2/factors',
      'truncated at commitment/level 0/round …',
      'truncated at commitment/level 0/factors',
      'truncated at commitment/level 0/row',
      'truncated at commitment/level 0/nonce',
      'truncated at commitment/level 0/matrix 0/columns',
      'truncated at commitment/level 0/matrix 0/paths',
    ]);
  });

  it('says where, with committed tensors', () => {
    expect(outline(placesOf(committed.publicSignals, committed.proof))).toEqual([
      'truncated at root',
      'truncated at lookup/roots',
      'truncated at lookup/layer …',
      'truncated at lookup/columns',
      'truncated at lookup/multiplicities',
      'truncated at tensors',
      'truncated at layers affine 1, affine 2/round …',
      'truncated at layers affine 1, affine 2/factors',
      'truncated at layers linear 1, linear 2/round …',
      'truncated at layers linear 1, linear 2/factors',
      'truncated at commitment/level 0/round …',
      'truncated at commitment/level 0/factors',
      'truncated at commitment/level 0/root',
      'truncated at commitment/level 0/nonce',
      'truncated at commitment/level 0/matrix 0/columns',
      'truncated at commitment/level 0/matrix 0/paths',
      'truncated at commitment/level 0/matrix 1/columns',
      'truncated at commitment/level 0/matrix 1/paths',
      'truncated at commitment/level 1/round …',
      'truncated at commitment/level 1/factors',
      'truncated at commitment/level 1/row',
      'truncated at commitment/level 1/nonce',
      'truncated at commitment/level 1/matrix 0/columns',
      'truncated at commitment/level 1/matrix 0/paths',
      'truncated at commitment/level 1/matrix 1/columns',
      'truncated at commitment/level 1/matrix 1/paths',
    ]);
  });

  it('says where in the terms of sums, with the names of the layers', async () => {
    const [first, second] = [1, 2].map((seed) => perceptron({ sizes: [6, 3], seed }).layers[1]);
    const sum: Layer = { kind: 'add', name: 'sum', inputs: [1, 2], multipliers: Int32Array.of(2, -1) };
    const other: Layer = { kind: 'add', name: 'other', inputs: [2, 1], multipliers: Int32Array.of(1, 1) };
    const sums: IntegerNetwork = {
      ...network,
      layers: [{ ...first, name: 'a', input: 0 } as Layer, { ...second, name: 'b', input: 0 } as Layer, sum, other],
      outputs: [
        { tensor: 3, scale: 1 },
        { tensor: 4, scale: 1 },
      ],
    };
    const keys = compile(sums);
    const { proof, publicSignals } = await prove(keys.provingKey, input.subarray(0, 6));
    expect(verdictOn(publicSignals, proof, keys.verifyingKey)).toBe('believed');
    expect(outline(placesOf(publicSignals, proof, keys.verifyingKey))).toEqual([
      'truncated at layers sum, other/terms',
      'truncated at layers a, a, b, b/round …',
      'truncated at layers a, a, b, b/factors',
    ]);
  });
});
