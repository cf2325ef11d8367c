// The claims of a network proof, in the order in which a verifier makes them: verify.ts step by step, with a list.

import { codeOf } from '../../src/commit/recursive/parameters.ts';
import { verifyLookups } from '../../src/lookup/verify.ts';
import type { PublicSignals, VerifyingKey } from '../../src/network/index.ts';
import { passClaims, type Step, scaleShape, splitCount } from '../../src/network/proof/claims.ts';
import { linearStatement } from '../../src/network/relations/nodes.ts';
import { verifyScale } from '../../src/network/relations/scale/verify.ts';
import { verifyWindows } from '../../src/network/relations/windows/verify.ts';
import { commitmentMembers } from '../../src/network/statement/members.ts';
import type { Plan } from '../../src/network/statement/plan.ts';
import {
  absorbStatement,
  claimCommitted,
  claimOutputs,
  PROTOCOL,
  statementPoint,
  type TensorClaim,
} from '../../src/network/statement/statement.ts';
import { verifyWeightClaims } from '../../src/network/weights/verify.ts';
import type { Claim, Point } from '../../src/poly/index.ts';
import { verifyLinear } from '../../src/sparse/verify.ts';
import type { VerifierRelation } from '../../src/sumcheck/relation.ts';
import { verifyRelations } from '../../src/sumcheck/verify-relations.ts';
import type { VerifierChannel } from '../../src/transcript/channel.ts';
import { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';
import { elementsToHex } from '../support/recording.ts';
import type { Json } from './format.ts';

/** Points that occur, each once, and claims as [what, index of its point, value]. */
export function claimsToJson<E>(
  key: VerifyingKey<E>,
  plan: Plan,
  signals: PublicSignals,
  proof: Uint8Array,
): { readonly points: Json; readonly claims: Json } {
  const { field } = key;
  const { lookups, graph } = plan;
  const points: string[] = [];
  const claims: Json[] = [];
  const pointIndex = (point: Point<E>): number => {
    const encoded = elementsToHex(field, point);
    const known = points.indexOf(encoded);
    return known >= 0 ? known : points.push(encoded) - 1;
  };
  const put = (what: string, { point, value }: Claim<E>): void => {
    claims.push([what, pointIndex(point), elementsToHex(field, [value])]);
  };

  const channel = createVerifierChannel(field, proof, { context: PROTOCOL });
  absorbStatement(channel, key.digest, plan, key.describe(plan), signals);
  const { columns: member } = commitmentMembers(plan, key.weights);
  if (member !== undefined) channel.receiveBytes('root', codeOf(key.commitment(plan)!, member).digestLength);
  const lookupClaims = lookups === undefined ? undefined : verifyLookups(field, channel, lookups.shape);
  lookupClaims?.columns.forEach(({ value, output }, k) => {
    put(`lookup ${k}: v`, value);
    if (output !== undefined) put(`lookup ${k}: y`, output);
  });
  lookupClaims?.multiplicities.forEach((claim, table) => {
    put(`multiplicities of table ${table}`, claim);
  });
  const point = statementPoint(channel, plan, lookupClaims?.rowPoint ?? []);
  const others = plan.committed.filter(({ tensor }) => tensor > 0).length;
  const committed = claimCommitted(plan, point, others === 0 ? [] : channel.receive('tensors', others));
  const statement: TensorClaim<E>[] = [...claimOutputs(field, plan, point, signals), ...committed];
  for (const { tensor, claim } of statement) put(`statement: tensor ${tensor} of the graph`, claim);

  const travel = passClaims(field, plan, lookupClaims, statement);
  let turn = travel.next();
  while (!turn.done) {
    if (turn.value.kind === 'split') {
      const values = channel.receive('terms', splitCount(turn.value.splits));
      turn = travel.next({ claims: [], values });
      continue;
    }
    const { steps } = turn.value;
    for (const { node, output } of steps) put(`run: ${node.name}`, output);
    const left = verifyRelations(
      field,
      channel,
      steps.map((step) => relationOf(key, channel, plan, step)),
    );
    left.forEach((each, k) => {
      each.forEach((claim, j) => {
        put(`left by ${steps[k].node.name}: ${j === 0 ? 'input' : 'weights'}`, claim);
      });
    });
    turn = travel.next({ claims: left, values: [] });
  }
  const { input, columns, weights } = turn.value;
  for (const claim of input) put('input', claim);
  for (const { column, claim } of columns) put(`column ${column}`, claim);
  for (const claim of weights) put(`weights of ${graph.nodes[claim.node].name}: ${claim.role}`, claim);
  if (key.weights !== undefined) put('M', verifyWeightClaims(field, channel, graph, key.weights.layout, weights));
  return { points, claims };
}

function relationOf<E>(
  { field }: VerifyingKey<E>,
  channel: VerifierChannel<E>,
  plan: Plan,
  { node, output }: Step<E>,
): VerifierRelation<E> {
  if (node.kind === 'matrix') return verifyLinear(field, channel, linearStatement(node, plan.batchVariables), output);
  if (node.kind === 'windows') return verifyWindows(field, node, plan.batchVariables, output);
  return verifyScale(field, node, scaleShape(plan, node), output);
}
