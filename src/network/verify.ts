// The verifier of a network proof. It holds the key (network, field, digest) and the public signals, and
// takes nothing else for granted: every size comes from the plan of the statement, every table is
// evaluated here. Whatever the bytes, the answer is a verdict.
//
// Order of a proof: statement; root of all committed columns; lookups; relations of the layers, output to
// input (claims.ts); all claims on columns to one; opening.

import { isTyped } from '../bytes.ts';
import { tensorCodeVerifier } from '../commit/tensor-code/verify.ts';
import { InputError, Rejection, type RejectionCode } from '../errors.ts';
import type { Field } from '../field/field.ts';
import { verifyLookups } from '../lookup/verify.ts';
import type { VerifierRelation } from '../sumcheck/relation.ts';
import { verifyRelations } from '../sumcheck/verify-relations.ts';
import type { VerifierChannel } from '../transcript/channel.ts';
import { createVerifierChannel } from '../transcript/verifier-channel.ts';
import { passClaims, type Step, scaleShape, splitCount } from './claims.ts';
import type { VerifyingKey } from './key.ts';
import { verifyOpenings } from './openings/verify.ts';
import type { Plan } from './plan.ts';
import { verifyMatrix } from './relations/matrix/verify.ts';
import { verifyScale } from './relations/scale/verify.ts';
import { verifyWindows } from './relations/windows/verify.ts';
import {
  absorbStatement,
  checkSignals,
  claimOutputs,
  evaluateInput,
  PROTOCOL,
  type PublicSignals,
} from './statement.ts';

/** The answer of a verifier. */
export type Verdict =
  | { readonly ok: true; readonly output: Int32Array }
  | { readonly ok: false; readonly code: RejectionCode; readonly where: string; readonly message: string };

/**
 * Checks that the key's network takes the public input to the public output. Synchronous, deterministic and
 * total: it never throws, whatever the signals and the bytes.
 */
export function verify<E>(key: VerifyingKey<E>, publicSignals: PublicSignals, proof: Uint8Array): Verdict {
  try {
    const signals = copySignals(publicSignals);
    if (!isTyped(proof, 'Uint8Array')) throw new Rejection('bad-header', 'proof', 'the proof is not a Uint8Array');
    const plan = key.plan(batchOf(key, signals));
    checkSignals(plan, signals);
    const channel = createVerifierChannel(key.field, proof, { context: PROTOCOL });
    verifyProof(key, plan, channel, signals);
    channel.finish();
    return { ok: true, output: signals.output };
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
  const commitment = parameters === undefined ? undefined : tensorCodeVerifier(field, parameters).receive(channel);
  const lookupClaims =
    lookups === undefined ? undefined : channel.within('lookup', () => verifyLookups(field, channel, lookups.shape));
  const outputClaims = claimOutputs(field, channel, plan, lookupClaims?.rowPoint ?? [], signals);
  const claims = passClaims(field, plan, lookupClaims, outputClaims);
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
    turn = claims.next({ claims: left.map(([claim]) => claim), values: [] });
  }
  const { input, columns } = turn.value;
  for (const claim of input) {
    if (!field.equal(evaluateInput(field, plan, signals.input, claim.point), claim.value)) {
      throw new Rejection('claim', 'input', 'the public input is not the one that was proven');
    }
  }
  if (lookups !== undefined && commitment !== undefined) {
    const claim = channel.within('openings', () => verifyOpenings(field, channel, lookups.packing, columns));
    channel.within('commitment', () => commitment.verify(channel, claim.point, claim.value));
  }
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

/** Whatever a getter throws is not looked at: it could throw again. */
function readField(signals: PublicSignals, name: 'input' | 'output'): unknown {
  try {
    return signals?.[name];
  } catch {
    return undefined;
  }
}

/** Copies, so that a caller's later change cannot reach a verdict; refuses what is not integers. */
function copySignals(signals: PublicSignals): PublicSignals {
  const copy = (name: 'input' | 'output'): Int32Array => {
    const values: unknown = readField(signals, name);
    if (!isTyped(values, 'Int32Array')) {
      throw new Rejection('statement', name, `the public ${name} is not an Int32Array`);
    }
    return new Int32Array(values as Int32Array);
  };
  return { input: copy('input'), output: copy('output') };
}

function batchOf(key: VerifyingKey<unknown>, { input }: PublicSignals): number {
  const batch = input.length / key.inputLength;
  if (!Number.isInteger(batch) || batch < 1) {
    throw new Rejection('statement', 'input', `${input.length} values are not whole inputs of ${key.inputLength}`);
  }
  return batch;
}
