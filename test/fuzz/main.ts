// The program that scripts/fuzz.mjs bundles and runs, in the thread that watches and in its workers.

import { fuzz } from './harness.ts';
import { TARGETS } from './targets/all.ts';

/** When the run is over. */
export const finished: Promise<void> = fuzz(TARGETS);
