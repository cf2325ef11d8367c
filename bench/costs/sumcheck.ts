// The prover's costs of runs of sumcheck, as formulas of the sizes of their tables: docs/cost-model.md derives them,
// and tests hold them equal to the counts of runs. field/counting.ts defines what is counted as which operation. Sizes
// are padded ones: n variables stand for 2^n values. Scalar arithmetic of the round loop is part of each formula.
//
// Not covered: the zero challenges that have probability 1/|F|.

import { eqTableCost, type OperationCounts, sumOperations } from '../../src/field/counting.ts';

/** Of what field a table is when a run begins; after its first round all are of F. */
export type Kind = 'base' | 'extension';
export type Counts = Partial<OperationCounts>;

/** A sum of products of tables over 2^variables points; products name places in `tables`. */
export interface ProductsShape {
  readonly variables: number;
  /** The kind of each distinct table. */
  readonly tables: readonly Kind[];
  readonly products: readonly (readonly number[])[];
}

/** One instance of a run: what its own rounds cost, without the scalars of the loop. */
export interface InstanceCost {
  readonly variables: number;
  readonly degree: number;
  readonly rounds: OperationCounts;
}

/** factor·counts */
export function times(factor: number, counts: Counts): OperationCounts {
  const scaled = sumOperations(counts);
  for (const name of Object.keys(scaled) as (keyof OperationCounts)[]) scaled[name] *= factor;
  return scaled;
}

/** Products of values of these kinds. */
export function multiplications(a: Kind, b: Kind, count: number): Counts {
  if (a !== b) return { mixedMultiplications: count };
  return a === 'base' ? { baseMultiplications: count } : { extensionMultiplications: count };
}

function additions(kind: Kind, count: number): Counts {
  return kind === 'base' ? { baseAdditions: count } : { extensionAdditions: count };
}

function both(a: Kind, b: Kind): Kind {
  return a === 'base' && b === 'base' ? 'base' : 'extension';
}

/** Each value of a vector meets an element of F and is added. */
export function contractCost(kind: Kind, values: number): OperationCounts {
  return sumOperations(multiplications('extension', kind, values), { extensionAdditions: values });
}

function bindCost(kind: Kind): OperationCounts {
  return sumOperations(additions(kind, 1), multiplications('extension', kind, 1), { extensionAdditions: 1 });
}

/** Of one pair of halves: evaluation at 0 and ∞; `tables` as they are in this round. */
function pairCost({ products }: ProductsShape, tables: readonly Kind[], isWeighted: boolean): OperationCounts {
  const isBase = ([a, b]: readonly number[]): boolean => both(tables[a], tables[b]) === 'base';
  const differences = products.flat().map((place) => additions(tables[place], 1));
  const values = products.flatMap(([a, b]) => [
    multiplications(tables[a], tables[b], 2),
    additions(both(tables[a], tables[b]), 2),
  ]);
  const weight: Counts[] = [];
  if (isWeighted && products.some(isBase)) weight.push({ mixedMultiplications: 2, extensionAdditions: 2 });
  if (isWeighted && !products.every(isBase)) weight.push({ extensionMultiplications: 2, extensionAdditions: 2 });
  return sumOperations(...differences, ...values, ...weight);
}

/** Of one pair of halves where products have any number of factors: lines at 2 … degree, products at 0 … degree. */
function evaluationCost(products: ProductsShape['products'], tables: readonly Kind[], degree: number): OperationCounts {
  const parts: Counts[] = [];
  for (let x = 0; x <= degree; x++) {
    for (const factors of products) {
      const kinds = factors.map((place) => (x < 2 ? tables[place] : 'extension'));
      // low·(1 − x) + high·x
      if (x >= 2) parts.push(...factors.map((place) => times(2, contractCost(tables[place], 1))));
      // a factor by itself meets a table of ones
      const last = kinds.length > 1 ? (kinds.pop() as Kind) : 'extension';
      const product = kinds.reduce((a, b) => {
        parts.push(multiplications(a, b, 1));
        return both(a, b);
      });
      parts.push(multiplications(product, last, 1), additions(both(product, last), 1));
    }
  }
  return sumOperations(...parts);
}

/** Of one round of such a run: the scalars of its values and the polynomial through them (Newton). */
function interpolationCost(products: ProductsShape['products'], degree: number): OperationCounts {
  const factors = products.reduce((sum, { length }) => sum + length, 0);
  const steps = (degree * (degree + 1)) / 2;
  return sumOperations(
    // 1 − x for each line, a sum of the products for each value
    { extensionAdditions: (degree - 1) * factors + (degree + 1) * products.length },
    { extensionMultiplications: 2 * steps, extensionAdditions: 2 * steps + degree + 1, inversions: degree },
  );
}

