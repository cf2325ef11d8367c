// The counts in the terms of the error against those of a proof: claims are passed through random networks by the code
// that both sides share, and their number, the sizes of their runs and of what remains are compared with the terms.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KoalaElement, koalaBear } from '../../src/field/koalabear.ts';
import type { LookupClaims } from '../../src/lookup/protocol.ts';
import { boundsOf } from '../../src/network/model/bounds.ts';
import { claimCounts, passClaims, type Step, scaleShape, splitCount } from '../../src/network/proof/claims.ts';
import { securityTerms } from '../../src/network/proof/security.ts';
import { linearStatement } from '../../src/network/relations/nodes.ts';
import { scaleRelation } from '../../src/network/relations/scale/protocol.ts';
import { windowsRelation } from '../../src/network/relations/windows/protocol.ts';
import { type Plan, planGraph, planNetwork } from '../../src/network/statement/plan.ts';
import { claimedTensors } from '../../src/network/statement/statement.ts';
import { layoutWeights } from '../../src/network/weights/layout.ts';
import { placeClaims } from '../../src/network/weights/protocol.ts';
import type { Claim } from '../../src/poly/claim.ts';
import { fieldUnit } from '../../src/security/error-budget.ts';
import { linearRelation } from '../../src/sparse/protocol.ts';
import { sumcheckErrorCount } from '../../src/sumcheck/protocol.ts';
import type { Relation } from '../../src/sumcheck/relation.ts';
import { mixedChain } from '../network/weights/support.ts';
import { runs } from '../support/depth.ts';
import { seeded } from '../support/fields.ts';
import { convolutional } from '../support/networks.ts';

type E = KoalaElement;
const { characteristic, one } = koalaBear;
const ones = (count: number): E[] => new Array<E>(count).fill(one);
const claimAt = (variables: number): Claim<E> => ({ point: ones(variables), value: one });

/** The lookups' claims of a plan, of any values. */
function lookupClaims({ lookups }: Plan): LookupClaims<E> | undefined {
  if (lookups === undefined) return undefined;
  const { tables, rowPacking } = lookups.shape;
  return {
    rowPoint: ones(rowPacking.variables),
    columns: lookups.shape.lookups.map(({ table, variables }) => {
      const value = claimAt(variables);
      return tables[table].outputs === undefined ? { value } : { value, output: value };
    }),
    multiplicities: tables.map(({ variables }) => claimAt(variables)),
  };
}

function relationOf(plan: Plan, { node, output }: Step<E>): Relation<E> {
  switch (node.kind) {
    case 'matrix':
      return linearRelation(linearStatement(node, plan.batchVariables), output);
    case 'windows':
      return windowsRelation(node, plan.batchVariables, output);
    case 'scale':
      return scaleRelation(koalaBear, node, scaleShape(plan, node), output);
  }
}

/** Passes all claims; what remains, and the errors of all runs over |F|. */
function pass(plan: Plan) {
  const statement = claimedTensors(plan).map((tensor) => {
    return { tensor, claim: claimAt(plan.batchVariables + plan.graph.tensors[tensor].variables) };
  });
  const claims = passClaims(koalaBear, plan, lookupClaims(plan), statement);
  let runs = 0;
  for (let turn = claims.next(); ; ) {
    if (turn.done) return { ...turn.value, runs };
    const { value } = turn;
    if (value.kind === 'split') {
      turn = claims.next({ claims: [], values: ones(splitCount(value.splits)) });
      continue;
    }
    const relations = value.steps.map((step) => relationOf(plan, step));
    runs += sumcheckErrorCount(relations.map(({ shape }) => shape));
    const left = relations.map((each) => each.claims(ones(each.shape.variables), ones(each.factorCount)));
    turn = claims.next({ claims: left, values: [] });
  }
}

/** A plan of a random network, and the numerators of its terms over |F|. */
function planOf(seed: number, isCommitted: boolean) {
  const random = seeded(seed);
  const network = random(2) === 0 ? convolutional({ seed }) : mixedChain(random);
  const graph = planGraph(network, characteristic, isCommitted ? boundsOf(network) : undefined);
  const tensors = Array.from({ length: network.layers.length + 1 }, (_, tensor) => tensor);
  const committed = tensors.filter(() => random(4) === 0);
  const plan = planNetwork(network, graph, 1 + random(4), characteristic, committed);
  const layout = isCommitted ? layoutWeights(graph) : undefined;
  const terms = securityTerms(koalaBear, plan, layout && { layout }, undefined);
  const countOf = (start: string): number => {
    const errors = terms.filter(({ name }) => name.startsWith(start)).map(({ error }) => error);
    return Number(errors.reduce((a, b) => a + b, 0n) / fieldUnit(koalaBear));
  };
  return { plan, layout, countOf };
}

describe('the terms of the error', () => {
  it('count every claim, and no less than every run of a proof can err by (property)', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.boolean(), (seed, isCommitted) => {
        const { plan, layout, countOf } = planOf(seed, isCommitted);
        const { input, columns, weights, runs } = pass(plan);
        const counts = claimCounts(plan);
        expect(runs).toBeLessThanOrEqual(countOf('sumcheck of '));
        expect(columns.length).toBe(counts.columns);
        expect(input.length).toBe(counts.tensors[0]);
        // without one the input would be anyone's
        expect(input.length).toBeGreaterThan(0);
        if (layout === undefined) return;
        const { squares, dense } = placeClaims(koalaBear, plan.graph, layout, weights);
        const { squareVariables, packing = undefined } = { ...layout, ...layout.dense };
        expect(dense.length > 0).toBe(packing !== undefined);
        const lacking = packing === undefined ? 0 : Math.max(0, squareVariables - packing.variables);
        const first = [
          ...squares.map(() => ({ variables: squareVariables, degree: 2 })),
          ...(packing === undefined ? [] : [{ variables: packing.variables, degree: 2 }]),
        ];
        const sum = first.length - 1 + 2 * (layout.variables - squareVariables);
        const due = Math.max(0, dense.length - 1) + sumcheckErrorCount(first) + sum + 2 * lacking;
        expect(due).toBeLessThanOrEqual(countOf('claims on weights to one'));
      }),
      { numRuns: runs(80) },
    );
  });
});
