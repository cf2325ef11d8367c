// A builder of circuits: gates on wires, in any order. The builder finds each gate's layer and carries wires
// that are read further up through the layers between, one relay gate a layer; a wire that d layers skip
// costs d gates. Gates that no output needs are dropped. Building takes time linear in terms and relays.

import { UsageError } from '../../errors.ts';
import { type Circuit, type CircuitLayer, checkCircuit, wiredLayer } from './circuit.ts';

/**
 * A value in a circuit under construction.
 *
 * @example
 * ```ts
 * import { buildCircuit, type Wire } from 'ternary-gkr/gkr';
 *
 * buildCircuit((c) => {
 *   const wires: Wire[] = c.inputs(2);
 *   return [c.sum(wires)];
 * });
 * ```
 */
export interface Wire {
  /** 0 for inputs, one more than the highest wire it reads for a gate. */
  readonly depth: number;
  readonly id: number;
}

/**
 * The gates of a circuit. Constants and coefficients are integers of absolute value below 2³¹.
 *
 * @example
 * ```ts
 * import { buildCircuit, type CircuitBuilder, type Wire } from 'ternary-gkr/gkr';
 *
 * // x³
 * const cube = (c: CircuitBuilder, x: Wire): Wire => c.mul(x, c.mul(x, x));
 * const circuit = buildCircuit((c) => c.inputs(1).map((x) => cube(c, x)));
 * console.log(circuit.inputCount); // 1
 * ```
 */
export interface CircuitBuilder {
  /** The next `count` inputs. */
  inputs(count: number): Wire[];
  add(a: Wire, b: Wire): Wire;
  sub(a: Wire, b: Wire): Wire;
  mul(a: Wire, b: Wire): Wire;
  /** Σ of any number of wires. */
  sum(wires: readonly Wire[]): Wire;
  /** constant + Σ coefficient·wire. */
  linear(terms: readonly (readonly [coefficient: number, wire: Wire])[], constant?: number): Wire;
  /** Σ a·b in one gate: a sum gate over product gates, merged. */
  dot(pairs: readonly (readonly [Wire, Wire])[]): Wire;
  /** constant + Σ of any terms, including products: the most general gate. */
  gate(terms: readonly GateTerm[], constant?: number): Wire;
  /** A constant, available to gates above the inputs. */
  constant(value: number): Wire;
}

/**
 * coefficient·wire, or coefficient·left·right.
 *
 * @example
 * ```ts
 * import { buildCircuit, type GateTerm } from 'ternary-gkr/gkr';
 *
 * buildCircuit((c) => {
 *   const [x, y] = c.inputs(2);
 *   // 3·x − x·y
 *   const terms: GateTerm[] = [[3, x], [-1, x, y]];
 *   return [c.gate(terms)];
 * });
 * ```
 */
export type GateTerm =
  | readonly [coefficient: number, wire: Wire]
  | readonly [coefficient: number, left: Wire, right: Wire];

/** In the place of a right factor: a linear term. */
const NONE = -1;

/**
 * Builds a circuit.
 *
 * @param build - describes the gates and returns the output wires, in order; one wire may be several outputs
 * @throws UsageError if inputs or outputs are missing, a coefficient is not a 32-bit integer, or a wire
 *   is missing or belongs to another circuit
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { buildCircuit, evaluateCircuit } from 'ternary-gkr/gkr';
 *
 * const circuit = buildCircuit((c) => {
 *   const [x, y] = c.inputs(2);
 *   return [c.mul(c.add(x, y), c.sub(x, y))];
 * });
 * console.log(evaluateCircuit(bn254, circuit, [7n, 3n]).at(-1)); // [ 40n ]
 * ```
 */
export function buildCircuit(build: (builder: CircuitBuilder) => readonly Wire[]): Circuit {
  const draft = new Draft();
  const outputs = build({
    inputs: (count) => draft.inputs(count),
    add: (a, b) => draft.term(1, a).term(1, b).gate(),
    sub: (a, b) => draft.term(1, a).term(-1, b).gate(),
    mul: (a, b) => draft.product(1, a, b).gate(),
    sum(wires) {
      for (const wire of wires) draft.term(1, wire);
      return draft.gate();
    },
    linear(terms, constant = 0) {
      for (const [coefficient, wire] of terms) draft.term(coefficient, wire);
      return draft.gate(constant);
    },
    dot(pairs) {
      for (const [a, b] of pairs) draft.product(1, a, b);
      return draft.gate();
    },
    gate(terms, constant = 0) {
      for (const term of terms) {
        if (term.length === 2) draft.term(...term);
        else draft.product(...term);
      }
      return draft.gate(constant);
    },
    constant: (value) => draft.gate(value),
  });
  const circuit = draft.layOut(outputs);
  checkCircuit(circuit);
  return circuit;
}

/** All wires so far, numbered in the order in which they were made, and all terms, gate after gate. */
class Draft {
  readonly #wires: Wire[] = [];
  /** For each wire: where its terms end, and its constant. Inputs have none. */
  readonly #ends: number[] = [];
  readonly #constants: number[] = [];
  readonly #coefficients: number[] = [];
  readonly #lefts: number[] = [];
  readonly #rights: number[] = [];
  /** Of the gate whose terms are being added. */
  #depth = 1;

