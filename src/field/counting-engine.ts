// An engine that counts: each operation of another engine, with its count as a formula of the kinds and lengths
// of its operands. The formulas describe the algorithm that the operation is defined to be, which the kernels
// run on whole blocks of four: elements that only fill a block are not counted. counting.ts defines what is
// counted as which operation. The wrapped engine runs as ever, and one that is not wrapped pays nothing.

import { UsageError } from '../errors.ts';
import { addOperations, countingField, eqTableCost, type OperationCounts, sumOperations } from './counting.ts';
import type { DenseMatrix, Engine, GatherPlan, PairPlan, SplitEq, Vector, WeightedPlan } from './engine.ts';

type Counts = Partial<OperationCounts>;
type Kind = Vector['kind'];

function multiplications(a: Kind, b: Kind, count: number): Counts {
  if (a !== b) return { mixedMultiplications: count };
  return a === 'base' ? { baseMultiplications: count } : { extensionMultiplications: count };
}

function additions(a: Kind, b: Kind, count: number): Counts {
  return a === 'base' && b === 'base' ? { baseAdditions: count } : { extensionAdditions: count };
}

/**
 * Even and odd positions, halved, have sums of half the period, which meet in v[i] = even[i] + ωⁱ·odd[i]: a product and
 * an addition, two additions where i and i + half the period are both wanted. A class of one position is a geometric
 * series from its coefficient on; several at the same place are added.
 */
function powerSumsCost(positions: readonly number[], logLength: number, length: number): Counts {
  if (positions.length <= 1) return { mixedMultiplications: positions.length * (length - 1) };
  if (logLength === 0) return { extensionAdditions: positions.length - 1 };
  const half = Math.min(length, 2 ** (logLength - 1));
  const [even, odd] = [0, 1].map((parity) => {
    const members = positions.filter((position) => position % 2 === parity);
    return powerSumsCost(
      members.map((position) => Math.floor(position / 2)),
      logLength - 1,
      half,
    );
  });
  return sumOperations(even, odd, { mixedMultiplications: half, extensionAdditions: length });
}

/**
 * The cost of each operation by the shapes of its operands (a vector is a shape); operations that are not named here
 * cost nothing.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, operationCosts } from 'ternary-gkr/field';
 *
 * const engine = createKoalaBearEngine();
 * const [base, extension] = [engine.fromIntegers([1, 2]), engine.eqTable([engine.field.one])];
 * console.log(operationCosts.multiplication(base, extension)); // { mixedMultiplications: 2 }
 * ```
 */
