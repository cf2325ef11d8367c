// An accuracy claim: "the key's network labels at least N of these samples correctly". Samples and labels are public and
// the verifier's own; the weights may be committed. The claim consists of as many network proofs as the error budget of
// one requires, each about a range of the samples, with the outputs for that range. The verifier checks every proof
// against its own samples, reads the labels off the outputs and counts.
//
// The label of a sample is the index of the largest value of the network's first output; of equal values, the first.
// If the claim is false, one of the proofs is: the errors of the proofs add up.

import { InputError, Rejection } from '../errors.ts';
import { type IntegerNetwork, sizeOf } from '../network/model/network.ts';
import type { Plan } from '../network/statement/plan.ts';
import { publicOutputs } from '../network/statement/statement.ts';

/**
 * One proof of the claim: samples `first` to `first + count − 1`.
 *
 * @example
 * ```ts
 * import type { AccuracyPart } from 'ternary-gkr/accuracy';
 *
 * const inputsOf = ({ first, count }: AccuracyPart): string => `inputs ${first} to ${first + count - 1}`;
 * ```
 */
export interface AccuracyPart {
  readonly first: number;
  readonly count: number;
  /** The network's outputs for these samples, as in public signals. */
  readonly output: Int32Array;
  readonly proof: Uint8Array;
}

/**
 * A claim and its proofs.
 *
 * @example
 * ```ts
 * import { type AccuracyStatement, decodeAccuracy } from 'ternary-gkr/accuracy';
 *
 * const claimOf = (bytes: Uint8Array): string => {
 *   const { atLeast, samples }: AccuracyStatement = decodeAccuracy(bytes);
 *   return `at least ${atLeast} of ${samples}`;
 * };
 * ```
 */
export interface AccuracyStatement {
  /** The key's digest, which names the network. */
  readonly digest: Uint8Array;
  readonly samples: number;
  /** N */
  readonly atLeast: number;
  /** The proofs by sample; each sample is in exactly one. */
  readonly parts: readonly AccuracyPart[];
}

/** Returns the samples of a proof, out of all. */
export const samplesOf = (samples: Int32Array, inputLength: number, { first, count }: AccuracyRange): Int32Array =>
  samples.subarray(first * inputLength, (first + count) * inputLength);

/** A range of samples. */
export type AccuracyRange = Pick<AccuracyPart, 'first' | 'count'>;

/**
 * Rejects ranges that do not cover every sample once, in order.
 *
 * @throws Rejection `statement` that names the proof
 */
export function checkRanges(parts: readonly AccuracyRange[], samples: number): void {
  let next = 0;
  parts.forEach(({ first, count }, k) => {
    if (first !== next || count < 1) {
      throw new Rejection(
        'statement',
        `proof ${k}`,
        `it is about ${count} samples from sample ${first}; the next sample without a proof is ${next}`,
      );
    }
    next += count;
  });
  if (next !== samples) {
    throw new Rejection('statement', 'samples', `the proofs end at sample ${next}; there are ${samples} samples`);
  }
}

/**
 * Returns the number of public samples.
 *
 * @throws InputError unless they are whole inputs with one label each
 */
export function countSamples(inputLength: number, samples: Int32Array, labels: ArrayLike<number>): number {
  const count = samples.length / inputLength;
  if (!Number.isInteger(count) || count < 1) {
    throw new InputError(`${samples.length} values are not whole samples of ${inputLength}`);
  }
  if (labels.length !== count) throw new InputError(`${count} samples, but ${labels.length} labels; give one each`);
  return count;
}

/** @throws InputError for a label that the network cannot give */
export function checkLabels({ graph }: Plan, labels: ArrayLike<number>): void {
  const classes = sizeOf(graph.tensors[graph.outputs[0]].shape);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new InputError(`label ${i} is ${label}; the network gives labels from 0 to ${classes - 1}`);
  }
}

/** Returns the number of a plan's inputs that their public outputs label correctly. */
export function countCorrect(plan: Plan, output: Int32Array, labels: ArrayLike<number>, firstLabel: number): number {
  const { outputs, length } = publicOutputs(plan);
  const { place, start } = outputs[0];
  const classes = sizeOf(plan.graph.tensors[place].shape);
  let correct = 0;
  for (let i = 0; i < plan.batch; i++) {
    const begin = i * length + start;
    if (labelOf(output.subarray(begin, begin + classes)) === labels[firstLabel + i]) correct++;
  }
  return correct;
}

/**
 * Returns the index of the first of the largest values.
 *
 * @example
 * ```ts
 * import { labelOf } from 'ternary-gkr/accuracy';
 *
 * // the index of the greatest value; the first of equal ones
 * console.log(labelOf(Int32Array.of(2, 7, 7))); // 1
 * ```
 */
export function labelOf(values: Int32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Returns the values of the network's first output, out of those of all its layers. */
export const firstOutput = (network: IntegerNetwork, tensors: readonly Int32Array[]): Int32Array =>
  tensors[network.outputs[0].tensor - 1];
