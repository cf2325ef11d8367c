// The values below a layer as its prover needs them: on the cube of (wire, copy), summed over the copies with
// weights, summed over the wires with weights, and ℓ(x) + A(x, c). Few copies are handled copy by copy, each a
// vector over the wires; many wire by wire, each a vector over the copies. Both give the same tables; what
// counts is that no call works on a handful of elements.

import type { Engine, Vector } from '../../field/engine.ts';
import type { LayerValues } from './evaluate.ts';
import { areFew } from './prove-plan.ts';
import type { ProductTables } from './prove-tables.ts';

export interface WireTables {
  /** Wires from here on are padding: zero. */
  readonly used: number;
  /** V over (wire, copy), wire variables first, for rounds, which overwrite it if it is an extension vector. */
  readonly table: Vector;
  /** Σ_c weights[c]·V(·, c); of its own storage. */
  foldCopies(weights: Vector): Vector;
  /** Σ_x weights[x]·V(x, ·). */
  foldWires(weights: Vector): Vector;
  /** ℓ(x) + A(x, c) over (wire, copy). */
  inner(linear: Vector | undefined, products: ProductTables): Vector;
}

/**
 * @param values - wire-major, not padded
 * @param wires - a power of two
 * @param copies - a power of two
 */
export function placeWires<E>(engine: Engine<E>, values: LayerValues<E>, wires: number, copies: number): WireTables {
  const table = place(engine, values, wires * copies);
  const used = values.length / copies;
  const tables = areFew(copies)
    ? copyTables(engine, values, table, wires, copies)
    : rowTables(engine, table, wires, copies);
  return { used, ...tables };
}

function place<E>(engine: Engine<E>, values: LayerValues<E>, length: number): Vector {
  if (values instanceof Int32Array) return engine.fromIntegers(values, length);
  const padded = values.slice();
  while (padded.length < length) padded.push(engine.field.zero);
  return engine.fromElements(padded);
}

/** A vector of its own storage, so that binding leaves `vector` as it is; binding leaves base vectors anyway. */
function detached<E>(engine: Engine<E>, vector: Vector): Vector {
  if (vector.kind === 'base') return vector;
  const copy = engine.zeros('extension', vector.length);
  engine.copy(copy, vector);
  return copy;
}

/** Σ_j weights[j]·vectors[j]. */
function weightedSum<E>(engine: Engine<E>, vectors: readonly Vector[], weights: Vector): Vector {
  const sum = engine.zeros('extension', vectors[0].length);
  const scales = engine.toElements(weights);
  for (const [j, scale] of scales.entries()) {
    if (!engine.field.isZero(scale)) engine.addScaled(sum, vectors[j], scale);
  }
  return sum;
}

function rowsOf<E>(engine: Engine<E>, table: Vector, count: number): Vector[] {
  const length = table.length / count;
  return Array.from({ length: count }, (_, row) => engine.view(table, row * length, length));
}

function copyTables<E>(
  engine: Engine<E>,
  values: LayerValues<E>,
  table: Vector,
  wires: number,
  copies: number,
): Omit<WireTables, 'used'> {
  const each =
    copies === 1 ? [detached(engine, table)] : byCopy(values, copies).map((copy) => place(engine, copy, wires));
  return {
    table,
    foldCopies: (weights) => (copies === 1 ? each[0] : weightedSum(engine, each, weights)),
    foldWires: (weights) => engine.fromElements(each.map((copy) => engine.dot(copy, weights))),
    inner(linear, products) {
      const summed = (copy: Vector): Vector => {
        const table = products.inner(copy);
        return linear === undefined ? table : engine.add(linear, table);
      };
      if (copies === 1) return summed(each[0]);
      const tables = engine.zeros('extension', wires * copies);
      for (const [copy, target] of rowsOf(engine, tables, copies).entries()) {
        const mark = engine.mark();
        engine.copy(target, summed(each[copy]));
        engine.release(mark);
      }
      return transposed(engine, tables, copies);
    },
  };
}

/** The values of each copy, wire after wire. */
function byCopy<E>(values: LayerValues<E>, copies: number): LayerValues<E>[] {
  return Array.from({ length: copies }, (_, copy) =>
    values instanceof Int32Array
      ? Int32Array.from({ length: values.length / copies }, (__, wire) => values[wire * copies + copy])
      : Array.from({ length: values.length / copies }, (__, wire) => values[wire * copies + copy]),
  );
}

/** A table of `rowCount` rows column by column. */
function transposed<E>(engine: Engine<E>, table: Vector, rowCount: number): Vector {
  const columnCount = table.length / rowCount;
  const rows = new Uint32Array(table.length);
  for (let column = 0, at = 0; column < columnCount; column++) {
    for (let row = 0; row < rowCount; row++) rows[at++] = row * columnCount + column;
  }
  const ends = Uint32Array.from(rows, (_, k) => k + 1);
  const matrix = { rowCount: table.length, columnCount: table.length, rows, plusEnds: ends, ends };
  return engine.gatherSigned(engine.gatherPlan(matrix), table);
}

function rowTables<E>(engine: Engine<E>, table: Vector, wires: number, copies: number): Omit<WireTables, 'used'> {
  const original = detached(engine, table);
  const rows = rowsOf(engine, original, wires);
  return {
    table,
    foldCopies: (weights) => engine.fromElements(rows.map((row) => engine.dot(row, weights))),
    foldWires: (weights) => weightedSum(engine, rows, weights),
    inner(linear, products) {
      const { lefts, rights } = products;
      const weighted = products.weighted();
      const inner = engine.zeros('extension', table.length);
      const sums = rowsOf(engine, inner, wires);
      const ones = engine.affine(engine.field.one, [], copies);
      for (const [wire, value] of (linear === undefined ? [] : engine.toElements(linear)).entries()) {
        if (!engine.field.isZero(value)) engine.addScaled(sums[wire], ones, value);
      }
      for (let k = 0; k < lefts.length; k++) engine.addScaled(sums[lefts[k]], rows[rights[k]], engine.get(weighted, k));
      return inner;
    },
  };
}
