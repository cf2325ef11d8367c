// The prover's costs of the relations of networks, from a claim to the claim that is left: the preparation of a
// relation before its run, and its instance of the run, which relations share that are ready together. Formulas beside
// those of sumcheck.ts, under the same rules.

import { eqTableCost, type OperationCounts, sumOperations } from '../../src/field/counting.ts';
import type { AxisMap } from '../../src/network/relations/axis-map.ts';
import type { GraphTensor, MatrixNode, ScaleNode, WindowsNode } from '../../src/network/relations/nodes.ts';
import { hasBiases, hasMultipliers } from '../../src/network/relations/nodes.ts';
import { imageVariables } from '../../src/network/relations/windows/protocol.ts';
import { logCeil } from '../../src/poly/point.ts';
import { isTernary } from '../../src/sparse/weight-matrix.ts';
import {
  type Counts,
  contractCost,
  type InstanceCost,
  type Kind,
  multiplications,
  productsCost,
  runCost,
} from './sumcheck.ts';

/** A relation beside others: what it makes, and its instance of the run that they share. */
export interface RelationCost {
  readonly made: OperationCounts;
  readonly instance: InstanceCost;
}

/** Relations that share a run, together. */
export function relationsCost(relations: readonly RelationCost[]): OperationCounts {
  return sumOperations(...relations.map(({ made }) => made), runCost(relations.map(({ instance }) => instance)));
}

/** x̃(before, ·, after) of integers; nothing where both points are empty. */
function partialCost(before: number, free: number, after: number): OperationCounts {
  return sumOperations(
    before > 0 ? eqTableCost(before) : {},
    before > 0 ? contractCost('base', 2 ** (before + free + after)) : {},
    after > 0 ? eqTableCost(after) : {},
    after > 0 ? contractCost(before > 0 ? 'extension' : 'base', 2 ** (free + after)) : {},
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
export function windowsCost(node: WindowsNode, batchVariables: number): RelationCost {
  const [rows, columns] = imageVariables(node);
  const before = batchVariables + logCeil(node.channels);
  const kind = before > 0 ? 'extension' : 'base';
  return {
    made: sumOperations(partialCost(before, rows + columns, 0), axisCost(node.rows), axisCost(node.columns), {
      extensionMultiplications: 2 ** (rows + columns),
    }),
    instance: productsCost({ variables: rows + columns, tables: [kind, 'extension'], products: [[0, 1]] }),
  };
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
  const image = contractCost(
    batchVariables > 0 ? 'extension' : 'base',
    2 ** (channels + rowVariables + columnVariables),
  );
  const lines = contractCost('extension', 2 ** (channels + columnVariables));
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
): RelationCost {
  const { weights, columnVariables } = node;
  const { nonzeros } = weights;
  const isExtension = windows !== undefined || batchVariables + placeVariables > 0;
  return {
    made: sumOperations(
      eqTableCost(logCeil(weights.rowCount)),
      { extensionAdditions: nonzeros, mixedMultiplications: isTernary(weights) ? 0 : nonzeros },
      windows === undefined
        ? partialCost(batchVariables, columnVariables, placeVariables)
        : windowValuesCost(windows, batchVariables),
    ),
    instance: productsCost({
      variables: columnVariables,
      tables: [isExtension ? 'extension' : 'base', 'extension'],
      products: [[0, 1]],
    }),
  };
}

/**
 * The input at the claim's batch and place, and a run over the channels: of ã with eq and the multipliers as one table,
 * or, where these are committed, of ã·m·eq + b·eq. The scalars of mask and biases are not part of it.
 */
export function scaleCost(node: ScaleNode, batchVariables: number, tensor: GraphTensor): RelationCost {
  const [variables] = tensor.axes;
  const places = tensor.variables - variables;
  const kind: Kind = batchVariables + places > 0 ? 'extension' : 'base';
  const input = partialCost(batchVariables, variables, places);
  if (!hasMultipliers(node)) {
    return {
      made: sumOperations(input, eqTableCost(variables), multiplications('extension', 'base', 2 ** variables)),
      instance: productsCost({ variables, tables: [kind, 'extension'], products: [[0, 1]] }),
    };
  }
  const withBiases = hasBiases(node);
  return {
    made: sumOperations(input, eqTableCost(variables), withBiases ? eqTableCost(variables) : {}),
    instance: productsCost({
      variables,
      tables: [kind, 'base', 'extension', ...(withBiases ? (['base', 'extension'] as const) : [])],
      products: withBiases
        ? [
            [0, 1, 2],
            [3, 4],
          ]
        : [[0, 1, 2]],
    }),
  };
}
