// Layered circuits: wired ones and closed forms, several copies, as statements of their own.

import type { LayerValues } from '../../../src/gkr/circuit/evaluate.ts';
import {
  buildCircuit,
  type Circuit,
  evaluateCircuit,
  matrixProductLayer,
  outputVariables,
  proveCircuit,
  sumLayer,
  verifyCircuit,
  wiredLayer,
} from '../../../src/gkr/index.ts';
import { channelVerifier, type Forgery, type Subject } from '../../../src/testing/index.ts';
import type { Channel } from '../../../src/transcript/channel.ts';
import { type AnyField, seeded } from '../../support/fields.ts';
import { discharge, freeing, lifted, type Setting } from './scope.ts';

/** Additions, products, constants and relays over several layers. */
export const wiredCircuit: Circuit = buildCircuit((c) => {
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

/** A matrix product in closed form, and the sums of its rows. */
export const closedCircuit: Circuit = {
  inputCount: 16,
  layers: [matrixProductLayer({ rows: 2, inner: 2, columns: 4 }, { left: 0, right: 8, sources: 16 }), sumLayer(2, 4)],
};

/** Integers of p < 2³¹ as 32-bit ones; of other fields as they are. */
export function circuitSubject(
  { name, field, engine }: Setting,
  what: string,
  circuit: Circuit,
  copyVariables: number,
): Subject<unknown> {
  const random = seeded(9);
  const copies = 2 ** copyVariables;
  const inputs = Int32Array.from({ length: circuit.inputCount * copies }, () => random(15) - 7);
  const values = evaluateCircuit(field, circuit, inputs, copies);
  const honest = outputsOf(values);
  const element = (value: unknown): unknown => (typeof value === 'number' ? field.fromInteger(value) : value);
  const begin = (over: AnyField, channel: Channel<unknown>, outputs: readonly unknown[]) => {
    channel.absorb('outputs', encode(outputs));
    const point = channel.drawMany('output point', outputVariables(circuit, copyVariables));
    const padded = Array.from({ length: 2 ** point.length }, (_, k) => outputs[k] ?? field.zero);
    return { point, value: over.tables.dot(lifted(field, over, padded), over.tables.eqTable(point)) };
  };
  function encode(outputs: readonly unknown[]): Uint8Array {
    const bytes = new Uint8Array(outputs.length * field.byteLength);
    outputs.forEach((value, k) => {
      field.write(value, bytes, k * field.byteLength);
    });
    return bytes;
  }
  function outputsOf(told: readonly LayerValues<unknown>[]): unknown[] {
    return Array.from(told[told.length - 1] as ArrayLike<unknown>, (value) =>
      typeof value === 'number' ? field.fromInteger(value) : value,
    );
  }
  const prove = (told: readonly LayerValues<unknown>[], outputs: readonly unknown[], of = circuit) =>
    freeing(engine, (channel) => {
      proveCircuit(engine, channel, of, copyVariables, told, begin(field, channel, outputs));
    });
  const verify = (outputs: readonly unknown[]) =>
    channelVerifier<unknown>((channel, watched) => {
      const padded = new Int32Array(2 ** Math.ceil(Math.log2(inputs.length)));
      padded.set(inputs);
      const claims = verifyCircuit(watched, channel, circuit, copyVariables, begin(watched, channel, outputs));
      for (const claim of claims) {
        discharge(watched, channel, claim, padded, 'inputs');
      }
    });
  const forgeries: Forgery<unknown>[] = honest.map((_, k) => {
    const outputs = honest.map((value, at) => (at === k ? field.add(value, field.one) : value));
    return { name: `output ${k}`, kind: 'output', prove: prove(values, outputs), verify: verify(outputs) };
  });
  // another input, and the outputs that it gives
  inputs.slice(0, 6).forEach((_, k) => {
    const lied = evaluateCircuit(
      field,
      circuit,
      inputs.map((v, at) => (at === k ? v + 1 : v)),
      copies,
    );
    const outputs = outputsOf(lied);
    const isTrue = outputs.every((value, at) => field.equal(value, element(honest[at])));
    forgeries.push({
      name: `input ${k}`,
      kind: 'witness',
      prove: prove(lied, outputs),
      verify: verify(outputs),
      isTrue,
    });
  });
  // another circuit of the same shape, and what it gives
  circuit.layers.forEach((layer, at) => {
    const terms = layer.terms();
    if (layer.closedForm !== undefined || terms.linear.coefficients.length === 0) return;
    const coefficients = terms.linear.coefficients.map((value, k) => (k === 0 ? value + 1 : value));
    const changed = wiredLayer(layer.width, { ...terms, linear: { ...terms.linear, coefficients } }, layer.constants);
    const other = { ...circuit, layers: circuit.layers.map((old, k) => (k === at ? changed : old)) };
    const lied = evaluateCircuit(field, other, inputs, copies);
    const outputs = outputsOf(lied);
    const isTrue = outputs.every((value, k) => field.equal(value, element(honest[k])));
    const [proving, verifying] = [prove(lied, outputs, other), verify(outputs)];
    forgeries.push({
      name: `a coefficient of layer ${at}`,
      kind: 'circuit',
      prove: proving,
      verify: verifying,
      isTrue,
    });
  });
  return { name: `circuit, ${what}, ${name}`, field, prove: prove(values, honest), verify: verify(honest), forgeries };
}