/**
 * The rounds of one instance: 2^(n − 1) pairs in the first, where tables of integers are still of F_p, and
 * 2^(n − 1) − 1 pairs of extension elements in all rounds after it.
 */
export function productsCost(shape: ProductsShape): InstanceCost {
  const { variables, tables, products } = shape;
  const degree = Math.max(...products.map(({ length }) => length));
  const isPairs = products.every(({ length }) => length === 2);
  const atPair = (kinds: readonly Kind[]): OperationCounts =>
    sumOperations(
      isPairs ? pairCost(shape, kinds, false) : evaluationCost(products, kinds, degree),
      ...kinds.map(bindCost),
    );
  const perRound = isPairs ? { extensionAdditions: 2 * (products.length - 1) } : interpolationCost(products, degree);
  return { variables, degree, rounds: roundsCost(variables, tables, atPair, perRound) };
}

function roundsCost(
  variables: number,
  tables: readonly Kind[],
  atPair: (kinds: readonly Kind[]) => OperationCounts,
  perRound: Counts,
): OperationCounts {
  if (variables === 0) return sumOperations();
  return sumOperations(
    times(2 ** (variables - 1), atPair(tables)),
    times(2 ** (variables - 1) - 1, atPair(tables.map((): Kind => 'extension'))),
    times(variables, perRound),
  );
}

/** Instances one after the other in the variables of one: the tables of each are made from what the one before left. */
export function chainCost(instances: readonly InstanceCost[]): InstanceCost {
  return {
    variables: instances.reduce((sum, { variables }) => sum + variables, 0),
    degree: Math.max(...instances.map(({ degree }) => degree)),
    rounds: sumOperations(...instances.map(({ rounds }) => rounds)),
  };
}

/** A plain run: the instances' rounds, and the scalars of the loop; nothing without instances. */
export function runCost(instances: readonly InstanceCost[]): OperationCounts {
  if (instances.length === 0) return sumOperations();
  const rounds = Math.max(...instances.map(({ variables }) => variables));
  return sumOperations(
    { extensionMultiplications: instances.length - 1 },
    ...instances.flatMap(({ variables, degree, rounds: own }) => [
      own,
      times(variables, loopCost(degree)),
      times(rounds - variables, { extensionMultiplications: 2, extensionAdditions: 1 }),
    ]),
  );
}

/** The coefficient that the claim determines, the batched polynomial, its value at the challenge. */
function loopCost(degree: number): Counts {
  return { extensionMultiplications: 2 * (degree + 1), extensionAdditions: 3 * (degree + 1) };
}

/**
 * A run over sums of products.
 *
 * @param weighted - whether the run is weighted by eq of a point; then products are of two tables
 */
export function sumcheckCost(instances: readonly ProductsShape[], weighted: boolean): OperationCounts {
  if (!weighted) return runCost(instances.map(productsCost));
  const rounds = Math.max(...instances.map(({ variables }) => variables));
  const innerVariables = rounds >> 1;
  const parts: Counts[] = [{ extensionMultiplications: instances.length - 1 }];
  if (rounds > 0) parts.push(eqTableCost(innerVariables), eqTableCost(rounds - innerVariables));
  for (const instance of instances) {
    const { variables, tables } = instance;
    const atPair = (kinds: readonly Kind[]): OperationCounts =>
      sumOperations(pairCost(instance, kinds, true), ...kinds.map(bindCost));
    parts.push(roundsCost(variables, tables, atPair, {}));
    // the runs of a split weight become one value
    const runs = variables === 0 ? 0 : 2 * outerWeights(variables, innerVariables);
    parts.push({ extensionMultiplications: runs, extensionAdditions: runs });
    parts.push(
      times(variables, sumOperations(loopCost(2), { extensionMultiplications: 1, inversions: 1 })),
      times(rounds - variables, { extensionMultiplications: 1, extensionAdditions: 1 }),
    );
  }
  return sumOperations(...parts);
}

/** Σ over the last n rounds of the length of the outer table of a split eq. */
function outerWeights(n: number, innerVariables: number): number {
  const short = Math.min(n, innerVariables);
  return short + 2 ** (n - short) - 1;
}

/** A run over one table alone, Σ_x T(x) of degree one: each round's line is interpolated from two sums. */
export function tableSumCost(variables: number): OperationCounts {
  return sumcheckCost([{ variables, tables: ['extension'], products: [[0]] }], false);
}
