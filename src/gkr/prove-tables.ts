// The tables of a layer's prover (protocol.ts), filled by the engine. A layer's terms become matrices of signs
// once: "term k reads row r" and "target t sums these terms", so that a table over wires is gather, multiply, gather:
//     ℓ = S_source·(coefficient ∘ P_gate·w),    A = S_left·(t ∘ P_right·V),    k = S_right·(t ∘ P_left·eq(u, ·)),
// t = coefficient ∘ P_gate·w. Where every coefficient is ±1, the sign stands in P_gate and ℓ is one gather. An
// element-wise product costs a multiplication a term, a gather an addition.

import type { Engine, Vector } from '../field/engine.ts';
import type { SignedColumns } from '../field/field.ts';
import type { CircuitLayer, GateWeights, LinearTerms, ProductTerms } from './circuit.ts';

/** w(z) for all gates, on their cube. */
export function weightVector<E>(engine: Engine<E>, weights: GateWeights<E>): Vector {
  const [first, ...others] = weights.map(({ coefficient, point }) => engine.eqTable(point, coefficient));
  return others.reduce((sum, table) => engine.add(sum, table), first);
}

/** ℓ(x) for every wire below a layer. */
export function linearVector<E>(engine: Engine<E>, layer: CircuitLayer, w: Vector, wires: number): Vector {
  const { linear } = ordered(layer, wires);
  if (linear === undefined) return engine.zeros('extension', wires);
  const weighted = linear.pick === undefined ? w : gatherTerms(engine, linear.pick, linear.coefficients, w);
  return gather(engine, linear.sums, weighted);
}

/** The product terms of a layer with w at hand: both phases' tables. */
export interface ProductTables {
  /** t, term by term, in the order of the left wires; zero beyond `lefts`. */
  readonly weighted: Vector;
  /** The wires that each term reads, in the same order. */
  readonly lefts: Uint32Array;
  readonly rights: Uint32Array;
  /** A(·, c) from V(·, c) over the wires. */
  inner(values: Vector): Vector;
  /** k from eq(u, ·). */
  outer(eqLeft: Vector): Vector;
}

export function productTables<E>(engine: Engine<E>, layer: CircuitLayer, w: Vector, wires: number): ProductTables {
  const { products } = ordered(layer, wires);
  const weighted = gatherTerms(engine, products.gates, products.coefficients, w);
  const sumProducts = (pick: SignedColumns, sums: SignedColumns, table: Vector): Vector =>
    gather(engine, sums, engine.mul(weighted, gather(engine, pick, table)));
  return {
    weighted,
    lefts: products.lefts.rows,
    rights: products.rights.rows,
    inner: (values) => sumProducts(products.rights, products.sumsByLeft, values),
    outer: (eqLeft) => sumProducts(products.lefts, products.sumsByRight, eqLeft),
  };
}

function gather<E>(engine: Engine<E>, matrix: SignedColumns, table: Vector): Vector {
  return engine.gatherSigned(engine.gatherPlan(matrix), table);
}

/** The picked rows, times the coefficients where some are not ±1. */
function gatherTerms<E>(
  engine: Engine<E>,
  pick: SignedColumns,
  coefficients: Int32Array | undefined,
  table: Vector,
): Vector {
  const picked = gather(engine, pick, table);
  if (coefficients === undefined) return picked;
  const { characteristic } = engine.field;
  const padded = new Int32Array(picked.length);
  // a vector holds integers below p in absolute value
  if (characteristic >= 2n ** 31n) padded.set(coefficients);
  else for (let k = 0; k < coefficients.length; k++) padded[k] = coefficients[k] % Number(characteristic);
  return engine.mul(picked, engine.fromIntegers(padded));
}

/** A layer's terms as matrices of signs. */
interface OrderedTerms {
  readonly linear:
    | { readonly pick?: SignedColumns; readonly coefficients?: Int32Array; readonly sums: SignedColumns }
    | undefined;
  readonly products: {
    readonly gates: SignedColumns;
    readonly coefficients: Int32Array | undefined;
    readonly lefts: SignedColumns;
    readonly rights: SignedColumns;
    readonly sumsByLeft: SignedColumns;
    readonly sumsByRight: SignedColumns;
  };
}

/** Kept while the layer lives, for each number of wires that it stands over: a prover orders its terms once. */
const orders = new WeakMap<CircuitLayer, Map<number, OrderedTerms>>();

