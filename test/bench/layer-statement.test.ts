// The statement of the suite: a proof is accepted for its layer, and for no other weights, input or output.

import { describe, expect, it } from 'vitest';
import { proveLayerStatement, verifyLayerStatement } from '../../src/bench/layer-statement.ts';
import { syntheticInputs, syntheticTernary } from '../../src/bench/synthetic.ts';
import { Rejection } from '../../src/errors.ts';
import { createArrayEngine } from '../../src/field/array-engine.ts';
import { bn254 } from '../../src/field/bn254.ts';
import type { Engine } from '../../src/field/engine.ts';
import { koalaBear } from '../../src/field/koalabear.ts';
import { createKoalaBearEngine } from '../../src/field/koalabear-engine.ts';
import { multiply, ternaryDigest } from '../../src/sparse/ternary-matrix.ts';

function statementOf(outputs: number, inputs: number, batch: number, scale: number) {
  const weights = syntheticTernary(outputs, inputs, 1 / 2, 3);
  const input = syntheticInputs(inputs, batch, 4).map((value) => value * scale);
  const output = new Int32Array(outputs * batch);
  for (let b = 0; b < batch; b++) {
    output.set(multiply(weights, input.subarray(b * inputs, (b + 1) * inputs)), b * outputs);
  }
  return { weights, digest: ternaryDigest(weights), input, output };
}

function prove<E>(engine: Engine<E>, statement: ReturnType<typeof statementOf>): Uint8Array {
  return proveLayerStatement(engine, engine.gatherPlan(statement.weights), statement);
}

function refusal(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error instanceof Rejection ? error.code : error;
  }
  return 'accepted';
}

describe('the statement of one layer', () => {
  it.each([
    [20, 13, 3, 1],
    [1, 1, 1, 1],
    [8, 32, 4, 300],
    [33, 5, 2, 100_000],
  ])('of %i × %i with a batch of %i is proven, values times %i', (outputs, inputs, batch, scale) => {
    const statement = statementOf(outputs, inputs, batch, scale);
    const proof = prove(createKoalaBearEngine(), statement);
    expect(refusal(() => verifyLayerStatement(koalaBear, statement, proof))).toBe('accepted');
    const overBn254 = prove(createArrayEngine(bn254), statement);
    expect(refusal(() => verifyLayerStatement(bn254, statement, overBn254))).toBe('accepted');
  });

  it('is refused for another input, output or matrix, and for other bytes', () => {
    const statement = statementOf(20, 13, 3, 1);
    const proof = prove(createKoalaBearEngine(), statement);
    const changed = (values: Int32Array): Int32Array => values.map((value, i) => (i === 7 ? value + 1 : value));
    const verify = (rest: object, bytes = proof) =>
      refusal(() => verifyLayerStatement(koalaBear, { ...statement, ...rest }, bytes));
    expect(verify({ input: changed(statement.input) })).toBe('sumcheck');
    expect(verify({ output: changed(statement.output) })).toBe('sumcheck');
    expect(verify({ digest: statement.digest.map((byte) => byte ^ 1) })).toBe('sumcheck');
    expect(verify({ weights: syntheticTernary(20, 13, 1 / 2, 5) })).toBe('sumcheck');
    expect(verify({}, proof.subarray(0, proof.length - 1))).toBe('truncated');
    expect(verify({}, Uint8Array.of(...proof, 0))).toBe('trailing-bytes');
  });

  it('cannot be proven for a wrong output', () => {
    const statement = statementOf(20, 13, 3, 1);
    const output = statement.output.with(5, statement.output[5] + 1);
    const lie = { ...statement, output };
    expect(refusal(() => verifyLayerStatement(koalaBear, lie, prove(createKoalaBearEngine(), lie)))).toBe('sumcheck');
  });
});
