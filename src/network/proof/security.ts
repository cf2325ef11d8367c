// The error of a network proof, term by term: a bound on the probability that the verifier accepts a false statement
// (statistical soundness, with the hash functions as random oracles), summed over all challenges.

import { type CommitmentParameters, errorTerms } from '../../commit/recursive/parameters.ts';
import { InputError } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import { lookupErrorCount } from '../../lookup/protocol.ts';
import { errorOfBits, isWithin, ofBits, overField, tenthsWithin, totalError } from '../../security/error-budget.ts';
import { type ErrorTerm, sumOfErrors } from '../../security/error-terms.ts';
import type { IntegerNetwork } from '../model/network.ts';
import type { GraphTensor, RelationNode } from '../relations/nodes.ts';
import { hasMultipliers } from '../relations/nodes.ts';
import { imageVariables } from '../relations/windows/protocol.ts';
import type { Plan } from '../statement/plan.ts';
import { claimedTensors, claimedVariables } from '../statement/statement.ts';
import { paddedVariables } from '../statement/tensor-commitment.ts';
import { committedRoles } from '../weights/claims.ts';
import type { CommittedWeights } from '../weights/commitment.ts';
import { claimCounts } from './claims.ts';

/**
 * All terms, and the bits of their sum.
 *
 * @example
 * ```ts
 * import { securityBits, type SecurityReport, type VerifyingKey } from 'ternary-gkr';
 *
 * const weakest = (key: VerifyingKey): string => {
 *   const report: SecurityReport = securityBits(key);
 *   return report.terms.reduce((least, term) => (term.bits < least.bits ? term : least)).name;
 * };
 * ```
 */
export interface SecurityReport {
  readonly total: number;
  readonly terms: readonly Pick<ErrorTerm, 'name' | 'bits'>[];
}

/**
 * The least security of a proof, in bits.
 *
 * @example
 * ```ts
 * import { SECURITY_BITS } from 'ternary-gkr/network';
 *
 * console.log(SECURITY_BITS); // 100
 * ```
 */
export const SECURITY_BITS = 100;

/** The term that every transcript adds. */
export const TRANSCRIPT = ofBits('collision of the transcript hash', 128);

/** Returns the terms of everything but the opening of commitments. */
function protocolTerms(
  field: Field<unknown>,
  plan: Plan,
  weights: Pick<CommittedWeights, 'layout'> | undefined,
): ErrorTerm[] {
  const { nodes, tensors } = plan.graph;
  const claims = claimCounts(plan);
  const statement = claimedTensors(plan).length * Math.max(1, claimedVariables(plan));
  const terms = statement === 0 ? [] : [overField(field, 'outputs at a random point', statement)];
  // relations that share a run send polynomials of the greatest degree among them
  const degree = nodes.some((node) => node.kind === 'scale' && hasMultipliers(node)) ? 3 : 2;
  nodes.forEach((node, index) => {
    const variables = sumcheckVariables(node, tensors);
    if (variables === 0) return;
    // rounds, one batching coefficient, for each claim on the node's output
    terms.push(overField(field, `sumcheck of ${node.name}`, claims.tensors[index + 1] * (degree * variables + 1)));
  });
  if (plan.lookups !== undefined) {
    const { shape, requantised } = plan.lookups;
    terms.push(overField(field, 'lookups', lookupErrorCount(shape)));
    // q, ρ and z as polynomials at the lookups' point
    const zeros = requantised.reduce((sum, { node }) => sum + plan.batchVariables + tensors[node + 1].variables, 0);
    if (zeros > 0) terms.push(overField(field, 'requantisation at a random point', zeros));
    // one of the claims is on the padding of a hidden input, at a random point
    const padding = plan.lookups.columnOfTensor.has(0) ? plan.batchVariables + tensors[0].variables : 0;
    terms.push(overField(field, 'claims on columns to one', claims.columns + padding));
  }
  for (const { tensor, place, variables } of plan.committed) {
    // one coefficient for each claim and one more, and the padding at a random point
    const count = (tensor === 0 ? claims.tensors[0] : 1) + 1 + paddedVariables(variables);
    terms.push(overField(field, `claims on committed tensor ${place} to one`, count));
  }
  if (weights !== undefined) terms.push(overField(field, 'claims on weights to one', weightErrorCount(plan, weights)));
  return terms;
}

/** Returns the numerator of the error of weights/protocol.ts. */
function weightErrorCount(plan: Plan, { layout }: Pick<CommittedWeights, 'layout'>): number {
  const { tensors } = claimCounts(plan);
  const counts = plan.graph.nodes.map((node, index) => committedRoles(node).length * tensors[index + 1]);
  const claims = counts.reduce((a, b) => a + b, 0);
  const { squareVariables } = layout;
  const denseVariables = layout.dense?.packing.variables ?? squareVariables;
  const rounds = 2 * Math.max(squareVariables, denseVariables);
  // variables by which S is shorter than a square: its value has the factor Π (1 − p), which may be zero, and the
  // values beyond S enter as a polynomial in them
  const lacking = Math.max(0, squareVariables - denseVariables);
  // η, the batching of one run and its rounds; λ and the rounds over squares
  return claims + (claims + rounds) + (claims + 1 + 2 * lacking + 2 * (layout.variables - squareVariables));
}

/** Returns the rounds of a node's sumcheck; zero where claims pass by arithmetic. */
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

/** Returns every term of a proof. */
export function securityTerms(
  field: Field<unknown>,
  plan: Plan,
  weights: Pick<CommittedWeights, 'layout'> | undefined,
  commitment: CommitmentParameters | undefined,
): ErrorTerm[] {
  return [
    ...protocolTerms(field, plan, weights),
    TRANSCRIPT,
    ...(commitment === undefined ? [] : errorTerms(field, commitment)),
  ];
}

/** Returns the terms that are not zero and their sum, in bits, slightly too low because log₂|F| is rounded down. */
export function reportOf(terms: readonly ErrorTerm[]): SecurityReport {
  const possible = terms.filter(({ error }) => error > 0n);
  return { total: sumOfErrors(possible), terms: possible.map(({ name, bits }) => ({ name, bits })) };
}

/** Returns the bits, in tenths, of an opening with which all errors add up to 2^−100; undefined if none suffice. */
export function openingBits(others: readonly ErrorTerm[]): number | undefined {
  const left = errorOfBits(SECURITY_BITS) - totalError(others);
  return left > 0n ? tenthsWithin(left) / 10 : undefined;
}

/** Returns the least bits of the commitment that keep the sum at 2^−100, rounded up to a tenth. */
export function commitmentBudget(
  field: Field<unknown>,
  plan: Plan,
  weights: Pick<CommittedWeights, 'layout'> | undefined,
): number {
  // nothing left: the report will fail its check
  return openingBits([...protocolTerms(field, plan, weights), TRANSCRIPT]) ?? SECURITY_BITS + 1;
}

/** @throws InputError if the errors add up to more than 2^−100 */
export function checkSecurity(network: IntegerNetwork, terms: readonly ErrorTerm[]): void {
  if (isWithin(terms, SECURITY_BITS)) return;
  const { total } = reportOf(terms);
  const weakest = terms.reduce((least, term) => (term.error > least.error ? term : least));
  throw new InputError(
    `network ${network.name}: a proof would have ${total.toFixed(1)} bits of security, ${SECURITY_BITS} are required; ` +
      `the largest error is ${weakest.name} (${weakest.bits.toFixed(1)} bits); prove fewer inputs at once`,
  );
}
