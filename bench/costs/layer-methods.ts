// The prover's costs of one layer alone, by any of the six methods: formulas beside those of sumcheck.ts, under the
// same rules.

import { eqTableCost, type OperationCounts, sumOperations } from '../../src/field/counting.ts';
import { LEAST_LINE, LEAST_VARIABLES } from '../../src/gkr/circuit/term-order.ts';
import type { LayerMethod } from '../../src/layer/protocol.ts';
import { logCeil } from '../../src/poly/point.ts';
import {
  type Counts,
  contractCost,
  type Kind,
  type ProductsShape,
  sumcheckCost,
  tableSumCost,
  times,
} from './sumcheck.ts';

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

/** A run of integers V on a cube, zero from `used` on, and a table that is a tensor (gkr/circuit/prove-tensor.ts). */
interface TensorRun {
  /** Of the cube, and of a line of it. */
  readonly variables: number;
  readonly lineVariables: number;
  readonly used: number;
  /** Of the table over the lines. */
  readonly outer: Kind;
}

/** Sums of the lines and their run; then the sum over the lines and its run. */
function tensorRunCost({ variables, lineVariables, used, outer }: TensorRun): OperationCounts {
  const outerVariables = variables - lineVariables;
  const rest = used % 2 ** lineVariables;
  const read = used - rest + (rest === 0 ? 0 : 2 ** logCeil(rest));
  const runOf = (own: number, kind: Kind): OperationCounts =>
    sumcheckCost([{ variables: own, tables: ['extension', kind], products: [[0, 1]] }], false);
  return sumOperations(
    contractCost('base', 2 * read),
    eqTableCost(outerVariables),
    runOf(outerVariables, outer),
    runOf(lineVariables, 'extension'),
    // each round, and the table's end, times what the first run leaves
    { extensionMultiplications: 2 * variables + 1 },
  );
}

/** A run of integers V on a cube and a table on one of its blocks, and the block's variables. */
function blockRunCost(
  variables: number,
  used: number,
  least: number,
): { readonly run: OperationCounts; readonly lineVariables: number; readonly isTensor: boolean } {
  const lineVariables = Math.max(least, variables < LEAST_VARIABLES ? variables : Math.ceil(variables / 2));
  const isTensor = lineVariables < variables;
  const run = isTensor
    ? tensorRunCost({ variables, lineVariables, used, outer: 'base' })
    : sumcheckCost([{ variables, tables: ['base', 'extension'], products: [[0, 1]] }], false);
  return { run, lineVariables, isTensor };
}

/** By the prover of any circuit, which finds that sum gates sum lines, and that W and x are blocks of the inputs. */
function circuitLayerCost({ rowVariables: m, columnVariables: n, batchVariables: b }: LayerShape): OperationCounts {
  const gates = 2 ** (b + m + n);
  const perTerm = (counts: Counts): OperationCounts => times(gates, counts);
  // the claims on a layer as one
  const parts: Counts[] = [times(2, { extensionMultiplications: 1, extensionAdditions: 2 })];
  parts.push(eqTableCost(b + m));
  if (2 ** n >= LEAST_LINE) {
    parts.push(tensorRunCost({ variables: b + m + n, lineVariables: n, used: gates, outer: 'extension' }));
  } else {
    parts.push(perTerm({ extensionAdditions: 1 }));
    parts.push(sumcheckCost([{ variables: b + m + n, tables: ['base', 'extension'], products: [[0, 1]] }], false));
  }
  const wires = 2 ** n * (2 ** b + 2 ** m);
  const input = blockRunCost(logCeil(wires), wires, b + n);
  const weights = blockRunCost(logCeil(wires), wires, m + n);
  parts.push(eqTableCost(b + m + n), perTerm({ mixedMultiplications: 1, extensionAdditions: 1 }), input.run);
  // the table's end is read twice, and what linear terms left of it is nothing
  parts.push({ extensionMultiplications: input.isTensor ? 1 : 0, extensionAdditions: 1 });
  // eq of x's block, times eq of its number, whose bits are zero if W comes after x
  const numberVariables = logCeil(wires) - input.lineVariables;
  const number = b >= m ? 0 : Math.floor(2 ** (n + m) / 2 ** input.lineVariables);
  const zeroBits = [...number.toString(2).padStart(numberVariables, '0')].filter((bit) => bit === '0').length;
  parts.push({
    extensionMultiplications: numberVariables,
    extensionAdditions: numberVariables === 0 ? 0 : zeroBits,
  });
  parts.push(eqTableCost(input.lineVariables), perTerm({ extensionMultiplications: 1, extensionAdditions: 1 }));
  parts.push(weights.run);
  // x at both points
  const read = times(2 ** (b + n), { mixedMultiplications: 1, extensionAdditions: 1 });
  parts.push(times(2, sumOperations(eqTableCost(b + n), read)));
  return sumOperations(...parts);
}

/**
 * A layer by one of the six methods, from a claim on its outputs to claims on its inputs. Products with small
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
    case 'circuit':
      return circuitLayerCost(shape);
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
