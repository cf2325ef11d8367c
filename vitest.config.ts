import { defineConfig } from 'vitest/config';
import { playgroundVite } from './docs/.vitepress/theme/playground/vite.ts';

/** Verifiers and parsers: `npm run coverage` fails where a branch of them is not taken by any test. */
const WHOLLY_COVERED = [
  'src/**/verify*.ts',
  'src/network/files/*.ts',
  'src/accuracy/file.ts',
  'src/network/model/{check,check-graph}.ts',
  'src/network/statement/{statement,signals}.ts',
  'src/transcript/*.ts',
  'src/bytes.ts',
  'src/onnx/{protobuf,read,tensors,names,graph,matrices,windows,operators*}.ts',
  'src/data/*.ts',
  'src/cli/{arguments,commitments,kinds,keys}.ts',
];

// Three projects: `node` is the library and its command line, `browser` bundles the library and runs it in a
// headless Chromium (skipped, with a message, where none is found), `playground` the site's page likewise.
export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'bench/**/*.ts'],
      exclude: ['src/**/*.as.ts', 'src/**/*.wasm.ts'],
      thresholds: Object.fromEntries(WHOLLY_COVERED.map((files) => [files, { branches: 100 }])),
    },
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
