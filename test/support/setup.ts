// Before each test file: random cases are as many as the depth says and follow from the seed of the run. Where nothing
// sets either, as in mutation tests, properties try the same cases in every run: a mutant is killed always or never.

import fc from 'fast-check';
import { runs, seed } from './depth.ts';

/** Cases of a property that names no number. */
const CASES = 100;

fc.configureGlobal({ seed, numRuns: runs(CASES) });
