// The prover's costs of lookups: formulas beside those of sumcheck.ts, under the same rules.

import { eqTableCost, type OperationCounts, sumOperations } from '../../src/field/counting.ts';
import type { LookupShape } from '../../src/lookup/protocol.ts';
import type { Packing } from '../../src/poly/packing.ts';
import { type Counts, type Kind, type ProductsShape, sumcheckCost, times } from './sumcheck.ts';

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
