import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/field/engine.ts';
import {
  buildCircuit,
  type Circuit,
  checkCircuit,
  circuitErrorCount,
  evaluateCircuit,
  outputVariables,
  proveCircuit,
  verifyCircuit,
  type Wire,
} from '../../src/gkr/index.ts';
import { type Claim, logCeil } from '../../src/poly/index.ts';
import type { ProverChannel, VerifierChannel } from '../../src/transcript/index.ts';
import { check, expectRejection, liesOf, proofOf } from '../support/channels.ts';
import { type AnyField, seeded, seededElements, settings } from '../support/fields.ts';
import { extension, naiveGkr } from './naive.ts';

/** A circuit of random gates of every kind on a few inputs. */
function randomCircuit(seed: number, inputCount: number, gateCount: number): Circuit {
  const random = seeded(seed);
  return buildCircuit((c) => {
    const wires: Wire[] = c.inputs(inputCount);
    const any = (): Wire => wires[random(wires.length)];
    for (let k = 0; k < gateCount; k++) {
      const coefficient = (): number => random(9) - 4;
      const gates = [
        () => c.add(any(), any()),
        () => c.sub(any(), any()),
        () => c.mul(any(), any()),
        () => c.sum([any(), any(), any()]),
        () =>
          c.linear(
            [
              [coefficient(), any()],
              [coefficient(), any()],
            ],
            coefficient(),
          ),
        () =>
          c.dot([
            [any(), any()],
            [any(), any()],
          ]),
        () => c.constant(coefficient()),
      ];
      wires.push(gates[random(gates.length)]());
    }
    return Array.from({ length: 1 + random(4) }, any);
  });
}

const inputsOf = (field: AnyField, circuit: Circuit, copies: number, seed: number): unknown[] => {
  const random = seeded(seed);
  return Array.from({ length: circuit.inputCount * copies }, () => field.fromInteger(random(2 ** 20) - 2 ** 19));
};

const padded = (field: AnyField, values: readonly unknown[], copies: number): unknown[] => {
  const wires = 2 ** logCeil(values.length / copies);
  return Array.from({ length: wires * copies }, (_, k) => values[k] ?? field.zero);
};

function outputClaim(
  field: AnyField,
  circuit: Circuit,
  copyVariables: number,
  outputs: readonly unknown[],
  seed = 77,
): Claim<unknown> {
  const point = seededElements(field, outputVariables(circuit, copyVariables), seed);
  return { point, value: extension(field, padded(field, outputs, 2 ** copyVariables), point) };
}

const prover =
  (engine: Engine<unknown>, circuit: Circuit, copyVariables: number, values: unknown[][], claim: Claim<unknown>) =>
  (channel: ProverChannel<unknown>): void => {
    const mark = engine.mark();
    proveCircuit(engine, channel, circuit, copyVariables, values, claim);
    engine.release(mark);
  };

/** Verifies, and discharges the claims with the inputs themselves. */
const verifier =
  (field: AnyField, circuit: Circuit, copyVariables: number, inputs: readonly unknown[], claim: Claim<unknown>) =>
  (channel: VerifierChannel<unknown>): void => {
    for (const { point, value } of verifyCircuit(field, channel, circuit, copyVariables, claim)) {
      const table = padded(field, inputs, 2 ** copyVariables);
      if (!field.equal(extension(field, table, point), value)) throw new Error('claim on the inputs');
    }
  };

