// The signs of several squares at one position as one number, a pattern: counting and looking up by pattern cost one
// step per position, for any number of squares.

import { InputError } from '../../errors.ts';
import type { Engine, Vector } from '../../field/engine.ts';
import type { SignedColumns } from '../../field/field.ts';

/** Returns the index at which the product of two signs is counted. */
export function pairIndex(heads: number, i: number, j: number): number {
  return i <= j ? i * heads + j : j * heads + i;
}

/** Returns the index at which the product of three signs is counted. */
export function tripleIndex(heads: number, i: number, j: number, l: number): number {
  const [a, b, c] = [i, j, l].sort((x, y) => x - y);
  return (a * heads + b) * heads + c;
}

/** Patterns of `heads` signs as numbers: Σ_b (t_b + 1)·3^b. */
export class SignPatterns {
  readonly #heads: number;
  readonly #count: number;
  readonly #zero: number;
  /** For each pattern, the products of two signs and the signs that are not zero, and their values. */
  readonly #starts: Uint32Array;
  readonly #products: Uint16Array;
  readonly #values: Int8Array;

  constructor(heads: number) {
    this.#heads = heads;
    this.#count = 3 ** heads;
    this.#zero = (this.#count - 1) / 2;
    this.#starts = new Uint32Array(this.#count + 1);
    const products: number[] = [];
    const values: number[] = [];
    for (let pattern = 0; pattern < this.#count; pattern++) {
      this.#starts[pattern] = products.length;
      const signs = this.#signsOf(pattern);
      signs.forEach((sign, i) => {
        if (sign === 0) return;
        products.push(heads * heads + i);
        values.push(sign);
        for (let j = i; j < heads; j++) {
          if (signs[j] === 0) continue;
          products.push(i * heads + j);
          values.push(sign * signs[j]);
        }
      });
    }
    this.#starts[this.#count] = products.length;
    this.#products = Uint16Array.from(products);
    this.#values = Int8Array.from(values);
  }

  /** Length of a vector with an entry for each pattern. */
  get size(): number {
    return 2 ** Math.ceil(Math.log2(this.#count));
  }

  #signsOf(pattern: number): number[] {
    return Array.from({ length: this.#heads }, (_, b) => (Math.floor(pattern / 3 ** b) % 3) - 1);
  }

  /** Returns the pattern at each position of a strip. */
  read(squares: readonly ArrayLike<number>[]): Uint16Array {
    const patterns = new Uint16Array(squares[0].length).fill(this.#zero);
    squares.forEach((entries, b) => {
      const power = 3 ** b;
      for (let k = 0; k < entries.length; k++) {
        const entry = entries[k];
        if (entry === 0) continue;
        if (entry !== 1 && entry !== -1) throw new InputError(`a weight of a ternary matrix is ${entry}`);
        patterns[k] += entry * power;
      }
    });
    return patterns;
  }

  /** Returns the positions of each pattern, as a matrix with a column for each pattern. */
  group(patterns: Uint16Array): SignedColumns {
    const ends = new Uint32Array(this.#count);
    for (let k = 0; k < patterns.length; k++) ends[patterns[k]]++;
    const next = new Uint32Array(this.#count);
    for (let pattern = 0, at = 0; pattern < this.#count; pattern++) {
      next[pattern] = at;
      at += ends[pattern];
      ends[pattern] = at;
    }
    const rows = new Uint32Array(patterns.length);
    for (let k = 0; k < patterns.length; k++) rows[next[patterns[k]]++] = k;
    return { rowCount: patterns.length, columnCount: this.#count, rows, plusEnds: ends, ends };
  }

  /**
   * Adds products of two signs and signs to `counts[product·rowCount + first + row]`.
   * @returns the same counts over all rows
   */
  count(patterns: Uint16Array, height: number, counts: Int32Array, rowCount: number, first: number): Float64Array {
    const starts = this.#starts;
    const products = this.#products;
    const values = this.#values;
    const zero = this.#zero;
    for (let k = 0; k < patterns.length; k++) {
      const pattern = patterns[k];
      if (pattern === zero) continue;
      const row = first + (k & (height - 1));
      for (let e = starts[pattern], end = starts[pattern + 1]; e < end; e++) {
        counts[products[e] * rowCount + row] += values[e];
      }
    }
    return Float64Array.from({ length: this.#heads ** 2 }, (_, product) => {
      let sum = 0;
      for (let row = first; row < first + height; row++) sum += counts[product * rowCount + row];
      return sum;
    });
  }

  /** Adds products of two signs at some positions to `counts[first + product]`. */
  countWhere(patterns: Uint16Array, places: Int32Array, counts: Float64Array, first: number): void {
    const most = this.#heads ** 2;
    for (let k = 0; k < patterns.length; k++) {
      if (places[k] === 0 || patterns[k] === this.#zero) continue;
      for (let e = this.#starts[patterns[k]]; e < this.#starts[patterns[k] + 1]; e++) {
        if (this.#products[e] < most) counts[first + this.#products[e]] += this.#values[e];
      }
    }
  }

  /** Returns Σ over patterns of weight·t_i·t_j·t_l, i ≤ j ≤ l, at the triple's index. */
  triples<E>(engine: Engine<E>, weights: Vector): E[] {
    const heads = this.#heads;
    const triples: [number, number, number][] = [];
    for (let i = 0; i < heads; i++) {
      for (let j = i; j < heads; j++) {
        for (let l = j; l < heads; l++) triples.push([i, j, l]);
      }
    }
    const signs = Array.from({ length: heads }, (_, b) =>
      Int8Array.from({ length: this.#count }, (_unused, pattern) => (Math.floor(pattern / 3 ** b) % 3) - 1),
    );
    const plusEnds = new Uint32Array(triples.length);
    const ends = new Uint32Array(triples.length);
    const rows = new Uint32Array(triples.length * this.#count);
    let at = 0;
    triples.forEach(([i, j, l], column) => {
      const [first, second, third] = [signs[i], signs[j], signs[l]];
      for (const sign of [1, -1]) {
        for (let pattern = 0; pattern < first.length; pattern++) {
          if (first[pattern] * second[pattern] * third[pattern] === sign) rows[at++] = pattern;
        }
        if (sign === 1) plusEnds[column] = at;
      }
      ends[column] = at;
    });
    const plan = engine.gatherPlan({
      rowCount: this.#count,
      columnCount: triples.length,
      rows: rows.subarray(0, at),
      plusEnds,
      ends,
    });
    const sums = engine.toElements(engine.gatherSigned(plan, weights));
    const found = new Array<E>(heads ** 3).fill(engine.field.zero);
    triples.forEach(([i, j, l], column) => {
      found[tripleIndex(heads, i, j, l)] = sums[column];
    });
    return found;
  }

  /** Returns Σ_b scales[b]·t_b of each pattern. */
  combine<E>({ field }: Engine<E>, scales: readonly E[]): E[] {
    let values = [field.zero];
    for (const scale of scales) {
      // a later square has a higher power of three
      const minus = values.map((value) => field.sub(value, scale));
      const plus = values.map((value) => field.add(value, scale));
      values = [...minus, ...values, ...plus];
    }
    return values;
  }
}
