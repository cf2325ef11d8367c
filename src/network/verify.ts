// The verifier of a network proof. It holds the key (network, field, digest) and the public signals, and
// takes nothing else for granted: every size comes from the plan of the statement, every table is
// evaluated here. Whatever the bytes, the answer is a verdict.
//
// Order of a proof: statement; root of all committed columns; lookups; values of committed tensors; relations of the
// layers, output to input (claims.ts); all claims on committed weights to one; opening of everything committed.

import { isTyped } from '../bytes.ts';
import { codeOf } from '../commit/recursive/parameters.ts';
import { type VerifiedMember, verifyMatrices } from '../commit/recursive/verify.ts';
import { InputError, Rejection, type RejectionCode } from '../errors.ts';
import { checkIntegers } from '../field/canonical.ts';
import type { Field } from '../field/field.ts';
import { verifyLookups } from '../lookup/verify.ts';
import type { VerifierRelation } from '../sumcheck/relation.ts';
import { verifyRelations } from '../sumcheck/verify-relations.ts';
import type { VerifierChannel } from '../transcript/channel.ts';
import { createVerifierChannel } from '../transcript/verifier-channel.ts';
import { keyFault } from './calls.ts';
import { passClaims, type Step, scaleShape, splitCount } from './claims.ts';
import type { VerifyingKey, WeightStatus } from './key.ts';
import { commitmentMembers } from './members.ts';
import { tensorOpenings } from './openings/tensor-protocol.ts';
import { verifyTensorOpening } from './openings/tensor-verify.ts';
import { verifyOpenings } from './openings/verify.ts';
import type { Plan } from './plan.ts';
import { verifyMatrix } from './relations/matrix/verify.ts';
import { verifyScale } from './relations/scale/verify.ts';
import { verifyWindows } from './relations/windows/verify.ts';
import {
  absorbStatement,
  type CommittedSignals,
  checkSignals,
  claimCommitted,
  claimOutputs,
  committedBesideInput,
  evaluateInput,
  hasCommittedInput,
  PROTOCOL,
  type PublicSignals,
  ROOT_LENGTH,
  statementPoint,
} from './statement.ts';
import { verifyWeightClaims } from './weights/verify.ts';

/** Far more tensors than anyone commits to for one proof. */
const MOST_COMMITTED = 64;

/**
 * The answer of a verifier. `weights` says whether the proof is about public weights, about weights whose registration
 * this program has checked, or about a key that nobody here has checked: then it proves nothing that the key's author
 * could not have made up.
 */
export type Verdict =
  | { readonly ok: true; readonly output: Int32Array; readonly weights: WeightStatus }
  | { readonly ok: false; readonly code: RejectionCode; readonly where: string; readonly message: string };

/**
 * Checks that the key's network takes the public input to the public output. Synchronous, deterministic and
 * total: it never throws, whatever the signals and the bytes. Public integers outside (−p/2, p/2) are `non-canonical`:
 * others are equal to them modulo p.
 */
export function verify<E>(key: VerifyingKey<E>, publicSignals: PublicSignals, proof: Uint8Array): Verdict {
  try {
    const fault = keyFault(key);
    if (fault !== undefined) throw new Rejection('statement', 'key', fault);
    const signals = copySignals(publicSignals);
    checkIntegers(key.field, 'input', signals.input);
    checkIntegers(key.field, 'output', signals.output);
    const plan = key.plan(
      batchOf(key, signals),
      signals.committed?.tensors.map(({ tensor }) => tensor),
    );
    checkSignals(plan, signals);
    const channel = createVerifierChannel(key.field, proof, { context: PROTOCOL });
    verifyProof(key, plan, channel, signals);
    channel.finish();
    return { ok: true, output: signals.output, weights: key.weightStatus };
  } catch (error) {
    if (error instanceof InputError) {
      // the plan of so many inputs: too many, or out of bounds
      return { ok: false, code: 'statement', where: 'input', message: error.message };
    }
    if (error instanceof Rejection) {
      return { ok: false, code: error.code, where: error.where, message: error.message };
    }
    const message = error instanceof Error ? error.message : 'something that is not an error was thrown';
    return { ok: false, code: 'internal', where: 'verify', message };
  }
}

