// One run of the tests: its depth and its seed, what it says of both before the tests and after a failure, and which
// files start first. vitest.config.ts puts it together; depth.ts says what the tests make of it.

import { existsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join, relative } from 'node:path';
import { BaseSequencer, type Reporter, type TestModule, type TestSpecification } from 'vitest/node';
import { SAMPLES } from './depth.ts';

/** A worker that holds the modules of the library and the largest vectors of a test takes less. */
const BYTES_PER_WORKER = 2 ** 31;
const LARGEST_SEED = 2 ** 31 - 1;

export interface Run {
  readonly depth: 'quick' | 'full';
  readonly seed: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The run that the environment asks for: TEST_DEPTH is quick or full, TEST_SEED an integer. Without them the depth is the
 * script's and the seed a new one.
 */
export function runOf({ TEST_DEPTH, TEST_SEED }: Environment, fallback: Run['depth'], fresh = newSeed): Run {
  const depth = TEST_DEPTH ?? fallback;
  if (depth !== 'quick' && depth !== 'full') throw new Error(`TEST_DEPTH is '${depth}'; give quick or full`);
  const seed = TEST_SEED === undefined ? fresh() : Number(TEST_SEED);
  if (TEST_SEED?.trim() === '' || !Number.isInteger(seed) || seed < 0 || seed > LARGEST_SEED) {
    throw new Error(`TEST_SEED is '${TEST_SEED}'; give an integer from 0 to ${LARGEST_SEED}`);
  }
  return { depth, seed };
}

const newSeed = (): number => Math.floor(Math.random() * (LARGEST_SEED + 1));

/** Test files at once: one per processor, as memory permits. */
export const workers = (): number =>
  Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / BYTES_PER_WORKER)));

/** The lines that a run prints before its tests. */
export function announcement({ depth, seed }: Run): string {
  if (depth === 'full') return `Full depth, seed ${seed}.`;
  const samples = Object.values(SAMPLES).map(({ what, quick, full }) => `  ${what}: ${quick} (full depth: ${full})`);
  return [`Quick depth, seed ${seed}. Every test file runs; npm run test:full takes no samples.`, ...samples].join(
    '\n',
  );
}

/** The command that repeats a run with the same random cases. */
export function repetition({ depth, seed }: Run, files: readonly string[]): string {
  const script = depth === 'full' ? 'run test:full' : 'test';
  return `To repeat: TEST_SEED=${seed} npm ${[script, '--', ...files].join(' ')}`;
}

/** Prints the depth and the seed, and after a failure the command that repeats it. */
export class RunReporter implements Reporter {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  onTestRunStart(): void {
    process.stdout.write(`${announcement(this.#run)}\n\n`);
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const failed = modules.filter((module) => !module.ok()).map(({ moduleId }) => relative(process.cwd(), moduleId));
    if (failed.length > 0 || errors.length > 0) process.stdout.write(`\n${repetition(this.#run, failed)}\n`);
  }
}

/** Starts the named files first, in their order: those that take longest, so that none is left for the end. */
export function firstOf(root: string, first: readonly string[]): typeof BaseSequencer {
  for (const path of first) {
    if (!existsSync(join(root, path))) throw new Error(`vitest.config.ts starts ${path} first, which does not exist`);
  }
  const places = new Map(first.map((path, place) => [join(root, path), place]));
  const placeOf = ({ moduleId }: TestSpecification): number => places.get(moduleId) ?? first.length;
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      const sorted = await super.sort(files);
      return sorted.toSorted((a, b) => placeOf(a) - placeOf(b));
    }
  };
}
