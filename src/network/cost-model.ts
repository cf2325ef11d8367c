// What the provers cost, as formulas of the statement's sizes: docs/cost-model.md derives them, and tests hold them
// equal to the counts of runs. What counts as what is said in field/counting.ts. All sizes are padded ones:
// n variables stand for 2^n values. Scalar arithmetic of the round loop is part of each formula.
//
// Not covered: the verifier, witness generation (integers), and the zero challenges that have probability 1/|F|.

import type { TensorCodeParameters } from '../commit/tensor-code/parameters.ts';
import { eqTableCost, type OperationCounts, sumOperations } from '../field/counting.ts';
import type { LookupShape } from '../lookup/protocol.ts';
import type { Packing } from '../poly/packing.ts';
import type { LayerMethod } from './layer-methods/protocol.ts';

type Kind = 'base' | 'extension';
type Counts = Partial<OperationCounts>;

/** A sum of products of two tables over 2^variables points; products name places in `tables`. */
export interface ProductsShape {
  readonly variables: number;
  /** The kind of each distinct table. */
  readonly tables: readonly Kind[];
  readonly products: readonly (readonly [number, number])[];
}

/** The padded sizes of a layer a = W·x for 2^batchVariables inputs. */
export interface LayerShape {
  readonly rowVariables: number;
  readonly columnVariables: number;
  readonly batchVariables: number;
}

/** The same, with what is not padded. */
export interface LayerMethodShape extends LayerShape {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly nonzeros: number;
}

function times(factor: number, counts: Counts): OperationCounts {
  const scaled = sumOperations(counts);
  for (const name of Object.keys(scaled) as (keyof OperationCounts)[]) scaled[name] *= factor;
  return scaled;
}

/** Of one pair of halves: evaluation at 0 and ∞, then binding; `tables` as they are in this round. */
function pairCost({ products }: ProductsShape, tables: readonly Kind[], isWeighted: boolean): OperationCounts {
  const isBase = ([a, b]: readonly [number, number]): boolean => tables[a] === 'base' && tables[b] === 'base';
  const differences = products.flat().map((place) => ofKind(tables[place], { sums: 1 }));
  const values = products.map(([a, b]) => {
    if (tables[a] !== tables[b]) return { mixedMultiplications: 2, extensionAdditions: 2 };
    return ofKind(tables[a], { products: 2, sums: 2 });
  });
  const bind = tables.map((kind) =>
    kind === 'base'
      ? { baseAdditions: 1, mixedMultiplications: 1, extensionAdditions: 1 }
      : { extensionMultiplications: 1, extensionAdditions: 2 },
  );
  const weight: Counts[] = [];
  if (isWeighted && products.some(isBase)) weight.push({ mixedMultiplications: 2, extensionAdditions: 2 });
  if (isWeighted && !products.every(isBase)) weight.push({ extensionMultiplications: 2, extensionAdditions: 2 });
  return sumOperations(...differences, ...values, ...bind, ...weight);
}

function ofKind(kind: Kind, { products = 0, sums = 0 }: { products?: number; sums?: number }): Counts {
  return kind === 'base'
    ? { baseMultiplications: products, baseAdditions: sums }
    : { extensionMultiplications: products, extensionAdditions: sums };
}

/**
 * A run of sumcheck over sums of products: 2^(n − 1) pairs in an instance's first round, where tables of integers
 * are still of F_p, and 2^(n − 1) − 1 pairs of extension elements in all rounds after it.
 *
 * @param weighted - whether the run is weighted by eq of a point
 */
