// Adds relations to a graph, with the shape and the bounds of each. Layers become relations in expand.ts.

import { InputError } from '../../errors.ts';
import { signedRowSums, type WeightMatrix } from '../../sparse/weight-matrix.ts';
import { greatest, type MatrixBounds, type ScaleBounds } from '../model/bounds.ts';
import { boundSums, hull, type Interval } from '../model/interval.ts';
import type { ConvolutionLayer, LinearLayer, Shape } from '../model/network.ts';
import { activate, quotientInterval } from '../model/requantisation.ts';
import { type AxisMap, boundAxes, identityMap } from './axis-map.ts';
import { axisVariables, sum } from './layout.ts';
import type { GraphTensor, RelationGraph, RelationNode } from './nodes.ts';

function tensorOf(shape: Shape, interval: Interval): GraphTensor {
  const axes = axisVariables(shape);
  return { shape, axes, variables: sum(axes), interval };
}

/** Returns bounds of m·a + b over all channels. */
function boundScaled(multipliers: Int32Array, biases: Int32Array, { min, max }: Interval): Interval {
  return hull(Array.from(multipliers, (m, c) => [m * min + biases[c], m * max + biases[c]]).flat());
}

/** Returns bounds of m·a + b over all m and b of their ranges. */
function boundRanges({ uniform, multipliers, biases }: ScaleBounds, { min, max }: Interval): Interval {
  const ends = uniform === undefined ? [multipliers.min, greatest(multipliers)] : [uniform];
  const scaled = hull(ends.flatMap((m) => [m * min, m * max]));
  return { min: scaled.min + biases.min, max: scaled.max + greatest(biases) };
}

/** The most rows that a verifier can evaluate with exact sums. */
const MAX_ROWS = 2 ** 22;

/** The most entries of maps and matrices that the expansion of a layer, and of all layers together, may take. */
const MOST_ENTRIES = { layer: 2 ** 20, network: 2 ** 21 };
/** The cost of a node besides, in entries. */
const NODE_ENTRIES = 64;

export class GraphBuilder {
  readonly #nodes: RelationNode[] = [];
  readonly #tensors: GraphTensor[] = [];
  readonly #identities = new Map<number, AxisMap>();
  #spent = 0;

  constructor(inputShape: Shape, interval: Interval) {
    this.#tensors.push(tensorOf(inputShape, interval));
  }

