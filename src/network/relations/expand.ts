// Expands layers into relations; later stages do not depend on the kind of a layer:
//   linear        a matrix over all axes of its input
//   convolution   windows, kernel position by kernel position, which are never materialised; a matrix over
//                 (k_rows, k_columns, channel); for a 1 × 1 kernel on every position the matrix alone
//   average-pool  windows with the sums as maps
//   max-pool      max(a, b) = a + relu(b − a), neighbour by neighbour, along the columns, then along the rows
//   concatenate   each part moved to its channels by a matrix of ones, and their sum
//   flatten       nothing: the next matrix counts the columns of the padded image

import { InputError } from '../../errors.ts';
import { paddedPlaces } from '../../poly/cube.ts';
import { embedding } from '../../sparse/ternary-matrix.ts';
import type { WeightMatrix } from '../../sparse/weight-matrix.ts';
import type { LayerBounds, MatrixBounds } from '../model/bounds.ts';
import { hull } from '../model/interval.ts';
import { rulesOf } from '../model/layers/registry.ts';
import { placesOf, type WindowAxis, windowAxes } from '../model/layers/window.ts';
import {
  type ConvolutionLayer,
  type IntegerNetwork,
  inputsOf,
  type Layer,
  type LinearLayer,
  type Shape,
  sizeOf,
  type Window,
} from '../model/network.ts';
import { type AxisMap, isIdentity } from './axis-map.ts';
import { GraphBuilder } from './graph-builder.ts';
import { axisVariables, moveColumns, sum } from './layout.ts';
import type { RelationGraph } from './nodes.ts';
import { averageMap, differenceMap, kernelMap, memberMap, mostMembers } from './window-maps.ts';

/** The tensor of the graph that holds a network's tensor; a flattened one may still have the axes of an image. */
interface Placed {
  readonly tensor: number;
  readonly shape: Shape;
}

/**
 * Returns the relations of a network.
 *
 * @param bounds - of each layer with weights, where the weights are committed
 * @throws InputError that names the layer that is malformed
 */
export function expandNetwork(
  network: IntegerNetwork,
  bounds: readonly (LayerBounds | undefined)[] = [],
): RelationGraph {
  const { input, layers, outputs } = network;
  const builder = new GraphBuilder(input.shape, hull([input.min, input.max]));
  const placed: Placed[] = [{ tensor: 0, shape: input.shape }];
  layers.forEach((layer, index) => {
    const inputs = inputsOf(layer).map((tensor) => {
      if (Number.isInteger(tensor) && tensor >= 0 && tensor <= index) return placed[tensor];
      throw new InputError(`layer ${layer.name}: it reads tensor ${tensor}, which no earlier layer produces`);
    });
    const shape = rulesOf(layer).outputShape(
      layer,
      inputs.map((each) => each.shape),
    );
    placed.push({ tensor: expandLayer(builder, layer, inputs, bounds[index]), shape });
  });
  return builder.finish(
    outputs.map(({ tensor }) => placed[tensor].tensor),
    placed.map(({ tensor }) => tensor),
  );
}

function expandLayer(
  builder: GraphBuilder,
  layer: Layer,
  inputs: readonly Placed[],
  bounds: LayerBounds | undefined,
): number {
  const [{ tensor, shape }] = inputs;
  const matrixBounds = bounds?.kind === 'matrix' ? bounds : undefined;
  const scaleBounds = bounds?.kind === 'scale' ? bounds : undefined;
  const { name } = layer;
  switch (layer.kind) {
    case 'linear':
      return matrixOverAll(builder, name, tensor, layer.weights, layer, matrixBounds);
    case 'convolution':
      return convolution(builder, layer, tensor, matrixBounds);
    case 'affine':
      return builder.scale(name, unfolded(builder, name, inputs[0]), layer.multipliers, layer.biases, scaleBounds);
    case 'requantise':
      return builder.requantise(name, tensor, layer);
    case 'max-pool': {
      const [rows, columns] = axesOf(builder, name, layer.window, shape, true);
      const alongColumns = maximum(builder, `${name} columns`, tensor, columns, (map) => [
        builder.identity(name, shape[1]),
        map,
      ]);
      const width = builder.shapeOf(alongColumns)[2];
      return maximum(builder, `${name} rows`, alongColumns, rows, (map) => [map, builder.identity(name, width)]);
    }
    case 'average-pool': {
      const [rows, columns] = axesOf(builder, name, layer.window, shape);
      const { countsPadding } = layer;
      return builder.windows(name, tensor, averageMap(rows, countsPadding), averageMap(columns, countsPadding), true);
    }
    case 'add': {
      const isAligned = inputs.every((each) => `${builder.shapeOf(each.tensor)}` === `${builder.shapeOf(tensor)}`);
      const terms = inputs.map((each) => (isAligned ? each.tensor : unfolded(builder, name, each)));
      return builder.sum(name, terms, [...layer.multipliers]);
    }
    case 'concatenate':
      return concatenate(
        builder,
        name,
        inputs.map((each) => unfolded(builder, name, each)),
      );
    case 'flatten':
      return tensor;
  }
}

