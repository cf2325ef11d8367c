// The verifier of an accuracy claim (protocol.ts). Key, samples and labels are its own; it trusts nothing
// of the claim: it checks that every sample is in exactly one proof, verifies each proof against its own samples, and
// counts.

import { checkList, isTyped } from '../bytes.ts';
import { InputError, Rejection } from '../errors.ts';
import { checkProofNetwork } from '../network/files/proof.ts';
import { securityBits } from '../network/keys/compile.ts';
import { verify } from '../network/proof/verify.ts';
import { requireKey } from '../network/statement/calls.ts';
import type { VerifyingKey, WeightStatus } from '../network/statement/key.ts';
import { sumOfErrors } from '../security/error-terms.ts';
import { toVerdict, type Verdict } from '../verdict.ts';
import { decodeAccuracy } from './file.ts';
import { type AccuracyRange, checkLabels, checkRanges, countCorrect, countSamples, samplesOf } from './protocol.ts';

/**
 * The facts of an accepted claim: the number of samples labelled correctly, the number of all samples, the status of
 * the weights (as in `verify`), and −log₂ of the chance that a false claim is accepted, over all proofs.
 */
interface AccuracyFacts {
  readonly correct: number;
  readonly atLeast: number;
  readonly samples: number;
  readonly proofs: number;
  readonly securityBits: number;
  readonly weights: WeightStatus;
}

/**
 * A claim's verdict.
 *
 * @example
 * ```ts
 * import type { AccuracyVerdict } from 'ternary-gkr';
 *
 * const summary = (verdict: AccuracyVerdict): string => (verdict.ok ? 'the claim holds' : verdict.message);
 * ```
 */
export type AccuracyVerdict = Verdict<AccuracyFacts>;

/** The least security of a claim in bits: the errors of its proofs add up, and a claim needs few proofs. */
const LEAST_SECURITY_BITS = 90;

/**
 * Checks that the key's network labels at least as many of the samples correctly as the claim says. Total: any
 * samples, labels and bytes give a verdict (verdict.ts).
 *
 * @param samples - the verifier's own, inputs one after the other
 * @param labels - the verifier's own, one for each sample
 * @param statement - the bytes of the claim's file
 * @throws UsageError if the key is not one
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork, proveAccuracy, verifyAccuracy } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const samples = Int32Array.of(5, 3, 1, 9); // two inputs, one after the other
 * const labels = [1, 1];
 *
 * const { provingKey, verifyingKey } = compile(network);
 * const { statement } = await proveAccuracy(provingKey, samples, labels, { atLeast: 1 });
 * console.log(verifyAccuracy(verifyingKey, samples, labels, statement).ok); // true
 * // about other labels it proves nothing
 * console.log(verifyAccuracy(verifyingKey, samples, [0, 0], statement).ok); // false
 * ```
 */
export function verifyAccuracy<E>(
  key: VerifyingKey<E>,
  samples: Int32Array,
  labels: ArrayLike<number>,
  statement: Uint8Array,
): AccuracyVerdict {
  requireKey(key);
  return toVerdict('samples', () => check(key, samples, labels, statement));
}

function check<E>(
  key: VerifyingKey<E>,
  samples: Int32Array,
  labels: ArrayLike<number>,
  statement: Uint8Array,
): AccuracyFacts {
  if (!isTyped(samples, 'Int32Array')) throw new InputError('the samples are not an Int32Array');
  checkList('the list of labels', labels);
  if (!isTyped(statement, 'Uint8Array')) throw new Rejection('bad-header', 'claim', 'the claim is not a Uint8Array');
  const count = countSamples(key.inputLength, samples, labels);
  checkLabels(key.plan(1), labels);
  // a plain copy: reading it cannot run user code
  const claim = decodeAccuracy(new Uint8Array(statement));
  checkProofNetwork(key, claim);
  if (claim.samples !== count) {
    throw new Rejection('statement', 'samples', `the claim is about ${claim.samples} samples; these are ${count}`);
  }
  checkRanges(claim.parts, count);
  const security = securityOf(key, claim.parts);
  if (security < LEAST_SECURITY_BITS) {
    throw new Rejection(
      'statement',
      'proofs',
      `${claim.parts.length} proofs leave ${security.toFixed(1)} bits of security, ${LEAST_SECURITY_BITS} are due`,
    );
  }
  let correct = 0;
  for (const [k, part] of claim.parts.entries()) {
    const input = samplesOf(samples, key.inputLength, part);
    const verdict = verify(key, { input, output: part.output }, part.proof);
    if (!verdict.ok) throw new Rejection(verdict.code, `proof ${k}/${verdict.where}`, verdict.message);
    correct += countCorrect(key.plan(part.count), verdict.output, labels, part.first);
  }
  const { atLeast } = claim;
  if (correct < atLeast) {
    throw new Rejection('statement', 'count', `${correct} samples are labelled correctly, ${atLeast} are claimed`);
  }
  const proofs = claim.parts.length;
  return { correct, atLeast, samples: count, proofs, securityBits: security, weights: key.weightStatus };
}

/** Returns the bits of security of all proofs together: their errors add up. Known before any of them is verified. */
function securityOf<E>(key: VerifyingKey<E>, parts: readonly AccuracyRange[]): number {
  const proofsOf = new Map<number, number>();
  for (const { count } of parts) proofsOf.set(count, (proofsOf.get(count) ?? 0) + 1);
  return sumOfErrors(
    [...proofsOf].map(([count, proofs]) => ({ bits: securityBits(key, { batch: count }).total - Math.log2(proofs) })),
  );
}
