// The values of relations, for a prover's witness; the verifier does not need them.

import { paddedPlaces } from '../../poly/cube.ts';
import { forEachNonzero } from '../../sparse/weight-matrix.ts';
import { requantiseValues } from '../model/layers/requantise/values.ts';
import { valuesOf } from '../model/layers/values.ts';
import { sizeOf } from '../model/network.ts';
import type { AxisMap } from '../relations/axis-map.ts';
import type { GraphTensor, MatrixNode, RelationGraph, ScaleNode, SumNode } from '../relations/nodes.ts';

/**
 * Returns the values of node `index` for one input, row-major and not padded; undefined for windows that are never
 * materialised.
 *
 * @param tensors - the values of the graph's tensors before it
 */
export function evaluateNode(
  { nodes, tensors: shapes }: RelationGraph,
  index: number,
  tensors: readonly (Int32Array | undefined)[],
): Int32Array | undefined {
  const node = nodes[index];
  const read = (tensor: number): Int32Array => {
    const values = tensors[tensor];
    if (values === undefined) throw new Error(`tensor ${tensor} is never made`);
    return values;
  };
  switch (node.kind) {
    case 'matrix': {
      // the layer's own evaluation is faster, and needs no windows
      const { layer } = node;
      if (layer === undefined) return applyMatrix(node, shapes[node.input], read(node.input));
      const source = nodes[node.input - 1];
      const input = source?.kind === 'windows' && !source.isMade ? source.input : node.input;
      return valuesOf(layer).evaluate(layer, [read(input)], [shapes[input].shape]);
    }
    case 'windows': {
      if (!node.isMade) return undefined;
      return applyAxis(node.columns, applyAxis(node.rows, read(node.input), node.columns.inputs), 1);
    }
    case 'scale':
      return scale(node, read(node.input));
    case 'sum':
      return sum(node, node.inputs.map(read));
    case 'requantise':
      return requantiseValues.evaluate(node, [read(node.input)], []);
  }
}

/** Returns W·u along the leading axes, which the columns of W count as padded. */
function applyMatrix(
  { weights, columnVariables }: MatrixNode,
  { shape, axes }: GraphTensor,
  values: Int32Array,
): Int32Array {
  let leading = 0;
  let covered = 0;
  do covered += axes[leading++];
  while (covered < columnVariables);
  const inner = sizeOf(shape.slice(leading));
  const entryAt = new Map(Array.from(paddedPlaces(shape.slice(0, leading)), (place, entry) => [place, entry]));
  const result = new Int32Array(weights.rowCount * inner);
  forEachNonzero(weights, (row, column, weight) => {
    const from = (entryAt.get(column) ?? 0) * inner;
    for (let i = 0; i < inner; i++) result[row * inner + i] += weight * values[from + i];
  });
  return result;
}

function scale({ multipliers, biases }: ScaleNode, values: Int32Array): Int32Array {
  const inner = values.length / multipliers.length;
  const scaled = new Int32Array(values.length);
  for (let c = 0, at = 0; c < multipliers.length; c++) {
    const [multiplier, bias] = [multipliers[c], biases[c]];
    for (const end = at + inner; at < end; at++) scaled[at] = multiplier * values[at] + bias;
  }
  return scaled;
}

function sum({ multipliers }: SumNode, terms: readonly Int32Array[]): Int32Array {
  const total = new Int32Array(terms[0].length);
  terms.forEach((values, j) => {
    const multiplier = multipliers[j];
    for (let i = 0; i < total.length; i++) total[i] += multiplier * values[i];
  });
  return total;
}

/** Returns u along an axis: `outer` images of `inputs` × `inner` values each become `places` × `inner`; kernel 1. */
function applyAxis(map: AxisMap, values: Int32Array, inner: number): Int32Array {
  const outer = values.length / (map.inputs * inner);
  const result = new Int32Array(outer * map.places * inner);
  for (let image = 0; image < outer; image++) {
    for (const { p, q, weight } of map.entries) {
      const from = (image * map.inputs + q) * inner;
      const to = (image * map.places + p) * inner;
      for (let i = 0; i < inner; i++) result[to + i] += weight * values[from + i];
    }
  }
  return result;
}