describe.each(settings)('GKR over %s', (_name, field, createEngine) => {
  const engine = createEngine();

  it('proves random circuits, alone and in copies (property)', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 3 }),
        (seed, inputCount, gateCount, copyVariables) => {
          const circuit = randomCircuit(seed, inputCount, gateCount);
          const inputs = inputsOf(field, circuit, 2 ** copyVariables, seed);
          const values = evaluateCircuit(field, circuit, inputs, 2 ** copyVariables);
          const claim = outputClaim(field, circuit, copyVariables, values[values.length - 1]);
          const proof = proofOf(field, prover(engine, circuit, copyVariables, values, claim));
          check(field, proof, verifier(field, circuit, copyVariables, inputs, claim));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('refuses a wrong output and every message changed in any value', () => {
    const circuit = randomCircuit(5, 4, 8);
    const inputs = inputsOf(field, circuit, 2, 5);
    const values = evaluateCircuit(field, circuit, inputs, 2);
    const claim = outputClaim(field, circuit, 1, values[values.length - 1]);
    const run = prover(engine, circuit, 1, values, claim);
    const wrong = { ...claim, value: field.add(claim.value, field.one) };
    expectRejection(() => check(field, proofOf(field, run), verifier(field, circuit, 1, inputs, wrong)), 'sumcheck');
    for (const lie of liesOf(field, run)) {
      expect(
        () => check(field, proofOf(field, run, lie), verifier(field, circuit, 1, inputs, claim)),
        lie.label,
      ).toThrow();
    }
  });
});

describe('GKR', () => {
  const [, field, createEngine] = settings[0];
  const engine = createEngine();

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
          check(
            field,
            proofOf(field, prover(engine, circuit, 0, values, claim)),
            verifier(field, circuit, 0, inputs, claim),
          );

          const lied = values.map((layer, k) =>
            k === values.length - 1 ? [field.add(layer[0], field.one), ...layer.slice(1)] : layer,
          );
          const wrong = outputClaim(field, circuit, 0, lied[lied.length - 1]);
          expect(naiveGkr(field, circuit, lied, wrong.point, () => field.fromInteger(7))).toBeUndefined();
          const proof = proofOf(field, prover(engine, circuit, 0, lied, wrong));
          expectRejection(() => check(field, proof, verifier(field, circuit, 0, inputs, wrong)), 'sumcheck');
        },
      ),
      { numRuns: 12 },
    );
  });

  it('a lie in any layer between is found', () => {
    const circuit = randomCircuit(9, 5, 10);
    const inputs = inputsOf(field, circuit, 1, 9);
    const values = evaluateCircuit(field, circuit, inputs);
    const claim = outputClaim(field, circuit, 0, values[values.length - 1]);
    for (let layer = 0; layer < values.length - 1; layer++) {
      const lied = values.map((each, k) => (k === layer ? [field.add(each[0], field.one), ...each.slice(1)] : each));
      const proof = proofOf(field, prover(engine, circuit, 0, lied, claim));
      expect(() => check(field, proof, verifier(field, circuit, 0, inputs, claim)), `layer ${layer}`).toThrow();
    }
  });

  it('relays wires that are read higher up, and drops gates that nobody reads', () => {
    const circuit = buildCircuit((c) => {
      const [x, y] = c.inputs(2);
      c.mul(x, x);
      const deep = c.mul(c.mul(c.mul(x, y), y), y);
      return [c.add(deep, x), x];
    });
    expect(circuit.layers.map((layer) => layer.width)).toEqual([3, 3, 2, 2]);
    const values = evaluateCircuit(field, circuit, [3, 5].map(field.fromInteger));
    expect(values.at(-1)?.map(field.toCoefficients)).toEqual(
      [378, 3].map((v) => field.toCoefficients(field.fromInteger(v))),
    );
  });

  it('refuses circuits that do not fit', () => {
    expect(() => buildCircuit(() => [])).toThrow('inputs and outputs');
    const circuit = randomCircuit(1, 2, 3);
    const [first, ...rest] = circuit.layers;
    expect(() => checkCircuit({ ...circuit, layers: [{ ...first, width: 0 }, ...rest] })).toThrow('layer 0');
    expect(() => checkCircuit({ ...circuit, layers: [] })).toThrow('at least one layer');
    expect(() => evaluateCircuit(field, circuit, [])).toThrow('inputs');
    expect(circuitErrorCount(circuit, 3)).toBeGreaterThan(0);
  });
});
