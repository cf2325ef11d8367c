// Published vectors: draft-irtf-cfrg-fiat-shamir-03 (github.com/mmaker/draft-irtf-cfrg-sigma-protocols at
// 91cc933051af88b58e350af78a8ea961c56a30c6, poc/vectors/fiatShamir*Vectors.json) and RFC 9861, section 5.
//
// All records on the duplex sponge, the session identifier, the decoding of challenges and the example
// sumcheck are here, and the records on little-endian field encodings. Left out are those on strings with a
// length prefix and on big-endian fields: this library has neither.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Sponge, turboShake128Sponge } from '../../src/transcript/sponge.ts';
import { createReferenceField, mersenne31 } from '../field/reference.ts';
import { shake128Sponge } from '../support/shake128.ts';
import { DuplexSponge, deriveSessionId } from './draft-duplex-sponge.ts';
import { proveDraftSumcheck, verifyDraftSumcheck } from './draft-sumcheck.ts';

interface SpongeOperation {
  readonly type: 'absorb' | 'squeeze';
  readonly data?: string;
  readonly length?: number;
}

/** A record of the draft; which members there are depends on the function. Byte strings are in hex. */
interface DraftVector {
  readonly Name: string;
  readonly Function: string;
  readonly SessionId: string;
  readonly Tag: string;
  readonly Operations: readonly SpongeOperation[];
  readonly Input: string;
  readonly Output: string;
  readonly Modulus: string;
  readonly ExtensionDegree?: number;
  readonly Value: string;
  readonly Coordinates?: readonly string[];
  readonly Challenge: string;
  readonly NumVariables: number;
  readonly Witness: readonly number[];
  readonly ClaimedSum: string;
  readonly Narg: string;
  readonly FinalEvaluation: string;
  readonly Expected?: 'reject';
}

type VectorFile = Record<'shake128' | 'turboShake128' | 'codec', readonly DraftVector[]>;

interface TurboShakeVector {
  readonly messageLength: number;
  readonly outputLength: number;
  readonly ending: string;
}

const load = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), 'utf8'));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, 'hex'));

const draft = load('cfrg-fiat-shamir-03') as VectorFile;

/** The records with this function, by name. */
function vectorsOf(vectors: readonly DraftVector[], functionName: string): [string, DraftVector][] {
  return vectors.filter((vector) => vector.Function === functionName).map((vector) => [vector.Name, vector]);
}

function squeezed(create: () => Sponge, { SessionId, Operations }: DraftVector): Uint8Array {
  const sponge = new DuplexSponge(create, bytesOf(SessionId));
  const outputs: Uint8Array[] = [];
  for (const { type, data = '', length = 0 } of Operations) {
    if (type === 'absorb') sponge.absorb(bytesOf(data));
    else outputs.push(sponge.squeeze(length));
  }
  return Buffer.concat(outputs);
}

/** The draft's suites. */
const suites: readonly [string, () => Sponge, readonly DraftVector[]][] = [
  ['SHAKE128', shake128Sponge, draft.shake128],
  ['TurboSHAKE128', turboShake128Sponge, draft.turboShake128],
];

describe.each(suites)('draft-irtf-cfrg-fiat-shamir-03, %s', (_, create, vectors) => {
  it('has the records that these tests are written for', () => {
    const counts = ['DuplexSponge', 'DeriveSessionID', 'DecodeUint', 'Sumcheck'].map(
      (name) => vectorsOf(vectors, name).length,
    );
    expect(counts).toEqual([9, 1, 1, 2]);
    expect(vectors).toHaveLength(13);
  });

  it.each(vectorsOf(vectors, 'DuplexSponge'))('duplex sponge: %s', (_name, vector) => {
    expect(hex(squeezed(create, vector))).toBe(vector.Output);
  });

  it.each(vectorsOf(vectors, 'DeriveSessionID'))('session identifier: %s', (_name, vector) => {
    expect(hex(deriveSessionId(create, bytesOf(vector.Tag)))).toBe(vector.Output);
  });

  it.each(vectorsOf(vectors, 'DecodeUint'))('challenge: %s', (_name, vector) => {
    const output = squeezed(create, vector);
    expect(hex(output)).toBe(vector.Output);
    const field = primeField(vector.Modulus);
    const value = BigInt(`0x${hex(output.toReversed())}`);
    expect(field.toCoefficients(field.fromInteger(value))).toEqual([BigInt(vector.Challenge)]);
  });

  it('sumcheck over Mersenne-31: proven to the byte, verified, and the final value is the extension at the point', () => {
    const [[, vector]] = vectorsOf(vectors, 'Sumcheck').filter(([, { Expected }]) => Expected === undefined);
    const sessionId = deriveSessionId(create, bytesOf(vector.Tag));
    expect(hex(sessionId)).toBe(vector.SessionId);
    const witness = vector.Witness.map((value) => mersenne31.fromInteger(value));
    const run = proveDraftSumcheck(mersenne31, new DuplexSponge(create, sessionId), witness);
    expect(hex(run.narg)).toBe(vector.Narg);
    expect(run.value).toEqual([BigInt(vector.FinalEvaluation)]);

    const statement = { variables: vector.NumVariables, sum: mersenne31.fromInteger(BigInt(vector.ClaimedSum)) };
    const verified = verifyDraftSumcheck(mersenne31, new DuplexSponge(create, sessionId), statement, run.narg);
    expect(verified).toEqual({ challenges: run.challenges, value: run.value });
    // Lowest variable first in the draft, highest first here.
    const point = run.challenges.toReversed();
    expect(mersenne31.tables.evaluateIntegers(vector.Witness, point)).toEqual(run.value);
  });

  it('sumcheck over Mersenne-31: trailing bytes', () => {
    const [[name, vector]] = vectorsOf(vectors, 'Sumcheck').filter(([, { Expected }]) => Expected === 'reject');
    expect(name).toBe('sumcheck_reject_trailing_bytes');
    expect(refusal(create, vector)).toBe('trailing bytes');
  });
});

