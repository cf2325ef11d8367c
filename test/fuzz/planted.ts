// Targets with defects, for the test of the fuzzer itself: each must be found, with its case.

import { InputError } from '../../src/errors.ts';
import { fuzz } from './harness.ts';
import type { Random } from './random.ts';
import { Finding, type FuzzCase, type Prepared, type Target } from './target.ts';
import { processorMs } from './worker.ts';

/** Twelve cases of seed 7 have one byte 3 or two, so that a test waits for one endless case. */
function planted(name: string, run: Prepared['run']): Target {
  const make = (random: Random): FuzzCase => ({ files: { file: Uint8Array.of(random.below(8)) }, what: 'a byte' });
  return { name, memory: { perByte: 1, constant: 2 ** 25 }, prepare: () => ({ make, run }) };
}

/** Processor time, as the harness measures it. */
function spin(ms: number): void {
  const end = processorMs() + ms;
  while (processorMs() < end) Math.sqrt(end);
}

const kept: Uint8Array[] = [];

const TARGETS: readonly Target[] = [
  planted('sound', ({ file }) => {
    if (file[0] === 3) throw new InputError('a three');
  }),
  planted('throws', ({ file }) => {
    if (file[0] === 3) throw new TypeError('a planted error');
  }),
  planted('accepts', ({ file }) => {
    if (file[0] === 3) throw new Finding('a planted forgery');
  }),
  planted('slow', ({ file }) => {
    if (file[0] === 3) spin(1300);
  }),
  planted('hangs', ({ file }) => {
    while (file[0] === 3) spin(1);
  }),
  planted('allocates', ({ file }) => {
    if (file[0] === 3) kept.push(new Uint8Array(2 ** 26));
  }),
  planted('exhausts', ({ file }) => {
    const lists: number[][] = [];
    while (file[0] === 3) lists.push(new Array(1e5).fill(0.5));
  }),
];

/** When the run is over. The heap is small, so that it is full long before a case counts as endless. */
export const finished: Promise<void> = fuzz(TARGETS, 192);
