// Writing circuits down: gates on wires, in any order. The builder finds each gate's layer and carries wires
// that are read further up through the layers between, one relay gate a layer.

import { UsageError } from '../errors.ts';
import { type Circuit, type CircuitLayer, checkCircuit } from './circuit.ts';

/** A value in a circuit under construction. */
export interface Wire {
  /** 0 for inputs, one more than the highest wire it reads for a gate. */
  readonly depth: number;
  readonly id: number;
}

/** coefficient·wire, or coefficient·left·right. */
type Term = { readonly coefficient: number; readonly wires: readonly [Wire] | readonly [Wire, Wire] };

interface Gate {
  readonly depth: number;
  readonly constant: number;
  readonly terms: readonly Term[];
}

/** The gates that a circuit is made of. */
export interface CircuitBuilder {
  /** The next `count` inputs. */
  inputs(count: number): Wire[];
  add(a: Wire, b: Wire): Wire;
  sub(a: Wire, b: Wire): Wire;
  mul(a: Wire, b: Wire): Wire;
  /** Σ of any number of wires. */
  sum(wires: readonly Wire[]): Wire;
  /** constant + Σ coefficient·wire; coefficients are 32-bit integers. */
  linear(terms: readonly (readonly [coefficient: number, wire: Wire])[], constant?: number): Wire;
  /** Σ a·b in one gate: a sum gate over product gates, merged. */
  dot(pairs: readonly (readonly [Wire, Wire])[]): Wire;
  /** A constant, available to gates above the inputs. */
  constant(value: number): Wire;
}

/**
 * Builds a circuit.
 *
 * @param build - describes the gates and returns the output wires, in order
 * @throws UsageError if there are no inputs or no outputs
 */
export function buildCircuit(build: (builder: CircuitBuilder) => readonly Wire[]): Circuit {
  const gates = new Map<number, Gate>();
  let inputCount = 0;
  let next = 0;
  const gate = (terms: readonly Term[], constant = 0): Wire => {
    const depth = 1 + terms.reduce((most, { wires }) => Math.max(most, ...wires.map((wire) => wire.depth)), 0);
    const id = next++;
    gates.set(id, { depth, constant, terms });
    return { depth, id };
  };
  const scaled = (coefficient: number, wire: Wire): Term => ({ coefficient, wires: [wire] });
  const outputs = build({
    inputs: (count) => {
      inputCount += count;
      return Array.from({ length: count }, () => ({ depth: 0, id: next++ }));
    },
    add: (a, b) => gate([scaled(1, a), scaled(1, b)]),
    sub: (a, b) => gate([scaled(1, a), scaled(-1, b)]),
    mul: (a, b) => gate([{ coefficient: 1, wires: [a, b] }]),
    sum: (wires) => gate(wires.map((wire) => scaled(1, wire))),
    linear: (terms, constant = 0) =>
      gate(
        terms.map(([coefficient, wire]) => scaled(coefficient, wire)),
        constant,
      ),
    dot: (pairs) => gate(pairs.map((wires) => ({ coefficient: 1, wires }))),
    constant: (value) => gate([], value),
  });
  if (inputCount === 0 || outputs.length === 0) throw new UsageError('a circuit has inputs and outputs');
  return layOut(gates, inputCount, outputs, next);
}

/** Assigns gates to layers, with relays for wires that are read higher up than one layer. */
function layOut(gates: Map<number, Gate>, inputCount: number, outputs: readonly Wire[], wireCount: number): Circuit {
  const depth = Math.max(1, ...outputs.map((wire) => wire.depth));
  // the last layer that reads each wire; outputs are read at the top, gates nobody needs are dropped
  const lastRead = new Int32Array(wireCount).fill(-1);
  for (const { id } of outputs) lastRead[id] = depth;
  for (const [id, { depth: own, terms }] of [...gates].sort(([a], [b]) => b - a)) {
    if (lastRead[id] < 0) continue;
    for (const wire of terms.flatMap(({ wires }) => [...wires]))
      lastRead[wire.id] = Math.max(lastRead[wire.id], own - 1);
  }
  const inputs = inputIds(gates, wireCount);
  let places = new Map(inputs.map((id, place) => [id, place]));
  const layers: CircuitLayer[] = [];
  for (let layer = 1; layer <= depth; layer++) {
    const own = [...gates].filter(([id, each]) => each.depth === layer && lastRead[id] >= layer).map(([id]) => id);
    const relayed = [...places.keys()].filter((id) => lastRead[id] >= layer);
    const isTop = layer === depth;
    const ids = isTop ? outputs.map((wire) => wire.id) : [...own, ...relayed];
    layers.push(wireLayer(ids, gates, places, layer));
    places = new Map(ids.map((id, place) => [id, place]));
  }
  const circuit = { inputCount, layers };
  checkCircuit(circuit);
  return circuit;
}

function inputIds(gates: Map<number, Gate>, wireCount: number): number[] {
  return Array.from({ length: wireCount }, (_, id) => id).filter((id) => !gates.has(id));
}

function wireLayer(
  ids: readonly number[],
  gates: Map<number, Gate>,
  places: ReadonlyMap<number, number>,
  layer: number,
): CircuitLayer {
  const linear: [number, number, number][] = [];
  const products: [number, number, number, number][] = [];
  const constants = new Int32Array(ids.length);
  const place = (wire: number): number => places.get(wire) as number;
  for (const [at, id] of ids.entries()) {
    const gate = gates.get(id);
    if (gate === undefined || gate.depth < layer) {
      linear.push([at, place(id), 1]);
      continue;
    }
    constants[at] = gate.constant;
    for (const { coefficient, wires } of gate.terms) {
      const [left, right] = wires.map((wire) => place(wire.id));
      if (right === undefined) linear.push([at, left, coefficient]);
      else products.push([at, left, right, coefficient]);
    }
  }
  const column = (rows: readonly (readonly number[])[], k: number): Uint32Array =>
    Uint32Array.from(rows, (row) => row[k]);
  return {
    width: ids.length,
    constants,
    linear: {
      gates: column(linear, 0),
      sources: column(linear, 1),
      coefficients: Int32Array.from(linear, (row) => row[2]),
    },
    products: {
      gates: column(products, 0),
      lefts: column(products, 1),
      rights: column(products, 2),
      coefficients: Int32Array.from(products, (row) => row[3]),
    },
  };
}
