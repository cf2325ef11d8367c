// The watcher's side of a run: starts the worker, shows how far it is, keeps what it finds, and stops it where a case
// does not end. A worker that was stopped, or ran out of memory, is followed by another that goes on after that case.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, Worker } from 'node:worker_threads';
import type { Target } from './target.ts';
import { type FoundCase, type Job, type Message, makeCase, processorMs, SHARED, type Totals, work } from './worker.ts';

/** Processor time after which a case does not end. */
const HANG_MS = 5_000;
const WATCH_MS = 200;
const REPORT_MS = 30_000;
/** Of a worker's heap; a case that needs more ends the worker. */
const HEAP_MEGABYTES = 1024;

interface Options extends Pick<Job, 'seed' | 'seconds' | 'cases' | 'targets'> {
  readonly folder: string;
}

const USAGE = `npm run fuzz -- [target …] [options]

  --seconds <n>   processor time of each target; no end unless given
  --cases <n>     cases of each target
  --seed <n>      makes the same cases again
  --out <folder>  where findings are kept; fuzz-findings unless given
`;

function readOptions(targets: readonly Target[]): Options | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      seconds: { type: 'string' },
      cases: { type: 'string' },
      seed: { type: 'string' },
      out: { type: 'string', default: 'fuzz-findings' },
    },
  });
  const names = targets.map(({ name }) => name);
  if (values.help) {
    say(`${USAGE}\ntargets: ${names.join(', ')}`);
    return undefined;
  }
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`no target ${unknown}; there are ${names.join(', ')}`);
  const number = (name: 'seconds' | 'cases' | 'seed'): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    if (!(Number(text) >= 0)) throw new Error(`--${name} ${text}: give a number`);
    return Number(text);
  };
  return {
    targets: positionals.length === 0 ? names : positionals,
    seconds: number('seconds'),
    cases: number('cases'),
    seed: number('seed') ?? Math.floor(Math.random() * 2 ** 32),
    folder: values.out,
  };
}

/** The part that two findings of one cause have in common. */
function causeOf({ target, problem }: FoundCase): string {
  return `${target} ${problem.split('\n').slice(0, 2).join(' ')}`.replace(/[\d.]+/g, '#');
}

class Findings {
  private readonly folder: string;
  private readonly seed: number;
  private readonly counts = new Map<string, number>();

  constructor({ folder, seed }: Options) {
    this.folder = folder;
    this.seed = seed;
  }

  get size(): number {
    return this.counts.size;
  }

  /** Writes the files of the first case of each cause. */
  add(found: FoundCase): void {
    const cause = causeOf(found);
    const count = this.counts.get(cause) ?? 0;
    this.counts.set(cause, count + 1);
    if (count > 0) return;
    const { target, index, problem, fuzzCase } = found;
    const name = `${target}-${this.seed}-${index}`;
    mkdirSync(this.folder, { recursive: true });
    for (const [file, bytes] of Object.entries(fuzzCase.files)) {
      writeFileSync(join(this.folder, `${name}.${file}`), bytes);
    }
    const text = `${target}, case ${index} of seed ${this.seed}: ${fuzzCase.what}\n${problem}\n`;
    writeFileSync(join(this.folder, `${name}.txt`), text);
    say(`FOUND ${text}      kept in ${this.folder}/${name}.*`);
  }

