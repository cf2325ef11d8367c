// The formulas of relations equal the counts of their provers, on the nodes of random networks.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrixCost, relationsCost, windowsCost } from '../../../bench/costs/relations.ts';
import {
  countingEngine,
  createKoalaBearEngine,
  koalaBear,
  noOperations,
  type OperationCounts,
} from '../../../src/field/index.ts';
import { compile } from '../../../src/network/index.ts';
import { makeWitness } from '../../../src/network/proof/witness.ts';
import { linearStatement, type WindowsNode } from '../../../src/network/relations/nodes.ts';
import { evaluateWindows, proveWindows } from '../../../src/network/relations/windows/prove.ts';
import { planWeights, proveLinear } from '../../../src/sparse/prove.ts';
import { type ProverRelation, proveRelations } from '../../../src/sumcheck/index.ts';
import { createProverChannel } from '../../../src/transcript/prover-channel.ts';
import { type AnyField, seededElements } from '../../support/fields.ts';
import { convolutional } from '../../support/networks.ts';

type Element = typeof koalaBear.zero;
const inner = createKoalaBearEngine();

/** Returns the costs of `make` and of the run of its relation; claims need not be true. */
function countsOf(make: (engine: typeof inner) => ProverRelation<Element>): OperationCounts {
  const counter = noOperations();
  const engine = countingEngine(inner, counter) as typeof inner;
  const mark = engine.mark();
  proveRelations(engine, createProverChannel(koalaBear), [make(engine)]);
  engine.release(mark);
  return counter;
}

describe('formulas equal the counts of', () => {
  it('matrices, those over windows too, and windows (property)', () => {
    const seen = { matrix: 0, convolution: 0, windows: 0 };
    fc.assert(
      fc.property(fc.nat({ max: 10_000 }), fc.integer({ min: 1, max: 3 }), (seed, batch) => {
        const network = convolutional({ seed });
        const plan = compile(network).provingKey.plan(batch);
        const { graph, batchVariables } = plan;
        const input = new Int32Array(batch * network.input.shape.reduce((a, b) => a * b, 1)).fill(1);
        const { tensors } = makeWitness(plan, input);
        graph.nodes.forEach((node, index) => {
          const { axes, variables } = graph.tensors[index + 1];
          const point = seededElements(koalaBear as AnyField, batchVariables + variables, seed) as Element[];
          const output = { point, value: koalaBear.zero };
          if (node.kind === 'windows') {
            seen.windows++;
            const counts = countsOf((engine) =>
              proveWindows(engine, node, batchVariables, tensors[node.input], output),
            );
            expect(counts).toEqual(relationsCost([windowsCost(node, batchVariables)]));
          } else if (node.kind === 'matrix') {
            const source = graph.nodes[node.input - 1] as WindowsNode | undefined;
            const windows = source?.kind === 'windows' && tensors[node.input].length === 0 ? source : undefined;
            seen[windows === undefined ? 'matrix' : 'convolution']++;
            const counts = countsOf((engine) =>
              proveLinear(
                engine,
                linearStatement(node, batchVariables),
                planWeights(engine, node.weights),
                windows === undefined
                  ? tensors[node.input]
                  : (before, place) => evaluateWindows(engine, windows, tensors[windows.input], before, place),
                output,
              ),
            );
            expect(counts).toEqual(relationsCost([matrixCost(node, batchVariables, variables - axes[0], windows)]));
          }
        });
      }),
      { numRuns: 25 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5);
  });
});