  inputs(count: number): Wire[] {
    if (!Number.isInteger(count) || count < 0) throw new UsageError(`${count} inputs`);
    return Array.from({ length: count }, () => this.#wire(0, 0));
  }

  /** Adds coefficient·wire to the gate that `gate` will close. */
  term(coefficient: number, wire: Wire): this {
    this.#rights.push(NONE);
    return this.#factor(coefficient, wire);
  }

  /** Adds coefficient·left·right. */
  product(coefficient: number, left: Wire, right: Wire): this {
    this.#rights.push(this.#own(right).id);
    this.#depth = Math.max(this.#depth, right.depth + 1);
    return this.#factor(coefficient, left);
  }

  #factor(coefficient: number, left: Wire): this {
    this.#coefficients.push(integer(coefficient, 'a coefficient'));
    this.#lefts.push(this.#own(left).id);
    this.#depth = Math.max(this.#depth, left.depth + 1);
    return this;
  }

  gate(constant = 0): Wire {
    const wire = this.#wire(this.#depth, integer(constant, 'a constant'));
    this.#depth = 1;
    return wire;
  }

  /** Assigns gates to layers, with relays for wires that are read higher up than one layer. */
  layOut(outputs: readonly Wire[]): Circuit {
    const top = outputs.reduce((most, wire) => Math.max(most, this.#own(wire).depth), 1);
    const lastRead = this.#lastReads(outputs, top);
    const byDepth: number[][] = Array.from({ length: top + 1 }, () => []);
    for (const { id, depth } of this.#wires) {
      if (depth === 0 || lastRead[id] >= depth) byDepth[depth]?.push(id);
    }
    if (byDepth[0].length === 0 || outputs.length === 0) throw new UsageError('a circuit has inputs and outputs');
    const places = new Uint32Array(this.#wires.length);
    const settle = (ids: readonly number[]): void => {
      for (let place = 0; place < ids.length; place++) places[ids[place]] = place;
    };
    let below = byDepth[0];
    settle(below);
    const layers: CircuitLayer[] = [];
    for (let layer = 1; layer <= top; layer++) {
      const carried = below.filter((id) => lastRead[id] >= layer);
      const ids = layer === top ? outputs.map((wire) => wire.id) : byDepth[layer].concat(carried);
      layers.push(this.#layer(ids, layer, places));
      settle(ids);
      below = ids;
    }
    return { inputCount: byDepth[0].length, layers };
  }

  /** For each wire the highest layer at which its value must be at hand; −1 if no output needs it. */
  #lastReads(outputs: readonly Wire[], top: number): Int32Array {
    const lastRead = new Int32Array(this.#wires.length).fill(-1);
    for (const { id } of outputs) lastRead[id] = top;
    // a gate reads only wires made before it
    for (let id = this.#wires.length - 1; id >= 0; id--) {
      if (lastRead[id] < 0) continue;
      const below = this.#wires[id].depth - 1;
      for (let k = this.#start(id); k < this.#ends[id]; k++) {
        const [left, right] = [this.#lefts[k], this.#rights[k]];
        lastRead[left] = Math.max(lastRead[left], below);
        if (right !== NONE) lastRead[right] = Math.max(lastRead[right], below);
      }
    }
    return lastRead;
  }

  /** The layer whose gates compute, or relay, the wires `ids`; `places` are those in the layer below. */
  #layer(ids: readonly number[], layer: number, places: Uint32Array): CircuitLayer {
    const own = (id: number): boolean => this.#wires[id].depth === layer;
    let linearCount = 0;
    let productCount = 0;
    for (const id of ids) {
      if (!own(id)) linearCount++;
      else
        for (let k = this.#start(id); k < this.#ends[id]; k++)
          this.#rights[k] === NONE ? linearCount++ : productCount++;
    }
    const linear = {
      gates: new Uint32Array(linearCount),
      sources: new Uint32Array(linearCount),
      coefficients: new Int32Array(linearCount),
    };
    const products = {
      gates: new Uint32Array(productCount),
      lefts: new Uint32Array(productCount),
      rights: new Uint32Array(productCount),
      coefficients: new Int32Array(productCount),
    };
    const constants = new Int32Array(ids.length);
    let [linearAt, productAt] = [0, 0];
    const addLinear = (gate: number, source: number, coefficient: number): void => {
      linear.gates[linearAt] = gate;
      linear.sources[linearAt] = places[source];
      linear.coefficients[linearAt++] = coefficient;
    };
    for (let gate = 0; gate < ids.length; gate++) {
      const id = ids[gate];
      if (!own(id)) {
        addLinear(gate, id, 1);
        continue;
      }
      constants[gate] = this.#constants[id];
      for (let k = this.#start(id); k < this.#ends[id]; k++) {
        if (this.#rights[k] === NONE) {
          addLinear(gate, this.#lefts[k], this.#coefficients[k]);
          continue;
        }
        products.gates[productAt] = gate;
        products.lefts[productAt] = places[this.#lefts[k]];
        products.rights[productAt] = places[this.#rights[k]];
        products.coefficients[productAt++] = this.#coefficients[k];
      }
    }
    return wiredLayer(ids.length, { linear, products }, constants);
  }

  #wire(depth: number, constant: number): Wire {
    const wire = { depth, id: this.#wires.length };
    this.#wires.push(wire);
    this.#ends.push(this.#coefficients.length);
    this.#constants.push(constant);
    return wire;
  }

  #start(id: number): number {
    return id === 0 ? 0 : this.#ends[id - 1];
  }

  #own(wire: Wire): Wire {
    if (wire === undefined) throw new UsageError('a wire is missing');
    if (this.#wires[wire?.id] !== wire) throw new UsageError('a wire of another circuit');
    return wire;
  }
}

function integer(value: number, what: string): number {
  if (value !== (value | 0) || value === -(2 ** 31))
    throw new UsageError(`${what} is an integer below 2^31 in absolute value, not ${value}`);
  return value | 0;
}
