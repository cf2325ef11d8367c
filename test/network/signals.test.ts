// The verdict of a network's verifier on signals and keys at the edge of what it takes, and the places that it gives.

import { describe, expect, it } from 'vitest';
import { compile, type PublicSignals, prove, type VerifyingKey, verify } from '../../src/network/index.ts';
import { inputsOf, perceptron } from '../support/networks.ts';

const network = perceptron({ sizes: [6, 5, 3], seed: 11 });
const { provingKey, verifyingKey } = compile(network);
const BATCH = 2;
const input = inputsOf(network, BATCH);
const shown = await prove(provingKey, input);
const committed = await prove(provingKey, input, { commit: [0, 4] });

/** The reason and the place of a verdict. */
function verdictOn(signals: unknown, proof: Uint8Array, key: VerifyingKey = verifyingKey): string {
  const verdict = verify(key, signals as PublicSignals, proof);
  return verdict.ok ? 'believed' : `${verdict.code} at ${verdict.where}`;
}

describe('signals', () => {
  it('of an honest proof are believed', () => {
    expect(verdictOn(shown.publicSignals, shown.proof)).toBe('believed');
    expect(verdictOn(committed.publicSignals, committed.proof)).toBe('believed');
  });

  it('name up to 64 committed tensors, and not one more', () => {
    const root = new Uint8Array(26);
    const naming = (count: number): unknown => ({
      input: new Int32Array(0),
      output: new Int32Array(0),
      committed: { batch: BATCH, tensors: Array.from({ length: count }, (_, tensor) => ({ tensor, root })) },
    });
    // the network has fewer; a statement of 64 is read, and found not to fit
    expect(verdictOn(naming(64), shown.proof)).toBe('statement at input');
    expect(verdictOn(naming(65), shown.proof)).toBe('statement at committed');
  });

  it('are refused by name', () => {
    const signals = shown.publicSignals;
    expect(verify(verifyingKey, { ...signals, input: undefined as never }, shown.proof)).toEqual({
      ok: false,
      code: 'statement',
      where: 'input',
      message: 'the public input is not an Int32Array',
    });
    expect(verify(verifyingKey, { ...signals, output: undefined as never }, shown.proof)).toEqual({
      ok: false,
      code: 'statement',
      where: 'output',
      message: 'the public output is not an Int32Array',
    });
    expect(verdictOn({ ...signals, input: new Int32Array(0) }, shown.proof)).toBe('statement at input');
  });
});

describe('an unexpected error', () => {
  const failing = (thrown: unknown): VerifyingKey => ({
    ...verifyingKey,
    plan: () => {
      throw thrown;
    },
  });

  it.each([
    [new RangeError('out of it'), 'out of it'],
    ['a string', 'something that is not an error was thrown'],
  ])('is a verdict: %s', (thrown, message) => {
    const verdict = verify(failing(thrown), shown.publicSignals, shown.proof);
    expect(verdict).toEqual({ ok: false, code: 'internal', where: 'verify', message });
  });
});

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
