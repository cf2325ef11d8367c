// Layered arithmetic circuits. Every gate of a layer computes, from the wires of the layer below it,
//     V(gate) = constant + Σ coefficient·V(source) + Σ coefficient·V(left)·V(right),
// which covers addition, multiplication, sum, linear-combination and constant gates; any wire may be read
// any number of times. A layer's cost follows its terms, not the square of its width. A circuit can run on
// many copies of its inputs at once (data-parallel), with the same wiring for each.
//
// Wires beyond a layer's width exist only as padding to a power of two, and are zero.

import { UsageError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import { logCeil, type Point } from '../poly/point.ts';

/** Terms coefficient·V(source), as parallel lists. */
export interface LinearTerms {
  readonly gates: Uint32Array;
  readonly sources: Uint32Array;
  readonly coefficients: Int32Array;
}

/** Terms coefficient·V(left)·V(right), as parallel lists. */
export interface ProductTerms {
  readonly gates: Uint32Array;
  readonly lefts: Uint32Array;
  readonly rights: Uint32Array;
  readonly coefficients: Int32Array;
}

/**
 * The wiring of a layer in closed form, for a verifier that shall not walk the terms. `weights` is
 * Σ_j coefficient_j·eq(point_j, gate); the functions return
 * Σ weight(gate)·coefficient·eq(u, source) and Σ weight(gate)·coefficient·eq(u, left)·eq(v, right).
 */
export interface ClosedForm {
  linear<E>(field: Field<E>, weights: GateWeights<E>, u: Point<E>): E;
  products<E>(field: Field<E>, weights: GateWeights<E>, u: Point<E>, v: Point<E>): E;
}

/** Σ_j coefficient_j·eq(point_j, ·) over the gates of a layer. */
export type GateWeights<E> = readonly { readonly coefficient: E; readonly point: Point<E> }[];

/** One layer: its gates and what they read of the layer below. */
export interface CircuitLayer {
  /** Number of gates. */
  readonly width: number;
  readonly linear: LinearTerms;
  readonly products: ProductTerms;
  /** One for each gate. */
  readonly constants: Int32Array;
  readonly closedForm?: ClosedForm;
}

/** A circuit from its inputs to its outputs: layer 0 reads the inputs, the last layer is the output. */
export interface Circuit {
  readonly inputCount: number;
  readonly layers: readonly CircuitLayer[];
}

/** Number of wires that layer `layer` reads. */
export function sourceWidth(circuit: Circuit, layer: number): number {
  return layer === 0 ? circuit.inputCount : circuit.layers[layer - 1].width;
}

/** Number of outputs. */
export function outputCount(circuit: Circuit): number {
  return circuit.layers[circuit.layers.length - 1].width;
}

/** @throws UsageError that names the layer whose terms read or write a wire that is not there */
export function checkCircuit(circuit: Circuit): void {
  if (circuit.layers.length === 0) throw new UsageError('a circuit has at least one layer');
  logCeil(circuit.inputCount);
  for (const [index, { width, linear, products, constants }] of circuit.layers.entries()) {
    const wires = sourceWidth(circuit, index);
    const inside = (list: Uint32Array, bound: number): boolean => list.every((wire) => wire < bound);
    const fits =
      width >= 1 &&
      constants.length === width &&
      [linear.sources, linear.coefficients].every((list) => list.length === linear.gates.length) &&
      [products.lefts, products.rights, products.coefficients].every((list) => list.length === products.gates.length) &&
      inside(linear.gates, width) &&
      inside(products.gates, width) &&
      [linear.sources, products.lefts, products.rights].every((list) => inside(list, wires));
    if (!fits) throw new UsageError(`layer ${index} of the circuit does not fit its ${width} gates and ${wires} wires`);
  }
}

/**
 * All layers' values, inputs first; wire-major: the values of all copies of wire 0, then of wire 1, …
 *
 * @param inputs - inputCount · copies elements
 */
export function evaluateCircuit<E>(field: Field<E>, circuit: Circuit, inputs: readonly E[], copies = 1): E[][] {
  if (inputs.length !== circuit.inputCount * copies) {
    throw new UsageError(`${copies} copies take ${circuit.inputCount * copies} inputs, not ${inputs.length}`);
  }
  const values: E[][] = [[...inputs]];
  for (const { width, linear, products, constants } of circuit.layers) {
    const below = values[values.length - 1];
    const layer = Array.from({ length: width * copies }, (_, k) =>
      field.fromInteger(constants[Math.floor(k / copies)]),
    );
    const add = (gate: number, copy: number, coefficient: number, value: E): void => {
      const at = gate * copies + copy;
      layer[at] = field.add(layer[at], coefficient === 1 ? value : field.mul(field.fromInteger(coefficient), value));
    };
    for (let copy = 0; copy < copies; copy++) {
      linear.gates.forEach((gate, k) => {
        add(gate, copy, linear.coefficients[k], below[linear.sources[k] * copies + copy]);
      });
      products.gates.forEach((gate, k) => {
        const [left, right] = [products.lefts[k], products.rights[k]].map((wire) => below[wire * copies + copy]);
        add(gate, copy, products.coefficients[k], field.mul(left, right));
      });
    }
    values.push(layer);
  }
  return values;
}
