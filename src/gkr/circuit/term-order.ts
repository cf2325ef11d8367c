// A layer's terms in the order of the wires that they read, as sparse matrices of signs: "target t sums these terms".
// A prover makes its tables with them (prove-tables.ts); where every coefficient is ±1, the signs stand in the
// matrices. Targets are the wires of a block of the cube that holds all wires that terms read on that side: a prover of
// one copy has no table of any others (prove-tensor.ts). Ordering takes time linear in terms and wires, once for each
// layer.

import type { SignedColumns, SignedPairs } from '../../field/field.ts';
import type { Block } from '../../poly/packing.ts';
import { logCeil } from '../../poly/point.ts';
import type { CircuitLayer, LinearTerms, ProductTerms } from './circuit.ts';

/** Terms ±w(gate), or terms of a table of their own: coefficient·w(gate), where some coefficients are not ±1. */
export interface WeighedTerms {
  readonly pick: SignedColumns;
  readonly coefficients?: Int32Array;
}

/** A layer's terms as matrices; wires are counted from the start of their block. */
export interface OrderedTerms {
  /** Of the linear terms' sources and the product terms' left wires. */
  readonly leftBlock: Block;
  /** `lines` where there is nothing but gate z's sum of the z-th of equal lines that make up the cube of the wires. */
  readonly linear: OrderedLinear | 'lines' | undefined;
  readonly products: OrderedProducts | undefined;
}

export interface OrderedLinear {
  readonly weighed?: WeighedTerms;
  readonly sums: SignedColumns;
}

export interface OrderedProducts {
  /** Of the right wires. */
  readonly rightBlock: Block;
  /** One for each term, in the order of the left wires. */
  readonly weighed: WeighedTerms;
  /** Absolute, in the same order. */
  readonly lefts: Uint32Array;
  readonly rights: Uint32Array;
  /** Whether pairs name terms and not gates. */
  readonly pairsOfTerms: boolean;
  /** Of gates, or terms, and all wires, summed at left wires. */
  readonly byLeft: SignedPairs;
  /** Of gates, or terms, and left wires, summed at right wires. */
  readonly byRight: SignedPairs;
}

/** Kept while the layer lives, for each number of wires that it stands over: a prover orders its terms once. */
const orders = new WeakMap<CircuitLayer, Map<string, OrderedTerms>>();

/**
 * @param wires - a power of two
 * @param inBlocks - whether targets are the wires of small blocks; otherwise a block is the cube
 */
export function orderTerms(layer: CircuitLayer, wires: number, inBlocks: boolean): OrderedTerms {
  const known = orders.get(layer) ?? new Map<string, OrderedTerms>();
  orders.set(layer, known);
  const key = `${wires}, ${inBlocks}`;
  let order = known.get(key);
  if (order === undefined) {
    const { linear, products } = layer.terms();
    const blockOf = (...lists: readonly Uint32Array[]): Block =>
      inBlocks ? blockAround(lists, wires) : { start: 0, variables: logCeil(wires) };
    const leftBlock = blockOf(linear.sources, products.lefts);
    order = {
      leftBlock,
      linear:
        !layer.hasProducts && sumsLines(layer.width, linear, wires)
          ? 'lines'
          : orderLinear(layer.width, linear, leftBlock),
      products: layer.hasProducts
        ? orderProducts(layer.width, products, wires, leftBlock, blockOf(products.rights))
        : undefined,
    };
    known.set(key, order);
  }
  return order;
}

/**
 * The smallest block of the cube that holds the wires, of at least about the square root of the cube: the lines of a
 * table that are as long as the block are then no more than the wires of one.
 */
function blockAround(lists: readonly Uint32Array[], wires: number): Block {
  let least = wires - 1;
  let most = 0;
  for (const list of lists) {
    for (let k = 0; k < list.length; k++) {
      if (list[k] < least) least = list[k];
      if (list[k] > most) most = list[k];
    }
  }
  const cube = logCeil(wires);
  let variables = cube < LEAST_VARIABLES ? cube : Math.ceil(cube / 2);
  while (Math.floor(least / 2 ** variables) < Math.floor(most / 2 ** variables)) variables++;
  return { start: Math.floor(least / 2 ** variables) * 2 ** variables, variables: Math.min(variables, cube) };
}

