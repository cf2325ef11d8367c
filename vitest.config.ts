import { defineConfig } from 'vitest/config';
import { playgroundVite } from './docs/.vitepress/theme/playground/vite.ts';
import { firstOf, RunReporter, runOf, workers } from './test/support/run.ts';

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

/** Test files that take longest, the longest first. */
const FIRST = [
  'test/playground/playground.test.ts',
  'test/attacks/assault.test.ts',
  'test/cli/program.test.ts',
  'test/browser/bundles.test.ts',
  'test/fuzz/fuzz.test.ts',
  'test/experiments/experiments.test.ts',
  'test/docs/code.test.ts',
];

// Three projects: `node` is the library and its command line, `browser` bundles the library and runs it in a
// headless Chromium (skipped, with a message, where none is found), `playground` the site's page likewise.
// `vitest run --mode full` is the full depth, and isolates each file in its own process. At quick depth files share
// processes and loaded modules.
export default defineConfig(({ mode }) => {
  const run = runOf(process.env, mode === 'full' ? 'full' : 'quick');
  const shared = {
    environment: 'node',
    env: { TEST_DEPTH: run.depth, TEST_SEED: String(run.seed) },
    setupFiles: ['test/support/setup.ts'],
    isolate: run.depth === 'full',
    restoreMocks: true,
    unstubGlobals: true,
  };
  return {
    test: {
      maxWorkers: workers(),
      reporters: ['default', new RunReporter(run)],
      sequence: { sequencer: firstOf(import.meta.dirname, FIRST) },
      coverage: {
        provider: 'v8',
        include: ['src/**/*.ts', 'bench/**/*.ts'],
        exclude: ['src/**/*.as.ts', 'src/**/*.wasm.ts'],
        thresholds: Object.fromEntries(WHOLLY_COVERED.map((files) => [files, { branches: 100 }])),
      },
      projects: [
        {
          test: {
            ...shared,
            name: 'node',
            include: ['test/**/*.test.ts'],
            exclude: ['test/browser/**', 'test/playground/**'],
            testTimeout: 60_000,
            hookTimeout: 60_000,
          },
        },
        {
          test: {
            ...shared,
            name: 'browser',
            include: ['test/browser/*.test.ts'],
            testTimeout: 120_000,
            hookTimeout: 120_000,
          },
        },
        {
          // the playground's own modules name the library as a page does
          resolve: playgroundVite(import.meta.dirname).resolve,
          test: {
            ...shared,
            name: 'playground',
            include: ['test/playground/*.test.ts'],
            testTimeout: 180_000,
            hookTimeout: 180_000,
          },
        },
      ],
    },
  };
});
