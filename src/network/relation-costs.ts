// What the relations of networks of images cost a prover, from a claim to the claim that is left: formulas beside those
// of cost-model.ts, under the same rules.

import { eqTableCost, type OperationCounts, sumOperations } from '../field/counting.ts';
import { logCeil } from '../poly/point.ts';
import { isTernary } from '../sparse/weight-matrix.ts';
import { sumcheckCost } from './cost-model.ts';
import type { AxisMap } from './relations/axis-map.ts';
import type { MatrixNode, WindowsNode } from './relations/nodes.ts';
import { imageVariables } from './relations/windows/protocol.ts';

type Counts = Partial<OperationCounts>;
type Kind = 'base' | 'extension';

/** Each value of a vector meets a weight and is added. */
function contractCost(kind: Kind, variables: number): Counts {
  const values = 2 ** variables;
  return kind === 'base'
    ? { mixedMultiplications: values, extensionAdditions: values }
    : { extensionMultiplications: values, extensionAdditions: values };
}

/** x̃(before, ·, after) of integers; nothing where both points are empty. */
function partialCost(before: number, free: number, after: number): OperationCounts {
  return sumOperations(
    before > 0 ? eqTableCost(before) : {},
    before > 0 ? contractCost('base', before + free + after) : {},
    after > 0 ? eqTableCost(after) : {},
    after > 0 ? contractCost(before > 0 ? 'extension' : 'base', free + after) : {},
  );
}

/** E over an axis: eq tables of k and p, and an addition for each entry, with a product for each factor beyond one. */
function axisCost({ kernel, places, entries }: AxisMap): OperationCounts {
  const products = entries.reduce((sum, { weight }) => sum + (kernel > 1 ? 1 : 0) + (weight !== 1 ? 1 : 0), 0);
  return sumOperations(eqTableCost(logCeil(kernel)), eqTableCost(logCeil(places)), {
    extensionMultiplications: products,
    extensionAdditions: entries.length,
  });
}

/** Both axes' vectors, their outer product, the image at the claim's batch and channel, and a run over the image. */
export function windowsCost(node: WindowsNode, batchVariables: number): OperationCounts {
  const [rows, columns] = imageVariables(node);
  const before = batchVariables + logCeil(node.channels);
  const kind = before > 0 ? 'extension' : 'base';
  return sumOperations(
    partialCost(before, rows + columns, 0),
    axisCost(node.rows),
    axisCost(node.columns),
    { extensionMultiplications: 2 ** (rows + columns) },
    sumcheckCost([{ variables: rows + columns, tables: [kind, 'extension'], products: [[0, 1]] }], false),
  );
}

/** ũ over (k, c) at a place of the image, for a matrix over windows that are never made. */
function windowValuesCost(node: WindowsNode, batchVariables: number): OperationCounts {
  const { rows, columns } = node;
  const [rowVariables, columnVariables] = imageVariables(node);
  const channels = logCeil(node.channels);
  const kernelAxis = ({ kernel, places, entries }: AxisMap): Counts[] => [
    ...Array.from({ length: kernel }, () => eqTableCost(logCeil(places))),
    {
      extensionMultiplications: entries.filter(({ weight }) => weight !== 1).length,
      extensionAdditions: entries.length,
    },
  ];
  const image = contractCost(batchVariables > 0 ? 'extension' : 'base', channels + rowVariables + columnVariables);
  const lines = contractCost('extension', channels + columnVariables);
  return sumOperations(
    partialCost(batchVariables, channels + rowVariables + columnVariables, 0),
    ...kernelAxis(rows),
    ...kernelAxis(columns),
    ...Array.from({ length: rows.kernel }, () => image),
    ...Array.from({ length: rows.kernel * columns.kernel }, () => lines),
  );
}

/**
 * The eq table of the rows, one addition (or a product with a small integer, and an addition) for each nonzero, the
 * input at the claim's batch and place, and a run over the columns.
 *
 * @param placeVariables - of the axes after the rows
 * @param windows - what the matrix reads, if that is never made
 */
export function matrixCost(
  node: MatrixNode,
  batchVariables: number,
  placeVariables: number,
  windows?: WindowsNode,
): OperationCounts {
  const { weights, columnVariables } = node;
  const { nonzeros } = weights;
  const isExtension = windows !== undefined || batchVariables + placeVariables > 0;
  return sumOperations(
    eqTableCost(logCeil(weights.rowCount)),
    { extensionAdditions: nonzeros, mixedMultiplications: isTernary(weights) ? 0 : nonzeros },
    windows === undefined
      ? partialCost(batchVariables, columnVariables, placeVariables)
      : windowValuesCost(windows, batchVariables),
    sumcheckCost(
      [{ variables: columnVariables, tables: [isExtension ? 'extension' : 'base', 'extension'], products: [[0, 1]] }],
      false,
    ),
  );
}