export function sumcheckCost(instances: readonly ProductsShape[], weighted: boolean): OperationCounts {
  const rounds = Math.max(...instances.map(({ variables }) => variables));
  const innerVariables = rounds >> 1;
  const parts: Counts[] = [{ extensionMultiplications: instances.length - 1 }];
  if (weighted && rounds > 0) parts.push(eqTableCost(innerVariables), eqTableCost(rounds - innerVariables));
  for (const instance of instances) {
    const { variables: n, tables, products } = instance;
    const allExtension = tables.map((): Kind => 'extension');
    if (n > 0) {
      parts.push(times(2 ** (n - 1), pairCost(instance, tables, weighted)));
      parts.push(times(2 ** (n - 1) - 1, pairCost(instance, allExtension, weighted)));
      const joined = 2 * (products.length - 1);
      // the sums of several products, or of the runs of a split weight, become one value
      const runs = 2 * outerWeights(n, innerVariables);
      parts.push(
        weighted ? { extensionMultiplications: runs, extensionAdditions: runs } : { extensionAdditions: n * joined },
      );
    }
    // the coefficient that the claim determines, the batched polynomial, its value at the challenge
    parts.push(
      times(n, { extensionMultiplications: 6, extensionAdditions: 9 }),
      weighted ? times(n, { extensionMultiplications: 1, inversions: 1 }) : {},
      times(rounds - n, { extensionMultiplications: weighted ? 1 : 2, extensionAdditions: 1 }),
    );
  }
  return sumOperations(...parts);
}

/** Σ over the last n rounds of the length of the outer table of a split eq. */
function outerWeights(n: number, innerVariables: number): number {
  const short = Math.min(n, innerVariables);
  return short + 2 ** (n - short) - 1;
}

/**
 * A run over one table alone, Σ_x T(x) of degree one: in each round both halves are summed and their line is
 * interpolated, which costs more scalar arithmetic than a product, and bound.
 */
export function tableSumCost(variables: number): OperationCounts {
  const pairs = 2 ** variables - 1;
  return sumOperations(
    times(pairs, { extensionMultiplications: 3, extensionAdditions: 4 }),
    times(variables, { extensionMultiplications: 6, extensionAdditions: 12, inversions: 1 }),
  );
}

/**
 * A layer by the methods that fold W (`ternary`, `sparse`, `dense`): the eq table of the outputs, W folded by it, the
 * batch folded with one mixed multiplication a value, and a sumcheck over the inputs.
 */
function foldedLayerCost({ rowVariables, columnVariables, batchVariables }: LayerShape, fold: Counts): OperationCounts {
  const isBatch = batchVariables > 0;
  const folded = 2 ** (batchVariables + columnVariables);
  return sumOperations(
    eqTableCost(rowVariables),
    fold,
    isBatch ? eqTableCost(batchVariables) : {},
    isBatch ? { mixedMultiplications: folded, extensionAdditions: folded } : {},
    sumcheckCost(
      [{ variables: columnVariables, tables: [isBatch ? 'extension' : 'base', 'extension'], products: [[0, 1]] }],
      false,
    ),
  );
}

/** A ternary layer: one addition for each nonzero. */
export function ternaryLayerCost(shape: LayerShape & { readonly nonzeros: number }): OperationCounts {
  return foldedLayerCost(shape, { extensionAdditions: shape.nonzeros });
}

/** The product gates, and then the sum gates or the tree, and the two phases of the product layer. */
function vanillaLayerCost(shape: LayerShape, adder: 'sum' | 'tree'): OperationCounts {
  const { rowVariables: m, columnVariables: n, batchVariables: b } = shape;
  const isBatch = b > 0;
  const parts: Counts[] = [{ baseMultiplications: 2 ** (n + b + m) }];
  if (adder === 'sum') {
    parts.push(eqTableCost(b + m), tableSumCost(n));
    parts.push(times(2 ** (n + b + m), { mixedMultiplications: 1, extensionAdditions: 1 }));
  } else {
    for (let layer = 1; layer < n; layer++) parts.push({ baseAdditions: 2 ** (n + b + m - layer) });
    for (let layer = 0; layer < n; layer++) {
      parts.push(eqTableCost(b + m + layer));
      const instance: ProductsShape = {
        variables: b + m + layer + 1,
        tables: ['base', 'extension'],
        products: [[0, 1]],
      };
      parts.push(sumcheckCost([instance], false));
    }
  }
  // h: eq of the columns times x̃ of the batch, by eq of the rows; then the run over (i, o)
  const inputs = 2 ** (n + b);
  parts.push(eqTableCost(n), eqTableCost(m), { extensionMultiplications: 2 ** (n + m) });
  if (isBatch) {
    parts.push(eqTableCost(b), { mixedMultiplications: inputs, extensionAdditions: inputs });
    parts.push({ extensionMultiplications: 2 ** n });
  } else {
    parts.push({ mixedMultiplications: 2 ** n });
  }
  parts.push(sumcheckCost([{ variables: n + m, tables: ['base', 'extension'], products: [[0, 1]] }], false));
  // k: eq of both points of the columns, scaled by eq of the rows' points; then the run over (b, i)
  parts.push(times(m, { extensionMultiplications: 2, extensionAdditions: 4 }));
  parts.push(eqTableCost(n), eqTableCost(n), { extensionMultiplications: 2 ** n });
  if (isBatch) parts.push(eqTableCost(b), { extensionMultiplications: inputs });
  parts.push(sumcheckCost([{ variables: b + n, tables: ['base', 'extension'], products: [[0, 1]] }], false));
  return sumOperations(...parts);
}

