// The sum of A·M³ + D·M² + B·M over the cube, for tables of one length: round polynomials of degree four, from their
// values at 0, 2 and 3, their leading coefficient and the claim. Tables are read in chunks that stay in the cache.

import type { Engine, Vector } from '../../field/engine.ts';

/** The four tables: extension vectors, except that M may be a base vector. */
export interface CubicTables {
  readonly a: Vector;
  readonly d: Vector;
  readonly b: Vector;
  readonly m: Vector;
}

/** The values from which a round polynomial p is built. */
export interface CubicRound<E> {
  /** p(0), p(2), p(3) */
  readonly values: readonly [E, E, E];
  /** Coefficient of X⁴. */
  readonly leading: E;
}

/** Elements of a chunk: a few tables of 64 KiB. */
const CHUNK = 2 ** 12;

/** Returns the parts of the round polynomial that do not need the claim; tables of one length ≥ 2. */
export function cubicRound<E>(engine: Engine<E>, { a, d, b, m }: CubicTables): CubicRound<E> {
  const { field } = engine;
  const half = m.length / 2;
  const width = Math.min(half, CHUNK);
  const sums = [field.zero, field.zero, field.zero, field.zero];
  for (let start = 0; start < half; start += width) {
    const mark = engine.mark();
    const [a0, d0, b0, m0] = [a, d, b, m].map((table) => engine.view(table, start, width));
    const [a1, d1, b1, m1] = [a, d, b, m].map((table) => engine.view(table, half + start, width));
    const at = (x: number): E => {
      const line = (low: Vector, high: Vector): Vector =>
        engine.affine(
          field.zero,
          [
            { vector: low, scale: field.fromInteger(1 - x) },
            { vector: high, scale: field.fromInteger(x) },
          ],
          width,
        );
      return sumChunk(engine, line(a0, a1), line(d0, d1), line(b0, b1), line(m0, m1));
    };
    const slope = engine.sub(m1, m0);
    const parts = [
      sumChunk(engine, a0, d0, b0, m0),
      at(2),
      at(3),
      engine.dot(engine.mul(slope, slope), engine.mul(engine.sub(a1, a0), slope)),
    ];
    parts.forEach((part, k) => {
      sums[k] = field.add(sums[k], part);
    });
    engine.release(mark);
  }
  return { values: [sums[0], sums[1], sums[2]], leading: sums[3] };
}

/** Returns Σ m·(b + m·(d + m·a)). */
function sumChunk<E>(engine: Engine<E>, a: Vector, d: Vector, b: Vector, m: Vector): E {
  const inner = engine.add(engine.mul(m, a), d);
  return engine.dot(m, engine.add(engine.mul(m, inner), b));
}

/** Binds the first variable of all four; extension tables are overwritten. */
export function bindCubic<E>(engine: Engine<E>, { a, d, b, m }: CubicTables, challenge: E): CubicTables {
  const [boundA, boundD, boundB, boundM] = [a, d, b, m].map((table) => engine.bind(table, challenge));
  return { a: boundA, d: boundD, b: boundB, m: boundM };
}

/** Returns the sum of parts of a round. */
export function addRounds<E>(engine: Engine<E>, rounds: readonly CubicRound<E>[]): CubicRound<E> {
  const { field } = engine;
  const sum = (pick: (round: CubicRound<E>) => E): E =>
    rounds.reduce((total, round) => field.add(total, pick(round)), field.zero);
  return {
    values: [sum(({ values }) => values[0]), sum(({ values }) => values[1]), sum(({ values }) => values[2])],
    leading: sum(({ leading }) => leading),
  };
}
