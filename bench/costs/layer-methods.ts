// What one layer alone costs a prover, by any of the five methods: formulas beside those of sumcheck.ts, under the same
// rules.

import { eqTableCost, type OperationCounts, sumOperations } from '../../src/field/counting.ts';
import type { LayerMethod } from '../../src/layer/protocol.ts';
import { type Counts, type ProductsShape, sumcheckCost, tableSumCost, times } from './sumcheck.ts';

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