  /** How often each cause was met. */
  lines(): string[] {
    return [...this.counts].map(([cause, count]) => `${String(count).padStart(8)} × ${cause.slice(0, 300)}`);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const NOTHING: Totals = { cases: 0, ms: 0, accepted: 0, refused: 0, refusals: 0, longestMs: 0, mostBytes: 0 };

function describe(name: string, { cases, ms, accepted, refused, refusals, longestMs, mostBytes }: Totals): string {
  const megabytes = (mostBytes / 2 ** 20).toFixed(1);
  return (
    `${name.padEnd(22)} ${cases} cases  ${(ms / 1000).toFixed(1)} s  accepted ${accepted}  refused ${refused} ` +
    `in ${refusals} ways  longest ${longestMs.toFixed(0)} ms  most ${megabytes} MiB`
  );
}

/** Totals of the workers so far. */
function added(sum: Totals, own: Totals): Totals {
  return {
    ...own,
    accepted: sum.accepted + own.accepted,
    refused: sum.refused + own.refused,
    refusals: Math.max(sum.refusals, own.refusals),
    longestMs: Math.max(sum.longestMs, own.longestMs),
    mostBytes: Math.max(sum.mostBytes, own.mostBytes),
  };
}

class Run {
  private readonly targets: readonly Target[];
  private readonly options: Options;
  readonly findings: Findings;
  /** Of the workers before the one that is at work, and of all. */
  private before: Record<string, Totals>;
  totals: Record<string, Totals>;
  private readonly shared = new Int32Array(new SharedArrayBuffer(4 * Object.keys(SHARED).length));

  private readonly heapMegabytes: number;

  constructor(targets: readonly Target[], options: Options, heapMegabytes: number) {
    this.heapMegabytes = heapMegabytes;
    this.targets = targets;
    this.options = options;
    this.findings = new Findings(options);
    this.before = Object.fromEntries(options.targets.map((name) => [name, NOTHING]));
    this.totals = { ...this.before };
  }

  stop(): void {
    Atomics.store(this.shared, SHARED.stop, 1);
  }

  get isStopped(): boolean {
    return Atomics.load(this.shared, SHARED.stop) === 1;
  }

  /** One worker until it ends; true if another has to go on. */
  worker(): Promise<boolean> {
    const { shared, options } = this;
    const { seed, seconds, cases, targets } = options;
    this.before = { ...this.totals };
    Atomics.store(shared, SHARED.isRunning, 0);
    const workerData: Job = {
      seed,
      seconds,
      cases,
      targets,
      done: this.before,
      shared: shared.buffer as SharedArrayBuffer,
    };
    const worker = new Worker(fileURLToPath(import.meta.url), {
      workerData,
      execArgv: ['--enable-source-maps'],
      resourceLimits: { maxOldGenerationSizeMb: this.heapMegabytes },
    });
    return new Promise((resolve, reject) => {
      let isOver = false;
      const end = (goOn: Promise<boolean> | boolean): void => {
        if (isOver) return;
        isOver = true;
        clearInterval(watch);
        void worker.terminate().then(() => resolve(goOn));
      };
      const watch = this.watch((problem) => end(this.lostCase(problem).then(() => true)));
      worker.on('message', (message: Message) => {
        if (message.kind === 'end') end(false);
        else if (message.kind === 'finding') this.findings.add(message);
        else this.totals[message.target] = added(this.before[message.target], message.totals);
      });
      worker.on('error', (error: NodeJS.ErrnoException) => {
        if (Atomics.load(shared, SHARED.isRunning) === 1)
          end(this.lostCase(`ended the worker: ${error.message}`).then(() => true));
        else {
          clearInterval(watch);
          reject(error);
        }
      });
    });
  }

  /** Calls back once if a case takes too long; prints how far the run is. */
  private watch(onHang: (problem: string) => void): NodeJS.Timeout {
    const { shared } = this;
    let [seen, since, reported] = ['', processorMs(), performance.now()];
    return setInterval(() => {
      const isRunning = Atomics.load(shared, SHARED.isRunning) === 1;
      const place = `${shared[SHARED.target]}/${shared[SHARED.index]}`;
      if (!isRunning || place !== seen) [seen, since] = [place, processorMs()];
      else if (processorMs() - since > HANG_MS) {
        onHang(`did not end in ${HANG_MS / 1000} s of processor time`);
        since = Number.POSITIVE_INFINITY;
      }
      if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${this.summary()}`);
      else if (performance.now() - reported > REPORT_MS) {
        reported = performance.now();
        say(this.summary());
      }
    }, WATCH_MS);
  }

  private summary(): string {
    const { targets, index } = { targets: this.targets, index: this.shared[SHARED.index] };
    const cases = Object.values(this.totals).reduce((sum, each) => sum + each.cases, 0);
    return `${cases} cases, ${this.findings.size} findings; ${targets[this.shared[SHARED.target]].name} at ${index}`;
  }

  /** Keeps the case that a worker did not come back from. */
  private async lostCase(problem: string): Promise<void> {
    const { shared, options } = this;
    const target = this.targets[shared[SHARED.target]];
    const index = shared[SHARED.index];
    const fuzzCase = makeCase(target, await target.prepare(), options.seed, index);
    this.findings.add({ target: target.name, index, problem, fuzzCase });
    const totals = this.totals[target.name];
    this.totals[target.name] = { ...totals, cases: index + 1, ms: totals.ms + HANG_MS };
  }
}

/** Runs the targets that the command line names: the whole program, in the thread that watches and in its worker. */
export async function fuzz(targets: readonly Target[], heapMegabytes = HEAP_MEGABYTES): Promise<void> {
  if (!isMainThread) return work(targets);
  let options: Options | undefined;
  try {
    options = readOptions(targets);
  } catch (error) {
    process.stderr.write(`fuzz: ${(error as Error).message}\n`);
    process.exitCode = 2;
  }
  if (options === undefined) return;
  const run = new Run(targets, options, heapMegabytes);
  const { seed, seconds, cases } = options;
  say(
    `seed ${seed}; ${seconds === undefined ? 'no end' : `${seconds} s`} and ${cases ?? 'any number of'} cases for each target`,
  );
  process.once('SIGINT', () => run.stop());
  while (await run.worker()) if (run.isStopped) break;
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
  for (const name of options.targets) say(describe(name, run.totals[name]));
  for (const line of run.findings.lines()) say(line);
  say(run.findings.size === 0 ? 'nothing found' : `${run.findings.size} findings in ${options.folder}`);
  process.exitCode = run.findings.size === 0 ? 0 : 1;
}
