// The members of the one opening at the end of a proof: the committed weights, the columns of the proof itself, and the
// tensors that were committed to before. Both sides derive the order from the plan.

import type { MemberRequest } from '../../commit/recursive/parameters.ts';
import type { CommittedWeights } from '../weights/commitment.ts';
import type { Plan } from './plan.ts';
import { paddedVariables, tensorCode } from './tensor-commitment.ts';

/** The members of an opening. */
export interface CommitmentMembers {
  /** The members as the choice of parameters takes them. */
  readonly requests: readonly MemberRequest[];
  /** Index of the columns, if there are any; the weights come before, committed tensors after them. */
  readonly columns: number | undefined;
}

/** Returns the members of a plan's opening. */
export function commitmentMembers(plan: Plan, weights: CommittedWeights | undefined): CommitmentMembers {
  const requests: MemberRequest[] = [];
  if (weights !== undefined) {
    const { used, variables } = weights.layout;
    requests.push({ used, variables, code: weights.code, isPoint: true });
  }
  const columns = plan.lookups === undefined ? undefined : requests.length;
  if (plan.lookups !== undefined) {
    const { used, variables } = plan.lookups.packing;
    requests.push({ used, variables });
  }
  for (const { variables } of plan.committed) {
    const { rows: _, ...code } = tensorCode(variables);
    requests.push({ used: 2 ** paddedVariables(variables), variables: paddedVariables(variables), code });
  }
  return { requests, columns };
}
