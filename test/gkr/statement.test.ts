import { createHash } from 'node:crypto';
import { blake3 } from '@noble/hashes/blake3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adderTreeLayers,
  buildCircuit,
  type Circuit,
  type CircuitValues,
  type ClosedForm,
  circuitDigest,
  evaluateCircuit,
  planCircuit,
  proveCircuitStatement,
  sumLayer,
  verifyCircuitStatement,
  wiredLayer,
} from '../../src/gkr/index.ts';
import { runs } from '../support/depth.ts';
import { seededElements, settings } from '../support/fields.ts';
import { integersOf, randomCircuit } from './circuits.ts';

const square = buildCircuit((c) => {
  const [x, y] = c.inputs(2);
  return [c.mul(x, y), c.linear([[2, x]], 1)];
});

describe.each(settings)('a statement about a circuit over %s', (_name, field, createEngine) => {
  const engine = createEngine();

  it('is proven for any circuit, any inputs and any number of copies (property)', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 5 }), fc.boolean(), (seed, copies, asElements) => {
        const circuit = randomCircuit(seed, 3, 8);
        const integers = integersOf(circuit, copies, seed);
        const inputs = asElements ? Array.from(integers, (value) => field.fromInteger(value)) : integers;
        const { outputs, proof } = proveCircuitStatement(engine, circuit, inputs, copies);
        const expected = evaluateCircuit(field, circuit, inputs, copies).at(-1);
        expect(outputs).toEqual(expected);
        expect(verifyCircuitStatement(field, circuit, inputs, outputs, proof)).toEqual({ ok: true });
        // integers and the elements that they stand for are one statement
        expect(verifyCircuitStatement(field, circuit, integers, outputs, proof)).toEqual({ ok: true });
      }),
      { numRuns: 15 },
    );
  });

  it('takes plain numbers, three copies, wire-major', () => {
    const inputs = [1, 2, 3, 10, 20, 30];
    const outputs = [10, 40, 90, 3, 5, 7];
    const { proof } = proveCircuitStatement(engine, square, inputs, 3);
    expect(verifyCircuitStatement(field, square, inputs, outputs, proof)).toEqual({ ok: true });
    // the padded copy repeats the third: a change in the third is seen
    const wrong = [10, 40, 91, 3, 5, 7];
    expect(verifyCircuitStatement(field, square, inputs, wrong, proof)).toMatchObject({ code: 'sumcheck' });
  });

  it('takes elements and large integers in any array', () => {
    // beyond 32 bits where p/2 is
    const x = field.degree === 1 ? 4_000_000_000 : 1_000_000_000;
    const large = [x, 3];
    const outputs = [3n * BigInt(x), 2n * BigInt(x) + 1n].map((value) => field.fromInteger(value));
    const { proof } = proveCircuitStatement(engine, square, Uint32Array.from(large) as unknown as number[]);
    expect(verifyCircuitStatement(field, square, large, outputs, proof)).toEqual({ ok: true });
    const asFloats = Float64Array.from(large) as unknown as number[];
    expect(verifyCircuitStatement(field, square, asFloats, outputs, proof)).toEqual({ ok: true });
  });

  it('is the same with a plan, which serves many proofs (property)', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 40 }), (seed, copies) => {
        const circuit = randomCircuit(seed, 3, 6);
        const mark = engine.mark();
        const plan = planCircuit(engine, circuit, copies);
        for (const inputs of [integersOf(circuit, copies, seed), integersOf(circuit, copies, seed + 1)]) {
          const planned = proveCircuitStatement(engine, circuit, inputs, copies, { plan });
          expect(planned).toEqual(proveCircuitStatement(engine, circuit, inputs, copies));
        }
        engine.release(mark);
      }),
      { numRuns: 10 },
    );
    const plan = planCircuit(engine, square, 2);
    expect(() => proveCircuitStatement(engine, square, [3, 4], 1, { plan })).toThrow('another number of copies');
    const twin = { ...square };
    expect(() => proveCircuitStatement(engine, twin, [3, 3, 4, 4], 2, { plan })).toThrow('of another circuit');
    expect(() => proveCircuitStatement(createEngine(), square, [3, 3, 4, 4], 2, { plan })).toThrow('another engine');
  });

  it('may be of a layer whose closed form says products where the terms have none', () => {
    const none: ClosedForm = { name: 'nothing', sources: 2, linear: (f) => f.zero, products: (f) => f.zero };
    const layer = { ...wiredLayer(1, {}, Int32Array.of(7)), hasProducts: true, closedForm: none };
    const circuit = { inputCount: 2, layers: [layer] };
    const { outputs, proof } = proveCircuitStatement(engine, circuit, [3, 4]);
    expect(verifyCircuitStatement(field, circuit, [3, 4], [7], proof)).toEqual({ ok: true });
    expect(verifyCircuitStatement(field, circuit, [3, 4], outputs, proof)).toEqual({ ok: true });
  });

  it('may share a layer with other circuits, of other widths too', () => {
    const [layer] = buildCircuit((c) => {
      const [x, y] = c.inputs(2);
      return [
        c.gate(
          [
            [3, x],
            [2, x, y],
          ],
          1,
        ),
      ];
    }).layers;
    for (const inputCount of [2, 5, 3]) {
      const circuit = { inputCount, layers: [layer] };
      const inputs = [4, 5, 6, 7, 8].slice(0, inputCount);
      const { outputs, proof } = proveCircuitStatement(engine, circuit, inputs);
      expect(verifyCircuitStatement(field, circuit, inputs, [53], proof)).toEqual({ ok: true });
      expect(verifyCircuitStatement(field, circuit, inputs, outputs, proof)).toEqual({ ok: true });
    }
  });

  it('takes elements of the whole field, and tells them from their first coordinates', () => {
    const [x, y] = seededElements(field, 2, 9);
    const { outputs, proof } = proveCircuitStatement(engine, square, [x, y]);
    const expected = [field.mul(x, y), field.add(field.add(x, x), field.one)];
    expect(outputs).toEqual(expected);
    const verify = (inputs: readonly unknown[], claimed: readonly unknown[]): unknown =>
      verifyCircuitStatement(field, square, inputs, claimed, proof);
    expect(verify([x, y], expected)).toEqual({ ok: true });
    if (field.degree === 1) return;
    const flat = (value: unknown): unknown => field.fromInteger(field.toCoefficients(value)[0]);
    expect(verify([x, y], expected.map(flat))).toMatchObject({ ok: false, code: 'sumcheck', where: 'layer 0' });
    expect(verify([flat(x), y], expected)).toMatchObject({ ok: false, code: 'sumcheck', where: 'layer 0' });
    expect(verify([x, y].map(flat), expected)).toMatchObject({ ok: false, code: 'sumcheck', where: 'layer 0' });
  });

  it('is bound to its context', () => {
    const { outputs, proof } = proveCircuitStatement(engine, square, [3, 4], 1, { context: Uint8Array.of(1) });
    const verify = (context: Uint8Array): unknown =>
      verifyCircuitStatement(field, square, [3, 4], outputs, proof, { context });
    expect(verify(Uint8Array.of(1))).toEqual({ ok: true });
    expect(verify(Uint8Array.of(2))).toMatchObject({ ok: false, code: 'sumcheck' });
  });

  it('has a verdict on anything', () => {
    const { outputs, proof } = proveCircuitStatement(engine, square, [3, 4]);
    const verify = (inputs: unknown, claimed: unknown, bytes: unknown = proof): unknown =>
      verifyCircuitStatement(
        field,
        square,
        inputs as CircuitValues<unknown>,
        claimed as CircuitValues<unknown>,
        bytes as Uint8Array,
      );
    expect(verify([3, 4], outputs)).toEqual({ ok: true });
    expect(verify([3, 4, 5], outputs)).toMatchObject({ ok: false, code: 'statement', where: 'inputs' });
    expect(verify([3, 4], [12])).toMatchObject({ ok: false, code: 'statement', where: 'outputs' });
    const large = field.degree === 1 ? field.characteristic : [0, 0, 0, Number(field.characteristic)];
    expect(verify([3, 4], [12, large])).toMatchObject({ ok: false, code: 'non-canonical', where: 'outputs' });
    for (const nonsense of [undefined, null, [undefined, {}], [0.5, Number.NaN]]) {
      expect(verify(nonsense, outputs)).toMatchObject({ ok: false });
      expect(verify([3, 4], nonsense)).toMatchObject({ ok: false });
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2 * proof.length }), (bytes) => {
        expect(verify([3, 4], outputs, bytes)).toMatchObject({ ok: false });
      }),
      { numRuns: runs(20) },
    );
  });

  it('is refused to a caller who is mistaken', () => {
    expect(() => proveCircuitStatement(engine, square, [1, 2, 3])).toThrow('2 values, not 3');
    expect(() => proveCircuitStatement(engine, square, [1, 2], 2)).toThrow('4 values, not 2');
    const broken: Circuit = { inputCount: 7, layers: adderTreeLayers(8) };
    expect(() => proveCircuitStatement(engine, broken, [1, 2, 3, 4, 5, 6, 7])).toThrow('reads 8 wires of 7');
    expect(() => verifyCircuitStatement(field, broken, [], [], new Uint8Array(0))).toThrow('reads 8 wires of 7');
  });
});

