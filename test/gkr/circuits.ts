// Circuits, runs and claims that the tests of this folder share.

import type { Engine } from '../../src/field/engine.ts';
import {
  buildCircuit,
  type Circuit,
  outputVariables,
  proveCircuit,
  verifyCircuit,
  type Wire,
} from '../../src/gkr/index.ts';
import { type Claim, logCeil } from '../../src/poly/index.ts';
import type { ProverChannel, VerifierChannel } from '../../src/transcript/index.ts';
import { type AnyField, seeded, seededElements } from '../support/fields.ts';
import { extension } from './naive.ts';

/** A circuit of random gates of every kind on a few inputs. */
export function randomCircuit(seed: number, inputCount: number, gateCount: number): Circuit {
  const random = seeded(seed);
  return buildCircuit((c) => {
    const wires: Wire[] = c.inputs(inputCount);
    const any = (): Wire => wires[random(wires.length)];
    const coefficient = (): number => (random(4) === 0 ? random(2 ** 31) - 2 ** 30 : random(9) - 4);
    for (let k = 0; k < gateCount; k++) {
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
        () =>
          c.gate(
            [
              [coefficient(), any(), any()],
              [coefficient(), any()],
            ],
            coefficient(),
          ),
      ];
      wires.push(gates[random(gates.length)]());
    }
    return Array.from({ length: 1 + random(4) }, any);
  });
}

/** Small integers for all copies' inputs. */
export function integersOf(circuit: Circuit, copies: number, seed: number): Int32Array {
  const random = seeded(seed);
  return Int32Array.from({ length: circuit.inputCount * copies }, () => random(2 ** 20) - 2 ** 19);
}

export function inputsOf(field: AnyField, circuit: Circuit, copies: number, seed: number): unknown[] {
  return Array.from(integersOf(circuit, copies, seed), (value) => field.fromInteger(value));
}

export function padded(field: AnyField, values: readonly unknown[], copies: number): unknown[] {
  const wires = 2 ** logCeil(values.length / copies);
  return Array.from({ length: wires * copies }, (_, k) => values[k] ?? field.zero);
}

/** The claim on these outputs at a point from a seed. */
export function outputClaim(
  field: AnyField,
  circuit: Circuit,
  copyVariables: number,
  outputs: readonly unknown[],
  seed = 77,
): Claim<unknown> {
  const point = seededElements(field, outputVariables(circuit, copyVariables), seed);
  return { point, value: extension(field, padded(field, outputs, 2 ** copyVariables), point) };
}

export const prover =
  (
    engine: Engine<unknown>,
    circuit: Circuit,
    copyVariables: number,
    values: readonly (readonly unknown[] | Int32Array)[],
    claim: Claim<unknown>,
  ) =>
  (channel: ProverChannel<unknown>): void => {
    const mark = engine.mark();
    proveCircuit(engine, channel, circuit, copyVariables, values, claim);
    engine.release(mark);
  };

/** Verifies, and says whether the claims that remain are true of the inputs. */
export const verifier =
  (field: AnyField, circuit: Circuit, copyVariables: number, inputs: readonly unknown[], claim: Claim<unknown>) =>
  (channel: VerifierChannel<unknown>): boolean => {
    const table = padded(field, inputs, 2 ** copyVariables);
    return verifyCircuit(field, channel, circuit, copyVariables, claim)
      .map(({ point, value }) => field.equal(extension(field, table, point), value))
      .every((isTrue) => isTrue);
  };
