// Wirings that a prover of one copy recognises (src/gkr/circuit/prove-tensor.ts), around the shapes at which it does: left
// and right wires within blocks of the cube, sum gates over lines, wires and gates that are padding. The proof is the one
// that the prover makes from the terms alone, when the same circuit runs on copies or the terms hide the pattern.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementsOf } from '../../src/gkr/circuit/evaluate.ts';
import {
  type Circuit,
  type CircuitLayer,
  evaluateCircuit,
  sumLayer,
  verifyCircuit,
  wiredLayer,
} from '../../src/gkr/index.ts';
import { check, proofOf } from '../support/channels.ts';
import { seeded, settings } from '../support/fields.ts';
import { integersOf, outputClaim, prover, verifier } from './circuits.ts';

/** Terms whose left and right wires lie in ranges, linear ones in the left range. */
function rangedLayer(
  seed: number,
  wires: number,
  lefts: readonly [number, number],
  rights: readonly [number, number],
  counts: { gates: number; products: number; linear: number },
  coefficient: (random: (bound: number) => number) => number,
): CircuitLayer {
  const random = seeded(seed);
  const list = (count: number, [from, to]: readonly [number, number]): Uint32Array =>
    Uint32Array.from({ length: count }, () => Math.min(from + random(to - from), wires - 1));
  const coefficients = (count: number): Int32Array => Int32Array.from({ length: count }, () => coefficient(random));
  const { gates, products, linear } = counts;
  return wiredLayer(gates, {
    products: {
      gates: list(products, [0, gates]),
      lefts: list(products, lefts),
      rights: list(products, rights),
      coefficients: coefficients(products),
    },
    linear: { gates: list(linear, [0, gates]), sources: list(linear, lefts), coefficients: coefficients(linear) },
  });
}

describe.each(settings)('tensors over %s', (_name, field, createEngine) => {
  const engine = createEngine();

  function expectProven(circuit: Circuit, seed: number): void {
    const inputs = integersOf(circuit, 1, seed);
    const values = evaluateCircuit(field, circuit, inputs);
    const elements = values.map((layer) => elementsOf(field, layer));
    const claim = outputClaim(field, circuit, 0, elements[elements.length - 1]);
    const mark = engine.mark();
    const proof = proofOf(field, prover(engine, circuit, 0, values, claim));
    engine.release(mark);
    expect(check(field, proof, verifier(field, circuit, 0, elements[0], claim))).toBe(true);
    // elements stand in an extension vector, which rounds overwrite
    expect(proofOf(field, prover(engine, circuit, 0, elements, claim))).toEqual(proof);
  }

  it('wires in blocks: a prover of one copy is believed (property)', () => {
    const range = fc.tuple(fc.integer({ min: 0, max: 140 }), fc.integer({ min: 1, max: 70 }));
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 30, max: 140 }),
        range,
        range,
        fc.constantFrom(0, 5, 60),
        fc.boolean(),
        (seed, wires, left, right, linear, areUnits) => {
          const within = ([from, length]: readonly [number, number]): readonly [number, number] => {
            const start = Math.min(from, wires - 1);
            return [start, Math.min(start + length, wires)];
          };
          const layer = rangedLayer(
            seed,
            wires,
            within(left),
            within(right),
            { gates: 9, products: 20, linear },
            (random) => (areUnits ? 1 - 2 * random(2) : random(7) - 3),
          );
          expectProven({ inputCount: wires, layers: [layer] }, seed);
          const { linear: terms } = layer.terms();
          expectProven({ inputCount: wires, layers: [wiredLayer(9, { linear: terms })] }, seed);
        },
      ),
      { numRuns: 12 },
    );
  });

  it.each([
    [1, 64],
    [2, 64],
    [3, 64],
    [5, 128],
    [8, 32],
  ])('%i sum gates over lines of %i wires: the bytes of terms in another order', (gates, size) => {
    const layer = sumLayer(gates, size);
    const { linear } = layer.terms();
    const shuffled = wiredLayer(gates, {
      linear: {
        gates: linear.gates.slice().reverse(),
        sources: linear.sources.slice().reverse(),
        coefficients: linear.coefficients,
      },
    });
    const inputCount = gates * size;
    const inputs = integersOf({ inputCount, layers: [layer] }, 1, 3);
    const proofs = [layer, shuffled].map((own) => {
      const circuit = { inputCount, layers: [own] };
      const values = evaluateCircuit(field, circuit, inputs);
      const claim = outputClaim(field, circuit, 0, elementsOf(field, values[1]));
      const proof = proofOf(field, prover(engine, circuit, 0, values, claim));
      const left = check(field, proof, (channel) => verifyCircuit(field, channel, circuit, 0, claim));
      expect(left).toHaveLength(1);
      return proof;
    });
    expect(proofs[1]).toEqual(proofs[0]);
    expectProven({ inputCount, layers: [layer] }, 4);
  });
});
