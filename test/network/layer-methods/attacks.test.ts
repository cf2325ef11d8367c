// Forgeries of a layer's statement, for each method: another statement than the one proven, another weight, and every
// message of a proof changed in every value and continued honestly.

import { describe, expect, it } from 'vitest';
import { Rejection } from '../../../src/errors.ts';
import { createKoalaBearEngine, koalaBear } from '../../../src/field/index.ts';
import {
  LAYER_METHODS,
  type LayerMethod,
  prepareLayer,
  proveLayer,
  verifyLayer,
  verifyLayerStatement,
} from '../../../src/network/index.ts';
import { beginStatement, padRows } from '../../../src/network/layer-methods/protocol.ts';
import { proveLayerStatement } from '../../../src/network/layer-methods/prove.ts';
import { logCeil } from '../../../src/poly/index.ts';
import { type TernaryMatrix, ternaryDigest, ternaryFromDense } from '../../../src/sparse/index.ts';
import type { ProverChannel } from '../../../src/transcript/channel.ts';
import { createProverChannel } from '../../../src/transcript/prover-channel.ts';
import { createVerifierChannel } from '../../../src/transcript/verifier-channel.ts';
import { type AnyField, seededElements } from '../../support/fields.ts';
import { randomLayer } from './layers.ts';

const [rows, columns, batch] = [5, 6, 3];
const { weights, entries, input, output } = randomLayer(rows, columns, batch, 0.6, 7);
const digest = ternaryDigest(weights);
const engine = createKoalaBearEngine();

interface Statement {
  readonly method: LayerMethod;
  readonly weights: TernaryMatrix;
  readonly digest: Uint8Array;
  readonly input: Int32Array;
  readonly output: Int32Array;
}

function changed(values: Int32Array, index: number, by: number): Int32Array {
  const copy = Int32Array.from(values);
  copy[index] += by;
  return copy;
}

/** The first run of each method: where a lie about the statement is found. */
const FIRST_RUN: Readonly<Record<LayerMethod, string>> = {
  ternary: '',
  sparse: '',
  dense: '',
  'vanilla-sum': 'sum layer',
  'vanilla-tree': 'addition layer 2',
};

