// The error of a network proof, term by term: a bound on the probability that a cheating prover is believed
// (statistically, with the hash functions as random oracles), summed over everything that is drawn.

import { type ErrorTerm, sumOfErrors } from '../commit/scheme.ts';
import { errorTerms, type TensorCodeParameters } from '../commit/tensor-code/parameters.ts';
import { InputError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import { lookupErrorCount } from '../lookup/protocol.ts';
import { rulesOf } from './layers/registry.ts';
import type { IntegerNetwork } from './network.ts';
import type { Plan } from './plan.ts';
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
  const { layers } = plan.network;
  const terms = [overField(field, 'output at a random point', Math.max(1, outputVariables(plan)))];
  for (const [index, layer] of layers.entries()) {
    const reduction = rulesOf(layer).reduction(layer);
    if (reduction !== 'plain' && reduction !== 'weighted') continue;
    const input = plan.batchVariables + plan.tensors[layer.input].variables;
    // rounds of degree two, one batching coefficient; once more for each further claim on the tensor
    const readers = Math.max(1, layers.filter((reader) => reader.input === index + 1).length);
    terms.push(overField(field, `sumcheck of ${layer.name}`, readers * (2 * input + 1)));
  }
  if (plan.lookups !== undefined) {
    const { shape, packing, columns, requantised } = plan.lookups;
    terms.push(overField(field, 'lookups', lookupErrorCount(shape)));
    // q, ρ and z as polynomials at the lookups' point
    const zeros = requantised.reduce(
      (sum, { layer }) => sum + plan.batchVariables + plan.tensors[layer + 1].variables,
      0,
    );
    terms.push(overField(field, 'requantisation at a random point', zeros));
    // each column has at most one claim from the lookups and one for each of its readers
    const claims = columns.length + layers.length;
    terms.push(overField(field, 'claims on columns to one', claims + 2 * packing.variables));
  }
  return terms;
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
