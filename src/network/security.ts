// The error of a network proof, term by term: a bound on the probability that a cheating prover is believed
// (statistically, with the hash functions as random oracles), summed over everything that is drawn.

import { type ErrorTerm, sumOfErrors } from '../commit/scheme.ts';
import { errorTerms, type TensorCodeParameters } from '../commit/tensor-code/parameters.ts';
import { InputError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import { lookupErrorCount } from '../lookup/protocol.ts';
import { claimCounts } from './claims.ts';
import type { IntegerNetwork } from './network.ts';
import type { Plan } from './plan.ts';
import type { GraphTensor, RelationNode } from './relations/nodes.ts';
import { imageVariables } from './relations/windows/protocol.ts';
import { outputVariables } from './statement.ts';

/** All terms, and the bits that are left when they are added up. */
export interface SecurityReport {
  readonly total: number;
  readonly terms: readonly ErrorTerm[];
}

/** The least total that is accepted. */
export const SECURITY_BITS = 100;

/** Bits of count/|F|. */
function overField(field: Field<unknown>, name: string, count: number): ErrorTerm {
  return { name, bits: field.bits - Math.log2(count) };
}

/** The terms of everything but the commitment. */
function protocolTerms(field: Field<unknown>, plan: Plan): ErrorTerm[] {
  const { nodes, tensors, outputs } = plan.graph;
  const claims = claimCounts(plan);
  const terms = [overField(field, 'outputs at a random point', outputs.length * Math.max(1, outputVariables(plan)))];
  nodes.forEach((node, index) => {
    const variables = sumcheckVariables(node, tensors);
    if (variables === 0) return;
    // rounds of degree two, one batching coefficient, for each claim on what the node produces
    terms.push(overField(field, `sumcheck of ${node.name}`, claims.tensors[index + 1] * (2 * variables + 1)));
  });
  if (plan.lookups !== undefined) {
    const { shape, packing, requantised } = plan.lookups;
    terms.push(overField(field, 'lookups', lookupErrorCount(shape)));
    // q, ρ and z as polynomials at the lookups' point
    const zeros = requantised.reduce((sum, { node }) => sum + plan.batchVariables + tensors[node + 1].variables, 0);
    terms.push(overField(field, 'requantisation at a random point', zeros));
    terms.push(overField(field, 'claims on columns to one', claims.columns + 2 * packing.variables));
  }
  return terms;
}

/** Rounds of the sumcheck of a node; none where claims pass by arithmetic. */
function sumcheckVariables(node: RelationNode, tensors: readonly GraphTensor[]): number {
  switch (node.kind) {
    case 'matrix':
      return Math.max(1, node.columnVariables);
    case 'windows':
      return Math.max(
        1,
        imageVariables(node).reduce((a, b) => a + b, 0),
      );
    case 'scale':
      return Math.max(1, tensors[node.input].axes[0]);
    case 'sum':
    case 'requantise':
      return 0;
  }
}

/** Every term of a proof. */
export function securityReport(
  field: Field<unknown>,
  plan: Plan,
  commitment: TensorCodeParameters | undefined,
): SecurityReport {
  const terms: ErrorTerm[] = [
    ...protocolTerms(field, plan),
    { name: 'collision of the transcript hash', bits: 128 },
    ...(commitment === undefined ? [] : errorTerms(commitment)),
  ];
  const possible = terms.filter(({ bits }) => bits < Number.POSITIVE_INFINITY);
  return { total: sumOfErrors(possible), terms: possible };
}

/** What the commitment may add so that the sum stays at 2^−100: the least bits, rounded up to a tenth. */
export function commitmentBudget(field: Field<unknown>, plan: Plan): number {
  const others = sumOfErrors([...protocolTerms(field, plan), { name: 'transcript', bits: 128 }]);
  const left = 2 ** -SECURITY_BITS - 2 ** -others;
  // nothing left: the report will refuse
  return left > 0 ? Math.ceil(-10 * Math.log2(left) + 0.1) / 10 : SECURITY_BITS + 1;
}

/** @throws InputError if the errors add up to more than 2^−100 */
export function checkSecurity(network: IntegerNetwork, { total, terms }: SecurityReport): void {
  if (total >= SECURITY_BITS) return;
  const weakest = terms.reduce((least, term) => (term.bits < least.bits ? term : least));
  throw new InputError(
    `network ${network.name}: a proof would have ${total.toFixed(1)} bits of security, ${SECURITY_BITS} are required; ` +
      `the largest error is ${weakest.name} (${weakest.bits.toFixed(1)} bits); prove fewer inputs at once`,
  );
}
