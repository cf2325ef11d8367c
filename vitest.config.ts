import { defineConfig } from 'vitest/config';

// Two projects: `node` is the library and its command line, `browser` bundles the library and runs it in a
// headless Chromium (skipped, in so many words, where there is none).
export default defineConfig({
  test: {
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/**/*.as.ts', 'src/**/*.wasm.ts'] },
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          environment: 'node',
          include: ['test/browser/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
