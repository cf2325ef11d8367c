// Layers whose wiring has a closed form: the verifier evaluates it in a logarithmic number of steps and never
// sees the terms, which provers compute on demand. Each form is stated beside its terms.

import { UsageError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { evaluateEq, evaluateEqAtIndex, evaluateEqBelow, evaluateEqOfThree } from '../../poly/eq.ts';
import { evaluateSelector } from '../../poly/packing.ts';
import { logCeil, type Point, prefixBefore, suffix } from '../../poly/point.ts';
import { type CircuitLayer, type ClosedForm, type LayerTerms, NO_LINEAR_TERMS, NO_PRODUCT_TERMS } from './circuit.ts';
import { overWeights } from './closed-form.ts';

/**
 * Every gate relays its wire: carries it up so that a later layer can read it.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { evaluateCircuit, relayLayer } from 'ternary-gkr/gkr';
 *
 * console.log(evaluateCircuit(bn254, { inputCount: 2, layers: [relayLayer(2)] }, [8n, 9n]).at(-1)); // [ 8n, 9n ]
 * ```
 */
export function relayLayer(width: number): CircuitLayer {
  return sumLayer(width, 1);
}

/**
 * Gate z sums the `size` wires from z·size on: Σ_z eq(g, z)·eq(u's leading variables, z), since the values of
 * eq over the trailing ones sum to 1.
 *
 * @param size - a power of two
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { evaluateCircuit, sumLayer } from 'ternary-gkr/gkr';
 *
 * // two gates, each the sum of two neighbours
 * console.log(evaluateCircuit(bn254, { inputCount: 4, layers: [sumLayer(2, 2)] }, [1n, 2n, 3n, 4n]).at(-1)); // [ 3n, 7n ]
 * ```
 */
export function sumLayer(gates: number, size: number): CircuitLayer {
  requireCount(gates, 'gates');
  const variables = exactLog(size, 'the wires of a sum gate');
  const closedForm: ClosedForm = {
    name: `sums of ${size}`,
    sources: gates * size,
    linear: (field, weights, u) =>
      overWeights(field, weights, (point) => evaluateEqBelow(field, point, prefixBefore(u, variables), gates)),
  };
  return layerOf(gates, closedForm, () => linearTerms(gates * size, (source) => Math.floor(source / size)));
}

/**
 * Layers of additions of neighbours, z = V(2z) + V(2z + 1), from `width` wires to `outputs`; an odd last wire is
 * relayed. To several outputs the width is outputs·2^k, and each output sums the 2^k wires of its own block.
 *
 * @example
 * ```ts
 * import { adderTreeLayers } from 'ternary-gkr/gkr';
 *
 * // widths 4, 2, 1
 * console.log(adderTreeLayers(8).map(({ width }) => width)); // [ 4, 2, 1 ]
 * ```
 */
export function adderTreeLayers(width: number, outputs = 1): CircuitLayer[] {
  requireCount(width, 'wires');
  requireCount(outputs, 'outputs');
  if (outputs !== 1) exactLog(width / outputs, `${width} wires over ${outputs} outputs`);
  const layers: CircuitLayer[] = [];
  for (let wires = width; wires > outputs; wires = Math.ceil(wires / 2)) layers.push(pairsLayer(wires));
  return layers;
}

function pairsLayer(wires: number): CircuitLayer {
  const gates = Math.ceil(wires / 2);
  const full = Math.floor(wires / 2);
  const closedForm: ClosedForm = {
    name: 'sums of neighbours',
    sources: wires,
    linear: (field, weights, u) =>
      overWeights(field, weights, (point) => {
        const pairs = evaluateEqBelow(field, point, prefixBefore(u, 1), full);
        if (full === gates) return pairs;
        const last = field.mul(evaluateEqAtIndex(field, point, full), evaluateEqAtIndex(field, u, wires - 1));
        return field.add(pairs, last);
      }),
  };
  return layerOf(gates, closedForm, () => linearTerms(wires, (source) => source >>> 1));
}

/**
 * C = A·B of `rows` × `inner` and `inner` × `columns`, all powers of two: pad matrices with zeros.
 *
 * @example
 * ```ts
 * import type { MatrixShape } from 'ternary-gkr/gkr';
 *
 * // a 2 × 3 matrix times a 3 × 4 matrix
 * const shape: MatrixShape = { rows: 2, inner: 3, columns: 4 };
 * ```
 */
export interface MatrixShape {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/**
 * Where the matrices stand among the wires below, row by row.
 *
 * @example
 * ```ts
 * import { matrixPlaces, type MatrixPlaces } from 'ternary-gkr/gkr';
 *
 * const places: MatrixPlaces = matrixPlaces({ rows: 2, inner: 3, columns: 4 });
 * console.log(places.left, places.right); // 12 0
 * ```
 */
export interface MatrixPlaces {
  /** Of A; a multiple of rows·inner. */
  readonly left: number;
  /** Of B; a multiple of inner·columns. */
  readonly right: number;
  /** All wires below. */
  readonly sources: number;
}

/**
 * The two matrices and nothing else: A first, unless B is larger.
 *
 * @example
 * ```ts
 * import { matrixPlaces } from 'ternary-gkr/gkr';
 *
 * console.log(matrixPlaces({ rows: 2, inner: 2, columns: 2 })); // { left: 0, right: 4, sources: 8 }
 * ```
 */
export function matrixPlaces({ rows, inner, columns }: MatrixShape): MatrixPlaces {
  const sources = inner * (rows + columns);
  return rows >= columns ? { left: 0, right: rows * inner, sources } : { left: inner * columns, right: 0, sources };
}

/**
 * One layer of rows·columns gates, each a sum of products: C(i, j) = Σ_k A(i, k)·B(k, j), with the wiring
 * eq(g_i, u_i)·eq(g_j, v_j)·eq(u_k, v_k) times the places' selectors.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { evaluateCircuit, matrixProductLayer } from 'ternary-gkr/gkr';
 *
 * const layer = matrixProductLayer({ rows: 1, inner: 2, columns: 1 });
 * // (1 2)·(3 4)ᵗ
 * console.log(evaluateCircuit(bn254, { inputCount: 4, layers: [layer] }, [1n, 2n, 3n, 4n]).at(-1)); // [ 11n ]
 * ```
 */
export function matrixProductLayer(shape: MatrixShape, places = matrixPlaces(shape)): CircuitLayer {
  const { rows, columns } = shape;
  return matrixLayer(
    'dot',
    shape,
    places,
    rows * columns,
    (i, j) => i * columns + j,
    (field, g, left, right) => {
      const [row, column] = split(g, columns);
      const outside = field.mul(evaluateEq(field, row, left.high), evaluateEq(field, column, right.low));
      return field.mul(outside, evaluateEq(field, left.low, right.high));
    },
  );
}

/**
 * The same in the form of textbooks: a layer of rows·columns·inner products P(i, j, k) = A(i, k)·B(k, j), with the
 * wiring eq(g_i, u_i)·eq(g_j, v_j)·Σ_k eq(g_k, k)·eq(u_k, k)·eq(v_k, k), and a layer of their sums over k.
 *
 * @example
 * ```ts
 * import { matrixProductLayers } from 'ternary-gkr/gkr';
 *
 * // sixteen products, then their sums by fours
 * console.log(matrixProductLayers({ rows: 2, inner: 4, columns: 2 }).map(({ width }) => width)); // [ 16, 4 ]
 * ```
 */
export function matrixProductLayers(shape: MatrixShape, places = matrixPlaces(shape)): CircuitLayer[] {
  const { rows, inner, columns } = shape;
  const gates = rows * columns * inner;
  const products = matrixLayer(
    'product',
    shape,
    places,
    gates,
    (i, j, k) => (i * columns + j) * inner + k,
    (field, g, left, right) => {
      const [outer, middle] = split(g, inner);
      const [row, column] = split(outer, columns);
      const outside = field.mul(evaluateEq(field, row, left.high), evaluateEq(field, column, right.low));
      return field.mul(outside, evaluateEqOfThree(field, middle, left.low, right.high));
    },
  );
  return [products, sumLayer(rows * columns, inner)];
}

/** A point within a matrix: its row's and its column's variables. */
interface MatrixPoint<E> {
  readonly high: Point<E>;
  readonly low: Point<E>;
}

function matrixLayer(
  kind: string,
  { rows, inner, columns }: MatrixShape,
  { left, right, sources }: MatrixPlaces,
  gates: number,
  gateOf: (i: number, j: number, k: number) => number,
  wiring: <E>(field: Field<E>, g: Point<E>, left: MatrixPoint<E>, right: MatrixPoint<E>) => E,
): CircuitLayer {
  const [rowVariables, innerVariables, columnVariables] = [rows, inner, columns].map((size) =>
    exactLog(size, 'a side'),
  );
  const blocks = [
    { start: left, variables: rowVariables + innerVariables },
    { start: right, variables: innerVariables + columnVariables },
  ] as const;
  requireCount(sources, 'wires');
  for (const { start, variables } of blocks) {
    if (!Number.isSafeInteger(start) || start < 0) throw new UsageError(`a matrix at wire ${start}: there is none`);
    if (start % 2 ** variables !== 0 || start + 2 ** variables > sources) {
      throw new UsageError(`a matrix of ${2 ** variables} entries at wire ${start} of ${sources}: not at a multiple`);
    }
  }
  const closedForm: ClosedForm = {
    name: `matrix ${kind} ${rows}x${inner}x${columns} at ${left}, ${right}`,
    sources,
    products(field, weights, u, v) {
      const selected = field.mul(evaluateSelector(field, blocks[0], u), evaluateSelector(field, blocks[1], v));
      const [leftHigh, leftLow] = split(suffix(u, blocks[0].variables), inner);
      const [rightHigh, rightLow] = split(suffix(v, blocks[1].variables), columns);
      const sum = overWeights(field, weights, (g) =>
        wiring(field, g, { high: leftHigh, low: leftLow }, { high: rightHigh, low: rightLow }),
      );
      return field.mul(selected, sum);
    },
  };
  return layerOf(gates, closedForm, () => {
    const count = rows * columns * inner;
    const lists = { gates: new Uint32Array(count), lefts: new Uint32Array(count), rights: new Uint32Array(count) };
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        for (let k = 0; k < inner; k++, at++) {
          lists.gates[at] = gateOf(i, j, k);
          lists.lefts[at] = left + i * inner + k;
          lists.rights[at] = right + k * columns + j;
        }
      }
    }
    return { linear: NO_LINEAR_TERMS, products: { ...lists, coefficients: new Int32Array(count).fill(1) } };
  });
}

