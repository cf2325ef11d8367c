import { defineConfig } from 'vitest/config';

// The tests that kill mutants: those of one group of verifiers (scripts/mutation/groups.mjs), named in the environment.
export default defineConfig({
  test: {
    environment: 'node',
    include: JSON.parse(process.env['MUTATION_TESTS'] ?? '[]') as string[],
    setupFiles: ['test/support/fixed-seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
