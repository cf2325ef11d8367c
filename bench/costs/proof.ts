// The prover's costs of a whole proof, phase by phase as the trace counts it (run/trace.ts), from the shape of the
// statement: the claims are passed through the network as in a proof, but empty, and each turn costs what its formulas
// say. Scalars on their way, some for each claim, are counted where they are passed.
//
// Two things beyond the shape enter: zeros of the output are not added, and the weights of a message depend on the
// positions that were drawn (operationCosts.powerSums). Not covered: the transcript's hashes and the proof of work.

import { codeOf } from '../../src/commit/recursive/parameters.ts';
import {
  countingField,
  eqTableCost,
  noOperations,
  type OperationCounts,
  sumOperations,
} from '../../src/field/counting.ts';
import type { Field } from '../../src/field/field.ts';
import { assembleClaims, columnCount, type LookupClaims } from '../../src/lookup/protocol.ts';
import {
  passClaims,
  type RemainingClaims,
  type Split,
  type Step,
  scaleShape,
  splitCount,
} from '../../src/network/proof/claims.ts';
import { tensorOpenings } from '../../src/network/proof/tensors/protocol.ts';
import { hasBiases, hasMultipliers, linearStatement } from '../../src/network/relations/nodes.ts';
import { evaluateMask, scaleRelation } from '../../src/network/relations/scale/protocol.ts';
import { windowsRelation } from '../../src/network/relations/windows/protocol.ts';
import type { MemoryChoice } from '../../src/network/run/engines.ts';
import type { Phase } from '../../src/network/run/trace.ts';
import type { VerifyingKey } from '../../src/network/statement/key.ts';
import { commitmentMembers } from '../../src/network/statement/members.ts';
import type { Plan } from '../../src/network/statement/plan.ts';
import type { PublicSignals } from '../../src/network/statement/signals.ts';
import {
  claimCommitted,
  claimedVariables,
  claimOutputs,
  type TensorClaim,
} from '../../src/network/statement/statement.ts';
import { tensorCode } from '../../src/network/statement/tensor-commitment.ts';
import { type Point, suffix } from '../../src/poly/point.ts';
import { linearRelation } from '../../src/sparse/protocol.ts';
import type { Relation } from '../../src/sumcheck/relation.ts';
import { commitCost, openingCost } from './commitments.ts';
import { lookupCost } from './lookups.ts';
import { openingsCost, tensorOpeningCost } from './openings.ts';
import { matrixCost, type RelationCost, relationsCost, scaleCost, windowsCost } from './relations.ts';
import { type Counts, contractCost } from './sumcheck.ts';
import { weightClaimsCost, weightMemberCost } from './weights.ts';

/** The parameters of a proof's cost besides key and plan. */
export interface ProofFacts {
  readonly publicSignals: PublicSignals;
  readonly memory: MemoryChoice;
  /** The positions drawn at each level of the opening but the last. */
  readonly positions: readonly (readonly number[])[];
}

/** Field operations of a phase, and bytes that its Merkle trees hash. */
export interface PhaseCost {
  readonly operations: OperationCounts;
  readonly merkleBytes: number;
}

/** The cost of every phase of a proof with a key whose network has its weights. */
export function proofCost<E>(key: VerifyingKey<E>, plan: Plan, facts: ProofFacts): Record<Phase, PhaseCost> {
  const { field, graph, weights } = key;
  const { lookups, committed } = plan;
  const parameters = key.commitment(plan);
  const { columns } = commitmentMembers(plan, weights);
  const tensors = committed.map(({ variables }) => commitCost(field, tensorCode(variables)));
  const { layers, remaining, statement } = layersCost(field, plan, facts.publicSignals);
  const openings: Counts[] = [];
  const members = new Map(weights === undefined ? [] : [[0, weightMemberCost(graph, weights, facts.memory)]]);
  if (weights !== undefined) openings.push(weightClaimsCost(field, graph, weights.layout, remaining.weights));
  if (lookups !== undefined) {
    openings.push(
      openingsCost({
        claims: remaining.columns.map(({ claim }) => claim.point.length),
        // claims of one origin share their point
        points: [...new Set(remaining.columns.map(({ claim }) => claim.point))].map(({ length }) => length),
      }),
    );
  }
  for (const { batchVariables, tensor, claims } of tensorOpenings(plan, remaining.input, statement)) {
    const variables = batchVariables + tensor.variables;
    openings.push(tensorOpeningCost({ variables, claimCount: claims.length }));
  }
  const only = (...operations: Counts[]): PhaseCost => ({ operations: sumOperations(...operations), merkleBytes: 0 });
  const isCommitted = parameters !== undefined && columns !== undefined;
  const open = parameters && openingCost(field, parameters, { members, positions: facts.positions });
  return {
    witness: {
      operations: sumOperations(...tensors.map(({ operations }) => operations)),
      merkleBytes: tensors.reduce((sum, { merkleBytes }) => sum + merkleBytes, 0),
    },
    commit: isCommitted ? commitCost(field, codeOf(parameters, columns)) : only(),
    lookup: only(lookups === undefined ? {} : lookupCost(lookups.shape)),
    layers: only(layers),
    openings: only(...openings),
    open: open ?? only(),
  };
}