/** Returns the axes of a window on an image, unless the window is so large that walking it costs too much. */
function axesOf(
  builder: GraphBuilder,
  name: string,
  window: Window,
  [, height, width]: Shape,
  isMaximum = false,
): readonly [WindowAxis, WindowAxis] {
  const axes = windowAxes(window, height, width);
  for (const axis of axes) {
    // a maximum walks the windows once for each of their members
    builder.spend(name, 'its window', placesOf(axis) * axis.kernel * (isMaximum ? axis.kernel : 1));
  }
  return axes;
}

/** Adds W over the whole of a tensor, whatever its axes. */
function matrixOverAll(
  builder: GraphBuilder,
  name: string,
  tensor: number,
  weights: WeightMatrix,
  layer?: LinearLayer,
  bounds?: MatrixBounds,
): number {
  const shape = builder.shapeOf(tensor);
  const isVector = shape.length === 1;
  const width = 2 ** sum(axisVariables(shape));
  if (!isVector) builder.spend(name, 'the padded columns of its weights', width);
  const moved = isVector ? weights : moveColumns(weights, paddedPlaces(shape), width);
  return builder.matrix(name, tensor, moved, shape.length, layer, bounds);
}

/** Returns a tensor whose axes are those of the network: a flattened image becomes a vector. */
function unfolded(builder: GraphBuilder, name: string, { tensor, shape }: Placed): number {
  if (builder.shapeOf(tensor).length === shape.length) return tensor;
  const length = sizeOf(shape);
  builder.spend(name, 'its flattened input', length);
  return matrixOverAll(builder, `${name} flattened`, tensor, embedding(length, 0, length));
}

function convolution(
  builder: GraphBuilder,
  layer: ConvolutionLayer,
  tensor: number,
  bounds: MatrixBounds | undefined,
): number {
  const { name, weights } = layer;
  const shape = builder.shapeOf(tensor);
  const [channels] = shape;
  const [rows, columns] = axesOf(builder, name, layer.window, shape).map(kernelMap);
  if (isIdentity(rows) && isIdentity(columns)) return builder.matrix(name, tensor, weights, 1, layer, bounds);
  const windows = builder.windows(`${name} windows`, tensor, rows, columns, false);
  // from (c, k_rows, k_columns) to the padded (k_rows, k_columns, c)
  const [rowVariables, columnVariables, channelVariables] = axisVariables([rows.kernel, columns.kernel, channels]);
  const width = 2 ** (rowVariables + columnVariables + channelVariables);
  builder.spend(name, 'the padded columns of its weights', width);
  const places = new Uint32Array(weights.columnCount);
  for (let c = 0, at = 0; c < channels; c++) {
    for (let row = 0; row < rows.kernel; row++) {
      for (let column = 0; column < columns.kernel; column++) {
        places[at++] = (row * 2 ** columnVariables + column) * 2 ** channelVariables + c;
      }
    }
  }
  const moved = moveColumns(weights, places, width);
  return builder.matrix(name, windows, moved, 3, layer, bounds);
}

/** Adds the maxima of windows along one axis; `maps` puts the map of the axis beside the identity of the other. */
function maximum(
  builder: GraphBuilder,
  name: string,
  tensor: number,
  axis: WindowAxis,
  maps: (map: AxisMap) => readonly [AxisMap, AxisMap],
): number {
  const view = (label: string, map: AxisMap): number => builder.windows(label, tensor, ...maps(map), true);
  const members = mostMembers(axis);
  const first = memberMap(axis, 0);
  let greatest = isIdentity(first) ? tensor : view(`${name} 0`, first);
  for (let j = 1; j < members; j++) {
    const label = `${name} ${j}`;
    const difference =
      j === 1
        ? view(`${label} difference`, differenceMap(axis))
        : builder.sum(`${label} difference`, [view(label, memberMap(axis, j)), greatest], [1, -1]);
    const excess = builder.requantise(`${label} excess`, difference, {
      shift: 0,
      activation: 'relu',
      min: 0,
      max: Math.max(1, builder.intervalOf(tensor).max - builder.intervalOf(tensor).min),
    });
    // a maximum is one of the values
    greatest = builder.sum(label, [greatest, excess], [1, 1], builder.intervalOf(tensor));
  }
  return greatest;
}

function concatenate(builder: GraphBuilder, name: string, tensors: readonly number[]): number {
  const lengths = tensors.map((tensor) => builder.shapeOf(tensor)[0]);
  const total = sum(lengths);
  builder.spend(name, 'its parts', total * tensors.length);
  let start = 0;
  const parts = tensors.map((tensor, j) => {
    const first = start;
    start += lengths[j];
    return builder.matrix(`${name} part ${j}`, tensor, embedding(total, first, lengths[j]), 1);
  });
  return builder.sum(
    name,
    parts,
    parts.map(() => 1),
    // each value is one of a part's, or zero
    hull(tensors.flatMap((tensor) => [builder.intervalOf(tensor).min, builder.intervalOf(tensor).max])),
  );
}
