// Sizes of production bundles for browsers, gzipped, by three bundlers; fails if one is larger than it may be.
//
//     npm run size -- [--json] [--out FOLDER] [--bundler NAME]        --out keeps the bundles
//
// A kilobyte has 1000 bytes; gzip at its highest level, as a server stores it.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { ensureBuilt } from './built.mjs';
import { BUNDLERS, bundleAll } from './size/bundlers.mjs';

const application = (...names) => `import { ${names.join(', ')} } from 'ternary-gkr';
globalThis.bundle = { ${names.join(', ')} };
`;

const VERIFIER = ['decodeProofFile', 'readKey', 'verify', 'verifyModel'];

/** The applications that are bundled, and the most bytes that each may have. */
const APPLICATIONS = [
  {
    name: 'prove-and-verify',
    most: 120_000,
    source: application(
      ...['compile', 'decodeNetwork', 'encodeProofFile', 'evaluate', 'publicSignalsToJson', 'prove', 'register'],
      ...VERIFIER,
    ),
  },
  // of models whose weights are public
  { name: 'verify-public', most: 40_000, source: application('compile', 'decodeNetwork', 'decodeProofFile', 'verify') },
  // of registered models, their registration among it
  { name: 'verify', most: 40_000, source: application(...VERIFIER) },
  // the same, and of proofs that hide
  { name: 'verify-hidden', most: 45_000, source: application(...VERIFIER, 'verifyHidden') },
];

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, out: { type: 'string' }, bundler: { type: 'string' } },
});
if (values.bundler !== undefined && !Object.hasOwn(BUNDLERS, values.bundler)) {
  console.error(`size: unknown bundler '${values.bundler}'; use ${Object.keys(BUNDLERS).join(', ')}`);
  process.exit(2);
}
ensureBuilt();
const out = values.out === undefined ? mkdtempSync(join(tmpdir(), 'ternary-gkr-size-')) : resolve(values.out);
mkdirSync(out, { recursive: true });
try {
  const bundles = await bundleAll(APPLICATIONS, out, values.bundler === undefined ? undefined : [values.bundler]);
  const sizes = bundles.map(({ name, bundler, file, most }) => {
    const bytes = readFileSync(file);
    return { name, bundler, bytes: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length, most };
  });
  if (values.json) console.log(JSON.stringify({ sizes }));
  else {
    console.log('| bundle | bundler | minified | gzipped | at most |\n| --- | --- | --- | --- | --- |');
    for (const { name, bundler, bytes, gzipped, most } of sizes) {
      const [plain, packed, limit] = [bytes, gzipped, most].map((count) => `${(count / 1000).toFixed(1)} KB`);
      console.log(`| ${name} | ${bundler} | ${plain} | ${packed} | ${limit} |`);
    }
  }
  for (const { name, bundler, gzipped, most } of sizes.filter((size) => size.gzipped > size.most)) {
    console.error(`${name} by ${bundler}: ${gzipped} bytes gzipped, at most ${most}`);
    process.exitCode = 1;
  }
} finally {
  if (values.out === undefined) rmSync(out, { recursive: true, force: true });
}
