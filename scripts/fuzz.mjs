// Fuzzes every parser and verifier with mutants of valid files (test/fuzz, docs/fuzzing.md). Exit code 1 if it finds
// something; the files are kept.
//
//   npm run fuzz -- [target …] [--seconds <each>] [--cases <each>] [--seed <n>] [--out <folder>]

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [entry, ...args] = process.argv.slice(2)[0]?.endsWith('.ts')
  ? process.argv.slice(2)
  : [fileURLToPath(new URL('../test/fuzz/main.ts', import.meta.url)), ...process.argv.slice(2)];
const folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-fuzz-'));
try {
  const bundle = join(folder, 'fuzz.mjs');
  await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: bundle,
    logLevel: 'warning',
    sourcemap: 'inline',
  });
  process.setSourceMapsEnabled(true);
  process.argv = [process.argv[0], bundle, ...args];
  const { finished } = await import(pathToFileURL(bundle));
  await finished;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
