// A proof of a network that ends too early has the place of the message that is due.

import { describe, expect, it } from 'vitest';
import { compile, type PublicSignals, prove, verify } from '../../src/network/index.ts';
import { inputsOf, perceptron } from '../support/networks.ts';

const network = perceptron({ sizes: [6, 5, 3], seed: 11 });
const { provingKey, verifyingKey } = compile(network);
const input = inputsOf(network, 2);
const shown = await prove(provingKey, input);
const committed = await prove(provingKey, input, { commit: [0, 4] });

/** The reason and the place of a verdict. */
function verdictOn(signals: PublicSignals, proof: Uint8Array): string {
  const verdict = verify(verifyingKey, signals, proof);
  return verdict.ok ? 'believed' : `${verdict.code} at ${verdict.where}`;
}

describe('a proof that ends too early', () => {
  /** The places at which proofs of all lengths end, in order; found by halves, for there are many lengths. */
  const placesOf = (signals: PublicSignals, proof: Uint8Array): string[] => {
    const at = (length: number): string => verdictOn(signals, proof.subarray(0, length));
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
});