export const operationCosts = {
  /** a ± b. */
  addition: (a: Vector, b: Vector): Counts => additions(a.kind, b.kind, a.length),

  /** a·b, element by element. */
  multiplication: (a: Vector, b: Vector): Counts => multiplications(a.kind, b.kind, a.length),

  /** sum += scale·vector: an extension vector whose scale is one is only added. */
  scaledAddition: (vector: Vector, scaleIsOne: boolean): Counts => ({
    extensionAdditions: vector.length,
    ...(scaleIsOne && vector.kind === 'extension' ? {} : multiplications('extension', vector.kind, vector.length)),
  }),

  /** Σ a·b. */
  dot: (a: Vector, b: Vector): Counts =>
    sumOperations(multiplications(a.kind, b.kind, a.length), additions(a.kind, b.kind, a.length)),

  /** Each value meets a weight and is added. */
  contract: ({ kind, length }: Vector): Counts =>
    sumOperations(multiplications('extension', kind, length), { extensionAdditions: length }),

  /** All tables of the suffixes, or the last one alone: each is made from the one before, by doubling. */
  eqTable: eqTableCost,

  /** v + r·(v' − v) over the halves. */
  bind(vector: Vector): Counts {
    const half = vector.length / 2;
    return sumOperations(
      additions(vector.kind, vector.kind, half),
      multiplications('extension', vector.kind, half),
      additions('extension', vector.kind, half),
    );
  },

  /**
   * For each product and pair of halves: two differences, two products (at 0 and at ∞), two additions. Without
   * weights each product has sums of its own, which are then added up. With
   * weights the products' sum meets inner[x_low], twice for each x, in extension products; sums of products of
   * base vectors are weighed apart, in mixed ones; each run of `inner` is then multiplied with its outer weight.
   */
  productRound(products: readonly (readonly [Vector, Vector])[], eq: SplitEq | undefined): Counts {
    const half = products[0][0].length / 2;
    const total = sumOperations(
      ...products.flatMap(([a, b]) => [
        additions(a.kind, a.kind, half),
        additions(b.kind, b.kind, half),
        multiplications(a.kind, b.kind, 2 * half),
        additions(a.kind, b.kind, 2 * half),
      ]),
    );
    if (eq === undefined) return addOperations(total, { extensionAdditions: 2 * (products.length - 1) });
    const weighKind = (kind: Kind): Counts =>
      sumOperations(multiplications('extension', kind, 2 * half), { extensionAdditions: 2 * half });
    const isBase = ([a, b]: readonly [Vector, Vector]): boolean => a.kind === 'base' && b.kind === 'base';
    if (products.some(isBase)) addOperations(total, weighKind('base'));
    if (!products.every(isBase)) addOperations(total, weighKind('extension'));
    const runs = 2 * eq.outer.length;
    return addOperations(total, { extensionMultiplications: runs, extensionAdditions: runs });
  },

  /** p·q' + p'·q and q·q'; q + q' and q·q' where numerators are one. Denominators of F_p count as of F. */
  foldFractions(numerators: Vector | undefined, denominators: Vector): Counts {
    const half = denominators.length / 2;
    const products = numerators === undefined ? {} : multiplications(numerators.kind, 'extension', 2 * half);
    return sumOperations(products, { extensionMultiplications: half, extensionAdditions: half });
  },

  /** One addition for each nonzero entry. A table of F_p counts as of F. */
  gatherSigned: (nonzeros: number): Counts => ({ extensionAdditions: nonzeros }),

  /** A product with a small integer and an addition for each nonzero entry. */
  gatherWeighted: (nonzeros: number): Counts => ({ mixedMultiplications: nonzeros, extensionAdditions: nonzeros }),

  /** A product and an addition for each entry. A left table of F_p counts as of F. */
  gatherProducts: (entries: number, right: Kind): Counts =>
    sumOperations(multiplications('extension', right, entries), { extensionAdditions: entries }),

  /** A product with a small integer and an addition for every entry. */
  foldRows: ({ rowCount, columnCount }: DenseMatrix): Counts => ({
    mixedMultiplications: rowCount * columnCount,
    extensionAdditions: rowCount * columnCount,
  }),

  /** Each element of the result is one product. */
  scaleRows: (scales: Vector, matrix: Vector, rowCount: number): Counts =>
    multiplications(scales.kind, matrix.kind, (scales.length * matrix.length) / rowCount),

  /**
   * A transform of codewords of N positions from rows of C coefficients: the first log₂(N/C) stages only repeat
   * values, each of the log₂ C others has N/2 butterflies of one product and two additions. Powers of the root
   * of unity are constants of F_p.
   */
  encodeRows({ kind, length }: Vector, rows: number, logLength: number): Counts {
    const stages = Math.log2(length / rows);
    const butterflies = rows * stages * 2 ** (logLength - 1);
    return sumOperations(multiplications('base', kind, butterflies), additions(kind, kind, 2 * butterflies));
  },

  /** By halves, as `powerSumsCost` says. */
  powerSums: powerSumsCost,

  /** One addition for each nonzero entry and position; powers of the root of unity are constants of F_p. */
  evaluateColumns: (nonzeros: number, positions: number): Counts => ({ baseAdditions: nonzeros * positions }),
} as const;

/**
 * Returns `engine`, with the cost of each call added to `counter`; vectors are those of `engine`. The field of the
 * result counts too (counting.ts).
 *
 * @throws UsageError at a gather if the plan is not this engine's, whose nonzeros are then not known
 *
 * @example
 * ```ts
 * import { countingEngine, createKoalaBearEngine, noOperations } from 'ternary-gkr/field';
 *
 * const counter = noOperations();
 * const engine = countingEngine(createKoalaBearEngine(), counter);
 * const values = engine.fromIntegers([1, 2, 3, 4]);
 * engine.dot(values, engine.eqTable([engine.field.one, engine.field.zero]));
 * console.log(counter.mixedMultiplications); // 4
 * ```
 */
