// Running a circuit: the values of all its layers. Where the inputs are integers and the prime has at most 31
// bits, every value is one integer modulo p (the values of a circuit never leave the prime field): a quarter of
// the memory, and tables that provers keep in the prime field until they are bound.

import { UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import type { Circuit, CircuitLayer } from './circuit.ts';

/**
 * The values of a layer: elements, or elements of F_p by integers of absolute value below p < 2³¹.
 *
 * @example
 * ```ts
 * import type { LayerValues } from 'ternary-gkr/gkr';
 *
 * // small integers stand for elements
 * const inputs: LayerValues<bigint> = Int32Array.of(1, -2, 3);
 * ```
 */
export type LayerValues<E> = readonly E[] | Int32Array;

/**
 * All layers' values, inputs first; wire-major: the values of all copies of wire 0, then of wire 1, …
 *
 * @param inputs - inputCount · copies elements or integers; integers give residues in (−p/2, p/2) where p < 2³¹
 * @throws UsageError if there are more or fewer inputs
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { adderTreeLayers, evaluateCircuit } from 'ternary-gkr/gkr';
 *
 * const circuit = { inputCount: 4, layers: adderTreeLayers(4) };
 * // the values of every layer, the inputs first
 * console.log(evaluateCircuit(bn254, circuit, [1n, 2n, 3n, 4n])); // [ [ 1n, 2n, 3n, 4n ], [ 3n, 7n ], [ 10n ] ]
 * ```
 */
export function evaluateCircuit<E>(field: Field<E>, circuit: Circuit, inputs: readonly E[], copies?: number): E[][];
export function evaluateCircuit<E>(
  field: Field<E>,
  circuit: Circuit,
  inputs: LayerValues<E>,
  copies?: number,
): LayerValues<E>[];
export function evaluateCircuit<E>(
  field: Field<E>,
  circuit: Circuit,
  inputs: LayerValues<E>,
  copies = 1,
): LayerValues<E>[] {
  if (!Number.isInteger(copies) || copies < 1 || inputs.length !== circuit.inputCount * copies) {
    throw new UsageError(
      `${copies} copies of a circuit of ${circuit.inputCount} inputs take ${circuit.inputCount * copies} values, not ${inputs.length}`,
    );
  }
  if (inputs instanceof Int32Array && field.characteristic < 2n ** 31n) {
    const modulus = Number(field.characteristic);
    return evaluateLayers<Int32Array>(circuit, residuesOf(inputs, modulus), (layer, below) =>
      evaluateResidues(layer, below, copies, modulus),
    );
  }
  return evaluateLayers(circuit, elementsOf(field, inputs), (layer, below) =>
    evaluateElements(field, layer, below, copies),
  );
}

/** The values as elements. */
export function elementsOf<E>(field: Field<E>, values: LayerValues<E>): readonly E[] {
  return values instanceof Int32Array ? Array.from(values, (value) => field.fromInteger(value)) : values;
}

function evaluateLayers<V>(circuit: Circuit, inputs: V, evaluate: (layer: CircuitLayer, below: V) => V): V[] {
  const values = [inputs];
  for (const layer of circuit.layers) values.push(evaluate(layer, values[values.length - 1]));
  return values;
}

function evaluateElements<E>(field: Field<E>, layer: CircuitLayer, below: readonly E[], copies: number): readonly E[] {
  const { linear, products } = layer.terms();
  const values = new Array<E>(layer.width * copies).fill(field.zero);
  layer.constants?.forEach((constant, gate) => {
    if (constant !== 0) values.fill(field.fromInteger(constant), gate * copies, (gate + 1) * copies);
  });
  const add = (at: number, coefficient: number, value: E): void => {
    values[at] = field.add(values[at], scaleBy(field, coefficient, value));
  };
  for (let k = 0; k < linear.gates.length; k++) {
    const [gate, source] = [linear.gates[k] * copies, linear.sources[k] * copies];
    for (let copy = 0; copy < copies; copy++) add(gate + copy, linear.coefficients[k], below[source + copy]);
  }
  for (let k = 0; k < products.gates.length; k++) {
    const [gate, left, right] = [products.gates[k] * copies, products.lefts[k] * copies, products.rights[k] * copies];
    for (let copy = 0; copy < copies; copy++) {
      add(gate + copy, products.coefficients[k], field.mul(below[left + copy], below[right + copy]));
    }
  }
  return values;
}

/** Integers modulo p, in (−p/2, p/2). */
function residuesOf(values: Int32Array, modulus: number): Int32Array {
  const residues = new Int32Array(values.length);
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    residues[k] = centred(value < modulus && value > -modulus ? value : value % modulus, modulus);
  }
  return residues;
}

/** The same with integers modulo p, in and out in (−p/2, p/2). */
function evaluateResidues(layer: CircuitLayer, below: Int32Array, copies: number, modulus: number): Int32Array {
  const { linear, products } = layer.terms();
  const values = new Int32Array(layer.width * copies);
  layer.constants?.forEach((constant, gate) => {
    if (constant !== 0) values.fill(centred(constant % modulus, modulus), gate * copies, (gate + 1) * copies);
  });
  const inverse = 1 / modulus;
  for (let k = 0; k < linear.gates.length; k++) {
    const gate = linear.gates[k] * copies;
    const source = linear.sources[k] * copies;
    const coefficient = linear.coefficients[k];
    for (let copy = 0; copy < copies; copy++) {
      const value = below[source + copy];
      const term = coefficient === 1 ? value : multiply(coefficient, value, modulus, inverse);
      values[gate + copy] = centred((values[gate + copy] + term) | 0, modulus);
    }
  }
  for (let k = 0; k < products.gates.length; k++) {
    const gate = products.gates[k] * copies;
    const left = products.lefts[k] * copies;
    const right = products.rights[k] * copies;
    const coefficient = products.coefficients[k];
    for (let copy = 0; copy < copies; copy++) {
      const product = multiply(below[left + copy], below[right + copy], modulus, inverse);
      const term = coefficient === 1 ? product : multiply(coefficient, product, modulus, inverse);
      values[gate + copy] = centred((values[gate + copy] + term) | 0, modulus);
    }
  }
  return values;
}

/** The residue in (−p/2, p/2) of an integer in (−3p/2, 3p/2) of 31 bits and a sign, p odd; without branches. */
function centred(value: number, modulus: number): number {
  const sign = value >> 31;
  const magnitude = ((value ^ sign) - sign) | 0;
  const excess = modulus & (((modulus >> 1) - magnitude) >> 31);
  return (value - ((excess ^ sign) - sign)) | 0;
}

/**
 * a·b mod p in (−p/2, p/2), |a| ≤ 2³¹, |b| < 2³⁰. The quotient, rounded to the nearest integer from a double (adding
 * and subtracting 1.5·2⁵² rounds), is off by far less than 1/2 + 2⁻²⁰ of the true one, and the remainder is exact modulo
 * 2³², where it fits.
 */
function multiply(a: number, b: number, modulus: number, inverse: number): number {
  const quotient = a * b * inverse + 6755399441055744 - 6755399441055744;
  return centred((Math.imul(a, b) - Math.imul(quotient, modulus)) | 0, modulus);
}

/** coefficient·value. */
export function scaleBy<E>(field: Field<E>, coefficient: number, value: E): E {
  if (coefficient === 1) return value;
  return coefficient === -1 ? field.neg(value) : field.mul(field.fromInteger(coefficient), value);
}
