// The summand that nearly everything here is made of: a sum of products of multilinear tables,
// g(x) = Σ_j Π_k T_{j,k}(x). Products of two tables go to the engine's fused round, at two multiplications
// a pair of values and product; longer ones are evaluated at 0 … d table by table.
//
// Binding overwrites extension tables: they belong to the summand from here on.

import { UsageError } from '../errors.ts';
import type { Engine, SplitEq, Vector } from '../field/engine.ts';
import { logCeil } from '../poly/point.ts';
import { interpolate } from '../poly/univariate.ts';
import type { Summand } from './prove.ts';

/**
 * g = Σ_j Π_k products[j][k], each table of one length 2^n. A table may occur several times.
 * Extension tables are consumed: binding overwrites them.
 * `finals()` lists the distinct tables in the order in which they first occur.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { sumOfProducts } from 'ternary-gkr/sumcheck';
 *
 * const engine = createKoalaBearEngine();
 * const [a, b] = [engine.fromIntegers([1, 2, 3, 4]), engine.fromIntegers([5, 6, 7, 8])];
 * const { shape } = sumOfProducts(engine, [[a, b]]);
 * console.log(shape); // { variables: 2, degree: 2 }
 * ```
 */
export function sumOfProducts<E>(engine: Engine<E>, products: readonly (readonly Vector[])[]): Summand<E> {
  const distinct = [...new Set(products.flat())];
  const length = distinct[0]?.length ?? 0;
  const variables = logCeil(length);
  if (distinct.some((table) => table.length !== length) || length !== 2 ** variables) {
    throw new UsageError(
      `tables of lengths ${distinct.map((table) => table.length).join(', ')}; all have one power of two`,
    );
  }
  const places = products.map((factors) => factors.map((table) => distinct.indexOf(table)));
  const degree = Math.max(...products.map((factors) => factors.length));
  const tables: Vector[] = [...distinct];
  const current = (): Vector[][] => places.map((factors) => factors.map((place) => tables[place]));
  const allPairs = places.every((factors) => factors.length === 2);
  return {
    shape: { variables, degree },
    round(eq) {
      if (allPairs) {
        const { atZero, atInfinity } = engine.productRound(current() as [Vector, Vector][], eq);
        return [atZero, atInfinity];
      }
      const values = Array.from({ length: degree + 1 }, (_, x) => evaluateAt(engine, current(), x, eq));
      const [constant, , ...higher] = interpolate(engine.field, values);
      return [constant, ...higher];
    },
    atOne: (eq) => evaluateAt(engine, current(), 1, eq),
    bind(challenge) {
      for (let place = 0; place < tables.length; place++) tables[place] = engine.bind(tables[place], challenge);
    },
    finals: () => tables.map((table) => engine.get(table, 0)),
  };
}

/** Σ_rest w(rest)·Σ_j Π_k T_{j,k}(x, rest) for a small integer x. */
function evaluateAt<E>(engine: Engine<E>, products: readonly (readonly Vector[])[], x: number, eq?: SplitEq): E {
  const field = engine.field;
  const mark = engine.mark();
  const half = products[0][0].length / 2;
  const weights = eq === undefined ? undefined : expandEq(engine, eq);
  const scale = field.fromInteger(x);
  const lineAt = (table: Vector): Vector => {
    const low = engine.view(table, 0, half);
    if (x === 0) return low;
    const high = engine.view(table, half, half);
    if (x === 1) return high;
    const rest = field.sub(field.one, scale);
    return engine.affine(
      field.zero,
      [
        { vector: low, scale: rest },
        { vector: high, scale },
      ],
      half,
    );
  };
  let sum = field.zero;
  for (const factors of products) {
    const [first, ...others] = factors.map(lineAt);
    const all = weights === undefined ? others : [...others, weights];
    const last = all.pop() ?? engine.affine(field.one, [], half);
    const product = all.reduce((left, right) => engine.mul(left, right), first);
    sum = field.add(sum, engine.dot(product, last));
  }
  engine.release(mark);
  return sum;
}

function expandEq<E>(engine: Engine<E>, eq: SplitEq): Vector {
  const whole = engine.zeros('extension', eq.outer.length * eq.inner.length);
  for (let block = 0; block < eq.outer.length; block++) {
    engine.addScaled(
      engine.view(whole, block * eq.inner.length, eq.inner.length),
      eq.inner,
      engine.get(eq.outer, block),
    );
  }
  return whole;
}
