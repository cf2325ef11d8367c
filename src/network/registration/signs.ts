// The first rounds of the sum over M where its entries are signs, without a table of field elements as long as M.
//
// A strip is a set of 2^k squares, among which the first k variables choose. At one position of a strip stand 2^k
// signs, a pattern t of at most 3^k; in terms of X, the k variables, M(X, position) = Σ_b χ_b(X)·t_b with
// χ_b = eq(X, b). So the first k rounds need only moments: sums over all positions of products of at most three signs,
// weighted by A, R or P.
//   A = eq(r_k, X)·eq(r', position) beside S: the weights eq(r', position) are added up by pattern, one addition each
//   R does not depend on the column: products of two signs are counted row by row
//   P is 0 or 1: they are counted over the padding
// After them M is one table lookup per position. After Bagad, Domb and Thaler, ePrint 2024/1046.

import type { Engine, Vector } from '../../field/engine.ts';
import { evaluateEq } from '../../poly/eq.ts';
import type { Point } from '../../poly/point.ts';
import { interpolate } from '../../poly/univariate.ts';
import type { CubicRound } from './cubic.ts';
import { pairIndex, SignPatterns, tripleIndex } from './patterns.ts';
import type { WeightTables } from './tables.ts';

/** Strips whose squares hold signs: for each of the first variables' values the square is b·strips + strip. */
export class SignStrips<E> {
  readonly #engine: Engine<E>;
  readonly #tables: WeightTables<E>;
  readonly #heads: number;
  readonly #strips: number;
  readonly #signs: SignPatterns;
  /** For each strip of signs, the pattern at each position. */
  readonly #patterns = new Map<number, Uint16Array>();
  readonly #moments: Moments<E>;

