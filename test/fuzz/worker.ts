// The worker's side of a run: targets in turn, case by case. What a case is, is written where the watching thread can
// see it before it is run, so that a case that never ends is known. It measures processor time and memory of each case
// and sends what it finds.

import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { InputError, Rejection } from '../../src/errors.ts';
import { Random } from './random.ts';
import { Finding, type FuzzCase, lengthOf, type Prepared, type Target } from './target.ts';

/** A message to a worker. */
export interface Job {
  readonly seed: number;
  readonly targets: readonly string[];
  /** Seconds of processor time for each target, without its preparation; none for no end. */
  readonly seconds: number | undefined;
  /** Cases of each target. */
  readonly cases: number | undefined;
  /** Where a target goes on: what the workers before this one did. */
  readonly done: Readonly<Record<string, { readonly cases: number; readonly ms: number }>>;
  /** Place of the target, number of the case, 1 if it is running, 1 to stop. */
  readonly shared: SharedArrayBuffer;
}

/** A message of a worker. */
export type Message =
  | { readonly kind: 'progress'; readonly target: string; readonly totals: Totals }
  | ({ readonly kind: 'finding' } & FoundCase)
  | { readonly kind: 'end' };

export interface FoundCase {
  readonly target: string;
  readonly index: number;
  readonly problem: string;
  readonly fuzzCase: FuzzCase;
}

/** A worker's progress with a target. */
export interface Totals {
  readonly cases: number;
  readonly ms: number;
  readonly accepted: number;
  readonly refused: number;
  /** Different messages of refusals, numbers and names left out: how deep the mutants get. */
  readonly refusals: number;
  /** The longest case and the most memory that one has taken. */
  readonly longestMs: number;
  readonly mostBytes: number;
}

export const SHARED = { target: 0, index: 1, isRunning: 2, stop: 3 } as const;

/** Milliseconds of processor time for a target before the next has its turn. */
const TURN_MS = 1500;
const SECONDS = 1;

/** Processor time of all threads: the others wait while a case is running. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function memoryBytes(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

/** One case of a target, from the seed alone. */
export function makeCase(target: Target, prepared: Prepared, seed: number, index: number): FuzzCase {
  return prepared.make(new Random(seed, target.name, index));
}

interface Outcome {
  /** The finding, if there is one. */
  readonly problem: string | undefined;
  /** The message of its refusal; undefined if it was accepted. */
  readonly refusal: string | undefined;
  readonly ms: number;
  readonly bytes: number;
}

/** Runs a case and judges it. */
export async function runCase(target: Target, prepared: Prepared, { files }: FuzzCase): Promise<Outcome> {
  const [started, before] = [processorMs(), memoryBytes()];
  let problem: string | undefined;
  let refusal: string | undefined;
  try {
    await prepared.run(files);
  } catch (error) {
    if (error instanceof InputError || error instanceof Rejection) refusal = error.message;
    else if (error instanceof Finding) problem = error.message;
    else problem = `threw ${error instanceof Error ? error.stack : String(error)}`;
  }
  const bytes = memoryBytes() - before;
  const ms = processorMs() - started;
  const { perByte, constant } = target.memory;
  const bound = perByte * lengthOf(files) + constant;
  if (bytes > bound)
    problem ??= `took ${bytes} bytes of memory for files of ${lengthOf(files)}, at most ${bound} are allowed`;
  return { problem, refusal, ms, bytes };
}

class TargetRun {
  private readonly target: Target;
  private readonly prepared: Prepared;
  private readonly refusals = new Set<string>();
  private totals: Totals;

  constructor(target: Target, prepared: Prepared, done: { readonly cases: number; readonly ms: number }) {
    this.target = target;
    this.prepared = prepared;
    this.totals = { ...done, accepted: 0, refused: 0, refusals: 0, longestMs: 0, mostBytes: 0 };
  }

  get index(): number {
    return this.totals.cases;
  }

  isDone({ seconds, cases }: Job): boolean {
    const { totals } = this;
    return (cases !== undefined && totals.cases >= cases) || (seconds !== undefined && totals.ms >= 1000 * seconds);
  }

  /** The next case; a slow one is run again, since the machine may be what was slow. */
  async next(seed: number): Promise<FoundCase | undefined> {
    const { target, prepared, totals, refusals } = this;
    const started = processorMs();
    const fuzzCase = makeCase(target, prepared, seed, totals.cases);
    const outcome = await runCase(target, prepared, fuzzCase);
    const limit = 1000 * (target.seconds ?? SECONDS);
    const ms = outcome.ms <= limit ? outcome.ms : Math.min(outcome.ms, (await runCase(target, prepared, fuzzCase)).ms);
    const problem = outcome.problem ?? (ms > limit ? `took ${ms.toFixed(0)} ms` : undefined);
    if (outcome.refusal !== undefined) refusals.add(outcome.refusal.replace(/"[^"]*"|[\d.]+/g, '#').slice(0, 200));
    this.totals = {
      cases: totals.cases + 1,
      ms: totals.ms + processorMs() - started,
      accepted: totals.accepted + (problem === undefined && outcome.refusal === undefined ? 1 : 0),
      refused: totals.refused + (outcome.refusal === undefined ? 0 : 1),
      refusals: refusals.size,
      longestMs: Math.max(totals.longestMs, ms),
      mostBytes: Math.max(totals.mostBytes, outcome.bytes),
    };
    return problem === undefined ? undefined : { target: target.name, index: totals.cases, problem, fuzzCase };
  }

  report(): Message {
    return { kind: 'progress', target: this.target.name, totals: this.totals };
  }
}

/** The whole of a worker: turn by turn until every target has had its share or the watcher says stop. */
export async function work(targets: readonly Target[]): Promise<void> {
  const job = workerData as Job;
  const shared = new Int32Array(job.shared);
  const send = (message: Message): void => parentPort?.postMessage(message);
  const runs: { readonly place: number; readonly run: TargetRun }[] = [];
  for (const [place, target] of targets.entries()) {
    if (!job.targets.includes(target.name)) continue;
    runs.push({ place, run: new TargetRun(target, await target.prepare(), job.done[target.name]) });
  }
  const isStopped = (): boolean => Atomics.load(shared, SHARED.stop) === 1;
  for (let left = runs; left.length > 0 && !isStopped(); left = left.filter(({ run }) => !run.isDone(job))) {
    for (const { place, run } of left) {
      const turnEnd = processorMs() + TURN_MS;
      while (!run.isDone(job) && processorMs() < turnEnd && !isStopped()) {
        Atomics.store(shared, SHARED.target, place);
        Atomics.store(shared, SHARED.index, run.index);
        Atomics.store(shared, SHARED.isRunning, 1);
        const found = await run.next(job.seed);
        Atomics.store(shared, SHARED.isRunning, 0);
        if (found !== undefined) send({ kind: 'finding', ...found });
      }
      send(run.report());
    }
  }
  send({ kind: 'end' });
}
