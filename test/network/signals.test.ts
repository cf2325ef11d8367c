// The verdict of a network's verifier on signals and keys at the edge of what it takes, and the places that it gives.

import { describe, expect, it } from 'vitest';
import { compile, type PublicSignals, type VerifyingKey, verify } from '../../src/network/index.ts';
import { inputsOf, perceptron, proveBatch } from '../support/networks.ts';

const network = perceptron({ sizes: [6, 5, 3], seed: 11 });
const { provingKey, verifyingKey } = compile(network);
const BATCH = 2;
const input = inputsOf(network, BATCH);
const shown = await proveBatch(provingKey, input);
const committed = await proveBatch(provingKey, input, { commit: [0, 4] });

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

  it('are whole inputs, one or more', () => {
    for (const length of [0, 5, 7]) {
      expect(verify(verifyingKey, { ...shown.publicSignals, input: new Int32Array(length) }, shown.proof)).toEqual({
        ok: false,
        code: 'statement',
        where: 'input',
        message: `${length} values are not whole inputs of 6`,
      });
    }
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
