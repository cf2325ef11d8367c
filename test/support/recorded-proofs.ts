// Honest proofs and registrations with every step of their transcripts.

import type { Plan, ProvingKey, PublicSignals } from '../../src/network/index.ts';
import { registrationStatement } from '../../src/network/keys/read-key.ts';
import { proveWitness } from '../../src/network/proof/prove-witness.ts';
import { commitCube } from '../../src/network/proof/tensors/commit.ts';
import { makeWitness } from '../../src/network/proof/witness.ts';
import {
  prepareRegistration,
  REGISTRATION_PROTOCOL,
  type Registration,
} from '../../src/network/registration/protocol.ts';
import { proveRegistrationWitness } from '../../src/network/registration/prove.ts';
import { makeRegistrationWitness, weightSource } from '../../src/network/registration/witness.ts';
import { withWorkspace } from '../../src/network/run/workspace.ts';
import { PROTOCOL } from '../../src/network/statement/statement.ts';
import { recordingChannel, type Step } from './recording.ts';

/** A proof about whole inputs, and the plan that it follows. */
export interface RecordedProof {
  readonly plan: Plan;
  readonly publicSignals: PublicSignals;
  readonly proof: Uint8Array;
  readonly steps: readonly Step[];
}

/** @param commit - the network's tensors that are committed to instead of shown */
export function recordedProof<E>(
  key: ProvingKey<E>,
  input: Int32Array,
  commit: readonly number[] = [],
): Promise<RecordedProof> {
  const plan = key.plan(input.length / key.inputLength, commit);
  return withWorkspace(key, {}, async (workspace) => {
    const made = makeWitness(plan, input);
    const vectors = plan.committed.map(({ place }) =>
      commitCube(workspace.engine, workspace.hasher, made.tensors[place]),
    );
    const tensors = plan.committed.map(({ tensor }, k) => ({ tensor, root: vectors[k].matrix.root }));
    const publicSignals =
      tensors.length === 0 ? made.publicSignals : { ...made.publicSignals, committed: { batch: plan.batch, tensors } };
    const { channel, steps } = recordingChannel(key.field, PROTOCOL);
    await proveWitness(key, plan, { ...made, publicSignals }, vectors, channel, workspace);
    return { plan, publicSignals, proof: channel.bytes(), steps };
  });
}

/** The registration of a model that was registered. */
export interface RecordedRegistration<E> {
  readonly registration: Registration<E>;
  readonly proof: Uint8Array;
  readonly steps: readonly Step[];
}

export function recordedRegistration<E>(key: ProvingKey<E>): Promise<RecordedRegistration<E>> {
  const registration = prepareRegistration(registrationStatement(key));
  return withWorkspace(key, {}, async ({ engine, hasher, weights }) => {
    if (weights === undefined) throw new Error('the key has no committed weights');
    // the key's own graph has the weights
    const entries = weightSource(key.graph, registration.layout);
    const witness = makeRegistrationWitness(registration.plan, entries);
    const { channel, steps } = recordingChannel(key.field, REGISTRATION_PROTOCOL);
    await proveRegistrationWitness(registration, weights.matrix, entries, witness, channel, { engine, hasher });
    return { registration, proof: channel.bytes(), steps };
  });
}
