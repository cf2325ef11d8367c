// How deep the tests go. `npm run test:full` tries everything; `npm test` takes samples where a suite is large. Every
// suite, protocol, attack subject and page runs at both depths. Random cases follow from the seed of the run, which is
// printed (run.ts) and can be given again: TEST_SEED=… npm test.

/** The samples: their number at each depth, and the words for them in the output. */
export const SAMPLES = {
  mutants: { what: 'mutants per kind of message in the assault', full: 50, quick: 3 },
  forgeries: { what: 'forgeries of each kind in the assault, at most', full: 100, quick: 2 },
  fuzzing: { what: 'cases per target of fuzzing', full: 2000, quick: 110 },
  liars: { what: 'per cent of the witnesses with a lie in them', full: 100, quick: 10 },
  changes: { what: 'per cent of the bytes and values that are changed one by one', full: 100, quick: 10 },
  lengths: { what: 'entries of the longest vectors given to engines', full: 2 ** 16 + 1, quick: 2 ** 12 + 1 },
  processes: {
    what: 'per cent of the tests of commands, benchmarks and bad days that start processes',
    full: 100,
    quick: 12,
  },
  examples: { what: 'examples of exports that are run', full: 1000, quick: 120 },
  bundlers: { what: 'bundlers that bundle the library', full: 3, quick: 1 },
  properties: { what: 'per cent of the random cases of properties', full: 100, quick: 25 },
} as const;

/**
 * Returns the depth and the seed of an environment; full depth and seed 1 where nothing is set, as in mutation tests.
 */
export const depthOf = ({ TEST_DEPTH, TEST_SEED = '1' }: Readonly<Record<string, string | undefined>>) => ({
  isFull: TEST_DEPTH !== 'quick',
  seed: Number(TEST_SEED),
});

/** The depth of this run, and its seed: an integer from 0. */
export const { isFull, seed } = depthOf(process.env);

/** The amount of a sample at the depth of this run. */
export const amountOf = (name: keyof typeof SAMPLES): number => SAMPLES[name][isFull ? 'full' : 'quick'];

/** At full depth all of a list; else at most `count` of it, as many apart as it allows, the first chosen by the seed. */
export function sampleOf<T>(list: readonly T[], count: number): readonly T[] {
  const stride = isFull ? 1 : Math.ceil(list.length / count);
  return list.filter((_, place) => place % stride === seed % stride);
}

/** Cases of a property of which `full` run at full depth. */
export const runs = (full: number): number => Math.ceil((full * amountOf('properties')) / 100);

/** Changes, one by one, of which `full` are made at full depth. */
export const shareOf = (full: number): number => Math.ceil((full * amountOf('changes')) / 100);
