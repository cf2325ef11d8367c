// The verifier of a registration (protocol.ts). It holds the public part of the model, which gives every size.
// For any bytes the answer is a verdict.

import { codeOf } from '../../commit/recursive/parameters.ts';
import { type VerifiedMember, verifyMatrices } from '../../commit/recursive/verify.ts';
import { verifyLookups } from '../../lookup/verify.ts';
import { verifyRelations } from '../../sumcheck/verify-relations.ts';
import type { VerifierChannel } from '../../transcript/channel.ts';
import { createVerifierChannel } from '../../transcript/verifier-channel.ts';
import { toVerdict, type Verdict } from '../../verdict.ts';
import { verifyOpenings } from '../proof/columns/verify.ts';
import { evaluateSum } from './evaluate.ts';
import {
  absorbRegistration,
  claimWeights,
  drawChallenges,
  prepareRegistration,
  REGISTRATION_PROTOCOL,
  type Registration,
  type RegistrationStatement,
  weightRelation,
} from './protocol.ts';

/** Checks that the committed weights satisfy the statement. Synchronous, deterministic and total (verdict.ts). */
export function verifyRegistration<E>(statement: RegistrationStatement<E>, proof: Uint8Array): Verdict {
  return toVerdict('key', () => {
    checkRegistration(statement, proof);
    return {};
  });
}

/** @throws Rejection or InputError unless the committed weights were proven to satisfy the statement */
export function checkRegistration<E>(statement: RegistrationStatement<E>, proof: Uint8Array): void {
  const registration = prepareRegistration(statement);
  const channel = createVerifierChannel(statement.field, proof, { context: REGISTRATION_PROTOCOL });
  verifyProof(registration, channel);
  channel.finish();
}

function verifyProof<E>(registration: Registration<E>, channel: VerifierChannel<E>): void {
  const { field, plan, parameters } = registration;
  const { lookups } = plan;
  absorbRegistration(channel, registration);
  const looked = lookups && {
    packing: lookups.packing,
    root: channel.receiveBytes('root', codeOf(parameters, 1).digestLength),
    claims: channel.within('lookup', () => verifyLookups(field, channel, lookups.shape)),
  };
  const claims = claimWeights(field, channel, plan, looked?.claims);
  const challenges = drawChallenges(field, channel, plan, claims);
  const [[claim]] = channel.within('weights', () =>
    verifyRelations(field, channel, [
      {
        ...weightRelation(field, plan, claims, challenges),
        evaluate: (point, [value]) => evaluateSum(field, plan, claims, challenges, point, value),
      },
    ]),
  );
  const members: VerifiedMember<E>[] = [{ root: registration.root, claim }];
  if (looked !== undefined) {
    members.push({ root: looked.root, relation: verifyOpenings(field, channel, looked.packing, claims.columns) });
  }
  channel.within('commitment', () => verifyMatrices(field, channel, parameters, members));
}
