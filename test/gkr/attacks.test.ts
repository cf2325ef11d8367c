// Forgeries of circuit proofs. Each liar goes on honestly from its lie: it proves with the engine, over the values
// or the circuit that it made up.

import { describe, expect, it } from 'vitest';
import {
  buildCircuit,
  type Circuit,
  type CircuitLayer,
  evaluateCircuit,
  type LayerTerms,
  proveCircuitStatement,
  verifyCircuitStatement,
  wiredLayer,
} from '../../src/gkr/index.ts';
import type { Verdict } from '../../src/verdict.ts';
import { check, expectRejection, proofOf } from '../support/channels.ts';
import { settings } from '../support/fields.ts';
import { outputClaim, prover, verifier } from './circuits.ts';

/** Additions, products, constants, coefficients, relays: five layers over three inputs. */
const circuit = buildCircuit((c) => {
  const [x, y, z] = c.inputs(3);
  const a = c.linear(
    [
      [3, x],
      [-2, y],
    ],
    7,
  );
  const b = c.mul(a, z);
  const d = c.dot([
    [b, x],
    [a, y],
  ]);
  return [c.add(d, b), c.sub(c.mul(d, d), x)];
});

const INPUTS = Int32Array.of(5, -3, 8, 2, 9, -4);
const COPIES = 2;

/** The circuit with one layer's terms or constants changed. */
function changed(layer: number, change: (terms: LayerTerms, old: CircuitLayer) => CircuitLayer): Circuit {
  const layers = circuit.layers.map((old, k) => (k === layer ? change(old.terms(), old) : old));
  return { ...circuit, layers };
}

const withFirst = <T extends Uint32Array | Int32Array>(list: T, value: number): T => {
  const copy = list.slice() as T;
  copy[0] = value;
  return copy;
};

const others: [string, Circuit][] = [
  [
    'a source of one term',
    changed(0, ({ linear, products }, { width, constants }) =>
      wiredLayer(
        width,
        { linear: { ...linear, sources: withFirst(linear.sources, linear.sources[0] === 0 ? 2 : 0) }, products },
        constants,
      ),
    ),
  ],
  [
    'a coefficient',
    changed(0, ({ linear, products }, { width, constants }) =>
      wiredLayer(
        width,
        { linear: { ...linear, coefficients: withFirst(linear.coefficients, 4) }, products },
        constants,
      ),
    ),
  ],
  [
    'a constant',
    changed(0, (terms, { width, constants }) => wiredLayer(width, terms, withFirst(constants as Int32Array, 8))),
  ],
  [
    'a factor of one product',
    changed(1, ({ linear, products }, { width, constants }) =>
      wiredLayer(
        width,
        { linear, products: { ...products, rights: withFirst(products.rights, products.lefts[0]) } },
        constants,
      ),
    ),
  ],
  [
    'the gate of one product',
    changed(2, ({ linear, products }, { width, constants }) =>
      wiredLayer(
        width,
        { linear, products: { ...products, gates: withFirst(products.gates, (products.gates[0] + 1) % width) } },
        constants,
      ),
    ),
  ],
];

