// The prover of an accuracy claim (protocol.ts).

import { checkList, describe, isTyped } from '../bytes.ts';
import { InputError } from '../errors.ts';
import { evaluate, splitInputs } from '../network/model/evaluate.ts';
import { prove } from '../network/proof/prove.ts';
import type { ProveOptions } from '../network/proof/prove-options.ts';
import { checkOptions, checkProvingKey } from '../network/run/options.ts';
import type { Phase } from '../network/run/trace.ts';
import type { ProvingKey } from '../network/statement/key.ts';
import { encodeAccuracy } from './file.ts';
import {
  type AccuracyPart,
  type AccuracyRange,
  checkLabels,
  countCorrect,
  countSamples,
  firstOutput,
  labelOf,
  samplesOf,
} from './protocol.ts';

/**
 * The progress of a claim's prover: the proof out of how many, its phase, and the fraction of all work done.
 *
 * @example
 * ```ts
 * import type { AccuracyProgress } from 'ternary-gkr/accuracy';
 *
 * const line = ({ proof, proofs, fraction }: AccuracyProgress): string =>
 *   `proof ${proof} of ${proofs}, ${Math.round(100 * fraction)} %`;
 * ```
 */
export interface AccuracyProgress {
  readonly proof: number;
  readonly proofs: number;
  readonly phase: Phase;
  readonly fraction: number;
}

/**
 * Options of `proveAccuracy`.
 *
 * @example
 * ```ts
 * import type { AccuracyOptions } from 'ternary-gkr/accuracy';
 *
 * const options: AccuracyOptions = { atLeast: 950, samplesPerProof: 100 };
 * ```
 */
export interface AccuracyOptions extends Pick<ProveOptions, 'signal' | 'engine' | 'memory'> {
  /** N; as many as are labelled correctly unless given. */
  readonly atLeast?: number;
  /** The most samples of a proof, where memory is short; as many as the error budget allows unless given. */
  readonly samplesPerProof?: number;
  /** Called before each phase of each proof and at its end; fractions never fall and end at 1. */
  readonly onProgress?: (progress: AccuracyProgress) => void;
}

/**
 * A proven claim.
 *
 * @example
 * ```ts
 * import type { AccuracyResult } from 'ternary-gkr/accuracy';
 *
 * const rate = ({ correct, samples }: AccuracyResult): number => correct / samples;
 * ```
 */
export interface AccuracyResult {
  /** The bytes of the claim's file, all that a verifier needs besides key, samples and labels. */
  readonly statement: Uint8Array<ArrayBuffer>;
  readonly samples: number;
  readonly correct: number;
  /** Number of proofs among which the samples were divided. */
  readonly proofs: number;
}

/**
 * Proves that the key's network labels at least N of the samples correctly, in as few proofs as the error budget of one
 * proof allows.
 *
 * @param samples - inputs one after the other, as integers within the network's range
 * @param labels - for each sample, the index of the output that should be largest
 * @throws InputError for samples or labels that do not fit, or if fewer are labelled correctly than the claim says
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
 * const { statement, correct } = await proveAccuracy(provingKey, samples, labels, { atLeast: 1 });
 * console.log(correct, verifyAccuracy(verifyingKey, samples, labels, statement).ok); // 2 true
 * ```
 */
export async function proveAccuracy<E>(
  key: ProvingKey<E>,
  samples: Int32Array,
  labels: ArrayLike<number>,
  { atLeast, samplesPerProof, onProgress, ...options }: AccuracyOptions = {},
): Promise<AccuracyResult> {
  checkProvingKey(key);
  checkOptions('proveAccuracy', { ...options, onProgress });
  if (!isTyped(samples, 'Int32Array')) {
    throw new InputError(`the samples are ${describe(samples)}; give an Int32Array, one sample after the other`);
  }
  checkList('the list of labels', labels);
  const count = countSamples(key.inputLength, samples, labels);
  checkLabels(key.plan(1), labels);
  if (atLeast !== undefined) checkClaim(key, samples, labels, atLeast);
  const ranges = shareOut(key, count, samplesPerProof);
  const parts: AccuracyPart[] = [];
  let correct = 0;
  for (const [k, range] of ranges.entries()) {
    const { proof, publicSignals } = await prove(
      key,
      splitInputs(samplesOf(samples, key.inputLength, range), key.inputLength),
      {
        ...options,
        ...(onProgress !== undefined && {
          onProgress: ({ phase, fraction }) =>
            onProgress({
              proof: k,
              proofs: ranges.length,
              phase,
              fraction: (range.first + fraction * range.count) / count,
            }),
        }),
      },
    );
    correct += countCorrect(key.plan(range.count), publicSignals.output, labels, range.first);
    parts.push({ ...range, output: publicSignals.output, proof });
  }
  const statement = encodeAccuracy({ digest: key.digest, samples: count, atLeast: atLeast ?? correct, parts });
  return { statement, samples: count, correct, proofs: parts.length };
}

/** Rejects a false claim before anything is proven. */
function checkClaim<E>(
  { network, inputLength }: ProvingKey<E>,
  samples: Int32Array,
  labels: ArrayLike<number>,
  atLeast: number,
): void {
  let correct = 0;
  for (let i = 0; i < labels.length; i++) {
    const tensors = evaluate(network, samplesOf(samples, inputLength, { first: i, count: 1 }));
    if (labelOf(firstOutput(network, tensors)) === labels[i]) correct++;
  }
  if (Number.isInteger(atLeast) && atLeast >= 0 && atLeast <= correct) return;
  throw new InputError(
    `the claim would be false: ${correct} of ${labels.length} samples are labelled correctly, not ${atLeast}`,
  );
}

/** Returns equal ranges, as few as the key's plans allow. */
function shareOut<E>(key: ProvingKey<E>, samples: number, atMost = samples): AccuracyRange[] {
  if (!(Number.isInteger(atMost) && atMost >= 1)) throw new InputError(`${atMost} samples a proof; give 1 or more`);
  for (let proofs = Math.ceil(samples / atMost); ; proofs++) {
    const most = Math.ceil(samples / proofs);
    if (most > 1 && !canProve(key, most)) continue;
    const first = (k: number): number => Math.floor((k * samples) / proofs);
    return Array.from({ length: proofs }, (_, k) => ({ first: first(k), count: first(k + 1) - first(k) }));
  }
}

/** Whether the error budget allows `batch` inputs in one proof. */
function canProve<E>(key: ProvingKey<E>, batch: number): boolean {
  try {
    key.plan(batch);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}
