// The graph that a proof is about: a network expanded into a directed acyclic graph of five relations. Every kind of
// layer becomes a few of them (expand.ts), so that proofs do not depend on kinds of layers.
//
//   matrix      a[b, o, …] = Σ_j W[o, j]·u[b, j, …]            j runs over the leading axes of u
//   windows     u[b, k, c, p] = Σ_q M_rows[k, p, q]·M_columns[k, p, q]·x[b, c, q]     images, one per kernel position
//   scale       z[b, c, …] = m[c]·a[b, c, …] + b[c]
//   sum         z = Σ_j m_j·x_j
//   requantise  y = clamp(f(q)), z = q·2^shift + ρ
//
// Tensor 0 is the input; node i produces tensor i + 1 and reads tensors of smaller index. Each axis of a tensor is
// padded to a power of two by itself, and all values on the padding are zero.

import type { LinearStatement } from '../../sparse/protocol.ts';
import type { WeightMatrix } from '../../sparse/weight-matrix.ts';
import type { MatrixBounds, ScaleBounds } from '../model/bounds.ts';
import type { Interval } from '../model/interval.ts';
import type { ConvolutionLayer, LinearLayer, RequantiseLayer, Shape } from '../model/network.ts';
import type { AxisMap } from './axis-map.ts';

/** a = W·u; columns of W count the padded leading axes of u. */
export interface MatrixNode {
  readonly kind: 'matrix';
  readonly name: string;
  readonly input: number;
  readonly weights: WeightMatrix;
  /** Variables of the axes of u that are summed over. */
  readonly columnVariables: number;
  /** The layer whose values these are, if W is a layer's. */
  readonly layer?: LinearLayer | ConvolutionLayer | undefined;
  /** The public bounds where the weights are committed. A verifier's `weights` are empty then. */
  readonly bounds?: MatrixBounds | undefined;
}

/** u[(k_rows, k_columns, c, p_rows, p_columns)]; the kernel axes have length 1 where a map has one kernel position. */
export interface WindowsNode {
  readonly kind: 'windows';
  readonly name: string;
  readonly input: number;
  readonly rows: AxisMap;
  readonly columns: AxisMap;
  /** Length of the axis before the image. */
  readonly channels: number;
  /** Whether the values are materialised: windows that only a matrix reads are not. */
  readonly isMade: boolean;
}

/** z = m·a + b along the first axis. */
export interface ScaleNode {
  readonly kind: 'scale';
  readonly name: string;
  readonly input: number;
  readonly multipliers: Int32Array;
  readonly biases: Int32Array;
  /** The public bounds where both are committed. A verifier's are zero then. */
  readonly bounds?: ScaleBounds | undefined;
}

/** z = Σ_j multipliers[j]·x_j; no multiplier is zero. */
export interface SumNode {
  readonly kind: 'sum';
  readonly name: string;
  readonly inputs: readonly number[];
  readonly multipliers: readonly number[];
}

/** y = clamp(f(q)): the layer as it is. */
export type RequantiseNode = RequantiseLayer;

export type RelationNode = MatrixNode | WindowsNode | ScaleNode | SumNode | RequantiseNode;

/** One tensor for one input; with a batch it has batch variables in front. */
export interface GraphTensor {
  readonly shape: Shape;
  /** log₂ of each axis as padded. */
  readonly axes: readonly number[];
  /** Their sum. */
  readonly variables: number;
  readonly interval: Interval;
}

/** A network as relations. */
export interface RelationGraph {
  readonly nodes: readonly RelationNode[];
  readonly tensors: readonly GraphTensor[];
  /** The tensors that the network gives out, in its order. */
  readonly outputs: readonly number[];
  /** For each tensor of the network, the tensor of the graph that holds its values. */
  readonly places: readonly number[];
}

/** Returns the tensors that a node reads. */
export function readBy(node: RelationNode): readonly number[] {
  return node.kind === 'sum' ? node.inputs : [node.input];
}

/** The statement of a matrix's relation, which `sparse` proves. */
export function linearStatement({ weights, bounds }: MatrixNode, batchVariables: number): LinearStatement {
  return { weights, batchVariables, isCommitted: bounds !== undefined };
}

/** Whether a scale's multipliers are committed: one multiplier for all channels is public. */
export function hasMultipliers({ bounds }: ScaleNode): boolean {
  return bounds !== undefined && bounds.uniform === undefined;
}

/** Whether a scale's biases are committed: biases that can only be zero need not be. */
export function hasBiases({ bounds }: ScaleNode): boolean {
  return bounds !== undefined && bounds.biases.bits > 0;
}