/** From the statement's claims to those on the input, on columns and on committed weights. */
function layersCost<E>(
  given: Field<E>,
  plan: Plan,
  signals: PublicSignals,
): { layers: OperationCounts; remaining: RemainingClaims<E>; statement: readonly TensorClaim<E>[] } {
  const counter = noOperations();
  const field = countingField(given, counter);
  const parts: Counts[] = [];
  const sent = plan.committed.filter(({ tensor }) => tensor > 0);
  for (const { variables } of sent) parts.push(tensorValueCost(variables));
  const point = blankPoint(field, claimedVariables(plan));
  const statement = claimCommitted(plan, point, blankPoint(field, sent.length));
  const claims = passClaims(field, plan, blankLookupClaims(field, plan), [
    ...claimOutputs(field, plan, point, signals),
    ...statement,
  ]);
  let turn = claims.next();
  while (!turn.done) {
    if (turn.value.kind === 'split') {
      const { splits } = turn.value;
      parts.push(...splits.map((split) => splitCost(plan, split)));
      turn = claims.next({ claims: [], values: blankPoint(field, splitCount(splits)) });
      continue;
    }
    const { steps } = turn.value;
    parts.push(relationsCost(steps.map((step) => stepCost(plan, step))));
    turn = claims.next({ claims: steps.map((step) => blankClaims(field, plan, step)), values: [] });
  }
  return { layers: sumOperations(counter, ...parts), remaining: turn.value, statement };
}

/** A value of a tensor on its cube. */
function tensorValueCost(variables: number): OperationCounts {
  return sumOperations(eqTableCost(variables), contractCost('base', 2 ** variables));
}

function splitCost<E>({ batchVariables, graph }: Plan, { node }: Split<E>): OperationCounts {
  if (node.kind === 'sum') {
    return sumOperations(
      ...node.inputs.slice(0, -1).map((input) => tensorValueCost(batchVariables + graph.tensors[input].variables)),
    );
  }
  const terms = node.biases.filter((bias) => bias !== 0).length;
  return sumOperations(eqTableCost(graph.tensors[node.input].axes[0]), contractCost('base', terms));
}

function stepCost<E>({ batchVariables, graph }: Plan, { node }: Step<E>): RelationCost {
  switch (node.kind) {
    case 'matrix': {
      const source = graph.nodes[node.input - 1];
      const isMade = source?.kind !== 'windows' || source.isMade;
      const { axes, variables } = graph.tensors[graph.nodes.indexOf(node) + 1];
      return matrixCost(node, batchVariables, variables - axes[0], isMade ? undefined : source);
    }
    case 'windows':
      return windowsCost(node, batchVariables);
    case 'scale':
      return scaleCost(node, batchVariables, graph.tensors[node.input]);
  }
}

/** Returns the claims that a step leaves; the field counts its scalars. */
function blankClaims<E>(field: Field<E>, plan: Plan, { node, output }: Step<E>): ReturnType<Relation<E>['claims']> {
  if (node.kind === 'scale' && hasMultipliers(node) && hasBiases(node)) {
    evaluateMask(field, scaleShape(plan, node), output.point);
  }
  const relation =
    node.kind === 'matrix'
      ? linearRelation(linearStatement(node, plan.batchVariables), output)
      : node.kind === 'windows'
        ? windowsRelation(node, plan.batchVariables, output)
        : scaleRelation(field, node, scaleShape(plan, node), output);
  return relation.claims(blankPoint(field, relation.shape.variables), blankPoint(field, relation.factorCount));
}

/** Returns the claims that lookups leave: the columns of each have points of their own. */
function blankLookupClaims<E>(field: Field<E>, { lookups }: Plan): LookupClaims<E> | undefined {
  if (lookups === undefined) return undefined;
  const { shape } = lookups;
  const { rowPacking, tablePacking, tables } = shape;
  const [rowPoint, tablePoint] = [rowPacking, tablePacking].map(({ variables }) => blankPoint(field, variables));
  const values = blankPoint(field, columnCount(shape));
  return assembleClaims(shape, suffix(rowPoint, rowPoint.length), tablePoint, values, blankPoint(field, tables.length));
}

/** Elements whose values no count depends on. */
function blankPoint<E>(field: Field<E>, length: number): Point<E> {
  return new Array<E>(length).fill(field.one);
}