function ordered(layer: CircuitLayer, wires: number): OrderedTerms {
  const known = orders.get(layer) ?? new Map<number, OrderedTerms>();
  orders.set(layer, known);
  let order = known.get(wires);
  if (order === undefined) {
    const { linear, products } = layer.terms();
    order = { linear: orderLinear(layer.width, linear, wires), products: orderProducts(layer.width, products, wires) };
    known.set(wires, order);
  }
  return order;
}

function orderLinear(width: number, terms: LinearTerms, wires: number): OrderedTerms['linear'] {
  const { gates, sources, coefficients } = terms;
  if (gates.length === 0) return undefined;
  if (areUnits(coefficients)) {
    const { order, plusEnds, ends } = sortBy(sources, wires, coefficients);
    return { sums: { rowCount: width, columnCount: wires, rows: permuted(gates, order), plusEnds, ends } };
  }
  const { order, ends } = sortBy(sources, wires);
  return {
    pick: picks(permuted(gates, order), width),
    coefficients: permuted(coefficients, order),
    sums: sums(undefined, ends, gates.length),
  };
}

function orderProducts(width: number, terms: ProductTerms, wires: number): OrderedTerms['products'] {
  const count = terms.gates.length;
  const byLeft = sortBy(terms.lefts, wires);
  const [gates, lefts, rights, coefficients] = [terms.gates, terms.lefts, terms.rights, terms.coefficients].map(
    (list) => permuted(list, byLeft.order),
  ) as [Uint32Array, Uint32Array, Uint32Array, Int32Array];
  const byRight = sortBy(rights, wires);
  const units = areUnits(coefficients);
  return {
    gates: picks(gates, width, units ? coefficients : undefined),
    coefficients: units ? undefined : coefficients,
    lefts: picks(lefts, wires),
    rights: picks(rights, wires),
    sumsByLeft: sums(undefined, byLeft.ends, count),
    sumsByRight: sums(byRight.order, byRight.ends, count),
  };
}

function areUnits(coefficients: Int32Array): boolean {
  return coefficients.every((coefficient) => coefficient === 1 || coefficient === -1);
}

/** Column k holds one entry, ± as the coefficient says. */
function picks(rows: Uint32Array, rowCount: number, coefficients?: Int32Array): SignedColumns {
  const ends = rangeFrom(1, rows.length);
  const plusEnds = coefficients === undefined ? ends : ends.slice();
  if (coefficients !== undefined) {
    for (let k = 0; k < rows.length; k++) if (coefficients[k] === -1) plusEnds[k] = k;
  }
  return { rowCount, columnCount: rows.length, rows, plusEnds, ends };
}

/** Column t sums the terms that stand between its ends in `order`, or in their own order. */
function sums(order: Uint32Array | undefined, ends: Uint32Array, count: number): SignedColumns {
  return {
    rowCount: count,
    columnCount: ends.length,
    rows: order ?? rangeFrom(0, count),
    plusEnds: ends,
    ends,
  };
}

/** start, start + 1, …, start + count − 1. */
function rangeFrom(start: number, count: number): Uint32Array {
  const range = new Uint32Array(count);
  for (let k = 0; k < count; k++) range[k] = start + k;
  return range;
}

function permuted<T extends Uint32Array | Int32Array>(list: T, order: Uint32Array): T {
  const result = list.slice() as T;
  for (let k = 0; k < order.length; k++) result[k] = list[order[k]];
  return result;
}

/**
 * The terms in ascending order of their keys, by counting; those with coefficient −1 after the others of
 * the same key.
 */
function sortBy(
  keys: Uint32Array,
  bound: number,
  signs?: Int32Array,
): { order: Uint32Array; plusEnds: Uint32Array; ends: Uint32Array } {
  // two slots a key: the others, then those with −1
  const next = new Uint32Array(2 * bound + 1);
  const slots = new Uint32Array(keys.length);
  for (let k = 0; k < keys.length; k++) {
    slots[k] = 2 * keys[k] + (signs !== undefined && signs[k] === -1 ? 1 : 0);
    next[slots[k] + 1]++;
  }
  for (let slot = 0; slot < 2 * bound; slot++) next[slot + 1] += next[slot];
  const plusEnds = new Uint32Array(bound);
  const ends = new Uint32Array(bound);
  for (let key = 0; key < bound; key++) {
    plusEnds[key] = next[2 * key + 1];
    ends[key] = next[2 * key + 2];
  }
  const order = new Uint32Array(keys.length);
  for (let k = 0; k < keys.length; k++) order[next[slots[k]]++] = k;
  return { order, plusEnds, ends };
}
