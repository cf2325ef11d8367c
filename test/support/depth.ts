// How deep the tests go. `npm run test:full` tries everything; `npm test` takes samples where a suite is large. Every
// suite, protocol, attack subject and page runs at both depths. Random cases follow from the seed of the run, which is
// printed (run.ts) and can be given again: TEST_SEED=… npm test. The full depth is the default where nothing sets one.

/** What is sampled: how much of it at each depth, and the words for it in the output. */
export const SAMPLES = {
  mutants: { what: 'mutants per kind of message in the assault', full: 50, quick: 6 },
  fuzzing: { what: 'cases per target of fuzzing', full: 2000, quick: 150 },
  lengths: { what: 'entries of the longest vectors given to engines', full: 2 ** 16 + 1, quick: 2 ** 12 + 1 },
  properties: { what: 'per cent of the random cases of properties', full: 100, quick: 25 },
} as const;

export const isFull = process.env['TEST_DEPTH'] !== 'quick';

/** The seed of the run: an integer from 0. */
export const seed = Number(process.env['TEST_SEED'] ?? 1);

/** The amount of a sample at the depth of this run. */
export const amountOf = (name: keyof typeof SAMPLES): number => SAMPLES[name][isFull ? 'full' : 'quick'];

/** Cases of a property of which `full` run at full depth. */
export const runs = (full: number): number => Math.ceil((full * amountOf('properties')) / 100);
