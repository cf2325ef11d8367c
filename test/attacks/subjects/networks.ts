// Whole proofs: perceptrons and networks of images, over public and committed weights, with inputs, outputs and tensors
// behind roots, one input and several, over both fields; registrations, and claims of accuracy.

import { decodeAccuracy, encodeAccuracy } from '../../../src/accuracy/file.ts';
import { proveAccuracy, verifyAccuracy } from '../../../src/accuracy/index.ts';
import { bn254 } from '../../../src/field/index.ts';
import { compile } from '../../../src/network/index.ts';
import { prepareRegistration, REGISTRATION_PROTOCOL } from '../../../src/network/registration/protocol.ts';
import { proveRegistrationWitness } from '../../../src/network/registration/prove.ts';
import { verifyRegistration } from '../../../src/network/registration/verify.ts';
import { makeRegistrationWitness } from '../../../src/network/registration/witness.ts';
import { type Forgery, networkSubject, type Subject, verdictVerifier } from '../../../src/testing/index.ts';
import { commitModel } from '../../network/registration/support.ts';
import { registered } from '../../network/weights/support.ts';
import { amountOf, isFull } from '../../support/depth.ts';
import { convolutional, inputsOf, perceptron } from '../../support/networks.ts';

/** Witnesses that lie: their proofs are made before an assault, so that at quick depth there are as many as it takes. */
const lies = (full: number): number => (isFull ? full : amountOf('forgeries'));

const small = perceptron({ sizes: [7, 6, 5, 3], seed: 8 });

/** One multiplier for all in one layer, one each in the others: both kinds of claims on biases. */
const mixed = {
  ...small,
  layers: small.layers.map((layer) =>
    layer.kind === 'affine' && layer.name === 'affine 2'
      ? { ...layer, multipliers: layer.multipliers.map(() => 3) }
      : layer,
  ),
};

type Made = Promise<Subject<unknown>>;
const general = <E>(subject: Subject<E>): Subject<unknown> => subject as unknown as Subject<unknown>;

export async function publicPerceptron(name: string, batch: number): Made {
  return general(await networkSubject({ name, ...compile(mixed), input: inputsOf(mixed, batch), lies: lies(24) }));
}

export async function publicImages(name: string, seed: number): Made {
  const network = convolutional({ seed });
  return general(await networkSubject({ name, ...compile(network), input: inputsOf(network, 1), lies: lies(24) }));
}

export async function committedImages(name: string, seed: number): Made {
  const network = convolutional({ seed });
  return general(
    await networkSubject({ name, ...(await registered(network)), input: inputsOf(network, 1), lies: lies(12) }),
  );
}

export async function committedWeights(name: string, batch: number, committed: readonly number[] = []): Made {
  return general(
    await networkSubject({
      name,
      ...(await registered(mixed)),
      input: inputsOf(mixed, batch),
      committed,
      lies: lies(24),
    }),
  );
}

export async function committedTensors(name: string, batch: number, committed: readonly number[]): Made {
  return general(
    await networkSubject({ name, ...compile(mixed), input: inputsOf(mixed, batch), committed, lies: lies(16) }),
  );
}

export async function overBn254(name: string): Made {
  const network = perceptron({ sizes: [4, 3, 2], seed: 3 });
  return general(
    await networkSubject({ name, ...compile(network, { field: bn254 }), input: inputsOf(network, 1), lies: lies(6) }),
  );
}

export const lastTensor: number = mixed.layers.length;

/** The statement of a key about committed weights. */
export function registrationSubject(name: string): Subject<unknown> {
  const network = perceptron({ sizes: [7, 6, 4], seed: 8 });
  const model = commitModel(network);
  const { statement, workspace } = model;
  const prove =
    (of: typeof model): Subject<(typeof statement.field)['zero']>['prove'] =>
    async (channel) => {
      const registration = prepareRegistration(statement);
      const witness = makeRegistrationWitness(registration.plan, of.source);
      const mark = workspace.engine.mark();
      try {
        await proveRegistrationWitness(registration, of.matrix, of.source, witness, channel, workspace);
      } finally {
        workspace.engine.release(mark);
      }
    };
  const forgeries = Array.from({ length: 24 }, (_, k): Forgery<(typeof statement.field)['zero']> => {
    const [place, size] = [Math.floor((k * model.entries.length) / 24), [2, 5, -2, 1][k % 4]];
    const change = (entries: Int32Array): void => {
      entries[place] += size;
    };
    return {
      name: `weight ${place} and ${size} more`,
      kind: 'witness',
      prove: (channel) => prove(commitModel(network, { change }))(channel),
    };
  });
  return general({
    name,
    field: statement.field,
    context: REGISTRATION_PROTOCOL,
    prove: prove(model),
    verify: verdictVerifier((proof, field) => verifyRegistration({ ...statement, field }, proof)),
    forgeries,
    free: ['nonce', 'work'],
  });
}

/** The second of two proofs of a claim about accuracy; the claim around it is the verifier's to read. */
export async function accuracySubject(name: string): Made {
  const network = perceptron({ sizes: [5, 4, 3], seed: 3, density: 0.5 });
  const keys = compile(network);
  const samples = inputsOf(network, 4);
  const labels = [0, 1, 2, 0];
  const { statement } = await proveAccuracy(keys.provingKey, samples, labels, { samplesPerProof: 2 });
  const claim = decodeAccuracy(statement);
  const half = await networkSubject({ name, ...keys, input: samples.slice(samples.length / 2), lies: 0 });
  const claiming = (parts: typeof claim.parts, atLeast = claim.atLeast): Uint8Array =>
    encodeAccuracy({ ...claim, parts, atLeast });
  const judge = (bytes: Uint8Array, field: typeof half.field) =>
    verifyAccuracy({ ...keys.verifyingKey, field }, samples, labels, bytes);
  const withProof = (proof: Uint8Array): typeof claim.parts => [claim.parts[0], { ...claim.parts[1], proof }];
  const forgeries: Forgery<(typeof half.field)['zero']>[] = [
    {
      name: 'one label more',
      kind: 'claim',
      prove: half.prove,
      verify: verdictVerifier((proof, field) => judge(claiming(withProof(proof), claim.atLeast + 1), field)),
    },
    {
      name: 'the first part twice',
      kind: 'claim',
      prove: half.prove,
      verify: verdictVerifier((_, field) => judge(claiming([claim.parts[0], claim.parts[0]]), field)),
    },
  ];
  return general({
    ...half,
    verify: verdictVerifier((proof, field) => judge(claiming(withProof(proof)), field)),
    forgeries,
  });
}