  /**
   * Counts the entries of a layer before they are allocated: memory must be bounded by the length of the model file.
   *
   * @throws InputError that names the layer that exceeds the limit
   */
  spend(name: string, what: string, entries: number): void {
    const { layer, network } = MOST_ENTRIES;
    if (!(entries <= layer)) {
      throw new InputError(`layer ${name}: ${what} would take ${entries} entries in a proof, at most ${layer}`);
    }
    this.#spent += entries;
    if (this.#spent <= network) return;
    throw new InputError(
      `layer ${name}: with ${what} the windows, parts and padded columns of all layers would take ${this.#spent} entries ` +
        `in a proof, at most ${network}; use fewer or smaller ones`,
    );
  }

  /** Returns the identity along an axis, one for each length. */
  identity(name: string, length: number): AxisMap {
    const known = this.#identities.get(length);
    if (known !== undefined) return known;
    this.spend(name, 'an axis of its image', length);
    const map = identityMap(length);
    this.#identities.set(length, map);
    return map;
  }

  shapeOf(tensor: number): Shape {
    return this.#tensors[tensor].shape;
  }

  intervalOf(tensor: number): Interval {
    return this.#tensors[tensor].interval;
  }

  finish(outputs: readonly number[], places: readonly number[]): RelationGraph {
    return { nodes: this.#nodes, tensors: this.#tensors, outputs, places };
  }

  #add(node: RelationNode, shape: Shape, interval: Interval): number {
    this.spend(node.name, 'this relation', NODE_ENTRIES);
    this.#nodes.push(node);
    this.#tensors.push(tensorOf(shape, interval));
    return this.#nodes.length;
  }

  /**
   * Adds W·u; the columns of `weights` count the padded leading axes of u, `columnAxes` of them.
   *
   * @param layer - the layer whose values these are, if W is a layer's
   * @param bounds - the public bounds of committed weights: then the result does not depend on the weights themselves
   */
  matrix(
    name: string,
    input: number,
    weights: WeightMatrix,
    columnAxes: number,
    layer?: LinearLayer | ConvolutionLayer,
    bounds?: MatrixBounds,
  ): number {
    const { shape, axes } = this.#tensors[input];
    const rest = shape.slice(columnAxes);
    const columnVariables = sum(axes.slice(0, columnAxes));
    if (weights.columnCount > 2 ** columnVariables) {
      throw new InputError(`layer ${name}: ${weights.columnCount} columns of weights for 2^${columnVariables} inputs`);
    }
    if (weights.rowCount > MAX_ROWS) {
      throw new InputError(`layer ${name}: ${weights.rowCount} outputs; at most ${MAX_ROWS}`);
    }
    const sums = bounds === undefined ? signedRowSums(weights) : { plus: [bounds.plus], minus: [bounds.minus] };
    const interval = boundSums(sums, this.intervalOf(input));
    const node = { kind: 'matrix', name, input, weights, columnVariables, layer, bounds } as const;
    return this.#add(node, [weights.rowCount, ...rest], interval);
  }

  /** Adds windows over the two last axes of an image. */
  windows(name: string, input: number, rows: AxisMap, columns: AxisMap, isMade: boolean): number {
    const [channels] = this.shapeOf(input);
    const kernels = isMade ? [] : [rows.kernel, columns.kernel];
    const interval = boundAxes(rows, columns, this.intervalOf(input));
    const node = { kind: 'windows', name, input, rows, columns, channels, isMade } as const;
    const shape = [...kernels, channels, rows.places, columns.places];
    return this.#add(node, shape, interval);
  }

  /** Adds a scale. @param bounds - as those of a matrix */
  scale(name: string, input: number, multipliers: Int32Array, biases: Int32Array, bounds?: ScaleBounds): number {
    const shape = this.shapeOf(input);
    const interval =
      bounds === undefined
        ? boundScaled(multipliers, biases, this.intervalOf(input))
        : boundRanges(bounds, this.intervalOf(input));
    return this.#add({ kind: 'scale', name, input, multipliers, biases, bounds }, shape, interval);
  }

  /**
   * Adds a sum; terms with multiplier zero are left out.
   *
   * @param known - bounds that the caller derives from the terms; the sum of the terms' bounds if left out
   */
  sum(name: string, inputs: readonly number[], multipliers: readonly number[], known?: Interval): number {
    const kept = inputs.map((_, j) => j).filter((j) => multipliers[j] !== 0);
    if (kept.length === 0) throw new InputError(`layer ${name}: all its multipliers are zero`);
    const large = kept.find((j) => Math.abs(multipliers[j]) >= 2 ** 30);
    if (large !== undefined) throw new InputError(`layer ${name}: the multiplier ${multipliers[large]} is too large`);
    const terms = kept.map((j) => ({ input: inputs[j], multiplier: multipliers[j] }));
    const bounds = terms.map(({ input, multiplier }) => {
      const { min, max } = this.intervalOf(input);
      return hull([multiplier * min, multiplier * max]);
    });
    const interval = known ?? { min: sum(bounds.map(({ min }) => min)), max: sum(bounds.map(({ max }) => max)) };
    const node = {
      kind: 'sum',
      name,
      inputs: terms.map(({ input }) => input),
      multipliers: terms.map(({ multiplier }) => multiplier),
    } as const;
    return this.#add(node, this.shapeOf(inputs[0]), interval);
  }

  requantise(
    name: string,
    input: number,
    rule: {
      readonly shift: number;
      readonly activation: 'relu' | 'identity';
      readonly min: number;
      readonly max: number;
    },
  ): number {
    const { shift, activation, min, max } = rule;
    const node = { kind: 'requantise', name, input, shift, activation, min, max } as const;
    const quotients = quotientInterval(node, this.intervalOf(input));
    const interval = hull([activate(node, quotients.min), activate(node, quotients.max)]);
    return this.#add(node, this.shapeOf(input), interval);
  }
}