export function countingEngine<E>(engine: Engine<E>, counter: OperationCounts): Engine<E> {
  const nonzerosOf = new WeakMap<GatherPlan | WeightedPlan | PairPlan, number>();
  const { field } = engine;
  const nonzeros = (plan: GatherPlan | WeightedPlan | PairPlan): number => {
    const known = nonzerosOf.get(plan);
    if (known === undefined) throw new UsageError('a counting engine gathers by plans of its own');
    return known;
  };
  const count = (counts: Counts): void => {
    addOperations(counter, counts);
  };
  const isOne = (value: E): boolean => field.equal(value, field.one);
  return {
    ...engine,
    field: countingField(field, counter),
    add(a, b) {
      count(operationCosts.addition(a, b));
      return engine.add(a, b);
    },
    sub(a, b) {
      count(operationCosts.addition(a, b));
      return engine.sub(a, b);
    },
    mul(a, b) {
      count(operationCosts.multiplication(a, b));
      return engine.mul(a, b);
    },
    affine(constant, terms, length) {
      for (const { vector, scale } of terms) count(operationCosts.scaledAddition(vector, isOne(scale)));
      return engine.affine(constant, terms, length);
    },
    addScaled(accumulator, vector, scale) {
      count(operationCosts.scaledAddition(vector, isOne(scale)));
      engine.addScaled(accumulator, vector, scale);
    },
    dot(a, b) {
      count(operationCosts.dot(a, b));
      return engine.dot(a, b);
    },
    contract(vector, weights, inner) {
      count(operationCosts.contract(vector));
      return engine.contract(vector, weights, inner);
    },
    eqSuffixes(point) {
      count(operationCosts.eqTable(point.length));
      return engine.eqSuffixes(point);
    },
    eqTable(point, scale) {
      count(operationCosts.eqTable(point.length));
      return engine.eqTable(point, scale);
    },
    bind(vector, challenge) {
      count(operationCosts.bind(vector));
      return engine.bind(vector, challenge);
    },
    productRound(products, eq) {
      const values = engine.productRound(products, eq);
      count(operationCosts.productRound(products, eq));
      return values;
    },
    foldFractions(numerators, denominators) {
      count(operationCosts.foldFractions(numerators, denominators));
      return engine.foldFractions(numerators, denominators);
    },
    gatherPlan(matrix) {
      const plan = engine.gatherPlan(matrix);
      nonzerosOf.set(plan, matrix.rows.length);
      return plan;
    },
    gatherSigned(plan, table) {
      count(operationCosts.gatherSigned(nonzeros(plan)));
      return engine.gatherSigned(plan, table);
    },
    weightedPlan(matrix) {
      const plan = engine.weightedPlan(matrix);
      nonzerosOf.set(plan, matrix.rows.length);
      return plan;
    },
    gatherWeighted(plan, table) {
      count(operationCosts.gatherWeighted(nonzeros(plan)));
      return engine.gatherWeighted(plan, table);
    },
    pairPlan(matrix) {
      const plan = engine.pairPlan(matrix);
      nonzerosOf.set(plan, matrix.lefts.length);
      return plan;
    },
    gatherProducts(plan, left, right) {
      count(operationCosts.gatherProducts(nonzeros(plan), right.kind));
      return engine.gatherProducts(plan, left, right);
    },
    foldRows(matrix, weights) {
      count(operationCosts.foldRows(matrix));
      return engine.foldRows(matrix, weights);
    },
    scaleRows(scales, matrix, rowCount) {
      count(operationCosts.scaleRows(scales, matrix, rowCount));
      return engine.scaleRows(scales, matrix, rowCount);
    },
    encodeRows(matrix, rows, logLength) {
      count(operationCosts.encodeRows(matrix, rows, logLength));
      return engine.encodeRows(matrix, rows, logLength);
    },
    powerSums(positions, coefficients, logLength, length) {
      const sums = engine.powerSums(positions, coefficients, logLength, length);
      count(operationCosts.powerSums(positions, logLength, length));
      return sums;
    },
    evaluateColumns(plan, positions, logLength) {
      count(operationCosts.evaluateColumns(nonzeros(plan), positions.length));
      return engine.evaluateColumns(plan, positions, logLength);
    },
  };
}