describe('the digest of a circuit', () => {
  const hex = (circuit: Circuit): string => Buffer.from(circuitDigest(circuit)).toString('hex');

  it('is the same for circuits built alike, and does not ask a closed form for its terms', () => {
    expect(hex(randomCircuit(3, 2, 5))).toBe(hex(randomCircuit(3, 2, 5)));
    const [layer] = adderTreeLayers(2 ** 20);
    const silent = {
      ...layer,
      terms: () => {
        throw new Error('asked for the terms');
      },
    };
    expect(hex({ inputCount: 2 ** 20, layers: [silent] })).toHaveLength(64);
  });

  it('and a proof are pinned: a change of either is a new version of the protocol', () => {
    // each list: 4-byte length, width of values, values; inputs and layers; width and form; constants; terms
    const lists = [
      [2, 0, 0, 0, 1, 2, 1], // two inputs, one layer
      [2, 0, 0, 0, 1, 2, 0], // two gates, by terms
      [2, 0, 0, 0, 2, 0, 0, 200, 0], // constants 0 and 200
      ...[
        [1, 0, 0, 0, 1, 1],
        [1, 0, 0, 0, 1, 0],
        [1, 0, 0, 0, 1, 255],
      ], // 200 − x
      ...[
        [1, 0, 0, 0, 1, 0],
        [1, 0, 0, 0, 1, 0],
        [1, 0, 0, 0, 1, 1],
        [1, 0, 0, 0, 4, 112, 17, 1, 0],
      ], // 70000·x·y
    ];
    const circuit = buildCircuit((c) => {
      const [x, y] = c.inputs(2);
      return [c.gate([[70000, x, y]]), c.linear([[-1, x]], 200)];
    });
    const hashes = lists.flatMap((list) => [...blake3(Uint8Array.from(list))]);
    expect(hex(circuit)).toBe(Buffer.from(blake3(Uint8Array.from(hashes))).toString('hex'));
    for (const [name, , createEngine] of settings.filter(([, { degree }]) => degree === 4)) {
      const { outputs, proof } = proveCircuitStatement(createEngine(), circuit, [3, 4, 5, 6, 7, 8], 3);
      expect(Array.from(outputs as Int32Array)).toEqual([1260000, 1960000, 2800000, 197, 196, 195]);
      expect(createHash('sha256').update(proof).digest('hex'), name).toBe(
        '7d90ba7ebd6f4456db28c59c10e21cfc2da5b1d796a7c79469d291c9e3c0e48c',
      );
    }
  });

  it('is that of a circuit of any depth', () => {
    const { layers } = buildCircuit((c) => [c.linear([[1, c.inputs(1)[0]]], 1)]);
    const chain = (depth: number): Circuit => ({
      inputCount: 1,
      layers: Array.from({ length: depth }, () => layers[0]),
    });
    expect(hex(chain(30_000))).not.toBe(hex(chain(30_001)));
  });

  it('differs for other inputs, widths, constants, coefficients, wires and closed forms', () => {
    const of = (coefficient: number, constant: number, source: number, inputs = 2): Circuit =>
      buildCircuit((c) => {
        const wires = c.inputs(inputs);
        return [c.linear([[coefficient, wires[source]]], constant)];
      });
    const closed = (layer: ReturnType<typeof sumLayer>): Circuit => ({ inputCount: 4, layers: [layer] });
    const circuits = [
      of(1, 0, 0),
      of(2, 0, 0),
      of(1, 1, 0),
      of(1, 0, 1),
      of(1, 0, 0, 3),
      buildCircuit((c) => [c.mul(...(c.inputs(2) as [never, never]))]),
      closed(sumLayer(4, 1)),
      closed(sumLayer(2, 2)),
      closed(adderTreeLayers(4)[0]),
    ];
    expect(new Set(circuits.map(hex)).size).toBe(circuits.length);
  });
});
