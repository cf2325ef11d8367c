// Claims on committed weights that the layers' relations leave: values of W̃, m̃ and b̃ that the prover sent.

import type { Point } from '../../poly/point.ts';
import type { RelationNode } from '../relations/nodes.ts';
import { hasBiases, hasMultipliers } from '../relations/nodes.ts';

/** The committed tensors that a node may have. */
export type WeightRole = 'matrix' | 'multipliers' | 'biases';

/** A claimed value of a committed tensor. */
export interface WeightClaim<E> {
  /** Index of the node. */
  readonly node: number;
  readonly role: WeightRole;
  /** Point over the rows, then the padded columns of a matrix; over the channels of a scale. */
  readonly point: Point<E>;
  readonly value: E;
}

/** Returns the committed tensors of a node, in the order in which its claims name them. */
export function committedRoles(node: RelationNode): WeightRole[] {
  if (node.kind === 'matrix') return node.bounds === undefined ? [] : ['matrix'];
  if (node.kind !== 'scale') return [];
  return [
    ...(hasMultipliers(node) ? (['multipliers'] as const) : []),
    ...(hasBiases(node) ? (['biases'] as const) : []),
  ];
}
