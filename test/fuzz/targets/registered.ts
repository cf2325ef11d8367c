// Files of registered models: keys, registrations, provers' files.

import { Rejection } from '../../../src/errors.ts';
import { ByteWriter } from '../../../src/network/files/byte-stream.ts';
import { decodeKey, encodeKey, keyDigest } from '../../../src/network/files/key.ts';
import { decodeProverFile, encodeProverFile, PROVER_MAGIC } from '../../../src/network/files/prover.ts';
import {
  checkRegistrationKey,
  decodeRegistrationFile,
  encodeRegistrationFile,
  openProver,
  readKey,
} from '../../../src/network/index.ts';
import { convolutional, perceptron } from '../../support/networks.ts';
import { recordedRegistration } from '../../support/recorded-proofs.ts';
import { registerFiles, verifyModelFile } from '../../support/registered.ts';
import { mutate } from '../mutate.ts';
import { joined, type Piece, piecesRead, piecesSent } from '../pieces.ts';
import type { Random } from '../random.ts';
import { Finding, same, type Target } from '../target.ts';
import { modelMutants } from './models.ts';
import { BASES, CHECK_LENGTH, withCheck } from './networks.ts';

const NETWORKS = [
  perceptron({ sizes: [7, 6, 3] }),
  perceptron({ sizes: [7, 6, 3], seed: 5, multipliers: 'uniform' }),
  convolutional({ seed: 2 }),
  convolutional({ seed: 5 }),
  convolutional({ seed: 11 }),
  { ...BASES[1], input: { ...BASES[1].input, shape: [5] } },
];

type Base = Awaited<ReturnType<typeof prepareBase>>;

async function prepareBase(network: (typeof NETWORKS)[number]) {
  const { provingKey, keyFile, registration, leaves } = await registerFiles(network);
  const { proof, steps } = await recordedRegistration(provingKey);
  if (!same(proof, registration)) throw new Error('two registrations of one model differ');
  const body = keyFile.subarray(0, -CHECK_LENGTH);
  return {
    network,
    keyFile,
    registration,
    digest: keyDigest(keyFile),
    prover: encodeProverFile({ verifyingKey: keyFile, network, leaves }),
    keyPieces: piecesRead(body, () => decodeKey(keyFile)),
    registrationPieces: piecesSent(registration, steps),
  };
}

const prepareBases = (): Promise<Base[]> => Promise.all(NETWORKS.map(prepareBase));

function mutantKey(random: Random, bases: readonly Base[], { keyPieces }: Base): { bytes: Uint8Array; what: string } {
  const { pieces, what } = mutate(random, keyPieces, random.pick(bases).keyPieces);
  return { bytes: withCheck(joined(pieces)), what };
}

/** Throws what a registration is refused for; a finding if it is accepted for a key that it was not made for. */
function checkRegistration(bases: readonly Base[], key: Uint8Array, registration: Uint8Array): void {
  const verdict = verifyModelFile(key, registration);
  if (!verdict.ok) {
    if (verdict.code === 'internal') throw new Finding(`internal error of verifyModel: ${verdict.message}`);
    throw new Rejection(verdict.code, verdict.where, verdict.message);
  }
  const base = bases.find((each) => same(each.digest, keyDigest(key)));
  if (base === undefined || !same(base.registration, registration)) {
    throw new Finding('a registration was accepted that nobody made for this key');
  }
}

export const key: Target = {
  name: 'key',
  memory: { perByte: 256, constant: 2 ** 27 },
  async prepare() {
    const bases = await prepareBases();
    return {
      make(random) {
        const base = random.pick(bases);
        const { bytes, what } = mutantKey(random, bases, base);
        return { files: { key: bytes, registration: base.registration }, what };
      },
      run({ key: bytes, registration }) {
        if (!same(encodeKey(decodeKey(bytes)), bytes)) throw new Finding('a key is written otherwise');
        readKey(bytes);
        checkRegistration(bases, bytes, registration);
      },
    };
  },
};

export const registration: Target = {
  name: 'registration',
  memory: { perByte: 256, constant: 2 ** 26 },
  async prepare() {
    const bases = await prepareBases();
    return {
      make(random) {
        const base = random.pick(bases);
        const { pieces, what } = mutate(random, base.registrationPieces, random.pick(bases).registrationPieces);
        const file = encodeRegistrationFile({ digest: base.digest, registration: joined(pieces) });
        if (random.oneIn(50)) file[random.below(40)] ^= 1 << random.below(8);
        return { files: { key: base.keyFile, registration: file }, what };
      },
      run({ key: bytes, registration: file }) {
        const decoded = decodeRegistrationFile(file);
        if (!same(encodeRegistrationFile(decoded), file)) throw new Finding('a registration file is written otherwise');
        checkRegistrationKey(keyDigest(bytes), decoded);
        checkRegistration(bases, bytes, decoded.registration);
      },
    };
  },
};

/** A prover's file of any parts, with the lengths that they have. */
function proverOf(keyFile: Uint8Array, network: Uint8Array, leaves: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes(PROVER_MAGIC);
  writer.byte(1);
  for (const part of [keyFile, network]) {
    writer.varint(part.length);
    writer.bytes(part);
  }
  writer.bytes(leaves);
  return writer.finish();
}

const LEAVES = 5;

export const prover: Target = {
  name: 'prover',
  memory: { perByte: 256, constant: 2 ** 27 },
  async prepare() {
    const bases = await prepareBases();
    const models = modelMutants();
    const files = bases.map(({ prover: bytes }): Piece[] => piecesRead(bytes, decodeProverFile));
    return {
      make(random) {
        const at = random.below(bases.length);
        const pieces = files[at];
        const [, , own, , network, leaves] = pieces.map(({ bytes }) => bytes);
        if (random.oneIn(3)) {
          const { bytes, what } = mutantKey(random, bases, bases[at]);
          return { files: { prover: proverOf(bytes, network, leaves) }, what: `key: ${what}` };
        }
        if (random.oneIn(3)) {
          const { bytes, what } = models(random);
          return { files: { prover: proverOf(own, bytes, leaves) }, what: `model: ${what}` };
        }
        if (random.oneIn(3)) {
          const { pieces: changed, what } = mutate(random, [pieces[LEAVES]], files[random.below(files.length)]);
          return { files: { prover: proverOf(own, network, joined(changed)) }, what };
        }
        const { pieces: changed, what } = mutate(random, pieces, random.pick(files));
        return { files: { prover: joined(changed) }, what };
      },
      run({ prover: bytes }) {
        const decoded = decodeProverFile(bytes);
        if (!same(encodeProverFile(decoded), bytes)) throw new Finding("a prover's file is written otherwise");
        const { digest } = openProver(bytes);
        if (bases.some((base) => same(base.digest, digest))) return;
        throw new Finding("a prover's file was opened whose digests nobody made for its key");
      },
    };
  },
};
