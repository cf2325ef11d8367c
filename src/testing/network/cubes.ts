// The five relations by their definitions, on whole cubes, including padding of axes and of the batch, and windows that
// are otherwise never materialised. Tests compare the library's evaluators and provers with them, and forgers continue
// from a lie with them.

import { activate, quotient } from '../../network/model/requantisation.ts';
import type { AxisMap } from '../../network/relations/axis-map.ts';
import type { RelationNode } from '../../network/relations/nodes.ts';
import type { Plan } from '../../network/statement/plan.ts';
import { forEachNonzero } from '../../sparse/weight-matrix.ts';

const cubeOf = (count: number): number => 2 ** Math.ceil(Math.log2(count));

/** Every tensor on its cube, from the input's, after changing what `change` changes in each. */
export function runCubes(
  plan: Plan,
  input: Int32Array,
  change: (tensor: number, cube: Int32Array) => void = () => undefined,
): Int32Array[] {
  const cubes: Int32Array[] = [input.slice()];
  change(0, cubes[0]);
  plan.graph.nodes.forEach((node, index) => {
    const cube = applyNode(plan, node, index, cubes);
    change(index + 1, cube);
    cubes.push(cube);
  });
  return cubes;
}

function applyNode(plan: Plan, node: RelationNode, index: number, cubes: readonly Int32Array[]): Int32Array {
  const { graph, batch, batchVariables } = plan;
  const { shape, axes, variables } = graph.tensors[index + 1];
  const samples = 2 ** batchVariables;
  const width = 2 ** variables;
  const output = new Int32Array(samples * width);
  switch (node.kind) {
    case 'matrix': {
      const from = cubes[node.input];
      const columns = 2 ** node.columnVariables;
      const places = width / 2 ** axes[0];
      const read = columns * places;
      forEachNonzero(node.weights, (row, column, weight) => {
        for (let b = 0; b < samples; b++) {
          for (let p = 0; p < places; p++) {
            output[b * width + row * places + p] += weight * from[b * read + column * places + p];
          }
        }
      });
      return output;
    }
    case 'windows': {
      const from = cubes[node.input];
      const { rows, columns } = node;
      const channels = cubeOf(node.channels);
      const [height, breadth] = [cubeOf(rows.inputs), cubeOf(columns.inputs)];
      const [tall, broad] = [cubeOf(rows.places), cubeOf(columns.places)];
      const wide = cubeOf(columns.kernel);
      eachPair(rows, columns, (row, column, weight) => {
        for (let b = 0; b < samples; b++) {
          for (let c = 0; c < channels; c++) {
            const kernel = row.k * wide + column.k;
            const to = (((b * cubeOf(rows.kernel) * wide + kernel) * channels + c) * tall + row.p) * broad + column.p;
            output[to] += weight * from[((b * channels + c) * height + row.q) * breadth + column.q];
          }
        }
      });
      return output;
    }
    case 'scale': {
      const from = cubes[node.input];
      const inner = width / 2 ** axes[0];
      for (let at = 0; at < output.length; at++) {
        const [b, place] = [Math.floor(at / width), at % width];
        const channel = Math.floor(place / inner);
        const isTrue = b < batch && isInside(shape, axes, place);
        output[at] = (node.multipliers[channel] ?? 0) * from[at] + (isTrue ? node.biases[channel] : 0);
      }
      return output;
    }
    case 'sum':
      node.inputs.forEach((tensor, j) => {
        for (let at = 0; at < output.length; at++) output[at] += node.multipliers[j] * cubes[tensor][at];
      });
      return output;
    case 'requantise':
      return cubes[node.input].map((z) => activate(node, quotient(node, z)));
  }
}

function eachPair(
  rows: AxisMap,
  columns: AxisMap,
  visit: (row: AxisMap['entries'][number], column: AxisMap['entries'][number], weight: number) => void,
): void {
  for (const row of rows.entries) for (const column of columns.entries) visit(row, column, row.weight * column.weight);
}

/** Whether a place of a cube is one of the tensor. */
export function isInside(shape: readonly number[], axes: readonly number[], place: number): boolean {
  let rest = place;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const width = 2 ** axes[axis];
    if (rest % width >= shape[axis]) return false;
    rest = Math.floor(rest / width);
  }
  return true;
}