/** The variables before and within blocks of `size`. */
function split<E>(point: Point<E>, size: number): [Point<E>, Point<E>] {
  const variables = logCeil(size);
  return [prefixBefore(point, variables), suffix(point, variables)];
}

/** Returns a layer whose terms are computed once, on demand. */
export function layerOf(width: number, closedForm: ClosedForm, make: () => LayerTerms): CircuitLayer {
  let made: LayerTerms | undefined;
  return {
    width,
    hasProducts: closedForm.products !== undefined,
    terms() {
      made ??= make();
      return made;
    },
    closedForm,
  };
}

/** V(gateOf(source)) += V(source) for every wire below. */
function linearTerms(sources: number, gateOf: (source: number) => number): LayerTerms {
  const gates = new Uint32Array(sources);
  const list = new Uint32Array(sources);
  for (let source = 0; source < sources; source++) {
    gates[source] = gateOf(source);
    list[source] = source;
  }
  return {
    linear: { gates, sources: list, coefficients: new Int32Array(sources).fill(1) },
    products: NO_PRODUCT_TERMS,
  };
}

function requireCount(count: number, what: string): void {
  if (!Number.isSafeInteger(count) || count < 1) throw new UsageError(`${count} ${what}: a positive integer is due`);
}

/** log₂ of a power of two. */
function exactLog(size: number, what: string): number {
  const variables = Math.log2(size);
  if (!Number.isInteger(variables) || variables < 0) throw new UsageError(`${what}: ${size} is not a power of two`);
  return variables;
}
