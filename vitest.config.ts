import { defineConfig } from 'vitest/config';
import { playgroundVite } from './docs/.vitepress/theme/playground/vite.ts';

// Three projects: `node` is the library and its command line, `browser` bundles the library and runs it in a
// headless Chromium (skipped, in so many words, where there is none), `playground` the site's page likewise.
export default defineConfig({
  test: {
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/**/*.as.ts', 'src/**/*.wasm.ts'] },
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/playground/**'],
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
      {
        // the playground's own modules name the library as a page does
        resolve: playgroundVite(import.meta.dirname).resolve,
        test: {
          name: 'playground',
          environment: 'node',
          include: ['test/playground/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
