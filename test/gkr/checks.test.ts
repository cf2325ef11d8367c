// The verdicts on wrong proofs of a circuit's run: the reason, the place and the message of each.

import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { beginStatement } from '../../src/gkr/circuit/statement.ts';
import {
  buildCircuit,
  type Circuit,
  type CircuitValues,
  type ClosedForm,
  circuitDigest,
  evaluateCircuit,
  proveCircuit,
  proveCircuitStatement,
  verifyCircuitStatement,
  wiredLayer,
} from '../../src/gkr/index.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import { settings } from '../support/fields.ts';

const circuit = buildCircuit((c) => {
  const [x, y] = c.inputs(2);
  return [c.add(c.mul(x, y), x)];
});

describe.each(settings.slice(2))('the verdict on a circuit over %s', (_name, field, createEngine) => {
  const engine = createEngine();
  const verify = (inputs: unknown, outputs: unknown, proof: Uint8Array, given: Circuit = circuit): unknown =>
    verifyCircuitStatement(field, given, inputs as CircuitValues<unknown>, outputs as CircuitValues<unknown>, proof);
  const honest = proveCircuitStatement(engine, circuit, [3, 4]);

  it('is that the inputs are others, where a liar absorbs what it claims and runs the circuit on something else', () => {
    // the outputs are those of (5, 7); only the claims on the inputs, at the end, tell that (3, 4) were claimed
    const [claimed, run] = [Int32Array.of(3, 4), Int32Array.of(5, 7)];
    const values = evaluateCircuit(field, circuit, run, 1);
    const outputs = values[values.length - 1];
    const forge = (inputs: Int32Array): Uint8Array => {
      const channel = createProverChannel(field);
      const claim = beginStatement(field, channel, circuit, circuitDigest(circuit), 1, inputs, outputs);
      const mark = engine.mark();
      proveCircuit(engine, channel, circuit, 0, values, claim);
      engine.release(mark);
      return channel.bytes();
    };
    expect(verify(run, outputs, forge(run))).toEqual({ ok: true });
    expect(verify(claimed, outputs, forge(claimed))).toEqual({
      ok: false,
      code: 'claim',
      where: 'inputs',
      message: 'the inputs are not those that were proven',
    });
  });

  it('is that one input of many is another, in any copy', () => {
    const run = Int32Array.of(5, 6, 7, 8, 9, 10);
    const values = evaluateCircuit(field, circuit, Int32Array.of(5, 6, 7, 7, 8, 9, 10, 10), 4);
    const outputs = (values[values.length - 1] as Int32Array).slice(0, 3);
    for (let at = 0; at < run.length; at++) {
      const claimed = run.map((value, k) => (k === at ? value + 1 : value));
      const channel = createProverChannel(field);
      const claim = beginStatement(field, channel, circuit, circuitDigest(circuit), 3, claimed, outputs);
      const mark = engine.mark();
      proveCircuit(engine, channel, circuit, 2, values, claim);
      engine.release(mark);
      expect(verify(claimed, outputs, channel.bytes())).toMatchObject({ ok: false, code: 'claim', where: 'inputs' });
    }
  });

  it('names the value that is not an element, and the list', () => {
    const message = (what: string): string => `${what} is not a canonical element of ${field.name}`;
    const integer = (value: number): unknown => expect.stringContaining(`value 0: ${value} is not an integer from −`);
    const refusal = { ok: false, code: 'non-canonical' };
    const { one } = field;
    expect(verify([0.5, 3], honest.outputs, honest.proof)).toEqual({
      ...refusal,
      where: 'inputs',
      message: integer(0.5),
    });
    expect(verify([3, 4], [Number.NaN], honest.proof)).toEqual({
      ...refusal,
      where: 'outputs',
      message: integer(Number.NaN),
    });
    expect(verify([one, {}], honest.outputs, honest.proof)).toEqual({
      ...refusal,
      where: 'inputs',
      message: message('value 1'),
    });
    expect(verify([undefined, one], honest.outputs, honest.proof)).toEqual({
      ...refusal,
      where: 'inputs',
      message: message('value 0'),
    });
  });

  it('names a list whose values cannot be read, whatever is thrown', () => {
    const hostile = [3, 4];
    for (const thrown of [new UsageError('mine'), new Error('mine'), Object.create(null), undefined]) {
      Object.defineProperty(hostile, 1, {
        get: () => {
          throw thrown;
        },
      });
      const verdict = verify(hostile, honest.outputs, honest.proof);
      const message = 'a value cannot be read';
      expect(verdict).toEqual({ ok: false, code: 'non-canonical', where: 'inputs', message });
    }
  });

  it('names options that are none', () => {
    for (const [options, what] of [
      [null, 'null'],
      ['context', "'context'"],
      [new Uint8Array(3), 'a Uint8Array'],
    ] as const) {
      const run = () => verifyCircuitStatement(field, circuit, [3, 4], honest.outputs, honest.proof, options as never);
      expect(run).toThrow(`the options are ${what}; give an object`);
    }
  });

  it('names a list whose length cannot be read, whatever is thrown', () => {
    const trap = (): never => {
      throw new Error('trap');
    };
    const hostile = new Proxy(new Error('mine'), { getPrototypeOf: trap, get: trap });
    for (const thrown of [new UsageError('mine'), hostile, null]) {
      const list = new Proxy([3, 4], {
        get() {
          throw thrown;
        },
      });
      const refusal = { ok: false, code: 'statement', where: 'inputs', message: 'the inputs are not an array' };
      expect(verify(list, honest.outputs, honest.proof)).toEqual(refusal);
    }
  });

  it.each([
    ['more', Int32Array.of(3, 4, 5)],
    ['fewer', Int32Array.of(3)],
  ])('does not take a list at its word that holds %s values than it says', (_what, list) => {
    Object.defineProperty(list, 'length', { value: 2 });
    const verdict = verify(list, honest.outputs, honest.proof);
    const are = `say that they are 2 values, and are ${new Int32Array(list).length}`;
    expect(verdict).toEqual({ ok: false, code: 'statement', where: 'inputs', message: `the inputs ${are}` });
  });

  it('names anything but a list', () => {
    for (const nothing of [undefined, null, 7, '34', { length: 2 }, new DataView(new ArrayBuffer(2))]) {
      expect(verify(nothing, honest.outputs, honest.proof)).toEqual({
        ok: false,
        code: 'statement',
        where: 'inputs',
        message: 'the inputs are not an array',
      });
      expect(verify([3, 4], nothing, honest.proof)).toMatchObject({ code: 'statement', where: 'outputs' });
    }
  });

  it('is internal where its closed form fails', () => {
    const failing = (thrown: unknown): Circuit => {
      const closedForm: ClosedForm = {
        name: 'failing',
        sources: 2,
        linear: () => {
          throw thrown;
        },
      };
      return { inputCount: 2, layers: [{ ...wiredLayer(1, {}), closedForm }] };
    };
    // one layer without products over one wire variable: two coefficients and a factor
    const proof = new Uint8Array(3 * field.byteLength);
    const internal = { ok: false, code: 'internal', where: 'verify' };
    expect(verify([3, 4], [0], proof, failing(new RangeError('out of it')))).toEqual({
      ...internal,
      message: 'out of it',
    });
    expect(verify([3, 4], [0], proof, failing('a string'))).toEqual({
      ...internal,
      message: 'something that is not an error was thrown',
    });
    expect(verify([3, 4], [0], proof, failing(new UsageError('a mistake')))).toEqual({
      ...internal,
      message: 'a mistake',
    });
  });
});
