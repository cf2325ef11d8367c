// Proof files: public weights, committed tensors, committed weights, another field. A proof has one encoding, and
// every part of it is absorbed or checked against what was: no mutant is accepted, be its statement true or not.

import { Rejection } from '../../../src/errors.ts';
import { bn254 } from '../../../src/field/index.ts';
import {
  checkProofNetwork,
  compile,
  decodeProofFile,
  encodeProofFile,
  type ProvingKey,
  type PublicSignals,
  readKey,
  type VerifyingKey,
  verify,
} from '../../../src/network/index.ts';
import type { IntegerNetwork } from '../../../src/network/model/network.ts';
import { convolutional, inputsOf, perceptron } from '../../support/networks.ts';
import { recordedProof } from '../../support/recorded-proofs.ts';
import { registerFiles } from '../../support/registered.ts';
import { mutate } from '../mutate.ts';
import { joined, type Piece, piecesSent, words } from '../pieces.ts';
import type { Random } from '../random.ts';
import { Finding, type FuzzCase, type Prepared, same, type Target } from '../target.ts';

interface Base<E> {
  readonly key: VerifyingKey<E>;
  readonly file: Uint8Array;
  readonly signals: PublicSignals;
  readonly header: readonly Piece[];
  readonly proof: readonly Piece[];
}

const HEADER_LENGTH = 57;
const TENSOR_LENGTH = 30;

/** The fields before the proof in its file. */
function headerPieces(file: Uint8Array, { input, output, committed }: PublicSignals): Piece[] {
  const part = (kind: Piece['kind'], what: string, start: number, end: number): Piece => ({
    kind,
    what,
    bytes: file.slice(start, end),
  });
  const counts = ['batch', 'tensors', 'inputs', 'outputs', 'length'];
  return [
    part('bytes', 'the magic', 0, 4),
    part('byte', 'the version', 4, 5),
    part('bytes', 'the digest', 5, 37),
    ...counts.map((what, k) => part('word', what, 37 + 4 * k, 41 + 4 * k)),
    ...(committed?.tensors ?? []).flatMap((_, k) => {
      const start = HEADER_LENGTH + TENSOR_LENGTH * k;
      return [part('word', 'a tensor', start, start + 4), part('bytes', 'a root', start + 4, start + TENSOR_LENGTH)];
    }),
    words('the input', input),
    words('the output', output),
  ];
}

async function makeBase<E>(
  provingKey: ProvingKey<E>,
  key: VerifyingKey<E>,
  input: Int32Array,
  commit: readonly number[],
): Promise<Base<E>> {
  const { proof, publicSignals, steps } = await recordedProof(provingKey, input, commit);
  const file = encodeProofFile(key.digest, publicSignals, proof);
  return {
    key,
    file,
    signals: publicSignals,
    header: headerPieces(file, publicSignals),
    proof: piecesSent(proof, steps),
  };
}

const integers = (bytes: Uint8Array): Int32Array => new Int32Array(bytes.slice(0, bytes.length & ~3).buffer);

/** Public signals with one thing changed, in a file whose counts fit. */
function changedSignals<E>(random: Random, { key, signals, proof }: Base<E>, donor: Base<E>): FuzzCase {
  const which = random.pick(['input', 'output'] as const);
  const { pieces, what } = mutate(random, [words(which, signals[which])], [words(which, donor.signals[which])]);
  let { committed } = signals;
  if (committed !== undefined && random.oneIn(2)) {
    const at = random.below(committed.tensors.length);
    const { tensor, root } = committed.tensors[at];
    const other = root.slice();
    other[random.below(other.length)] ^= 1 << random.below(8);
    const changed = random.pick([
      { tensor, root: other },
      { tensor: tensor + 1 + random.below(3), root },
      { tensor, root: donor.signals.committed?.tensors[at]?.root ?? other },
    ]);
    const tensors = committed.tensors.map((each, k) => (k === at ? changed : each));
    committed = random.oneIn(2) ? { ...committed, batch: random.integer() % 2 ** 32 } : { ...committed, tensors };
  }
  const values = { ...signals, [which]: integers(joined(pieces)) };
  try {
    const file = encodeProofFile(
      key.digest,
      committed === undefined ? values : { ...values, committed },
      joined(proof),
    );
    return { files: { proof: file }, what: `signals: ${what}` };
  } catch {
    return {
      files: { proof: encodeProofFile(key.digest, signals, joined(proof.slice(1))) },
      what: 'without the first message',
    };
  }
}

