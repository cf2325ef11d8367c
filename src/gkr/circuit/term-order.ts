// A layer's terms in the order of the wires that they read, as matrices of signs: "term k reads row r" and "target t
// sums these terms". A prover makes its tables with them (prove-tables.ts); where every coefficient is ±1, the signs
// stand in the matrices. Ordering takes time linear in terms and wires, once for each layer.

import type { SignedColumns } from '../../field/field.ts';
import type { CircuitLayer, LinearTerms, ProductTerms } from './circuit.ts';

/** A layer's terms as matrices of signs; coefficients are absent where all are ±1. */
export interface OrderedTerms {
  readonly linear:
    | { readonly pick?: SignedColumns; readonly coefficients?: Int32Array; readonly sums: SignedColumns }
    | undefined;
  readonly products:
    | {
        readonly gates: SignedColumns;
        readonly coefficients?: Int32Array;
        readonly lefts: SignedColumns;
        readonly rights: SignedColumns;
        readonly sumsByLeft: SignedColumns;
        readonly sumsByRight: SignedColumns;
      }
    | undefined;
}

/** Kept while the layer lives, for each number of wires that it stands over: a prover orders its terms once. */
const orders = new WeakMap<CircuitLayer, Map<number, OrderedTerms>>();

export function orderTerms(layer: CircuitLayer, wires: number): OrderedTerms {
  const known = orders.get(layer) ?? new Map<number, OrderedTerms>();
  orders.set(layer, known);
  let order = known.get(wires);
  if (order === undefined) {
    const { linear, products } = layer.terms();
    order = {
      linear: orderLinear(layer.width, linear, wires),
      products: layer.hasProducts ? orderProducts(layer.width, products, wires) : undefined,
    };
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
    ...(units ? {} : { coefficients }),
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
