// Writes test/vectors/*.json, the vectors of docs/protocol.md, from test/vectors/generate.ts. A test compares them with
// what the generator makes, so that no format changes unseen.
//
//   npm run vectors

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('../test/vectors', import.meta.url));
const bundle = join(folder, `generate-${process.pid}.mjs`);
try {
  await build({
    entryPoints: [join(folder, 'generate.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outfile: bundle,
    logLevel: 'warning',
  });
  const { makeVectors } = await import(pathToFileURL(bundle));
  for (const [name, text] of await makeVectors()) {
    writeFileSync(join(folder, `${name}.json`), text);
    console.log(`${name}.json ${text.length} bytes`);
  }
} finally {
  rmSync(bundle, { force: true });
}
