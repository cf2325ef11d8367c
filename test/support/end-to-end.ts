// `it` for tests that start the program, the benchmarks or other processes: at quick depth a sample of them runs, by their
// names and the seed of the run, and the others are reported as skipped. Full depth runs them all. Tests of such a file do not
// rest on one another.

import { it as every, type TestFunction, type TestOptions } from 'vitest';
import { amountOf, isFull, seed } from './depth.ts';

/** Whether a test is in the sample. */
function isChosen(name: string): boolean {
  let hash = 0x811c9dc5 ^ seed;
  for (const char of name) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return isFull || ((hash ^ (hash >>> 15)) >>> 0) % 100 < amountOf('processes');
}

interface It {
  (name: string, test: TestFunction): void;
  (name: string, options: TestOptions, test: TestFunction): void;
  readonly each: typeof every.each;
}

export const it: It = Object.assign(
  (name: string, ...test: readonly unknown[]): void => {
    (isChosen(name) ? every : every.skip)(name, ...(test as [TestOptions, TestFunction]));
  },
  {
    each: ((rows: readonly unknown[]) =>
      (name: string, ...test: readonly unknown[]): void => {
        for (const [k, row] of rows.entries()) {
          const chosen = isChosen(`${name} ${k}`) ? every : every.skip;
          (chosen.each([row]) as (...given: readonly unknown[]) => void)(name, ...test);
        }
      }) as typeof every.each,
  },
);
