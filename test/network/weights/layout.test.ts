// Where committed weights lie: each in one place, and the verifier finds the same places without them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { koalaBear } from '../../../src/field/index.ts';
import type { IntegerNetwork } from '../../../src/network/index.ts';
import { boundsOf, greatest, type LayerBounds, withoutWeights } from '../../../src/network/model/bounds.ts';
import type { RelationGraph } from '../../../src/network/relations/nodes.ts';
import { planGraph } from '../../../src/network/statement/plan.ts';
import { layoutWeights, type WeightLayout } from '../../../src/network/weights/layout.ts';
import { codeRowMatrix, rowSumMatrix, weightEntries } from '../../../src/network/weights/vectors.ts';
import { ternaryFromDense } from '../../../src/sparse/ternary-matrix.ts';
import { forEachNonzero, type WeightMatrix } from '../../../src/sparse/weight-matrix.ts';
import { runs } from '../../support/depth.ts';
import { seeded } from '../../support/fields.ts';
import { convolutional, perceptron } from '../../support/networks.ts';
import { mixedChain } from './support.ts';

const graphOf = (network: IntegerNetwork, bounds: readonly (LayerBounds | undefined)[]): RelationGraph =>
  planGraph(network, koalaBear.characteristic, bounds);

/** The network of a seed: a chain of layers of all kinds, images, or a perceptron that is wide or narrow. */
function networkOf(kind: number, seed: number): IntegerNetwork {
  const random = seeded(seed);
  if (kind === 0) return mixedChain(random);
  if (kind === 1) return convolutional({ seed });
  return perceptron({ sizes: Array.from({ length: 2 + random(3) }, () => 1 + random(70)), seed, density: 0.3 });
}

const networks = fc.tuple(fc.nat(2), fc.nat(100_000)).map(([kind, seed]) => networkOf(kind, seed));

/** M as the layout says it, and what it must hold. */
function laidOut(network: IntegerNetwork): { graph: RelationGraph; layout: WeightLayout; entries: Int32Array } {
  const graph = graphOf(network, boundsOf(network));
  const layout = layoutWeights(graph);
  return { graph, layout, entries: weightEntries(graph, layout, 2 ** layout.variables) };
}

/** The matrix as a function of row and column. */
function entryOf(weights: WeightMatrix): (row: number, column: number) => number {
  const entries = new Map<number, number>();
  forEachNonzero(weights, (row, column, weight) => entries.set(row * weights.columnCount + column, weight));
  const { columnCount } = weights;
  return (row, column) => (column < columnCount ? entries.get(row * columnCount + column) : 0) ?? 0;
}