function refusal(create: () => Sponge, { SessionId, NumVariables, ClaimedSum, Narg }: DraftVector): unknown {
  const statement = { variables: NumVariables, sum: mersenne31.fromInteger(BigInt(ClaimedSum)) };
  return verifyDraftSumcheck(mersenne31, new DuplexSponge(create, bytesOf(SessionId)), statement, bytesOf(Narg));
}

/** Integers mod `modulus`; only reading, writing and reduction are used, so that any generator will do. */
function primeField(modulus: string, degree = 1) {
  return createReferenceField({
    name: `integers mod ${modulus}`,
    modulus: BigInt(modulus),
    degree,
    nonresidue: 1n,
    baseByteLength: 32,
    generator: 1n,
  });
}

describe('draft-irtf-cfrg-fiat-shamir-03, codecs', () => {
  const field = ({ Modulus, ExtensionDegree }: DraftVector) => primeField(Modulus, ExtensionDegree);

  it.each(vectorsOf(draft.codec, 'SerializeUint'))('%s', (_, vector) => {
    const target = new Uint8Array(32);
    field(vector).write(field(vector).fromInteger(BigInt(vector.Value)), target, 0);
    expect(hex(target)).toBe(vector.Output);
  });

  it.each([...vectorsOf(draft.codec, 'DeserializeUint'), ...vectorsOf(draft.codec, 'DeserializeField')])(
    '%s',
    (_, vector) => {
      const { Coordinates, Expected, Input } = vector;
      expect(Coordinates === undefined).toBe(Expected === 'reject');
      expect(field(vector).read(bytesOf(Input), 0)).toEqual(Coordinates?.map(BigInt));
    },
  );

  it.each([
    ['sumcheck_reject_noncanonical_coefficient', 'non-canonical'],
    ['sumcheck_reject_round_identity', 'round identity'],
  ])('%s', (name, reason) => {
    const vector = draft.codec.find(({ Name }) => Name === name);
    expect(vector?.Expected).toBe('reject');
    for (const [, create] of suites) expect(refusal(create, vector as DraftVector)).toBe(reason);
  });
});

describe('RFC 9861, TurboSHAKE128 through the sponge', () => {
  const { turboShake128 } = load('rfc9861-turboshake128') as { turboShake128: readonly TurboShakeVector[] };
  const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i % 251);

  it.each(turboShake128)('$messageLength bytes in, $outputLength out', ({ messageLength, outputLength, ending }) => {
    const message = pattern(messageLength);
    const sponge = turboShake128Sponge();
    // In two pieces, after a squeeze that must change nothing.
    sponge.absorb(message.subarray(0, messageLength / 3));
    sponge.squeeze()(7);
    sponge.absorb(message.subarray(messageLength / 3));
    const whole = sponge.squeeze()(outputLength);
    expect(hex(whole.subarray(outputLength - ending.length / 2))).toBe(ending);
    // The same output a few bytes at a time, across blocks.
    const read = sponge.squeeze();
    const pieces: Uint8Array[] = [];
    for (let left = outputLength; left > 0; left -= 13) pieces.push(read(Math.min(13, left)));
    expect(hex(Buffer.concat(pieces))).toBe(hex(whole));
  });
});
