import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildCircuit,
  type CircuitBuilder,
  checkCircuit,
  circuitErrorCount,
  evaluateCircuit,
  type Wire,
  wiredLayer,
} from '../../src/gkr/index.ts';
import { check, expectRejection, liesOf, proofOf } from '../support/channels.ts';
import { runs } from '../support/depth.ts';
import { seededElements, settings } from '../support/fields.ts';
import { inputsOf, integersOf, outputClaim, padded, prover, randomCircuit, verifier } from './circuits.ts';
import { extension, naiveGkr } from './naive.ts';

describe.each(settings)('GKR over %s', (_name, field, createEngine) => {
  const engine = createEngine();

  it('proves random circuits, alone and in copies (property)', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 5 }),
        (seed, inputCount, gateCount, copyVariables) => {
          const circuit = randomCircuit(seed, inputCount, gateCount);
          const inputs = inputsOf(field, circuit, 2 ** copyVariables, seed);
          const values = evaluateCircuit(field, circuit, inputs, 2 ** copyVariables);
          const claim = outputClaim(field, circuit, copyVariables, values[values.length - 1]);
          const proof = proofOf(field, prover(engine, circuit, copyVariables, values, claim));
          expect(check(field, proof, verifier(field, circuit, copyVariables, inputs, claim))).toBe(true);
        },
      ),
      { numRuns: runs(25) },
    );
  });

  it('gives the same proof for integer inputs as for the elements they stand for (property)', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 5 }), (seed, copyVariables) => {
        const circuit = randomCircuit(seed, 4, 9);
        const integers = integersOf(circuit, 2 ** copyVariables, seed);
        const values = evaluateCircuit(field, circuit, integers, 2 ** copyVariables);
        const elements = evaluateCircuit(
          field,
          circuit,
          Array.from(integers, (value) => field.fromInteger(value)),
          2 ** copyVariables,
        );
        const asElements = values.map((layer) =>
          layer instanceof Int32Array ? Array.from(layer, (value) => field.fromInteger(value)) : layer,
        );
        expect(asElements).toEqual(elements);
        const claim = outputClaim(field, circuit, copyVariables, elements[elements.length - 1]);
        expect(proofOf(field, prover(engine, circuit, copyVariables, values, claim))).toEqual(
          proofOf(field, prover(engine, circuit, copyVariables, elements, claim)),
        );
      }),
      { numRuns: 10 },
    );
  });

  it('agrees with the naive protocol: both leave true claims on the inputs, and both refuse a false layer', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 4 }),
        (seed, inputCount, gateCount) => {
          const circuit = randomCircuit(seed, inputCount, gateCount);
          const inputs = inputsOf(field, circuit, 1, seed);
          const values = evaluateCircuit(field, circuit, inputs);
          const claim = outputClaim(field, circuit, 0, values[values.length - 1]);
          const challenges = seededElements(field, 400, seed + 1)[Symbol.iterator]();
          const left = naiveGkr(field, circuit, values, claim.point, () => challenges.next().value);
          const table = padded(field, inputs, 1);
          expect(left !== undefined && field.equal(extension(field, table, left.point), left.value)).toBe(true);
          const proof = proofOf(field, prover(engine, circuit, 0, values, claim));
          expect(check(field, proof, verifier(field, circuit, 0, inputs, claim))).toBe(true);

          const lied = values.map((layer, k) =>
            k === values.length - 1 ? [field.add(layer[0], field.one), ...layer.slice(1)] : layer,
          );
          const wrong = outputClaim(field, circuit, 0, lied[lied.length - 1]);
          expect(naiveGkr(field, circuit, lied, wrong.point, () => field.fromInteger(7))).toBeUndefined();
          const lie = proofOf(field, prover(engine, circuit, 0, lied, wrong));
          expectRejection(() => check(field, lie, verifier(field, circuit, 0, inputs, wrong)), 'sumcheck', 'layer');
        },
      ),
      { numRuns: 8 },
    );
  });

  it('refuses every message changed in any value', () => {
    const circuit = buildCircuit((c) => {
      const [x, y, z] = c.inputs(3);
      const mixed = c.dot([
        [c.linear([[3, x]], 5), y],
        [z, z],
      ]);
      return [c.add(mixed, x), c.mul(mixed, y)];
    });
    const inputs = inputsOf(field, circuit, 2, 5);
    const values = evaluateCircuit(field, circuit, inputs, 2);
    const claim = outputClaim(field, circuit, 1, values[values.length - 1]);
    const run = prover(engine, circuit, 1, values, claim);
    const lies = liesOf(field, run);
    expect(new Set(lies.map(({ label }) => label))).toEqual(new Set(['round', 'left', 'factors']));
    for (const lie of lies) {
      const verify = (): unknown => check(field, proofOf(field, run, lie), verifier(field, circuit, 1, inputs, claim));
      expectRejection(verify, 'sumcheck', 'layer');
    }
  });
});

