// How long one layer takes to prove and to verify by one method. Meant for a fresh process: the first proof is
// reported by itself (cold: nothing is compiled by the JavaScript machine yet), the others by their median and
// quartiles after warm-up. Weights, inputs and output are public; what a prover keeps between proofs of one
// layer (its layout of the weights, their digest) is made once and reported as `prepareMs`. The peak of resident
// memory is that of the whole process. For the cold time and that peak the loop is this file's own and not tinybench's.

import { Rejection } from '../../src/errors.ts';
import type { OperationCounts } from '../../src/field/counting.ts';
import { koalaBear } from '../../src/field/koalabear.ts';
import { createKoalaBearEngine, type KoalaBearEngine } from '../../src/field/koalabear-engine.ts';
import { layerOutput, type PreparedLayer, prepareLayer, proveLayerStatement } from '../../src/layer/prove.ts';
import { verifyLayerStatement } from '../../src/layer/verify.ts';
import { logCeil } from '../../src/poly/point.ts';
import { layerStatementCost } from '../costs/layer-methods.ts';
import { type EngineTimes, timedEngine } from '../measure/engine-times.ts';
import { median, quantile } from '../measure/statistics.ts';
import { syntheticInputs, syntheticTernary } from '../measure/synthetic.ts';
import type { LayerCase } from './cases.ts';

/** One case's figures; times in milliseconds, sizes in bytes. */
export interface LayerFigures extends LayerCase {
  /** Nonzero weights. */
  readonly nnz: number;
  readonly proveMs: number;
  readonly proveLowerQuartileMs: number;
  readonly proveUpperQuartileMs: number;
  /** Proofs that median and quartiles are taken over. */
  readonly proofs: number;
  readonly coldProveMs: number;
  /** The layout of the weights and their digest, made once for many proofs. */
  readonly prepareMs: number;
  /** W·x in plain JavaScript, which is not part of a proof. */
  readonly inferenceMs: number;
  readonly verifyMs: number;
  readonly proofBytes: number;
  readonly peakRssBytes: number;
  /** The counts of a proof (docs/cost-model.md), of products only. */
  readonly operations: Pick<
    OperationCounts,
    'extensionMultiplications' | 'mixedMultiplications' | 'baseMultiplications'
  >;
  /** Where the time of a proof went, the median of a few: by operation of the engine, and everything else. */
  readonly phases: EngineTimes;
}

/** The least number of runs, unless it is given; more run within the time below. */
const MIN_RUNS = 5;
const MAX_RUNS = 41;
/** The least number of runs before the measured ones, so that the JavaScript engine has seen every path. */
const MIN_WARM_UP_RUNS = 2;
const MAX_WARM_UP_RUNS = 100;

interface Times {
  readonly warmUpMs: number;
  readonly measureMs: number;
}
const PROVER_TIMES: Times = { warmUpMs: 250, measureMs: 500 };
const VERIFIER_TIMES: Times = { warmUpMs: 100, measureMs: 150 };

const WEIGHTS_SEED = 1;
const INPUT_SEED = 2;

/**
 * Measures one case in this process.
 *
 * @param repeat - proofs to measure; as many as fit a fixed time if left out
 * @throws Rejection if a proof of its own is not accepted
 */
export function benchLayer(layer: LayerCase, repeat?: number): LayerFigures {
  const weights = syntheticTernary(layer.outputs, layer.inputs, layer.density, WEIGHTS_SEED);
  const input = syntheticInputs(layer.inputs, layer.batch, INPUT_SEED);
  const engine = createKoalaBearEngine();
  const timed = timedEngine(engine);

  const mark = engine.mark();
  const prepareStarted = performance.now();
  const prepared = prepareLayer(engine, layer.method, weights, layer.batch);
  const prepareMs = performance.now() - prepareStarted;

  const output = layerOutput(weights, input);
  const proveOn = (kernels: KoalaBearEngine, laidOut: PreparedLayer): Uint8Array =>
    proveLayerStatement(kernels, laidOut, input, { output }).proof;
  const verify = (): void => {
    const verdict = verifyLayerStatement(koalaBear, layer.method, weights, prepared.digest, input, output, proof);
    if (!verdict.ok) throw new Rejection(verdict.code, verdict.where, verdict.message);
  };
  const coldStarted = performance.now();
  const proof = proveOn(engine, prepared);
  const coldProveMs = performance.now() - coldStarted;
  const proveTimes = measure(() => proveOn(engine, prepared), repeat, PROVER_TIMES);
  const verifyTimes = measure(verify, repeat, VERIFIER_TIMES);
  const inferenceTimes = measure(() => layerOutput(weights, input), repeat, VERIFIER_TIMES);
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;

  // a circuit's plan is for the engine that made it
  engine.release(mark);
  const timedLayer = prepareLayer(timed.engine, layer.method, weights, layer.batch);
  const timedRun = (): EngineTimes => timed.times(() => proveOn(timed.engine, timedLayer));

  return {
    ...layer,
    nnz: weights.nonzeros,
    proveMs: median(proveTimes),
    proveLowerQuartileMs: quantile(proveTimes, 0.25),
    proveUpperQuartileMs: quantile(proveTimes, 0.75),
    proofs: proveTimes.length,
    coldProveMs,
    prepareMs,
    inferenceMs: median(inferenceTimes),
    verifyMs: median(verifyTimes),
    proofBytes: proof.length,
    peakRssBytes,
    operations: operationsOf(layer, weights.nonzeros),
    phases: medianRun(Array.from({ length: MIN_RUNS }, timedRun)),
  };
}

function operationsOf({ method, outputs, inputs, batch }: LayerCase, nonzeros: number): LayerFigures['operations'] {
  const { extensionMultiplications, mixedMultiplications, baseMultiplications } = layerStatementCost(method, {
    rowCount: outputs,
    columnCount: inputs,
    rowVariables: logCeil(outputs),
    columnVariables: logCeil(inputs),
    batchVariables: logCeil(batch),
    nonzeros,
  });
  return { extensionMultiplications, mixedMultiplications, baseMultiplications };
}

/** The run that took neither the shortest nor the longest time. */
function medianRun(runs: readonly EngineTimes[]): EngineTimes {
  const whole = (run: EngineTimes): number => Object.values(run).reduce((sum, time) => sum + time, 0);
  return [...runs].sort((a, b) => whole(a) - whole(b))[runs.length >> 1];
}

/** The times of a job after warm-up. */
function measure(job: () => void, repeat: number | undefined, { warmUpMs, measureMs }: Times): number[] {
  const warmUpEnd = performance.now() + warmUpMs;
  for (let run = 0; run < MIN_WARM_UP_RUNS || (run < MAX_WARM_UP_RUNS && performance.now() < warmUpEnd); run++) job();
  const times: number[] = [];
  const end = performance.now() + measureMs;
  const isEnough = (): boolean => times.length >= MIN_RUNS && (times.length >= MAX_RUNS || performance.now() >= end);
  while (repeat === undefined ? !isEnough() : times.length < repeat) {
    const started = performance.now();
    job();
    times.push(performance.now() - started);
  }
  return times;
}
