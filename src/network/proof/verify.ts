// The verifier of a network proof. It holds the key (network, field, digest) and the public signals, and trusts
// nothing else: every size comes from the plan of the statement, every table is evaluated here. For any bytes
// the answer is a verdict.
//
// Order of a proof: statement; root of all committed columns; lookups; values of committed tensors; relations of the
// layers, output to input (claims.ts); all claims on committed weights to one; opening of everything committed.

import { readField } from '../../bytes.ts';
import { type CommitmentParameters, codeOf } from '../../commit/recursive/parameters.ts';
import { type VerifiedMember, verifyMatrices } from '../../commit/recursive/verify.ts';
import { Rejection } from '../../errors.ts';
import { checkIntegers } from '../../field/canonical.ts';
import type { Field } from '../../field/field.ts';
import { verifyLookups } from '../../lookup/verify.ts';
import { verifyLinear } from '../../sparse/verify.ts';
import type { VerifierRelation } from '../../sumcheck/relation.ts';
import { verifyRelations } from '../../sumcheck/verify-relations.ts';
import type { VerifierChannel } from '../../transcript/channel.ts';
import { createVerifierChannel } from '../../transcript/verifier-channel.ts';
import { toVerdict, type Verdict } from '../../verdict.ts';
import { linearStatement } from '../relations/nodes.ts';
import { verifyScale } from '../relations/scale/verify.ts';
import { verifyWindows } from '../relations/windows/verify.ts';
import { requireKey } from '../statement/calls.ts';
import type { VerifyingKey, WeightStatus } from '../statement/key.ts';
import { commitmentMembers } from '../statement/members.ts';
import type { Plan } from '../statement/plan.ts';
import { copySignals, type PublicSignals } from '../statement/signals.ts';
import {
  absorbStatement,
  checkSignals,
  claimCommitted,
  claimOutputs,
  committedBesideInput,
  evaluateInput,
  hasPublicInput,
  PROTOCOL,
  statementPoint,
} from '../statement/statement.ts';
import { verifyWeightClaims } from '../weights/verify.ts';
import { passClaims, type Step, scaleShape, splitCount } from './claims.ts';
import type { ColumnClaim } from './columns/protocol.ts';
import { verifyOpenings } from './columns/verify.ts';
import { tensorOpenings } from './tensors/protocol.ts';
import { verifyTensorOpening } from './tensors/verify.ts';

/**
 * A proof's verdict. `weights` says whether the proof is about public weights, about weights whose registration
 * this program has checked, or about a key that this program has not checked: then the author of the key
 * may have made it up, and the proof proves nothing.
 *
 * @example
 * ```ts
 * import type { NetworkVerdict } from 'ternary-gkr';
 *
 * const summary = (verdict: NetworkVerdict): string =>
 *   verdict.ok ? `valid, weights ${verdict.weights}` : `invalid at ${verdict.where}: ${verdict.message}`;
 * ```
 */
export type NetworkVerdict = Verdict<{ readonly output: Int32Array; readonly weights: WeightStatus }>;

/**
 * Checks that the key's network takes the public input to the public output. Synchronous, deterministic and
 * total: any signals and bytes give a verdict (verdict.ts). Public integers outside (−p/2, p/2) are `non-canonical`: others
 * are equal to them modulo p.
 *
 * @throws UsageError if the key is not one
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork, prove, verify } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { provingKey, verifyingKey } = compile(network);
 * const { publicSignals, proof } = await prove(provingKey, [5, 3]);
 * console.log(verify(verifyingKey, publicSignals, proof).ok); // true
 * const forged = { ...publicSignals, output: Int32Array.of(2, 4) };
 * console.log(verify(verifyingKey, forged, proof).ok); // false
 * ```
 */
export function verify<E>(key: VerifyingKey<E>, publicSignals: PublicSignals, proof: Uint8Array): NetworkVerdict {
  requireKey(key);
  // an InputError is about the plan: the batch is too large, or values are out of bounds
  return toVerdict('input', () => {
    const signals = copySignals(publicSignals);
    if (readField(publicSignals, 'hidden') !== undefined) {
      throw new Rejection('statement', 'hidden', 'use verifyHidden');
    }
    checkIntegers(key.field, 'input', signals.input);
    checkIntegers(key.field, 'output', signals.output);
    const plan = key.plan(
      batchOf(key, signals),
      signals.committed?.tensors.map(({ tensor }) => tensor),
    );
    checkSignals(plan, signals);
    const channel = createVerifierChannel(key.field, proof, { context: PROTOCOL });
    const parameters = key.commitment(plan);
    verifyProof(key, plan, channel, signals, {
      text: key.describe(plan),
      parameters,
      // what is opened has parameters
      open: (members) => verifyMatrices(key.field, channel, parameters!, members),
    });
    channel.finish();
    return { output: signals.output, weights: key.weightStatus };
  });
}