describe('building a circuit', () => {
  const [, field] = settings[0];

  it('relays wires that are read higher up, and drops gates that nobody reads', () => {
    const circuit = buildCircuit((c) => {
      const [x, y] = c.inputs(2);
      c.mul(x, x);
      const deep = c.mul(c.mul(c.mul(x, y), y), y);
      return [c.add(deep, x), x];
    });
    expect(circuit.layers.map((layer) => layer.width)).toEqual([3, 3, 2, 2]);
    const values = evaluateCircuit(field, circuit, [3, 5].map(field.fromInteger));
    expect(values.at(-1)).toEqual([378, 3].map(field.fromInteger));
  });

  it('takes one wire for several outputs, and inputs for outputs', () => {
    const circuit = buildCircuit((c) => {
      const [x] = c.inputs(1);
      const y = c.mul(x, x);
      return [y, x, y];
    });
    expect(Array.from(evaluateCircuit(field, circuit, Int32Array.of(-7)).at(-1) ?? [])).toEqual([49, -7, 49]);
  });

  it('holds a hundred thousand gates, wide or deep', () => {
    const wide = buildCircuit((c) => {
      const wires = c.inputs(100_000);
      return [c.sum(wires.map((wire, k) => c.mul(wire, wires[(7 * k) % wires.length])))];
    });
    expect(wide.layers.map((layer) => layer.width)).toEqual([100_000, 1]);
    const deep = buildCircuit((c) => {
      let [wire] = c.inputs(1);
      for (let k = 0; k < 100_000; k++) wire = c.add(wire, wire);
      return [wire];
    });
    expect(deep.layers).toHaveLength(100_000);
  });

  it('refuses what is not a circuit', () => {
    expect(() => buildCircuit(() => [])).toThrow('inputs and outputs');
    expect(() => buildCircuit((c) => c.inputs(2).slice(2))).toThrow('inputs and outputs');
    expect(() => buildCircuit((c) => c.inputs(-1))).toThrow('-1 inputs');
    expect(() => buildCircuit((c) => [c.linear([[0.5, c.inputs(1)[0]]])])).toThrow('not 0.5');
    expect(() => buildCircuit((c) => [...c.inputs(1), c.constant(2 ** 31)])).toThrow('not 2147483648');
    // a factor that is missing does not make a product linear
    const missing = undefined as unknown as Wire;
    for (const gate of [
      (c: CircuitBuilder, x: Wire) => c.mul(x, missing),
      (c: CircuitBuilder, x: Wire) => c.mul(missing, x),
      (c: CircuitBuilder, x: Wire) => c.dot([[x, missing]]),
      (c: CircuitBuilder, x: Wire) => c.gate([[2, x, missing]]),
      (c: CircuitBuilder, x: Wire) => c.sum([x, missing]),
    ]) {
      expect(() => buildCircuit((c) => [gate(c, c.inputs(1)[0])])).toThrow('a wire is missing');
    }
    buildCircuit((other) => {
      const [stranger] = other.inputs(1);
      expect(() => buildCircuit((c) => [c.add(c.inputs(1)[0], stranger)])).toThrow('another circuit');
      return [stranger];
    });
  });

  it('checks circuits written by hand', () => {
    const linear = (gate: number, source: number) => ({
      linear: { gates: Uint32Array.of(gate), sources: Uint32Array.of(source), coefficients: Int32Array.of(1) },
    });
    const of = (...layers: Parameters<typeof wiredLayer>[]) => ({
      inputCount: 2,
      layers: layers.map((layer) => wiredLayer(...layer)),
    });
    checkCircuit(of([1, linear(0, 1)]));
    expect(() => checkCircuit(of())).toThrow('at least one layer');
    expect(() => checkCircuit(of([0, {}]))).toThrow('layer 0 of the circuit: 0 gates');
    expect(() => checkCircuit(of([1, linear(0, 1)], [1, linear(0, 1)]))).toThrow(
      'layer 1 of the circuit: term 0 names source 1 of 1',
    );
    expect(() => checkCircuit(of([1, linear(1, 0)]))).toThrow('names gate 1 of 1');
    expect(() => checkCircuit(of([1, linear(0, 1), Int32Array.of(1, 2)]))).toThrow('2 constants, 1 gates');
    const short = { linear: { ...linear(0, 1).linear, coefficients: new Int32Array(0) } };
    expect(() => checkCircuit(of([1, short]))).toThrow('1 terms with 0 of "coefficient"');
    const [layer] = of([1, linear(0, 1)]).layers;
    expect(() => checkCircuit({ inputCount: 2, layers: [{ ...layer, hasProducts: true }] })).toThrow('said otherwise');
  });

  it('says how many inputs and which claims a circuit takes', () => {
    const circuit = randomCircuit(1, 2, 3);
    expect(() => evaluateCircuit(field, circuit, [])).toThrow('inputs');
    expect(() => evaluateCircuit(field, circuit, [], 0)).toThrow('inputs');
    const claim = { point: [], value: field.zero };
    const wide = buildCircuit((c) => c.inputs(2));
    expect(() => proofOf(field, prover(settings[0][2](), wide, 0, [], claim))).toThrow('1 variables, not 0');
    expect(() => check(field, new Uint8Array(0), verifier(field, wide, 0, [field.one], claim))).toThrow(
      '1 variables, not 0',
    );
    const point = [field.one];
    expect(() => proofOf(field, prover(settings[0][2](), wide, 0, [[]], { ...claim, point }))).toThrow(
      'layer 0 reads 2',
    );
  });

  it('counts the errors of its challenges', () => {
    const circuit = buildCircuit((c) => {
      const [a, b, d] = c.inputs(3);
      return [c.mul(c.add(a, b), c.sub(b, d))];
    });
    // addition layer over 3 inputs: 1 + 2·2; product layer over 2 wires: 1 + 2·1 + 2·1, and 2·3 for 8 copies
    expect(circuitErrorCount(circuit, 3)).toBe(5 + 5 + 6);
  });
});
