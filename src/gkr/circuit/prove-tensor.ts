// The run over the wires of Σ_x V(x)·A(x) for a table A that is a tensor: with x = (b, z),
//     A(b, z) = outer(b)·inner(z),    Σ_x V(x)·A(x) = Σ_b outer(b)·U(b),    U(b) = Σ_z inner(z)·V(b, z).
// The rounds of b are a run of the small tables U and outer; at its end r they leave outer(r)·Σ_z inner(z)·V(r, z), and
// the rounds of z are a run of V(r, ·) and inner. The polynomials are those of the run of V and A over the whole cube, but
// V is read twice, by one mixed multiplication for each value that is not padding, and A is never bound.
//
// Two kinds of tables are tensors: one that is zero outside a block of the cube (outer is 1 at the block's number), and
// that of sum gates, which is constant on the line of wires that a gate sums (inner is 1).

import type { Engine, Vector } from '../../field/engine.ts';
import type { Block } from '../../poly/packing.ts';
import { logCeil } from '../../poly/point.ts';
import { sumOfProducts } from '../../sumcheck/products.ts';
import type { Summand } from '../../sumcheck/prove.ts';

/** V on its cube, zero from `used` on. */
export interface PaddedValues {
  readonly values: Vector;
  readonly used: number;
}

/** A is zero outside a block and `table` on it; both tables are consumed. A summand for plain runs; finals: V and A. */
export function productOverBlock<E>(
  engine: Engine<E>,
  padded: PaddedValues,
  table: Vector,
  { start }: Block,
): Summand<E> {
  const blocks = padded.values.length / table.length;
  if (blocks === 1) return sumOfProducts(engine, [[padded.values, table]]);
  const number = start / table.length;
  const indicator = engine.fromIntegers(Int32Array.from({ length: blocks }, (_, b) => (b === number ? 1 : 0)));
  return productOfTensor(engine, padded, indicator, table);
}

/** A is weights[b] on line b, all lines as long as each other; both tables are consumed. Finals: V and A. */
export function productOverLines<E>(engine: Engine<E>, padded: PaddedValues, weights: Vector): Summand<E> {
  const ones = engine.affine(engine.field.one, [], padded.values.length / weights.length);
  return productOfTensor(engine, padded, weights, ones);
}

function productOfTensor<E>(engine: Engine<E>, padded: PaddedValues, outer: Vector, inner: Vector): Summand<E> {
  const { field } = engine;
  const outerVariables = logCeil(outer.length);
  const point: E[] = [];
  let factor = field.one;
  let run = sumOfProducts(engine, [[lineSums(engine, padded, inner), outer]]);
  const turnToLines = (): void => {
    factor = run.finals()[1];
    run = sumOfProducts(engine, [[sumOfLines(engine, padded, engine.eqTable(point), inner.length), inner]]);
  };
  if (outerVariables === 0) turnToLines();
  return {
    shape: { variables: outerVariables + logCeil(inner.length), degree: 2 },
    round: () => run.round().map((coefficient) => field.mul(factor, coefficient)),
    atOne: () => field.mul(factor, run.atOne()),
    bind(challenge) {
      point.push(challenge);
      run.bind(challenge);
      if (point.length === outerVariables) turnToLines();
    },
    finals() {
      const [value, entry] = run.finals();
      return [value, field.mul(factor, entry)];
    },
  };
}

/** How many whole lines are in use, and what the next one begins with, on a cube of its own. */
function splitLines<E>(
  engine: Engine<E>,
  { values, used }: PaddedValues,
  length: number,
): { whole: number; lines: Vector; part: Vector | undefined } {
  const whole = Math.floor(used / length);
  const rest = used - whole * length;
  return {
    whole,
    lines: engine.view(values, 0, whole * length),
    part: rest === 0 ? undefined : engine.view(values, whole * length, 2 ** logCeil(rest)),
  };
}

/** U(b) = Σ_z inner(z)·V(b, z). */
function lineSums<E>(engine: Engine<E>, padded: PaddedValues, inner: Vector): Vector {
  const { whole, lines, part } = splitLines(engine, padded, inner.length);
  const count = padded.values.length / inner.length;
  if (whole === count) return engine.contract(lines, inner, 1);
  const sums = new Array<E>(count).fill(engine.field.zero);
  if (whole > 0) sums.splice(0, whole, ...engine.toElements(engine.contract(lines, inner, 1)));
  if (part !== undefined) sums[whole] = engine.dot(part, engine.view(inner, 0, part.length));
  return engine.fromElements(sums);
}

/** Σ_b weights[b]·V(b, ·), a line. */
function sumOfLines<E>(engine: Engine<E>, padded: PaddedValues, weights: Vector, length: number): Vector {
  const { whole, lines, part } = splitLines(engine, padded, length);
  const sum =
    whole === 0 ? engine.zeros('extension', length) : engine.contract(lines, engine.view(weights, 0, whole), length);
  if (part !== undefined) engine.addScaled(engine.view(sum, 0, part.length), part, engine.get(weights, whole));
  return sum;
}