function verifyProof<E>(key: VerifyingKey<E>, plan: Plan, channel: VerifierChannel<E>, signals: PublicSignals): void {
  const { field } = key;
  const { lookups } = plan;
  absorbStatement(channel, key.digest, plan, key.describe(plan), signals);
  const parameters = key.commitment(plan);
  const { columns: member } = commitmentMembers(plan, key.weights);
  const looked = lookups && {
    packing: lookups.packing,
    // what is looked up is committed, and what is committed has parameters
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
    const relations = value.steps.map((step) => stepRelation(field, plan, step));
    const where = value.steps.map(({ node }) => node.name).join(', ');
    const left = channel.within(`layers ${where}`, () => verifyRelations(field, channel, relations));
    turn = claims.next({ claims: left, values: [] });
  }
  const { input, columns, weights } = turn.value;
  if (!hasCommittedInput(plan)) {
    for (const claim of input) {
      if (!field.equal(evaluateInput(field, plan, signals.input, claim.point), claim.value)) {
        throw new Rejection('claim', 'input', 'the public input is not the one that was proven');
      }
    }
  }
  if (parameters === undefined) return;
  const members: VerifiedMember<E>[] = [];
  const { weights: registered } = key;
  if (registered !== undefined) {
    const claim = channel.within('weights', () =>
      verifyWeightClaims(field, channel, plan.graph, registered.layout, weights),
    );
    members.push({ root: registered.root, claim });
  }
  if (looked !== undefined) {
    members.push({ root: looked.root, relation: verifyOpenings(field, channel, looked.packing, columns) });
  }
  const openings = tensorOpenings(plan, input, committed);
  signals.committed?.tensors.forEach(({ root }, k) => {
    members.push({ root, relation: verifyTensorOpening(field, channel, openings[k]) });
  });
  channel.within('commitment', () => verifyMatrices(field, channel, parameters, members));
}

function stepRelation<E>(field: Field<E>, plan: Plan, { node, output }: Step<E>): VerifierRelation<E> {
  switch (node.kind) {
    case 'matrix':
      return verifyMatrix(field, node, plan.batchVariables, output);
    case 'windows':
      return verifyWindows(field, node, plan.batchVariables, output);
    case 'scale':
      return verifyScale(field, node, scaleShape(plan, node), output);
  }
}

/** Undefined where there is no holder. Whatever a getter throws is not looked at: it could throw again. */
function readField(holder: unknown, name: string | number): unknown {
  try {
    return (holder as Readonly<Record<string | number, unknown>>)[name];
  } catch {
    return undefined;
  }
}

/** Copies, so that a caller's later change cannot reach a verdict; refuses what is not integers and roots. */
function copySignals(signals: PublicSignals): PublicSignals {
  const copy = (name: 'input' | 'output'): Int32Array => {
    const values: unknown = readField(signals, name);
    if (!isTyped(values, 'Int32Array')) {
      throw new Rejection('statement', name, `the public ${name} is not an Int32Array`);
    }
    return new Int32Array(values as Int32Array);
  };
  const values = { input: copy('input'), output: copy('output') };
  const committed = readField(signals, 'committed');
  return committed === undefined ? values : { ...values, committed: copyCommitted(committed) };
}

function copyCommitted(committed: unknown): CommittedSignals {
  const batch = readField(committed, 'batch');
  const list = readField(committed, 'tensors');
  const count = Array.isArray(list) ? readField(list, 'length') : undefined;
  if (!Number.isSafeInteger(batch) || !(typeof count === 'number' && count >= 1 && count <= MOST_COMMITTED)) {
    throw new Rejection(
      'statement',
      'committed',
      `commitments are a batch and a list of 1 to ${MOST_COMMITTED} tensors`,
    );
  }
  const tensors = Array.from({ length: count }, (_, k) => {
    const entry = readField(list, k);
    const [tensor, bytes] = [readField(entry, 'tensor'), readField(entry, 'root')];
    // the copy's length is the number of its bytes, whatever the given array says of itself
    const root = isTyped(bytes, 'Uint8Array') ? new Uint8Array(bytes) : undefined;
    if (!Number.isSafeInteger(tensor) || root?.length !== ROOT_LENGTH) {
      throw new Rejection('statement', `committed[${k}]`, `it is not a tensor and a root of ${ROOT_LENGTH} bytes`);
    }
    return { tensor: tensor as number, root };
  });
  return { batch: batch as number, tensors };
}

function batchOf(key: VerifyingKey<unknown>, { input, committed }: PublicSignals): number {
  const batch = committed?.batch ?? input.length / key.inputLength;
  if (!Number.isInteger(batch) || batch < 1) {
    throw new Rejection('statement', 'input', `${input.length} values are not whole inputs of ${key.inputLength}`);
  }
  return batch;
}
