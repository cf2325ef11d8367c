// How long a network takes to run, to prove and to verify. Meant for a fresh process: the first proof is
// reported by itself (cold: the engine is set up, committed weights are laid out and nothing is compiled by the
// JavaScript machine yet), the others as medians after warm-up. The peak of resident memory is that of the whole process.

import { InputError } from '../../src/errors.ts';
import { noOperations, type OperationCounts } from '../../src/field/counting.ts';
import { decodeProverFile } from '../../src/network/files/prover.ts';
import { compile, type Keys } from '../../src/network/keys/compile.ts';
import { openProver } from '../../src/network/keys/open-prover.ts';
import { readKey } from '../../src/network/keys/read-key.ts';
import { evaluate, inputLength, splitInputs } from '../../src/network/model/evaluate.ts';
import type { IntegerNetwork } from '../../src/network/model/network.ts';
import { prove } from '../../src/network/proof/prove.ts';
import type { ProveOptions } from '../../src/network/proof/prove-options.ts';
import { verify } from '../../src/network/proof/verify.ts';
import type { MemoryChoice } from '../../src/network/run/engines.ts';
import type { ProvingKey } from '../../src/network/statement/key.ts';
import type { Outcome } from '../measure/outcome.ts';
import { type Effort, measure, ProofTimes } from '../measure/proof-times.ts';
import { median, quantile } from '../measure/statistics.ts';

/** One network's figures; times in milliseconds for all inputs of the batch, sizes in bytes. */
export interface NetworkFigures {
  readonly inferenceMs: number;
  readonly proveMs: number;
  readonly proveLowerQuartileMs: number;
  readonly proveUpperQuartileMs: number;
  /** Proofs that median and quartiles are taken over. */
  readonly proofs: number;
  readonly coldProveMs: number;
  readonly verifyMs: number;
  readonly proofBytes: number;
  readonly peakRssBytes: number;
  /** Where the time went in the measured proof that took neither the shortest nor the longest time. */
  readonly phases: Readonly<Record<string, number>>;
  /**
   * The costs of the relations between tensors, counted exactly (network/run/trace.ts): the phase that reads the
   * weights. Of public weights only: committed ones are read by the same relations.
   */
  readonly layerOperations?: Pick<
    OperationCounts,
    'extensionAdditions' | 'extensionMultiplications' | 'mixedMultiplications'
  >;
}

const PROVER_EFFORT: Effort = { warmUpMs: 1000, measureMs: 2000 };
const VERIFIER_EFFORT: Effort = { warmUpMs: 300, measureMs: 500 };

/** How a network is measured. */
export interface NetworkJob {
  /** Runs to measure; as many as fit a fixed time if left out. */
  readonly repeat?: number | undefined;
  /** The prover's file of the network with committed weights; its weights are public if left out. */
  readonly proverFile?: Uint8Array | undefined;
  /** Whether encoded weights are kept between proofs. */
  readonly memory?: MemoryChoice;
}

/**
 * Measures one network in this process.
 *
 * @param input - one input, or several one after the other, which share each proof
 * @returns the figures, or why such a proof is refused
 * @throws Error if a proof of its own is not accepted
 */
export async function benchNetwork(
  network: IntegerNetwork,
  input: Int32Array,
  { repeat, proverFile, memory = 'high' }: NetworkJob = {},
): Promise<Outcome<NetworkFigures>> {
  const inputs = splitInputs(input, inputLength(network));
  const keys = keysOrReason(network, inputs.length, proverFile);
  const options: ProveOptions = { memory };
  if ('reason' in keys) return keys;
  const { provingKey, verifyingKey } = keys;
  const coldStarted = performance.now();
  let last = await prove(provingKey, inputs, options);
  const coldProveMs = performance.now() - coldStarted;

  const runs: ProofTimes[] = [];
  const proveTimes = await measure(repeat, PROVER_EFFORT, async () => {
    const times = new ProofTimes();
    last = await prove(provingKey, inputs, { ...options, onProgress: ({ phase }) => times.enter(phase) });
    runs.push(times);
    times.end();
  });
  const verifyTimes = await measure(repeat, VERIFIER_EFFORT, () => {
    const verdict = verify(verifyingKey, last.publicSignals, last.proof);
    if (!verdict.ok) throw new Error(`the proof of ${network.name} was refused: ${verdict.code} at ${verdict.where}`);
  });
  const inferenceTimes = await measure(repeat, VERIFIER_EFFORT, () => {
    for (const sample of inputs) evaluate(network, sample);
  });

  const measured = runs.slice(-proveTimes.length).sort((a, b) => a.whole - b.whole);
  return {
    inferenceMs: median(inferenceTimes),
    proveMs: median(proveTimes),
    proveLowerQuartileMs: quantile(proveTimes, 0.25),
    proveUpperQuartileMs: quantile(proveTimes, 0.75),
    proofs: proveTimes.length,
    coldProveMs,
    verifyMs: median(verifyTimes),
    proofBytes: last.proof.length,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    phases: measured[measured.length >> 1].phases,
    ...(proverFile === undefined && { layerOperations: await countLayers(provingKey, inputs) }),
  };
}

async function countLayers(
  key: ProvingKey<unknown>,
  inputs: readonly Int32Array[],
): Promise<NonNullable<NetworkFigures['layerOperations']>> {
  let counted = noOperations();
  await prove(key, inputs, {
    trace: ({ phase, operations }) => {
      if (phase === 'layers') counted = operations;
    },
  });
  const { extensionAdditions, extensionMultiplications, mixedMultiplications } = counted;
  return { extensionAdditions, extensionMultiplications, mixedMultiplications };
}

/** A network or a batch that cannot be proven is a result, not an error. */
function keysOrReason(
  network: IntegerNetwork,
  batch: number,
  proverFile: Uint8Array | undefined,
): Keys<unknown> | { readonly reason: string } {
  try {
    const keys = proverFile === undefined ? compile(network) : openKeys(proverFile);
    keys.provingKey.plan(batch);
    return keys as unknown as Keys<unknown>;
  } catch (error) {
    if (error instanceof InputError) return { reason: error.message };
    throw error;
  }
}

function openKeys(proverFile: Uint8Array): Keys<unknown> {
  const provingKey = openProver(proverFile);
  const verifyingKey = readKey(decodeProverFile(proverFile).verifyingKey);
  return { provingKey, verifyingKey } as unknown as Keys<unknown>;
}
