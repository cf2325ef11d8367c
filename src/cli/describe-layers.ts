// Layers, for reports: kind, shape, window and bounds, and the weights where they are known.

import type { Interval } from '../network/model/interval.ts';
import { shapeText } from '../network/model/layers/rules.ts';
import { inputsOf, type Layer, type Shape, sizeOf, type Window } from '../network/model/network.ts';
import type { Plan } from '../network/statement/plan.ts';
import { isTernary, type WeightMatrix } from '../sparse/weight-matrix.ts';
import { count } from './terminal.ts';

/** One layer of a model. */
export interface LayerDescription {
  readonly name: string;
  readonly kind: Layer['kind'];
  /** The tensors that the layer reads: 0 is the input, i + 1 the output of layer i. */
  readonly inputs: readonly number[];
  /** Shape of the layer's output, and bounds of its values for all inputs in range. */
  readonly shape: Shape;
  readonly length: number;
  readonly bounds: Interval;
  readonly weights?: number;
  readonly nonzeros?: number;
  /** Bits of a weight that is not ternary. */
  readonly weightBits?: number;
  readonly window?: Window;
  readonly countsPadding?: boolean;
  readonly shift?: number;
  readonly activation?: string;
  readonly clamp?: { readonly min: number; readonly max: number };
}

export function describeLayer(layer: Layer, shape: Shape, bounds: Interval): LayerDescription {
  const { name, kind } = layer;
  const common = { name, kind, inputs: inputsOf(layer), shape, length: sizeOf(shape), bounds };
  switch (layer.kind) {
    case 'linear':
      return { ...common, ...describeWeights(layer.weights) };
    case 'convolution':
      return { ...common, ...describeWeights(layer.weights), window: layer.window };
    case 'max-pool':
      return { ...common, window: layer.window };
    case 'average-pool':
      return { ...common, window: layer.window, countsPadding: layer.countsPadding };
    case 'requantise': {
      const { shift, activation, min, max } = layer;
      return { ...common, shift, activation, clamp: { min, max } };
    }
    default:
      return common;
  }
}

function describeWeights(matrix: WeightMatrix): Pick<LayerDescription, 'weights' | 'nonzeros' | 'weightBits'> {
  const { rowCount, columnCount, nonzeros } = matrix;
  return { weights: rowCount * columnCount, nonzeros, ...(isTernary(matrix) ? {} : { weightBits: 8 }) };
}

export function layerRow(layer: LayerDescription): string[] {
  const { name, kind, shape, bounds, nonzeros } = layer;
  return [
    name,
    kind,
    shapeText(shape),
    nonzeros === undefined ? '' : count(nonzeros),
    `${count(bounds.min)}..${count(bounds.max)}`,
    details(layer).join(', '),
  ];
}

function details({
  kind,
  inputs,
  weightBits,
  window,
  countsPadding,
  shift,
  activation,
  clamp,
}: LayerDescription): string[] {
  const parts: string[] = [];
  if (inputs.length > 1) parts.push(`of tensors ${inputs.join(' and ')}`);
  if (window !== undefined) parts.push(windowText(window));
  if (kind === 'average-pool') parts.push(countsPadding ? 'padding counts' : 'padding does not count');
  if (weightBits !== undefined) parts.push(`weights of ${weightBits} bits`);
  if (clamp !== undefined) parts.push(`${activation}, shift ${shift}, clamp ${clamp.min}..${clamp.max}`);
  return parts;
}

/** Returns a kernel and its unusual fields in words. */
function windowText({ kernel, strides, dilations, padding }: Window): string {
  const unless = (usual: number, name: string, extents: readonly number[]): string =>
    extents.every((extent) => extent === usual)
      ? ''
      : `, ${name} ${[...new Set(extents)].length === 1 ? extents[0] : extents.join(' ')}`;
  return `${shapeText(kernel)}${unless(1, 'stride', strides)}${unless(1, 'dilation', dilations)}${unless(0, 'padding', padding)}`;
}

/** Returns the numbers of rows as proven, padding included. */
export function describeLookups({ lookups }: Plan): { rows: number; tableRows: number; committedValues: number } {
  if (lookups === undefined) return { rows: 0, tableRows: 0, committedValues: 0 };
  return {
    rows: 2 ** lookups.shape.rowPacking.variables,
    tableRows: 2 ** lookups.shape.tablePacking.variables,
    committedValues: 2 ** lookups.packing.variables,
  };
}
