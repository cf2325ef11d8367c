// How long a network takes to run, to prove and to verify. Meant for a fresh process: the first proof is
// reported by itself (cold: the engine is set up and nothing is compiled by the JavaScript machine yet), the
// others as medians after warm-up. The peak of resident memory is that of the whole process.

import { InputError } from '../errors.ts';
import { noOperations, type OperationCounts } from '../field/counting.ts';
import { evaluate, inputLength } from '../network/evaluate.ts';
import { compile, type Keys, type ProvingKey } from '../network/key.ts';
import type { IntegerNetwork } from '../network/network.ts';
import { prove } from '../network/prove.ts';
import { verify } from '../network/verify.ts';
import { median, quantile } from './report.ts';
import type { Outcome } from './suite.ts';

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
  /** What the relations between tensors cost, counted exactly (network/trace.ts): the phase that reads the weights. */
  readonly layerOperations: Pick<
    OperationCounts,
    'extensionAdditions' | 'extensionMultiplications' | 'mixedMultiplications'
  >;
}

interface Effort {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Unless the number of runs is given: at least so many, and more within the times below. */
const MIN_RUNS = 5;
const MAX_RUNS = 50;
const MIN_WARM_UP_RUNS = 2;
const PROVER_EFFORT: Effort = { warmUpMs: 1000, measureMs: 2000 };
const VERIFIER_EFFORT: Effort = { warmUpMs: 300, measureMs: 500 };

/**
 * Measures one network in this process.
 *
 * @param input - one input, or several one after the other, which share each proof
 * @param repeat - runs to measure; as many as fit a fixed time if left out
 * @returns the figures, or why such a proof is refused
 * @throws Error if a proof of its own is not accepted
 */
export async function benchNetwork(
  network: IntegerNetwork,
  input: Int32Array,
  repeat?: number,
): Promise<Outcome<NetworkFigures>> {
  const inputs = samplesOf(network, input);
  const keys = keysOrReason(network, inputs.length);
  if ('reason' in keys) return keys;
  const { provingKey, verifyingKey } = keys;
  const coldStarted = performance.now();
  let last = await prove(provingKey, input);
  const coldProveMs = performance.now() - coldStarted;

  const runs: ProofTimes[] = [];
  const proveTimes = await measure(repeat, PROVER_EFFORT, async () => {
    const times = new ProofTimes();
    last = await prove(provingKey, input, { onProgress: ({ phase }) => times.enter(phase) });
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
    layerOperations: await countLayers(provingKey, input),
  };
}

async function countLayers(key: ProvingKey<unknown>, input: Int32Array): Promise<NetworkFigures['layerOperations']> {
  let counted = noOperations();
  await prove(key, input, {
    trace: ({ phase, operations }) => {
      if (phase === 'layers') counted = operations;
    },
  });
  const { extensionAdditions, extensionMultiplications, mixedMultiplications } = counted;
  return { extensionAdditions, extensionMultiplications, mixedMultiplications };
}

function samplesOf(network: IntegerNetwork, input: Int32Array): Int32Array[] {
  const length = inputLength(network);
  return Array.from({ length: input.length / length }, (_, k) => input.subarray(k * length, (k + 1) * length));
}

/** A network or a batch that cannot be proven is a result, not an error. */
function keysOrReason(network: IntegerNetwork, batch: number): Keys<unknown> | { readonly reason: string } {
  try {
    const keys = compile(network);
    keys.provingKey.plan(batch);
    return keys as unknown as Keys<unknown>;
  } catch (error) {
    if (error instanceof InputError) return { reason: error.message };
    throw error;
  }
}

/** Durations between the beginnings of phases; what comes before the first belongs to it. */
class ProofTimes {
  readonly phases: Record<string, number> = {};
  whole = 0;
  private readonly started = performance.now();
  private begun = this.started;
  private current: string | undefined;

  enter(phase: string): void {
    if (this.current !== undefined) this.close(this.current);
    this.current = phase;
  }

  end(): void {
    if (this.current !== undefined) this.close(this.current);
    this.whole = performance.now() - this.started;
  }

  private close(phase: string): void {
    const now = performance.now();
    this.phases[phase] = (this.phases[phase] ?? 0) + now - this.begun;
    this.begun = now;
  }
}

/** The times of a job after warm-up. */
async function measure(
  repeat: number | undefined,
  { warmUpMs, measureMs }: Effort,
  job: () => void | Promise<void>,
): Promise<number[]> {
  const warmUpEnd = performance.now() + warmUpMs;
  for (let run = 0; run < MIN_WARM_UP_RUNS || (run < MAX_RUNS && performance.now() < warmUpEnd); run++) await job();
  const times: number[] = [];
  const end = performance.now() + measureMs;
  const isEnough = (): boolean => times.length >= MIN_RUNS && (times.length >= MAX_RUNS || performance.now() >= end);
  while (repeat === undefined ? !isEnough() : times.length < repeat) {
    const started = performance.now();
    await job();
    times.push(performance.now() - started);
  }
  return times;
}