/** The opening at the end of a proof. */
export interface Opening<E> {
  /** The parameters as the statement names them. */
  readonly text: string;
  /** Undefined if nothing is committed. */
  readonly parameters: CommitmentParameters | undefined;
  open(members: readonly VerifiedMember<E>[]): void;
  /** Reduces the claims on columns where there is a hidden input among them. */
  columns?(claims: readonly ColumnClaim<E>[]): VerifierRelation<E>;
}

/**
 * Verifies a proof of checked signals.
 *
 * @throws Rejection at the first check that fails
 */
export function verifyProof<E>(
  key: Pick<VerifyingKey<E>, 'field' | 'digest' | 'weights'>,
  plan: Plan,
  channel: VerifierChannel<E>,
  signals: PublicSignals,
  { text, parameters, open, columns: reduce }: Opening<E>,
): void {
  const { field } = key;
  const { lookups } = plan;
  const { columns: member } = commitmentMembers(plan, key.weights);
  absorbStatement(channel, key.digest, plan, text, signals);
  const looked = lookups && {
    packing: lookups.packing,
    // if anything is looked up, columns are committed, and a commitment has parameters
    root: channel.receiveBytes('root', codeOf(parameters!, member!).digestLength),
    claims: channel.within('lookup', () => verifyLookups(field, channel, lookups.shape)),
  };
  const point = statementPoint(channel, plan, looked?.claims.rowPoint ?? []);
  const committedCount = committedBesideInput(plan).length;
  const committed = claimCommitted(plan, point, committedCount === 0 ? [] : channel.receive('tensors', committedCount));
  const claims = passClaims(field, plan, looked?.claims, [...claimOutputs(field, plan, point, signals), ...committed]);
  let turn = claims.next();
  while (!turn.done) {
    const { value } = turn;
    if (value.kind === 'split') {
      const where = value.splits.map(({ node }) => node.name).join(', ');
      const values = channel.within(`layers ${where}`, () => channel.receive('terms', splitCount(value.splits)));
      turn = claims.next({ claims: [], values });
      continue;
    }
    const relations = value.steps.map((step) => stepRelation(field, channel, plan, step));
    const where = value.steps.map(({ node }) => node.name).join(', ');
    const left = channel.within(`layers ${where}`, () => verifyRelations(field, channel, relations));
    turn = claims.next({ claims: left, values: [] });
  }
  const { input, columns, weights } = turn.value;
  if (hasPublicInput(plan)) {
    for (const claim of input) {
      const value = evaluateInput(field, plan, signals.input, claim.point);
      channel.require(value, claim.value, 'claim', 'the public input is not the one that was proven', 'input');
    }
  }
  const members: VerifiedMember<E>[] = [];
  const { weights: registered } = key;
  if (registered !== undefined) {
    const claim = channel.within('weights', () =>
      verifyWeightClaims(field, channel, plan.graph, registered.layout, weights),
    );
    members.push({ root: registered.root, claim });
  }
  if (looked !== undefined) {
    const relation = reduce?.(columns) ?? verifyOpenings(field, channel, looked.packing, columns);
    members.push({ root: looked.root, relation });
  }
  const openings = tensorOpenings(plan, input, committed);
  signals.committed?.tensors.forEach(({ root }, k) => {
    members.push({ root, relation: verifyTensorOpening(field, channel, openings[k]) });
  });
  if (members.length > 0) channel.within('commitment', () => open(members));
}

function stepRelation<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  plan: Plan,
  { node, output }: Step<E>,
): VerifierRelation<E> {
  switch (node.kind) {
    case 'matrix':
      return verifyLinear(field, channel, linearStatement(node, plan.batchVariables), output);
    case 'windows':
      return verifyWindows(field, node, plan.batchVariables, output);
    case 'scale':
      return verifyScale(field, node, scaleShape(plan, node), output);
  }
}

function batchOf(key: VerifyingKey<unknown>, { input, committed }: PublicSignals): number {
  const batch = committed?.batch ?? input.length / key.inputLength;
  if (!Number.isInteger(batch) || batch < 1) {
    throw new Rejection('statement', 'input', `${input.length} values are not whole inputs of ${key.inputLength}`);
  }
  return batch;
}