/** Smaller cubes are not worth a block. */
export const LEAST_VARIABLES = 6;

function orderLinear(width: number, terms: LinearTerms, block: Block): OrderedLinear | undefined {
  const { gates, coefficients } = terms;
  if (gates.length === 0) return undefined;
  const sources = within(terms.sources, block);
  const wires = 2 ** block.variables;
  if (areUnits(coefficients)) {
    const { order, plusEnds, ends } = sortBy(sources, wires, coefficients);
    return { sums: { rowCount: width, columnCount: wires, rows: permuted(gates, order), plusEnds, ends } };
  }
  const { order, ends } = sortBy(sources, wires);
  return {
    weighed: { pick: picks(permuted(gates, order), width), coefficients: permuted(coefficients, order) },
    sums: {
      rowCount: gates.length,
      columnCount: ends.length,
      rows: rangeFrom(0, gates.length),
      plusEnds: ends,
      ends,
    },
  };
}

/** Shorter lines are not worth a call for each. */
export const LEAST_LINE = 64;

function sumsLines(width: number, { gates, sources, coefficients }: LinearTerms, cube: number): boolean {
  const length = cube / 2 ** logCeil(width);
  if (length < LEAST_LINE || sources.length !== width * length) return false;
  for (let k = 0; k < sources.length; k++) {
    if (sources[k] !== k || gates[k] !== Math.floor(k / length) || coefficients[k] !== 1) return false;
  }
  return true;
}

function orderProducts(
  width: number,
  terms: ProductTerms,
  wires: number,
  leftBlock: Block,
  rightBlock: Block,
): OrderedProducts {
  const count = terms.gates.length;
  const byLeft = sortBy(within(terms.lefts, leftBlock), 2 ** leftBlock.variables);
  const [gates, lefts, rights, coefficients] = [terms.gates, terms.lefts, terms.rights, terms.coefficients].map(
    (list) => permuted(list, byLeft.order),
  ) as [Uint32Array, Uint32Array, Uint32Array, Int32Array];
  const byRight = sortBy(within(rights, rightBlock), 2 ** rightBlock.variables);
  const units = areUnits(coefficients);
  const names = units ? gates : rangeFrom(0, count);
  const pairs = { leftCount: units ? width : count };
  const signs = units && coefficients.includes(-1) ? Int8Array.from(coefficients) : undefined;
  return {
    rightBlock,
    weighed: { pick: picks(gates, width, units ? coefficients : undefined), ...(units ? {} : { coefficients }) },
    lefts,
    rights,
    pairsOfTerms: !units,
    byLeft: {
      ...pairs,
      rightCount: wires,
      columnCount: byLeft.ends.length,
      lefts: names,
      rights,
      ...(signs && { signs }),
      ends: byLeft.ends,
    },
    byRight: {
      ...pairs,
      rightCount: 2 ** leftBlock.variables,
      columnCount: byRight.ends.length,
      lefts: permuted(names, byRight.order),
      rights: permuted(within(lefts, leftBlock), byRight.order),
      ...(signs && { signs: permuted(signs, byRight.order) }),
      ends: byRight.ends,
    },
  };
}

/** Wires counted from the start of a block. */
function within(wires: Uint32Array, { start }: Block): Uint32Array {
  return start === 0 ? wires : wires.map((wire) => wire - start);
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

/** start, start + 1, …, start + count − 1. */
function rangeFrom(start: number, count: number): Uint32Array {
  const range = new Uint32Array(count);
  for (let k = 0; k < count; k++) range[k] = start + k;
  return range;
}

function permuted<T extends Uint32Array | Int32Array | Int8Array>(list: T, order: Uint32Array): T {
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