describe('the layout of committed weights', () => {
  it('is the same without the weights (property)', () => {
    fc.assert(
      fc.property(networks, (network) => {
        const bounds = boundsOf(network);
        const layout = layoutWeights(graphOf(withoutWeights(network), bounds));
        expect(layout).toEqual(layoutWeights(graphOf(network, bounds)));
      }),
      { numRuns: runs(60) },
    );
  });

  it('has every ternary weight in one square, at its place, and nothing else (property)', () => {
    fc.assert(
      fc.property(networks, (network) => {
        const { graph, layout, entries } = laidOut(network);
        const [rows, columns] = [2 ** layout.rowVariables, 2 ** layout.columnVariables];
        const expected = new Int32Array(layout.squares.length * rows * columns);
        let nonzeros = 0;
        graph.nodes.forEach((node, index) => {
          if (node.kind !== 'matrix' || node.bounds?.isTernary !== true) return;
          nonzeros += node.weights.nonzeros;
          forEachNonzero(node.weights, (row, column, weight) => {
            const own = layout.squares.flatMap(({ node: of, firstRow, firstColumn }, z) => {
              const [o, c] = [row - firstRow, column - firstColumn];
              const isInside = of === index && o >= 0 && o < rows && c >= 0 && c < columns;
              return isInside ? [z * rows * columns + c * rows + o] : [];
            });
            expect(own).toHaveLength(1);
            expected[own[0]] = weight;
          });
        });
        expect(entries.subarray(0, expected.length)).toEqual(expected);
        expect(expected.filter((entry) => entry !== 0)).toHaveLength(nonzeros);
      }),
      { numRuns: runs(40) },
    );
  });

  it('has everything that is not ternary in blocks that do not touch, in their ranges (property)', () => {
    fc.assert(
      fc.property(networks, (network) => {
        const { graph, layout, entries } = laidOut(network);
        const start = layout.squares.length * 2 ** (layout.rowVariables + layout.columnVariables);
        const dense = entries.slice(start);
        const taken = new Uint8Array(dense.length);
        layout.dense?.blocks.forEach(({ node: index, role, range }, k) => {
          const { start: first, variables } = layout.dense?.packing.blocks[k] ?? { start: 0, variables: 0 };
          const block = dense.slice(first, first + 2 ** variables);
          const node = graph.nodes[index];
          if (node.kind === 'matrix') {
            const entry = entryOf(node.weights);
            const width = 2 ** node.columnVariables;
            const sign = role === 'plus' ? 1 : -1;
            const expected = block.map((_, i) => Math.max(0, sign * entry(Math.floor(i / width), i % width)));
            expect(block).toEqual(expected);
          } else if (node.kind === 'scale') {
            const values = role === 'multipliers' ? node.multipliers : node.biases;
            expect(block.subarray(0, values.length)).toEqual(values);
            expect(block.subarray(values.length).every((value) => value === 0)).toBe(true);
          }
          expect(block.every((value) => value >= range.min && value <= greatest(range))).toBe(true);
          for (let i = first; i < first + block.length; i++) expect(taken[i]++).toBe(0);
        });
        for (const [i, value] of dense.entries()) if (taken[i] === 0) expect(value).toBe(0);
      }),
      { numRuns: runs(60) },
    );
  });

  it('is padded with zeros to a power of two of squares (property)', () => {
    fc.assert(
      fc.property(networks, (network) => {
        const { layout, entries } = laidOut(network);
        const squareSize = 2 ** (layout.rowVariables + layout.columnVariables);
        expect(layout.squareCount).toBe(Math.ceil(layout.used / squareSize));
        expect(entries.length / squareSize).toBeLessThan(2 * layout.squareCount);
        expect(entries.length).toBeGreaterThanOrEqual(layout.used);
        expect(entries.subarray(layout.used).every((entry) => entry === 0)).toBe(true);
      }),
      { numRuns: runs(40) },
    );
  });

  it('is walked by rows of squares and by rows of any code alike (property)', () => {
    fc.assert(
      fc.property(networks, fc.nat(8), (network, columnVariables) => {
        const { graph, layout, entries } = laidOut(network);
        const [rows, columns] = [2 ** layout.rowVariables, 2 ** layout.columnVariables];
        const sums = new Int32Array(layout.squares.length * rows * columns);
        if (layout.squares.length > 0) {
          forEachNonzero(rowSumMatrix(graph, layout), (column, place, weight) => {
            const [square, o] = [Math.floor(place / rows), place % rows];
            sums[square * rows * columns + column * rows + o] = weight;
          });
        }
        expect(sums).toEqual(entries.slice(0, sums.length));
        const code = { columnVariables, rateBits: 1, digestLength: 26 };
        const coded = new Int32Array(sums.length);
        forEachNonzero(codeRowMatrix(graph, { layout, code }), (row, column, weight) => {
          coded[row * 2 ** columnVariables + column] = weight;
        });
        expect(coded).toEqual(sums);
      }),
      { numRuns: runs(40) },
    );
  });

  it('leaves out squares that only padding would fill', () => {
    // 257 rows of 256 columns, 5 rows of 257: as padded 512 × 256 and 8 × 512
    const { layout } = laidOut(perceptron({ sizes: [256, 257, 5] }));
    expect(layout.used).toBeLessThan((3 / 4) * (512 * 256 + 8 * 512));
    const ends = layout.squares.map(({ node, firstRow, firstColumn }) => [node, firstRow, firstColumn]);
    expect(ends.every(([node, row, column]) => row < (node === 0 ? 257 : 5) && column < (node === 0 ? 256 : 257))).toBe(
      true,
    );
  });

  it('refuses a network that has nothing to commit to', () => {
    const network: IntegerNetwork = {
      ...perceptron({ sizes: [4, 2] }),
      layers: [{ kind: 'requantise', name: 'r', input: 0, shift: 1, activation: 'relu', min: 0, max: 7 }],
      outputs: [{ tensor: 1, scale: 1 }],
    };
    expect(() => layoutWeights(graphOf(network, boundsOf(network)))).toThrow('no weights to commit to');
  });
});

describe('public bounds', () => {
  it('hold for the weights, and are reached by a row (property)', () => {
    fc.assert(
      fc.property(networks, (network) => {
        network.layers.forEach((layer, index) => {
          const bounds = boundsOf(network)[index];
          if (layer.kind === 'affine' && bounds?.kind === 'scale') {
            const { uniform, multipliers, biases } = bounds;
            if (uniform !== undefined) expect([...layer.multipliers].every((value) => value === uniform)).toBe(true);
            else for (const value of layer.multipliers) expect(value).toBeLessThanOrEqual(greatest(multipliers));
            for (const value of layer.biases) expect(value).toBeGreaterThanOrEqual(biases.min);
            for (const value of layer.biases) expect(value).toBeLessThanOrEqual(greatest(biases));
          } else if ((layer.kind === 'linear' || layer.kind === 'convolution') && bounds?.kind === 'matrix') {
            const { rowCount, columnCount } = layer.weights;
            const entry = entryOf(layer.weights);
            const sums = (sign: number): number[] =>
              Array.from({ length: rowCount }, (_, row) =>
                Array.from({ length: columnCount }, (_, column) => Math.max(0, sign * entry(row, column))).reduce(
                  (a, b) => a + b,
                  0,
                ),
              );
            expect([bounds.plus, bounds.minus]).toEqual([Math.max(...sums(1)), Math.max(...sums(-1))]);
          } else expect(bounds).toBeUndefined();
        });
      }),
      { numRuns: runs(40) },
    );
  });

  it('say nothing of a weight: two networks of other weights and the same bounds have one layout', () => {
    const base = perceptron({ sizes: [2, 2] });
    const withWeights = (entries: number[]): IntegerNetwork => ({
      ...base,
      layers: base.layers.map((layer) =>
        layer.kind === 'linear' ? { ...layer, weights: ternaryFromDense(entries, 2, 2) } : layer,
      ),
    });
    const [one, other] = [withWeights([1, 0, 0, 1]), withWeights([0, 1, 1, 0])];
    expect(boundsOf(one)).toEqual(boundsOf(other));
    expect(withoutWeights(one)).toEqual(withoutWeights(other));
  });
});