/**
 * A layer by one of the five methods, from a claim on its outputs to claims on its inputs. Products with small
 * integers count as mixed multiplications.
 */
export function layerMethodCost(method: LayerMethod, shape: LayerMethodShape): OperationCounts {
  const { nonzeros, rowCount, columnCount } = shape;
  switch (method) {
    case 'ternary':
      return ternaryLayerCost(shape);
    case 'sparse':
      return foldedLayerCost(shape, { mixedMultiplications: nonzeros, extensionAdditions: nonzeros });
    case 'dense': {
      const entries = rowCount * columnCount;
      return foldedLayerCost(shape, { mixedMultiplications: entries, extensionAdditions: entries });
    }
    case 'vanilla-sum':
      return vanillaLayerCost(shape, 'sum');
    case 'vanilla-tree':
      return vanillaLayerCost(shape, 'tree');
  }
}

/** The same with the claim on the outputs: their eq table and an inner product. */
export function layerStatementCost(method: LayerMethod, shape: LayerMethodShape): OperationCounts {
  const outputs = 2 ** (shape.batchVariables + shape.rowVariables);
  return sumOperations(
    eqTableCost(shape.batchVariables + shape.rowVariables),
    { mixedMultiplications: outputs, extensionAdditions: outputs },
    layerMethodCost(method, shape),
  );
}

/** One tree of fractions of 2^variables leaves; numerators are one, or integers. */
interface TreeShape {
  readonly variables: number;
  readonly unitNumerators: boolean;
}

/** LogUp over a shape: the rows as field elements, both trees, their layers, and the values of all columns. */
export function lookupCost(shape: LookupShape): OperationCounts {
  const { tables, lookups, rowPacking, tablePacking } = shape;
  const rowBlocks = lookups.map(({ table }) => tables[table].outputs !== undefined);
  const tableBlocks = tables.map(({ outputs }) => outputs !== undefined);
  const columns = lookups.flatMap(({ variables }, k) => (rowBlocks[k] ? [variables, variables] : [variables]));
  return sumOperations(
    packRowsCost(rowPacking, rowBlocks),
    packRowsCost(tablePacking, tableBlocks),
    fractionsCost([
      { variables: rowPacking.variables, unitNumerators: true },
      { variables: tablePacking.variables, unitNumerators: false },
    ]),
    columnsCost(columns),
    columnsCost(tables.map(({ variables }) => variables)),
  );
}

/** α + γ·tag of a block, then one mixed multiplication and addition for each value and each output. */
function packRowsCost({ blocks }: Packing, hasOutputs: readonly boolean[]): OperationCounts {
  return sumOperations(
    ...blocks.map(({ variables }, k) => {
      const terms = (hasOutputs[k] ? 2 : 1) * 2 ** variables;
      return {
        extensionMultiplications: 1,
        mixedMultiplications: terms,
        extensionAdditions: terms + 1,
      };
    }),
  );
}

/** The eq tables of all lengths by doubling, then an inner product with each column. */
function columnsCost(variables: readonly number[]): OperationCounts {
  const terms = variables.reduce((sum, n) => sum + 2 ** n, 0);
  return sumOperations(eqTableCost(Math.max(...variables)), {
    mixedMultiplications: terms,
    extensionAdditions: terms,
  });
}

function fractionsCost(trees: readonly TreeShape[]): OperationCounts {
  const parts: Counts[] = trees.map(buildCost);
  const depth = Math.max(...trees.map(({ variables }) => variables));
  for (let layer = 0; layer < depth; layer++) {
    const deeper = trees.filter(({ variables }) => variables > layer);
    parts.push(
      sumcheckCost(
        deeper.map((tree) => layerShape(tree, layer)),
        true,
      ),
    );
    for (const tree of deeper) {
      // the claim p + λ·q, and both halves at the drawn child
      parts.push({ extensionMultiplications: 3, extensionAdditions: 5 }, foldCost(tree, layer));
    }
  }
  return sumOperations(...parts);
}