  /**
   * @param headVariables - k; at most 4
   * @param strips - the strips of signs, out of 2^(variables of the squares − k)
   * @param entriesOf - the entries of a square
   */
  constructor(
    engine: Engine<E>,
    tables: WeightTables<E>,
    headVariables: number,
    strips: readonly number[],
    entriesOf: (square: number) => ArrayLike<number>,
  ) {
    this.#engine = engine;
    this.#tables = tables;
    this.#heads = 2 ** headVariables;
    this.#strips = tables.squares.length / this.#heads;
    this.#signs = new SignPatterns(this.#heads);
    for (const strip of strips) {
      const squares = Array.from({ length: this.#heads }, (_, b) => entriesOf(b * this.#strips + strip));
      this.#patterns.set(strip, this.#signs.read(squares));
    }
    this.#moments = this.#measure(headVariables);
  }

  /** Returns these strips' part of the round polynomial after some of the first variables were bound. */
  round(bound: Point<E>): CubicRound<E> {
    const { field } = this.#engine;
    const rest = Math.log2(this.#heads) - bound.length - 1;
    const values = [0, 1, 2, 3, 4].map((x) => {
      let sum = field.zero;
      for (let vertex = 0; vertex < 2 ** rest; vertex++) {
        const bits = Array.from({ length: rest }, (_, k) => field.fromInteger((vertex >> (rest - 1 - k)) & 1));
        sum = field.add(sum, this.#evaluate([...bound, field.fromInteger(x), ...bits]));
      }
      return sum;
    });
    return { values: [values[0], values[2], values[3]], leading: interpolate(field, values)[4] };
  }

  /** Returns M of a strip once the first variables are bound: the extension vector Σ_b χ_b·t_b. */
  bound(strip: number, point: Point<E>): Vector {
    const engine = this.#engine;
    const patterns = this.#patterns.get(strip) ?? new Uint16Array(0);
    const values = engine.fromElements(this.#signs.combine(engine, engine.field.tables.eqTable(point)));
    const ends = Uint32Array.from(patterns, (_, k) => k + 1);
    const plan = engine.gatherPlan({
      rowCount: values.length,
      columnCount: patterns.length,
      rows: Uint32Array.from(patterns),
      plusEnds: ends,
      ends,
    });
    return engine.gatherSigned(plan, values);
  }

  /** Returns Σ over these strips of A·M³ + D·M² + B·M with the first variables at a point. */
  #evaluate(point: Point<E>): E {
    const { field } = this.#engine;
    const { linear, quadratic, cubic } = this.#moments;
    const heads = this.#heads;
    const chi = field.tables.eqTable(point);
    const top = evaluateEq(field, point, this.#tables.point.slice(0, point.length));
    const nonzero = [...chi.keys()].filter((b) => !field.isZero(chi[b]));
    let total = field.zero;
    for (const i of nonzero) {
      let inner = field.neg(field.mul(top, cubic[tripleIndex(heads, i, i, i)]));
      for (const b of nonzero) inner = field.add(inner, field.mul(chi[b], linear[b * heads + i]));
      for (const j of nonzero) {
        let pair = field.zero;
        for (const b of nonzero) {
          pair = field.add(pair, field.mul(chi[b], quadratic[b * heads * heads + pairIndex(heads, i, j)]));
        }
        for (const l of nonzero) {
          pair = field.add(pair, field.mul(field.mul(top, chi[l]), cubic[tripleIndex(heads, i, j, l)]));
        }
        inner = field.add(inner, field.mul(chi[j], pair));
      }
      total = field.add(total, field.mul(chi[i], inner));
    }
    return total;
  }

  #measure(headVariables: number): Moments<E> {
    const engine = this.#engine;
    const { field } = engine;
    const tables = this.#tables;
    const heads = this.#heads;
    const { layout } = tables.plan;
    const height = 2 ** layout.rowVariables;
    const rowCount = this.#strips * height;
    const mark = engine.mark();
    const stripWeights = field.tables.eqTable(tables.point.slice(headVariables, Math.log2(tables.squares.length)));
    const patternWeights = engine.zeros('extension', this.#signs.size);
    // products of two signs and single signs by row, each over all strips
    const counts = new Int32Array((heads * heads + heads) * rowCount);
    const padding = new Float64Array(heads * heads * heads);
    const rows = engine.zeros('extension', heads * rowCount);
    for (const [strip, patterns] of this.#patterns) {
      const inner = engine.mark();
      const plan = engine.gatherPlan(this.#signs.group(patterns));
      engine.addScaled(patternWeights, engine.gatherSigned(plan, tables.within), stripWeights[strip]);
      engine.release(inner);
      const own = this.#signs.count(patterns, height, counts, rowCount, strip * height);
      for (let b = 0; b < heads; b++) {
        const square = b * this.#strips + strip;
        const places = tables.isUnused(square) ? undefined : tables.padding(square);
        if (tables.isUnused(square)) {
          for (let pair = 0; pair < heads * heads; pair++) padding[b * heads * heads + pair] += own[pair];
        }
        if (places !== undefined) this.#signs.countWhere(patterns, places, padding, b * heads * heads);
        const weights = tables.rowWeights([{ square, scale: field.one }]);
        if (weights !== undefined) engine.copy(engine.view(rows, b * rowCount + strip * height, height), weights);
        engine.release(inner);
      }
    }
    const linear = new Array<E>(heads * heads).fill(field.zero);
    const quadratic = new Array<E>(heads ** 3).fill(field.zero);
    for (let pair = 0; pair < heads * heads + heads; pair++) {
      const [i, j] = [Math.floor(pair / heads), pair % heads];
      if (i < heads && i > j) continue;
      const inner = engine.mark();
      const products = engine.fromIntegers(counts.subarray(pair * rowCount, (pair + 1) * rowCount));
      for (let b = 0; b < heads; b++) {
        const sum = engine.dot(engine.view(rows, b * rowCount, rowCount), products);
        if (i === heads) {
          linear[b * heads + j] = field.mul(tables.combiner, sum);
          continue;
        }
        const count = field.fromInteger(padding[b * heads * heads + pair]);
        quadratic[b * heads * heads + pair] = field.add(sum, field.mul(tables.combiner, count));
      }
      engine.release(inner);
    }
    const cubic = this.#signs.triples(engine, patternWeights);
    engine.release(mark);
    return { linear, quadratic, cubic };
  }
}

/** Sums over all positions; indices of squares b first. */
interface Moments<E> {
  /** Σ B·t_i without −A: at b·heads + i. */
  readonly linear: readonly E[];
  /** Σ D·t_i·t_j: at b·heads² + the pair's index. */
  readonly quadratic: readonly E[];
  /** Σ eq(r', position)·t_i·t_j·t_l at the triple's index. */
  readonly cubic: readonly E[];
}
