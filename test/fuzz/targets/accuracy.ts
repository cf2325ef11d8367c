// Accuracy claims: the claim's own table and the proofs in it.

import {
  type AccuracyStatement,
  decodeAccuracy,
  encodeAccuracy,
  labelOf,
  proveAccuracy,
  verifyAccuracy,
} from '../../../src/accuracy/index.ts';
import { Rejection } from '../../../src/errors.ts';
import { compile, evaluate } from '../../../src/network/index.ts';
import { inputsOf, perceptron } from '../../support/networks.ts';
import { mutate, mutateBytes } from '../mutate.ts';
import { joined, type Piece, words } from '../pieces.ts';
import type { Random } from '../random.ts';
import { Finding, type FuzzCase, same, type Target } from '../target.ts';

const SAMPLES = 5;
const PART = 64;

/** A proof in pieces of some elements each. */
function proofPieces(proof: Uint8Array): Piece[] {
  return Array.from({ length: Math.ceil(proof.length / PART) }, (_, k) => ({
    kind: 'elements',
    what: 'a part of a proof',
    bytes: proof.slice(PART * k, PART * (k + 1)),
  }));
}

const integers = (bytes: Uint8Array): Int32Array => new Int32Array(bytes.slice(0, bytes.length & ~3).buffer);

/** One part of a claim changed. */
function changedClaim(random: Random, claim: AccuracyStatement): { claim: AccuracyStatement; what: string } {
  const at = random.below(claim.parts.length);
  const part = claim.parts[at];
  const withPart = (changed: Partial<typeof part>): AccuracyStatement => ({
    ...claim,
    parts: claim.parts.map((each, k) => (k === at ? { ...each, ...changed } : each)),
  });
  const integer = (): number => random.integer() % 2 ** 32;
  switch (random.below(7)) {
    case 0:
      return { claim: { ...claim, [random.pick(['samples', 'atLeast'])]: integer() }, what: 'a count' };
    case 1:
      return { claim: withPart({ [random.pick(['first', 'count'])]: integer() }), what: 'a range' };
    case 2: {
      const output = integers(joined(mutate(random, [words('output', part.output)]).pieces));
      return { claim: withPart({ output }), what: 'an output' };
    }
    case 3:
      return { claim: { ...claim, parts: claim.parts.filter((_, k) => k !== at) }, what: 'without a proof' };
    case 4:
      return { claim: { ...claim, parts: [...claim.parts, part] }, what: 'a proof again' };
    case 5:
      return { claim: withPart(random.pick(claim.parts)), what: 'one proof for another' };
    default: {
      const { pieces, what } = mutate(random, proofPieces(part.proof), proofPieces(random.pick(claim.parts).proof));
      return { claim: withPart({ proof: joined(pieces) }), what };
    }
  }
}

export const accuracy: Target = {
  name: 'accuracy',
  memory: { perByte: 256, constant: 2 ** 25 },
  async prepare() {
    const network = perceptron({ sizes: [5, 7, 3] });
    const { provingKey, verifyingKey } = compile(network);
    const samples = inputsOf(network, SAMPLES);
    const labels = Array.from({ length: SAMPLES }, (_, k) => {
      const label = labelOf(evaluate(network, samples.subarray(5 * k, 5 * k + 5)).at(-1) ?? new Int32Array(0));
      // the last is labelled wrongly
      return k === SAMPLES - 1 ? (label + 1) % 3 : label;
    });
    const { statement } = await proveAccuracy(provingKey, samples, labels, { samplesPerProof: 2 });
    const valid = decodeAccuracy(statement);
    const make = (random: Random): FuzzCase => {
      const { claim, what } = changedClaim(random, valid);
      const bytes = encodeAccuracy(claim);
      return { files: { claim: random.oneIn(8) ? mutateBytes(random, bytes, statement) : bytes }, what };
    };
    return {
      make,
      run({ claim }) {
        const decoded = decodeAccuracy(claim);
        if (!same(encodeAccuracy(decoded), claim)) throw new Finding('an accuracy file is written otherwise');
        const verdict = verifyAccuracy(verifyingKey, samples, labels, claim);
        if (!verdict.ok) {
          if (verdict.code === 'internal') throw new Finding(`internal error of verifyAccuracy: ${verdict.message}`);
          throw new Rejection(verdict.code, verdict.where, verdict.message);
        }
        const isTrue = verdict.atLeast <= SAMPLES - 1 && verdict.correct === SAMPLES - 1;
        if (!isTrue) throw new Finding(`accepted that ${verdict.atLeast} samples are labelled correctly`);
        const isSame = decoded.parts.every(({ proof }, k) => same(proof, valid.parts[k].proof));
        if (!isSame) throw new Finding('accepted a proof that nobody made');
      },
    };
  },
};
