// The prover's costs of committed weights beyond those of public ones, as formulas of the layout and of nnz, the
// nonzeros of all ternary matrices: nnz additions for the sums of the squares' rows, nnz to combine the rows of the
// code and, where memory is short, nnz for each opened position. All else follows from the layout, whatever nnz is.

import {
  countingField,
  eqTableCost,
  noOperations,
  type OperationCounts,
  sumOperations,
} from '../../src/field/counting.ts';
import type { Field } from '../../src/field/field.ts';
import type { RelationGraph } from '../../src/network/relations/nodes.ts';
import type { MemoryChoice } from '../../src/network/run/engines.ts';
import type { WeightClaim } from '../../src/network/weights/claims.ts';
import type { CommittedWeights } from '../../src/network/weights/commitment.ts';
import type { WeightLayout } from '../../src/network/weights/layout.ts';
import { placeClaims, type SquareClaim, sumSquares } from '../../src/network/weights/protocol.ts';
import { logCeil } from '../../src/poly/point.ts';
import type { PackedClaim } from '../../src/sumcheck/packed-claims.ts';
import type { MemberCost } from './commitments.ts';
import { type Counts, chainCost, contractCost, type InstanceCost, productsCost, runCost } from './sumcheck.ts';

/** Nonzeros of all ternary matrices. */
export function committedNonzeros({ nodes }: RelationGraph): number {
  return nodes.reduce(
    (sum, node) => (node.kind === 'matrix' && node.bounds?.isTernary ? sum + node.weights.nonzeros : sum),
    0,
  );
}

/** From the layers' claims on committed weights to one claim on their vector; no count depends on a claim's values. */
export function weightClaimsCost<E>(
  field: Field<E>,
  graph: RelationGraph,
  layout: WeightLayout,
  claims: readonly WeightClaim<E>[],
): OperationCounts {
  const counter = noOperations();
  const counting = countingField(field, counter);
  const { columnVariables, rowVariables, squareVariables, squares, variables } = layout;
  const placed = placeClaims(counting, graph, layout, claims);
  const parts: Counts[] = [counter];
  const instances: InstanceCost[] = [];
  if (placed.squares.length > 0)
    parts.push(eqTableCost(columnVariables), { extensionAdditions: committedNonzeros(graph) });
  for (const square of placed.squares) {
    const { made, instance } = squareClaimCost(layout, graph, square);
    parts.push(made);
    instances.push(instance);
  }
  const packing = placed.dense.length === 0 ? undefined : layout.dense?.packing;
  if (packing !== undefined) {
    parts.push(denseClaimsCost(placed.dense));
    instances.push(productsCost({ variables: packing.variables, tables: ['base', 'extension'], products: [[0, 1]] }));
  }
  parts.push(runCost(instances));
  // the scalars of κ, some multiplications for each square
  const point = new Array<E>(Math.max(...instances.map((instance) => instance.variables))).fill(field.one);
  const dense = packing && { point: point.slice(0, packing.variables), value: field.one };
  const values = placed.squares.map(() => field.one);
  sumSquares(counting, layout, placed, field.one, point, values, dense);
  if (squares.length > 0) {
    parts.push(eqTableCost(rowVariables), contractCost('extension', 2 ** logCeil(squares.length * 2 ** rowVariables)));
  }
  if (layout.dense !== undefined) {
    const own = Math.min(squareVariables, logCeil(denseLength(layout)));
    const lead = squareVariables - own;
    parts.push(eqTableCost(own), contractCost('base', denseLength(layout)));
    parts.push({ extensionMultiplications: lead, extensionAdditions: lead });
  }
  const sum = {
    variables: variables - squareVariables,
    tables: ['extension', 'extension'],
    products: [[0, 1]],
  } as const;
  return sumOperations(...parts, runCost([productsCost(sum)]));
}

/** Of one ternary matrix: its folded row over the columns of a square, then its squares' row sums over their rows. */
function squareClaimCost<E>(
  { columnVariables, rowVariables }: WeightLayout,
  { nodes }: RelationGraph,
  { claim, columnPrefix, squares }: SquareClaim<E>,
): { readonly made: OperationCounts; readonly instance: InstanceCost } {
  const node = nodes[claim.node];
  const width = node.kind === 'matrix' ? node.columnVariables : 0;
  const rows = squares.length * 2 ** rowVariables;
  // the only square of a matrix has the coefficient one
  const isWhole = columnPrefix.length === 0 && claim.point.length - width <= rowVariables;
  const half = (variables: number): InstanceCost =>
    productsCost({ variables, tables: ['extension', 'extension'], products: [[0, 1]] });
  return {
    made: sumOperations(
      eqTableCost(columnPrefix.length),
      contractCost('extension', 2 ** width),
      eqTableCost(columnVariables),
      { extensionAdditions: rows, extensionMultiplications: isWhole ? 0 : rows },
      eqTableCost(rowVariables),
    ),
    instance: chainCost([half(columnVariables), half(rowVariables)]),
  };
}

/** The table of all claims on S: an eq table for each claim, added to each of its blocks; negated, for S⁻. */
function denseClaimsCost<E>(claims: readonly PackedClaim<E>[]): OperationCounts {
  return sumOperations(
    { extensionMultiplications: claims.length - 1 },
    ...claims.flatMap(({ point, terms }) => [
      eqTableCost(point.length),
      ...terms.map(({ sign }) => ({
        extensionAdditions: 2 ** point.length + (sign === 1 ? 0 : 1),
        extensionMultiplications: sign === 1 ? 0 : 2 ** point.length,
      })),
    ]),
    // the sum of the claims
    { extensionMultiplications: claims.length, extensionAdditions: claims.length },
  );
}

/** Values of S that the prover holds: whole squares, or all of it if it is less than one. */
function denseLength({ dense, squareVariables }: WeightLayout): number {
  if (dense === undefined) return 0;
  const square = 2 ** squareVariables;
  return Math.min(2 ** dense.packing.variables, Math.ceil(dense.packing.used / square) * square);
}

/** The committed weights as a member of an opening. */
export function weightMemberCost(
  graph: RelationGraph,
  { layout, code }: Pick<CommittedWeights, 'layout' | 'code'>,
  memory: MemoryChoice,
): MemberCost {
  const nonzeros = committedNonzeros(graph);
  return {
    combine: sumOperations({ extensionAdditions: nonzeros }, contractCost('base', denseRowValues(layout, code))),
    column: memory === 'low' ? { baseAdditions: nonzeros } : {},
  };
}

/** Values of S that are added to the combined row, piece by piece: pieces are aligned in the rows of the code. */
function denseRowValues(layout: WeightLayout, { columnVariables }: CommittedWeights['code']): number {
  const length = denseLength(layout);
  if (length === 0) return 0;
  const start = layout.denseStart;
  const piece = [start, length].reduce((least, n) => Math.min(least, largestPower(n)), 2 ** columnVariables);
  return Math.ceil(Math.min(layout.used - start, length) / piece) * piece;
}

/** The largest power of two that divides n; none does not for n = 0. */
function largestPower(n: number): number {
  if (n === 0) return Number.POSITIVE_INFINITY;
  let power = 1;
  while (n % (2 * power) === 0) power *= 2;
  return power;
}