describe.each(settings)('forgeries over %s', (_name, field, createEngine) => {
  const engine = createEngine();
  const honest = proveCircuitStatement(engine, circuit, INPUTS, COPIES);
  const verdict = (
    outputs = honest.outputs,
    inputs: Int32Array = INPUTS,
    proof = honest.proof,
    of: Circuit = circuit,
  ): Verdict => verifyCircuitStatement(field, of, inputs, outputs, proof);
  const plusOne = (value: unknown): unknown => (typeof value === 'number' ? value + 1 : field.add(value, field.one));
  const swapped = <T>(values: readonly T[], a: number, b: number): T[] =>
    values.map((value, k) => (k === a ? values[b] : k === b ? values[a] : value));

  it('the honest proof is believed', () => {
    expect(verdict()).toEqual({ ok: true });
  });

  // A claim on the outputs that is false at the drawn point, the layers' values true: the first check refuses.
  it('an output that the circuit does not give', () => {
    for (let k = 0; k < honest.outputs.length; k++) {
      const outputs = Array.from(honest.outputs as unknown[], (value, at) => (at === k ? plusOne(value) : value));
      expect(verdict(outputs)).toMatchObject({ ok: false, code: 'sumcheck', where: 'layer 4' });
    }
  });

  it("the outputs of one copy for another's, and copies exchanged among the inputs", () => {
    // wire-major: copies of output 0 at 0 and 1
    const outputs = swapped(Array.from(honest.outputs as unknown[]), 0, 1);
    expect(verdict(outputs)).toMatchObject({ ok: false, code: 'sumcheck', where: 'layer 4' });
    const inputs = Int32Array.from(swapped([...INPUTS], 0, 1));
    // the changed inputs are absorbed: the challenges are others
    expect(verdict(honest.outputs, inputs)).toMatchObject({ ok: false, code: 'sumcheck', where: 'layer 4' });
  });

  it.each(others)('a proof for another circuit: %s changed', (_what, other) => {
    // the digest is absorbed: the challenges are others
    expect(verdict(honest.outputs, INPUTS, honest.proof, other)).toMatchObject({ ok: false, code: 'sumcheck' });
  });

  it('a proof with a byte more, a byte less, or no proof', () => {
    expect(verdict(honest.outputs, INPUTS, Uint8Array.of(...honest.proof, 0))).toMatchObject({
      code: 'trailing-bytes',
    });
    expect(verdict(honest.outputs, INPUTS, honest.proof.slice(0, -1))).toMatchObject({ code: 'truncated' });
    expect(verdict(honest.outputs, INPUTS, new Uint8Array(0))).toMatchObject({
      code: 'truncated',
      where: 'layer 4/round 0/round',
    });
    const proof = honest.proof.slice().fill(0xff, 0, field.byteLength);
    expect(verdict(honest.outputs, INPUTS, proof)).toMatchObject({
      code: 'non-canonical',
      where: 'layer 4/round 0/round',
    });
  });

  it('outputs that are too few, inputs that are not whole', () => {
    expect(verdict(honest.outputs.slice(1))).toMatchObject({ code: 'statement', where: 'outputs' });
    expect(verdict(honest.outputs, INPUTS.slice(1))).toMatchObject({ code: 'statement', where: 'inputs' });
    expect(verdict(honest.outputs, new Int32Array(0))).toMatchObject({ code: 'statement', where: 'inputs' });
  });

  // Below, the challenges are those of the liar's own transcript; nothing about the statement is absorbed, so
  // that it is the relation that refuses and not a changed challenge.
  const inputs = Array.from(INPUTS, (value) => field.fromInteger(value));
  const values = evaluateCircuit(field, circuit, inputs, COPIES);
  const claim = outputClaim(field, circuit, 1, values[values.length - 1]);

  it('a lie in any layer between', () => {
    for (let layer = 1; layer < values.length - 1; layer++) {
      for (let k = 0; k < values[layer].length; k++) {
        const lied = values.map((each, at) => (at === layer ? each.map((v, i) => (i === k ? plusOne(v) : v)) : each));
        const proof = proofOf(field, prover(engine, circuit, 1, lied, claim));
        // the layer above is not computed from it any more: its rounds do not add up
        expectRejection(
          () => check(field, proof, verifier(field, circuit, 1, inputs, claim)),
          'sumcheck',
          /^layer \d$/,
        );
      }
    }
  });

  it('a lie carried up to the outputs: true of other inputs, and the claim on the inputs says so', () => {
    for (let k = 0; k < inputs.length; k++) {
      const lied = inputs.map((value, at) => (at === k ? plusOne(value) : value));
      const run = evaluateCircuit(field, circuit, lied, COPIES);
      const wrong = outputClaim(field, circuit, 1, run[run.length - 1]);
      const proof = proofOf(field, prover(engine, circuit, 1, run, wrong));
      expect(check(field, proof, verifier(field, circuit, 1, lied, wrong))).toBe(true);
      expect(check(field, proof, verifier(field, circuit, 1, inputs, wrong))).toBe(false);
    }
  });

  it('a value on a wire that is only padding, read by a gate or by none', () => {
    const padding = [...inputs, field.one, field.one];
    const [first, ...rest] = circuit.layers;
    const { linear, products } = first.terms();
    const reading = wiredLayer(
      first.width,
      { linear: { ...linear, sources: withFirst(linear.sources, 3) }, products },
      first.constants,
    );
    for (const layer of [first, reading]) {
      const wider = { inputCount: 4, layers: [layer, ...rest] };
      const run = evaluateCircuit(field, wider, padding, COPIES);
      const wrong = outputClaim(field, wider, 1, run[run.length - 1]);
      const proof = proofOf(field, prover(engine, wider, 1, run, wrong));
      const verify = (): boolean => check(field, proof, verifier(field, circuit, 1, inputs, wrong));
      // read by none, it shows in the claim on the inputs
      if (layer === first) expect(verify()).toBe(false);
      else expectRejection(verify, 'sumcheck', /^layer 0$/);
    }
  });

  it.each(others)('the run of another circuit: %s changed', (_what, other) => {
    const run = evaluateCircuit(field, other, inputs, COPIES);
    const wrong = outputClaim(field, other, 1, run[run.length - 1]);
    const proof = proofOf(field, prover(engine, other, 1, run, wrong));
    expect(check(field, proof, verifier(field, other, 1, inputs, wrong))).toBe(true);
    expectRejection(() => check(field, proof, verifier(field, circuit, 1, inputs, wrong)), 'sumcheck', /^layer \d$/);
  });

  it('copies exchanged in one layer', () => {
    for (let layer = 0; layer < values.length; layer++) {
      const lied = values.map((each, at) =>
        at === layer ? each.map((_, k) => each[COPIES * Math.floor(k / COPIES) + ((k + 1) % COPIES)]) : each,
      );
      const wrong = outputClaim(field, circuit, 1, lied[lied.length - 1]);
      const proof = proofOf(field, prover(engine, circuit, 1, lied, wrong));
      expectRejection(() => check(field, proof, verifier(field, circuit, 1, inputs, wrong)), 'sumcheck', /^layer \d$/);
    }
  });
});
