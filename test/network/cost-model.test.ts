// The figures of docs/cost-model.md are those of the formulas.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionTable, lookupShape, rangeTable } from '../../src/lookup/index.ts';
import { layerMethodCost, ternaryLayerCost } from '../../src/network/costs/layer-methods.ts';
import { lookupCost } from '../../src/network/costs/lookups.ts';
import { LAYER_METHODS } from '../../src/network/index.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/cost-model.md'), 'utf8');

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
});