function mutantFile<E>(random: Random, bases: readonly Base<E>[]): FuzzCase {
  const [base, donor] = [random.pick(bases), random.pick(bases)];
  const kind = random.below(8);
  if (kind === 0) {
    const { pieces, what } = mutate(random, [...base.header, ...base.proof], [...donor.header, ...donor.proof]);
    return { files: { proof: joined(pieces) }, what };
  }
  if (kind === 1) return changedSignals(random, base, donor);
  const { pieces, what } = mutate(random, base.proof, donor.proof);
  return { files: { proof: encodeProofFile(base.key.digest, base.signals, joined(pieces)) }, what };
}

function prepared<E>(bases: readonly Base<E>[]): Prepared {
  const [{ key }] = bases;
  for (const { file } of bases) run(file);
  return { make: (random) => mutantFile(random, bases), run: ({ proof }) => run(proof) };

  function run(bytes: Uint8Array): void {
    const file = decodeProofFile(bytes);
    if (!same(encodeProofFile(file.digest, file.publicSignals, file.proof), bytes)) {
      throw new Finding('a proof file is written otherwise');
    }
    checkProofNetwork(key, file);
    const verdict = verify(key, file.publicSignals, file.proof);
    if (!verdict.ok) {
      if (verdict.code === 'internal') throw new Finding(`internal error of verify: ${verdict.message}`);
      throw new Rejection(verdict.code, verdict.where, verdict.message);
    }
    if (!bases.some((base) => same(base.file, bytes))) throw new Finding('a proof was accepted that nobody made');
  }
}

/** Memory of a verifier: some tables of the plan, and a multiple of the proof. */
const MEMORY = { perByte: 256, constant: 2 ** 25 };

function publicTarget(name: string, network: IntegerNetwork, commit: readonly number[]): Target {
  return {
    name,
    memory: MEMORY,
    async prepare() {
      const { provingKey, verifyingKey } = compile(network);
      const inputs = [2, 3].map((seed) => inputsOf(network, 2, seed));
      return prepared(await Promise.all(inputs.map((input) => makeBase(provingKey, verifyingKey, input, commit))));
    },
  };
}

const small = perceptron({ sizes: [5, 7, 3] });

export const proofTargets: readonly Target[] = [
  publicTarget('verify', small, []),
  publicTarget('verify-images', convolutional({ seed: 3 }), []),
  publicTarget('verify-tensors', small, [0, 4]),
  // nothing is shown: only the file says how many inputs there are
  publicTarget('verify-hidden', small, [0, 6]),
  {
    name: 'verify-registered',
    memory: MEMORY,
    async prepare() {
      const { provingKey, keyFile, registration } = await registerFiles(small);
      const key = readKey(keyFile, { registration });
      const inputs = [2, 3].map((seed) => inputsOf(small, 1, seed));
      return prepared(await Promise.all(inputs.map((input) => makeBase(provingKey, key, input, [0]))));
    },
  },
  {
    name: 'verify-bn254',
    memory: MEMORY,
    async prepare() {
      const { provingKey, verifyingKey } = compile(perceptron({ sizes: [3, 2] }), { field: bn254 });
      const inputs = [2, 3].map((seed) => inputsOf(provingKey.network, 1, seed));
      return prepared(await Promise.all(inputs.map((input) => makeBase(provingKey, verifyingKey, input, []))));
    },
  },
];
