// How long a network takes to run, to prove and to verify. Meant for a fresh process: the first proof is
// reported by itself (cold: the engine is set up and nothing is compiled by the JavaScript machine yet), the
// others as medians after warm-up. The peak of resident memory is that of the whole process.

import { evaluate } from '../network/evaluate.ts';
import { compile } from '../network/key.ts';
import type { IntegerNetwork } from '../network/network.ts';
import { prove } from '../network/prove.ts';
import { verify } from '../network/verify.ts';
import { median } from './report.ts';

/** One network's figures; times in milliseconds, sizes in bytes. */
export interface NetworkFigures {
  readonly name: string;
  /** Entries of all weight matrices, zeros included. */
  readonly weights: number;
  readonly nnz: number;
  readonly inferenceMs: number;
  readonly proveMs: number;
  readonly coldProveMs: number;
  readonly verifyMs: number;
  readonly proofBytes: number;
  readonly peakRssBytes: number;
}

/** Medians are taken over at least this many runs, and over more within the time below. */
const MIN_RUNS = 5;
const MAX_RUNS = 50;
const WARM_UP_MS = 1000;
const MEASURE_MS = 2000;

/**
 * Measures one network in this process.
 *
 * @throws Error if a proof of its own is not accepted
 */
export async function benchNetwork(name: string, network: IntegerNetwork, input: Int32Array): Promise<NetworkFigures> {
  const { provingKey, verifyingKey } = compile(network);
  const coldStarted = performance.now();
  let last = await prove(provingKey, input);
  const coldProveMs = performance.now() - coldStarted;

  const proveMs = await measure(async () => {
    last = await prove(provingKey, input);
  });
  const verifyMs = await measure(() => {
    const verdict = verify(verifyingKey, last.publicSignals, last.proof);
    if (!verdict.ok) throw new Error(`the proof of ${name} was refused: ${verdict.code} at ${verdict.where}`);
  });
  const inferenceMs = await measure(() => {
    evaluate(network, input);
  });

  const matrices = network.layers.flatMap((layer) => (layer.kind === 'linear' ? [layer.weights] : []));
  return {
    name,
    weights: matrices.reduce((sum, { rowCount, columnCount }) => sum + rowCount * columnCount, 0),
    nnz: matrices.reduce((sum, { nonzeros }) => sum + nonzeros, 0),
    inferenceMs,
    proveMs,
    coldProveMs,
    verifyMs,
    proofBytes: last.proof.length,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** The median time of a job after warm-up. */
async function measure(job: () => void | Promise<void>): Promise<number> {
  const warmUpEnd = performance.now() + WARM_UP_MS;
  for (let runs = 0; runs < MIN_RUNS || (runs < MAX_RUNS && performance.now() < warmUpEnd); runs++) await job();
  const times: number[] = [];
  const end = performance.now() + MEASURE_MS;
  while (times.length < MIN_RUNS || (times.length < MAX_RUNS && performance.now() < end)) {
    const started = performance.now();
    await job();
    times.push(performance.now() - started);
  }
  return median(times);
}
