// The prover's side of the sum over M (protocol.ts). A long M is cut into strips (signs.ts), across which the first
// variables run. A strip of signs keeps only moments at first; a strip with a square of S is a table from the
// beginning. Once the first variables are bound, everything is a table of an eighth of the length.

import type { Engine, Vector } from '../../field/engine.ts';
import { evaluateUnivariate, interpolate } from '../../poly/univariate.ts';
import type { Summand } from '../../sumcheck/prove.ts';
import { addRounds, bindCubic, type CubicRound, type CubicTables, cubicRound } from './cubic.ts';
import { SignStrips } from './signs.ts';
import type { WeightTables } from './tables.ts';
import type { WeightSource } from './witness.ts';

/** Number of first variables, which run across strips, of a long M. */
const HEAD_VARIABLES = 3;
/** log₂ of the most entries of an M that is a table from the beginning. */
const SHORT_VARIABLES = 20;

/** Returns the number of first variables that are bound by moments. */
export function headVariables({ plan }: WeightTables<unknown>): number {
  const { variables } = plan.layout;
  if (variables <= SHORT_VARIABLES) return 0;
  return Math.min(HEAD_VARIABLES, variables - plan.squareVariables);
}

/**
 * Returns the summand of the relation.
 *
 * @param claim - the claimed sum
 * @param heads - the first variables that are bound by moments; the same proof for any
 */
export function weightSummand<E>(
  engine: Engine<E>,
  tables: WeightTables<E>,
  entries: WeightSource,
  claim: E,
  heads = headVariables(tables),
): Summand<E> {
  const { field } = engine;
  const { layout, squareVariables } = tables.plan;
  const width = 2 ** squareVariables;
  const strips = tables.squares.length / 2 ** heads;
  const entriesOf = (square: number): ArrayLike<number> => {
    if (square < layout.squares.length) return entries.square(square);
    const start = (square - layout.squares.length) * width;
    const values = new Int32Array(width);
    values.set(entries.dense.subarray(start, start + width));
    return values;
  };
  const isOfSigns = (strip: number): boolean =>
    !Array.from({ length: 2 ** heads }, (_, b) => b * strips + strip).some((square) => tables.isDense(square));
  const all = Array.from({ length: strips }, (_, strip) => strip);
  const signs = heads === 0 ? undefined : new SignStrips(engine, tables, heads, all.filter(isOfSigns), entriesOf);
  const isSigned = (strip: number): boolean => signs !== undefined && isOfSigns(strip);
  let whole: CubicTables | undefined;
  // strips that are tables, until the first variables are bound
  const parts = new Map<number, CubicTables>();
  if (signs === undefined) whole = stripTables(engine, tables, all, entriesOf);
  else {
    for (const strip of all.filter((each) => !isSigned(each))) {
      const squares = Array.from({ length: 2 ** heads }, (_, b) => b * strips + strip);
      parts.set(strip, stripTables(engine, tables, squares, entriesOf));
    }
  }
  const bound: E[] = [];
  let left = claim;

  function gather(): CubicTables {
    const point = field.tables.eqTable(bound);
    const [a, d, b, m] = [0, 1, 2, 3].map(() => engine.zeros('extension', strips * width));
    for (const strip of all) {
      const [ownA, ownD, ownB, ownM] = [a, d, b, m].map((table) => engine.view(table, strip * width, width));
      const part = parts.get(strip);
      if (part !== undefined) {
        engine.copy(ownA, part.a);
        engine.copy(ownD, part.d);
        engine.copy(ownB, part.b);
        engine.copy(ownM, part.m);
        continue;
      }
      const mark = engine.mark();
      const squares = point.map((scale, k) => ({ square: k * strips + strip, scale }));
      tables.fill(squares, ownA, ownD, ownB);
      if (signs !== undefined) engine.copy(ownM, signs.bound(strip, bound));
      engine.release(mark);
    }
    return { a, d, b, m };
  }

  function currentRound(): CubicRound<E> {
    if (whole !== undefined) return cubicRound(engine, whole);
    const rounds = [...parts.values()].map((part) => cubicRound(engine, part));
    return addRounds(engine, signs === undefined ? rounds : [signs.round(bound), ...rounds]);
  }

  /** Returns all coefficients: without its X⁴ term the polynomial is a cubic through its values at 0 … 3. */
  function polynomial({ values, leading }: CubicRound<E>): E[] {
    const [atZero, atTwo, atThree] = values;
    const atOne = field.sub(left, atZero);
    const lower = [atZero, atOne, atTwo, atThree].map((value, x) =>
      field.sub(value, field.mul(leading, field.fromInteger(x ** 4))),
    );
    return [...interpolate(field, lower), leading];
  }

  let coefficients: E[] = [];
  return {
    shape: { variables: layout.variables, degree: 4 },
    round() {
      coefficients = polynomial(currentRound());
      const [constant, , ...higher] = coefficients;
      return [constant, ...higher];
    },
    atOne: () => field.sub(left, coefficients[0]),
    bind(challenge) {
      left = evaluateUnivariate(field, coefficients, challenge);
      bound.push(challenge);
      if (whole !== undefined) {
        whole = bindCubic(engine, whole, challenge);
        return;
      }
      for (const [strip, part] of parts) parts.set(strip, bindCubic(engine, part, challenge));
      if (bound.length === heads) whole = gather();
    },
    finals: () => (whole === undefined ? [] : [engine.get(whole.m, 0)]),
  };
}

/** Returns the tables of some squares, one after the other. */
function stripTables<E>(
  engine: Engine<E>,
  tables: WeightTables<E>,
  squares: readonly number[],
  entriesOf: (square: number) => ArrayLike<number>,
): CubicTables {
  const width = 2 ** tables.plan.squareVariables;
  const [a, d, b] = [0, 1, 2].map(() => engine.zeros('extension', squares.length * width));
  const values = new Int32Array(squares.length * width);
  squares.forEach((square, index) => {
    const [ownA, ownD, ownB]: Vector[] = [a, d, b].map((table) => engine.view(table, index * width, width));
    tables.fill([{ square, scale: engine.field.one }], ownA, ownD, ownB);
    values.set(entriesOf(square), index * width);
  });
  return { a, d, b, m: engine.fromIntegers(values) };
}
