// How deep the tests go. `npm run test:full` tries everything; `npm test` takes samples where a suite is large. Every
// suite, protocol, attack subject and page runs at both depths. The samples are drawn by the seed of the run, which is
// printed (announce.ts) and can be given again: TEST_SEED=… npm test. A depth that nobody sets is the full one.

/** What is sampled: how much of it at each depth, and the words for it in the output. */
export const SAMPLES = {
  mutants: { what: 'mutants per kind of message in the assault', full: 50, quick: 6 },
  fuzzing: { what: 'cases per target of fuzzing', full: 2000, quick: 150 },
  properties: { what: 'per cent of the random cases of properties', full: 100, quick: 25 },
} as const;

export const isFull = process.env['TEST_DEPTH'] !== 'quick';

/** The seed of the run: an integer from 0. */
export const seed = Number(process.env['TEST_SEED'] ?? 1);

/** The amount of a sample at the depth of this run. */
export const amountOf = (name: keyof typeof SAMPLES): number => SAMPLES[name][isFull ? 'full' : 'quick'];

/** Cases of a property of which `full` run at full depth. */
export const runs = (full: number): number => Math.ceil((full * amountOf('properties')) / 100);

/** At full depth all of a list; else `count` of it, chosen by the seed, in the order of the list. */
export function sampleOf<T>(list: readonly T[], count: number): readonly T[] {
  if (isFull || count >= list.length) return list;
  const places = new Set<number>();
  // a linear congruential generator is random enough to choose places
  for (let state = seed >>> 0; places.size < count; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    places.add(Math.floor((state / 2 ** 32) * list.length));
  }
  return list.filter((_, k) => places.has(k));
}
