// docs/circuits.md: its costs are those that counting finds. Its code is run by test/docs.

import { describe, expect, it } from 'vitest';
import {
  countingEngine,
  countingField,
  createKoalaBearEngine,
  koalaBear,
  noOperations,
  type OperationCounts,
} from '../../src/field/index.ts';
import {
  type Circuit,
  evaluateCircuit,
  proveCircuit,
  relayLayer,
  verifyCircuit,
  wiredLayer,
} from '../../src/gkr/index.ts';
import { logCeil } from '../../src/poly/index.ts';
import { createProverChannel, createVerifierChannel } from '../../src/transcript/index.ts';
import { seeded } from '../support/fields.ts';

/** G gates over W wires, T product and L linear terms, signs as coefficients; wires and gates at random. */
function layerOf(gates: number, wires: number, productCount: number, linearCount: number): Circuit {
  const random = seeded(5);
  const list = (count: number, bound: number): Uint32Array => Uint32Array.from({ length: count }, () => random(bound));
  const signs = (count: number): Int32Array => Int32Array.from({ length: count }, () => 1 - 2 * random(2));
  const [t, l] = [productCount, linearCount];
  const products = { gates: list(t, gates), lefts: list(t, wires), rights: list(t, wires), coefficients: signs(t) };
  const linear = { gates: list(l, gates), sources: list(l, wires), coefficients: signs(l) };
  return { inputCount: wires, layers: [wiredLayer(gates, { linear, products })] };
}

/** The costs of proving and verifying a claim on the outputs, without reading inputs and outputs. */
function countsOf(
  circuit: Circuit,
  copies: number,
): { prover: OperationCounts; verifier: OperationCounts; elements: number } {
  const prover = noOperations();
  const verifier = noOperations();
  const inputs = Int32Array.from({ length: circuit.inputCount * copies }, (_, k) => 1 + k);
  const values = evaluateCircuit(koalaBear, circuit, inputs, copies);
  const variables = logCeil(circuit.layers[circuit.layers.length - 1].width) + logCeil(copies);
  const point = Array.from({ length: variables }, (_, k) => koalaBear.fromCoefficients([k, 1, k, 2]));
  const claim = { point, value: koalaBear.tables.evaluateIntegers(values[values.length - 1] as Int32Array, point) };
  const engine = countingEngine(createKoalaBearEngine(), prover);
  const channel = createProverChannel(koalaBear);
  proveCircuit(engine, channel, circuit, logCeil(copies), values, claim);
  const proof = channel.bytes();
  const field = countingField(koalaBear, verifier);
  verifyCircuit(field, createVerifierChannel(field, proof), circuit, logCeil(copies), claim);
  return { prover, verifier, elements: proof.length / koalaBear.byteLength };
}

describe('the costs on the page', () => {
  const within = (counted: number, formula: number): void => {
    expect(counted).toBeGreaterThan(0.96 * formula);
    expect(counted).toBeLessThan(1.04 * formula);
  };

  it.each([
    [256, 1024, 0, 2000],
    [2048, 1024, 0, 500],
  ])('of a layer without products: %d gates, %d wires', (gates, wires, products, linear) => {
    const { prover, verifier, elements } = countsOf(layerOf(gates, wires, products, linear), 1);
    within(prover.extensionMultiplications, 2.5 * wires + gates);
    within(prover.mixedMultiplications, 1.5 * wires);
    within(prover.extensionAdditions, linear + 7 * wires + gates);
    within(verifier.extensionMultiplications, linear + wires + gates);
    expect(elements).toBe(2 * logCeil(wires) + 1);
  });

  it.each([
    [256, 1024, 5000, 0],
    [256, 512, 3000, 2000],
    [2048, 512, 3000, 2000],
  ])('of a layer with products: %d gates, %d wires, %d products, %d linear terms', (gates, wires, products, linear) => {
    const { prover, verifier, elements } = countsOf(layerOf(gates, wires, products, linear), 1);
    const hasLinear = linear > 0 ? 1 : 0;
    within(prover.extensionMultiplications, products + (6 + hasLinear) * wires + gates);
    within(prover.mixedMultiplications, products + 3 * wires);
    within(prover.extensionAdditions, 2 * products + linear + (15 + 2 * hasLinear) * wires + gates);
    within(verifier.extensionMultiplications, 2 * products + linear + 2 * wires + gates);
    // half of the signs are −1
    within(verifier.extensionAdditions, 1.5 * (products + linear) + 2 * wires + gates);
    expect(elements).toBe(4 * logCeil(wires) + 3);
  });

  it.each([
    [256, 128, 1024, 64],
    [256, 256, 3000, 128],
  ])('of many copies: %d gates, %d wires, %d products, %d copies', (gates, wires, products, copies) => {
    const { prover, verifier, elements } = countsOf(layerOf(gates, wires, products, 0), copies);
    within(prover.extensionMultiplications, products + (4.5 * copies + 8) * wires + gates);
    within(prover.mixedMultiplications, (products + 4.5 * wires) * copies);
    within(prover.extensionAdditions, (products + 12 * wires) * copies + 4 * products);
    within(verifier.extensionMultiplications, 2 * products + 2 * wires + gates);
    expect(elements).toBe(4 * logCeil(wires) + 2 * logCeil(copies) + 3);
  });

  it('of a layer in closed form grow with the logarithm', () => {
    const relayed = (width: number): number =>
      countsOf({ inputCount: width, layers: [relayLayer(width)] }, 1).verifier.extensionMultiplications;
    const [small, large] = [relayed(2 ** 5), relayed(2 ** 10)];
    expect(large).toBeLessThanOrEqual(2 * small);
  });
});
