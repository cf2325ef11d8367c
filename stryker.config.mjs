// The settings that all runs of the mutation tests share; scripts/mutation.mjs adds the verifiers, their tests and the reports.
// Sentences for people are not mutated (scripts/mutation/ignore-sentences.mjs); codes, places and labels are.

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner', './scripts/mutation/ignore-sentences.mjs'],
  ignorers: ['sentences'],
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  coverageAnalysis: 'perTest',
  tempDirName: '.stryker/tmp',
  ignorePatterns: ['dist', 'coverage', 'docs', 'examples', 'parity', '*.tern', '*.proof'],
  // a mutant that loops is stopped after twice the time that its tests took, and this
  timeoutMS: 20_000,
  timeoutFactor: 2,
  disableTypeChecks: false,
  logLevel: 'warn',
  allowConsoleColors: false,
  clearTextReporter: { allowColor: false, reportTests: false },
};