/** Bottom up: three multiplications a node, one above leaves with numerator one, two of three mixed above integers. */
function buildCost({ variables, unitNumerators }: TreeShape): OperationCounts {
  if (variables === 0) return sumOperations();
  const lowest = 2 ** (variables - 1);
  const above = lowest - 1;
  return sumOperations(
    times(lowest, {
      extensionMultiplications: 1,
      mixedMultiplications: unitNumerators ? 0 : 2,
      extensionAdditions: 1,
    }),
    times(above, { extensionMultiplications: 3, extensionAdditions: 1 }),
  );
}

function isLowest({ variables }: TreeShape, layer: number): boolean {
  return layer === variables - 1;
}

function layerShape(tree: TreeShape, layer: number): ProductsShape {
  if (isLowest(tree, layer) && tree.unitNumerators) {
    return { variables: layer, tables: ['extension', 'extension'], products: [[0, 1]] };
  }
  const numerator: Kind = isLowest(tree, layer) ? 'base' : 'extension';
  return {
    variables: layer,
    tables: ['extension', 'extension', numerator, 'extension'],
    products: [
      [0, 1],
      [2, 3],
    ],
  };
}

/** λ folded into one table of a layer, and taken out of what is sent. */
function foldCost(tree: TreeShape, layer: number): OperationCounts {
  const half = 2 ** layer;
  if (isLowest(tree, layer) && tree.unitNumerators) {
    return sumOperations(
      { inversions: 1, extensionAdditions: 2 * half + 2 },
      times(layer, { extensionMultiplications: 2, extensionAdditions: 1 }),
    );
  }
  return sumOperations({
    extensionMultiplications: half + 1,
    mixedMultiplications: isLowest(tree, layer) ? half : 0,
    extensionAdditions: 2 * half + 1,
  });
}

/** Claims on columns of a packed vector: of 2^claims[j] values each, at points of 2^points[i] values. */
export interface OpeningsShape {
  /** Variables of the packed vector. */
  readonly variables: number;
  /** Variables of each claim's column. */
  readonly claims: readonly number[];
  /** Variables of each distinct point. */
  readonly points: readonly number[];
}

/** All claims to one: eq of each distinct point, added with a coefficient (one for the first), and a sumcheck. */
export function openingsCost({ variables, claims, points }: OpeningsShape): OperationCounts {
  const values = claims.reduce((sum, n) => sum + 2 ** n, 0);
  return sumOperations(
    ...points.map(eqTableCost),
    {
      extensionMultiplications: values - 2 ** claims[0] + 2 * claims.length - 1,
      extensionAdditions: values + claims.length,
    },
    sumcheckCost([{ variables, tables: ['base', 'extension'], products: [[0, 1]] }], false),
  );
}

/** What a commitment by the tensor code costs; grinding takes 36·2^bits bytes in expectation. */
export interface CommitmentCost {
  readonly commit: OperationCounts;
  readonly open: OperationCounts;
  /** Bytes that its Merkle tree hashes. */
  readonly merkleBytes: number;
}

/**
 * Commit: log₂ of the row length stages of butterflies over the codewords. Open: one mixed multiplication a value.
 *
 * @param baseByteLength - of an element of F_p
 */
export function tensorCodeCost(parameters: TensorCodeParameters, baseByteLength: number): CommitmentCost {
  const { rowVariables, columnVariables, rateBits } = parameters;
  const positions = 2 ** (columnVariables + rateBits);
  const butterflies = (2 ** rowVariables * columnVariables * positions) / 2;
  const values = 2 ** (rowVariables + columnVariables);
  return {
    commit: sumOperations({ baseMultiplications: butterflies, baseAdditions: 2 * butterflies }),
    open: sumOperations(eqTableCost(rowVariables), eqTableCost(columnVariables), {
      mixedMultiplications: values,
      extensionAdditions: values,
    }),
    merkleBytes: positions * 2 ** rowVariables * baseByteLength + 64 * (positions - 1),
  };
}
