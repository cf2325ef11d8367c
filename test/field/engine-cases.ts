// Inputs for engines and their comparison with the array engine, operation by operation.

import { expect } from 'vitest';
import { createArrayEngine } from '../../src/field/array-engine.ts';
import type { Engine, Vector } from '../../src/field/engine.ts';
import type { SignedColumns, SignedPairs, WeightedColumns } from '../../src/field/field.ts';
import { KOALABEAR_MODULUS, type KoalaElement, koalaBear } from '../../src/field/koalabear.ts';
import { seeded } from '../support/fields.ts';

export type Koala = Engine<KoalaElement>;
export type Kind = Vector['kind'];

const P = KOALABEAR_MODULUS;
/** Coordinates and integers at which reductions turn. */
const EDGES = [0, 1, 2, 0x7fff, 0x8000, 0xffff, 0x10000, (P - 1) / 2, (P + 1) / 2, P - 2, P - 1];

/** Coordinates in [0, p): random ones mixed with edges. */
function coordinates(length: number, seed: number): number[] {
  const random = seeded(seed);
  return Array.from({ length }, () => (random(2) === 0 ? EDGES[random(EDGES.length)] : random(P)));
}

const known = new Map<string, KoalaElement[]>();

/** The same elements for the same length and seed. */
export function elements(length: number, seed: number): KoalaElement[] {
  const key = `${length}/${seed}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const flat = coordinates(4 * length, seed);
  const made = Array.from(
    { length },
    (_, i): KoalaElement => [flat[4 * i], flat[4 * i + 1], flat[4 * i + 2], flat[4 * i + 3]],
  );
  known.set(key, made);
  return made;
}

/** The element whose coordinates are all p − 1: every sum of products is at its largest. */
export const LARGEST: KoalaElement = [P - 1, P - 1, P - 1, P - 1];

/** Integers in (−p, p). */
export function integers(length: number, seed: number): number[] {
  const sign = seeded(seed + 1);
  return coordinates(length, seed).map((value) => (sign(2) === 0 ? value : -value));
}

/** A vector of either kind, a function of (kind, length, seed) alone. */
export function vector(engine: Koala, kind: Kind, length: number, seed: number): Vector {
  return kind === 'base' ? engine.fromIntegers(integers(length, seed)) : engine.fromElements(elements(length, seed));
}

/** A vector whose entries are all the largest. */
export function largest(engine: Koala, kind: Kind, length: number): Vector {
  return kind === 'base'
    ? engine.fromIntegers(new Array<number>(length).fill(-1))
    : engine.fromElements(new Array<KoalaElement>(length).fill(LARGEST));
}

/** A signed matrix with each entry present with probability `density`. */
export function signedColumns(rowCount: number, columnCount: number, density: number, seed: number): SignedColumns {
  const random = seeded(seed);
  const rows: number[] = [];
  const plusEnds: number[] = [];
  const ends: number[] = [];
  for (let column = 0; column < columnCount; column++) {
    const present = Array.from({ length: rowCount }, (_, row) => row).filter(() => random(1000) < 1000 * density);
    const positive = new Set(present.filter(() => random(2) === 0));
    rows.push(...present.filter((row) => positive.has(row)));
    plusEnds.push(rows.length);
    rows.push(...present.filter((row) => !positive.has(row)));
    ends.push(rows.length);
  }
  return {
    rowCount,
    columnCount,
    rows: Uint32Array.from(rows),
    plusEnds: Uint32Array.from(plusEnds),
    ends: Uint32Array.from(ends),
  };
}

/** `length` 8-bit integers; the extremes are frequent. */
export function smallIntegers(length: number, seed: number): Int8Array {
  const random = seeded(seed);
  return Int8Array.from({ length }, () => [-128, 127, 0, -1, random(256) - 128][random(5)]);
}

/** A sparse matrix of 8-bit integers with each entry present with probability `density`. */
export function weightedColumns(rowCount: number, columnCount: number, density: number, seed: number): WeightedColumns {
  const { rows, ends } = signedColumns(rowCount, columnCount, density, seed);
  return { rowCount, columnCount, rows, ends, weights: smallIntegers(rows.length, seed + 1) };
}

/** A sparse matrix over pairs of places, `perColumn` entries a column on average; some columns have none. */
export function signedPairs(
  [leftCount, rightCount, columnCount]: readonly [number, number, number],
  perColumn: number,
  signs: 'plus' | 'both',
  seed: number,
): SignedPairs {
  const random = seeded(seed);
  const ends = new Uint32Array(columnCount);
  for (let column = 0, end = 0; column < columnCount; column++) {
    end += random(2 * perColumn + 1);
    ends[column] = end;
  }
  const count = ends[columnCount - 1] ?? 0;
  const places = (bound: number): Uint32Array => Uint32Array.from({ length: count }, () => random(bound));
  return {
    leftCount,
    rightCount,
    columnCount,
    lefts: places(leftCount),
    rights: places(rightCount),
    ...(signs === 'both' && { signs: Int8Array.from({ length: count }, () => 1 - 2 * random(2)) }),
    ends,
  };
}

/** Runs one computation on an engine and on the array engine and expects the same result. */
export function expectSame<T>(engine: Koala, compute: (engine: Koala) => T): void {
  const mark = engine.mark();
  const actual = compute(engine);
  engine.release(mark);
  const expected = compute(createArrayEngine(koalaBear));
  // The plain comparison is a hundred times faster; the other explains a difference.
  if (!same(actual, expected)) expect(actual).toEqual(expected);
  expect(same(actual, expected)).toBe(true);
}

/** Equality of nested arrays and records of numbers and strings. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, i) => same(value, b[i]));
  return same(Object.entries(a), Object.entries(b));
}
