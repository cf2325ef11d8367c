// The figures of docs/cost-model.md are those of the formulas.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layerMethodCost, ternaryLayerCost } from '../../../bench/costs/layer-methods.ts';
import { lookupCost } from '../../../bench/costs/lookups.ts';
import { weightClaimsCost } from '../../../bench/costs/weights.ts';
import { koalaBear } from '../../../src/field/index.ts';
import { LAYER_METHODS } from '../../../src/layer/index.ts';
import { functionTable, lookupShape, rangeTable } from '../../../src/lookup/index.ts';
import type { IntegerNetwork, Layer } from '../../../src/network/index.ts';
import { boundsOf, emptyMatrix } from '../../../src/network/model/bounds.ts';
import { planGraph } from '../../../src/network/statement/plan.ts';
import { committedRoles } from '../../../src/network/weights/claims.ts';
import { layoutWeights } from '../../../src/network/weights/layout.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/cost-model.md'), 'utf8');

/** The cells of the table rows after a heading row that starts with `first`. */
function tableAfter(first: string): string[][] {
  const lines = page.split('\n');
  const heading = lines.findIndex((line) => line.startsWith(`| ${first} |`));
  const end = lines.findIndex((line, index) => index > heading && !line.startsWith('|'));
  return lines.slice(heading + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** A perceptron without nonzero weights, whose multipliers and biases differ. */
function emptyPerceptron(sizes: readonly number[]): IntegerNetwork {
  const layers: Layer[] = [{ kind: 'flatten', name: 'flatten', input: 0 }];
  sizes.slice(1).forEach((rowCount, k) => {
    const input = (): number => layers.length;
    const weights = emptyMatrix({ rowCount, columnCount: sizes[k] }, true);
    layers.push({ kind: 'linear', name: `linear ${k}`, input: input(), weights });
    const multipliers = Int32Array.from({ length: rowCount }, (_, row) => row % 7);
    const biases = Int32Array.from({ length: rowCount }, (_, row) => (row % 9) - 4);
    layers.push({ kind: 'affine', name: `affine ${k}`, input: input(), multipliers, biases });
    layers.push({
      kind: 'requantise',
      name: `activation ${k}`,
      input: input(),
      shift: 8,
      activation: 'relu',
      min: 0,
      max: 15,
    });
  });
  const input = { shape: [1, sizes[0]], min: 0, max: 15, scale: 1, mean: 0 };
  return { name: sizes.join('-'), input, layers, outputs: [{ tensor: layers.length, scale: 1 }] };
}

describe('docs/cost-model.md', () => {
  it('has the counts of a ternary layer', () => {
    const batches = [0, 4, 8];
    expect(tableAfter('batch')).toEqual(
      batches.map((batchVariables) => {
        const cost = ternaryLayerCost({ rowVariables: 12, columnVariables: 12, nonzeros: 2 ** 20, batchVariables });
        return [
          2 ** batchVariables,
          cost.extensionMultiplications,
          cost.mixedMultiplications,
          cost.extensionAdditions,
        ].map(String);
      }),
    );
  });

  it('has the counts of every method of a layer', () => {
    const size = { rowCount: 4096, columnCount: 4096, rowVariables: 12, columnVariables: 12 };
    expect(tableAfter('method')).toEqual(
      LAYER_METHODS.map((method) => {
        const cost = layerMethodCost(method, { ...size, nonzeros: 2 ** 20, batchVariables: 0 });
        const { extensionMultiplications, mixedMultiplications, baseMultiplications } = cost;
        const counts = [extensionMultiplications, mixedMultiplications, baseMultiplications];
        return [method, ...[...counts, cost.extensionAdditions, cost.baseAdditions].map(String)];
      }),
    );
  });

  it('has the cost of a looked-up row', () => {
    const tables = [functionTable('relu', 8, -128, (v) => Math.max(v, 0)), rangeTable('range', 8, -128)];
    const cases: [number, number[]][] = [
      [16, [0]],
      [16, [0, 1]],
      [16, [0, 1, 1, 1]],
      [10, [0, 1]],
    ];
    const expected = cases.map(([variables, places]) => {
      const cost = lookupCost(
        lookupShape(
          tables,
          places.map((table) => ({ table, variables })),
        ),
      );
      const rows = places.length * 2 ** variables;
      return [cost.extensionMultiplications, cost.mixedMultiplications].map((count) => (count / rows).toFixed(2));
    });
    expect(tableAfter('rows looked up, in tables of 2⁸ rows').map(([, ...figures]) => figures)).toEqual(expected);
  });

  it('has what committed weights cost whatever their nonzeros are', () => {
    const cases: [string, number[]][] = [
      ['2048 × 2048', [2048, 2048]],
      ['eight of 512 × 512', new Array<number>(9).fill(512)],
      ['1024 × 784, 1024 × 1024, 10 × 1024', [784, 1024, 1024, 10]],
    ];
    const expected = cases.map(([name, sizes]) => {
      const network = emptyPerceptron(sizes);
      const graph = planGraph(network, koalaBear.characteristic, boundsOf(network));
      const layout = layoutWeights(graph);
      const claims = graph.nodes.flatMap((node, index) =>
        committedRoles(node).map((role) => {
          const rows = graph.tensors[index + 1].axes[0];
          const variables = rows + (node.kind === 'matrix' ? node.columnVariables : 0);
          const point = new Array<typeof koalaBear.one>(variables).fill(koalaBear.one);
          return { node: index, role, point, value: koalaBear.zero };
        }),
      );
      const cost = weightClaimsCost(koalaBear, graph, layout, claims);
      const { extensionMultiplications, mixedMultiplications, extensionAdditions, baseAdditions } = cost;
      const counts = [extensionMultiplications, mixedMultiplications, extensionAdditions, baseAdditions];
      const { columnVariables, rowVariables, squares } = layout;
      return [name, `${squares.length} of 2^${rowVariables} × 2^${columnVariables}`, ...counts.map(String)];
    });
    expect(tableAfter('layers')).toEqual(expected);
  });
});
