// An integer network as data: a directed acyclic graph of layers over tensors of integers. This is what
// an importer produces, `compile` checks and `evaluate` runs. Nothing here knows of proofs.
//
// Tensor 0 is the input; layer i produces tensor i + 1 and reads tensors of smaller index. A tensor has
// one flattened axis. A layer of a network computes a = W·x (linear), z = m·a + b (affine) and
// y = clamp(f(round(z / 2^shift))) (requantise).

import type { TernaryMatrix } from '../sparse/ternary-matrix.ts';

/** How stored integers map to the real numbers that the float network takes: real = stored · scale − mean. */
export interface InputSpec {
  /** Shape without the batch axis, e.g. [1, 28, 28]; the tensor's length is its product. */
  readonly shape: readonly number[];
  /** Stored values lie in [min, max]; the overflow bounds assume it and verifiers check it. */
  readonly min: number;
  readonly max: number;
  readonly scale: number;
  readonly mean: number;
}

/** a = W·x */
export interface LinearLayer {
  readonly kind: 'linear';
  readonly name: string;
  readonly input: number;
  readonly weights: TernaryMatrix;
}

/** z[o] = m[o]·a[o] + b[o] */
export interface AffineLayer {
  readonly kind: 'affine';
  readonly name: string;
  readonly input: number;
  readonly multipliers: Int32Array;
  readonly biases: Int32Array;
}

/** y = min(max(f(q), min), max) with q = ⌊z / 2^shift + 1/2⌋ and f(q) = max(q, 0) for `relu`, q for `identity`. */
export interface RequantiseLayer {
  readonly kind: 'requantise';
  readonly name: string;
  readonly input: number;
  readonly shift: number;
  readonly activation: 'relu' | 'identity';
  /** Clamp; min ≤ 0 ≤ max, so that zero padding stays zero. */
  readonly min: number;
  readonly max: number;
}

/** Renames the axes; the flattened data is unchanged. */
export interface FlattenLayer {
  readonly kind: 'flatten';
  readonly name: string;
  readonly input: number;
}

export type Layer = LinearLayer | AffineLayer | RequantiseLayer | FlattenLayer;
export type LayerKind = Layer['kind'];

/** A network over the integers; the last layer's tensor is the output. */
export interface IntegerNetwork {
  readonly name: string;
  readonly input: InputSpec;
  readonly layers: readonly Layer[];
  /** The real number that output value 1 stands for: logits = output · scale. Outside of what is proven. */
  readonly outputScale: number;
}