describe.each(LAYER_METHODS)('%s', (method) => {
  const layer = prepareLayer(engine, method, weights);
  const { proof } = proveLayerStatement(engine, layer, input);
  const honest: Statement = { method, weights, digest, input, output };
  const check = (given: Partial<Statement>, bytes = proof) => {
    const s = { ...honest, ...given };
    return verifyLayerStatement(koalaBear, s.method, s.weights, s.digest, s.input, s.output, bytes);
  };
  const refusedAt = (where: string) => ({ ok: false, code: 'sumcheck', where });

  it('accepts the honest statement', () => {
    expect(check({})).toEqual({ ok: true });
  });

  it('refuses another output or input, value by value', () => {
    for (let k = 0; k < output.length; k++) {
      expect(check({ output: changed(output, k, 1) })).toMatchObject({ ok: false, code: 'sumcheck' });
    }
    for (let k = 0; k < input.length; k++) {
      expect(check({ input: changed(input, k, -1) })).toMatchObject({ ok: false, code: 'sumcheck' });
    }
  });

  it('refuses what was proven of other public values, by the run that it enters', () => {
    const lie = changed(output, 4, 1);
    const channel = createProverChannel(koalaBear);
    const point = beginStatement(channel, { method, rowCount: rows, columnCount: columns, digest, input, output: lie });
    const value = koalaBear.tables.evaluateIntegers(padRows(lie, rows), point);
    proveLayer(engine, channel, layer, padRows(input, columns), { point, value });
    const { where } = check({ output: lie }, channel.bytes()) as { where: string };
    expect(where.startsWith(FIRST_RUN[method])).toBe(true);
    expect(check({ output: lie }, channel.bytes())).toMatchObject(refusedAt(where));
  });

  it('refuses exchanged inputs, exchanged batch elements, and values that could wrap around', () => {
    const permuted = Int32Array.from(input);
    permuted.set([input[1], input[0]]);
    expect(input[0]).not.toBe(input[1]);
    expect(check({ input: permuted })).toMatchObject({ ok: false, code: 'sumcheck' });
    const exchanged = Int32Array.from([
      ...output.subarray(rows, 2 * rows),
      ...output.subarray(0, rows),
      ...output.subarray(2 * rows),
    ]);
    expect(check({ output: exchanged })).toMatchObject({ ok: false, code: 'sumcheck' });
    expect(check({ input: changed(input, 0, 2 ** 30) })).toMatchObject({ code: 'input-range', where: 'input' });
    expect(check({ output: changed(output, 0, 2 ** 31 - 200) })).toMatchObject({ code: 'statement', where: 'output' });
  });

  it('refuses other weights: a sign, one dropped, one added', () => {
    const at = (test: (entry: number) => boolean): number => entries.findIndex(test);
    const flipped = entries.map((entry, k) => (k === at((e) => e !== 0) ? -entry : entry));
    const dropped = entries.map((entry, k) => (k === at((e) => e !== 0) ? 0 : entry));
    const added = entries.map((entry, k) => (k === at((e) => e === 0) ? 1 : entry));
    for (const other of [flipped, dropped, added]) {
      const matrix = ternaryFromDense(other, rows, columns);
      // under its own digest the challenges differ; under the old one W̃ does
      expect(check({ weights: matrix, digest: ternaryDigest(matrix) })).toMatchObject({ ok: false, code: 'sumcheck' });
      expect(check({ weights: matrix })).toMatchObject({ ok: false, code: 'sumcheck' });
    }
    expect(() =>
      ternaryFromDense(
        entries.map((entry, k) => (k === 0 ? 2 : entry)),
        rows,
        columns,
      ),
    ).toThrow('is 2');
  });

  it('refuses the proof of another method, shape, digest and number of inputs', () => {
    for (const other of LAYER_METHODS.filter((name) => name !== method)) {
      expect(check({ method: other }).ok).toBe(false);
    }
    const wider = ternaryFromDense([...entries, ...new Array<number>(columns).fill(0)], rows + 1, columns);
    expect(check({ weights: wider })).toMatchObject({ code: 'statement', where: 'output' });
    expect(check({ digest: digest.map((byte) => byte ^ 1) })).toMatchObject({ ok: false, code: 'sumcheck' });
    const fewer = { input: input.subarray(columns), output: output.subarray(rows) };
    expect(check(fewer).ok).toBe(false);
    expect(check({ input: input.subarray(1) })).toMatchObject({ code: 'statement', where: 'input' });
  });

  it('refuses truncated and longer proofs, and any flipped bit', () => {
    expect(check({}, proof.subarray(0, proof.length - 1))).toMatchObject({ code: 'truncated' });
    expect(check({}, Uint8Array.from([...proof, 0]))).toMatchObject({ code: 'trailing-bytes' });
    for (let k = 0; k < proof.length; k++) {
      const flipped = Uint8Array.from(proof);
      flipped[k] ^= 1 << (k % 8);
      expect(check({}, flipped).ok, `byte ${k}`).toBe(false);
    }
  });

  it('refuses every message changed in every value and continued honestly', () => {
    let messages = 0;
    for (let lie = 0; ; lie++) {
      let sent = 0;
      const channel = createProverChannel(koalaBear);
      const lying: ProverChannel<typeof koalaBear.zero> = Object.assign(Object.create(channel), {
        send(label: string, values: readonly (typeof koalaBear.zero)[]) {
          const told = values.map((value) => (sent++ === lie ? koalaBear.add(value, koalaBear.one) : value));
          channel.send(label, told);
        },
        within: (name: string, run: () => unknown) => channel.within(name, run),
        draw: (label: string) => channel.draw(label),
        drawMany: (label: string, count: number) => channel.drawMany(label, count),
        absorb: (label: string, bytes: Uint8Array) => channel.absorb(label, bytes),
      });
      const point = beginStatement(lying, { method, rowCount: rows, columnCount: columns, digest, input, output });
      const value = koalaBear.tables.evaluateIntegers(padRows(output, rows), point);
      proveLayer(engine, lying, layer, padRows(input, columns), { point, value });
      if (sent <= lie) break;
      messages++;
      const verdict = check({}, channel.bytes());
      expect(verdict, `value ${lie}`).toMatchObject({ ok: false });
      expect(['sumcheck', 'claim']).toContain((verdict as { code: string }).code);
    }
    expect(messages).toBeGreaterThanOrEqual(7);
  });

  it('leaves the claim on the input to the caller, who compares it', () => {
    // a prover that runs on another input from a claim that fits it: only the last comparison sees it
    const other = changed(input, 2, 3);
    const point = seededElements(koalaBear as AnyField, logCeil(batch) + logCeil(rows), 3) as (typeof koalaBear.zero)[];
    const { output: otherOutput } = proveLayerStatement(engine, layer, other);
    const value = koalaBear.tables.evaluateIntegers(padRows(otherOutput, rows), point);
    const channel = createProverChannel(koalaBear);
    proveLayer(engine, channel, layer, padRows(other, columns), { point, value });
    const receiver = createVerifierChannel(koalaBear, channel.bytes());
    const [left] = verifyLayer(koalaBear, receiver, method, weights, logCeil(batch), { point, value });
    const evaluate = (values: Int32Array) => koalaBear.tables.evaluateIntegers(padRows(values, columns), left.point);
    expect(koalaBear.equal(evaluate(other), left.value)).toBe(true);
    expect(koalaBear.equal(evaluate(input), left.value)).toBe(false);
    const wrong = createVerifierChannel(koalaBear, channel.bytes());
    expect(() =>
      verifyLayer(koalaBear, wrong, method, weights, logCeil(batch), {
        point,
        value: koalaBear.add(value, koalaBear.one),
      }),
    ).toThrow(Rejection);
  });
});
