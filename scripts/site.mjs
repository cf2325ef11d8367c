// The site.
//
//     npm run site           builds it and serves what it built
//     npm run site:dev       serves the pages while they are being written
//     npm run site:build     builds it; `--out FOLDER` puts it elsewhere than docs/.vitepress/dist; `--live` builds the home
//                            page and the playground alone, for tests of both
//
// Each of them builds the library first and makes anew what the pages need and the repository does not keep: the API pages,
// copies of the pages at its root and the playground's models.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, createServer, serve } from 'vitepress';
import { ensureBuilt } from './built.mjs';
import { writeModels } from './site/models.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const docs = join(root, 'docs');

/** Runs a script with this Node; if it fails, so does this one. */
function run(script, ...args) {
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function copyProjectPages() {
  const pages = JSON.parse(readFileSync(join(docs, '.vitepress/project-pages.json'), 'utf8'));
  rmSync(join(docs, 'project'), { recursive: true, force: true });
  for (const [original, copy] of Object.entries(pages)) {
    mkdirSync(dirname(join(docs, copy)), { recursive: true });
    writeFileSync(join(docs, copy), readFileSync(join(root, original)));
  }
}

const { values } = parseArgs({
  options: {
    'build-only': { type: 'boolean', default: false },
    live: { type: 'boolean', default: false },
    dev: { type: 'boolean', default: false },
    out: { type: 'string' },
    port: { type: 'string', default: '4173' },
  },
});
const port = Number(values.port);

ensureBuilt();
if (values.live) process.env.SITE_LIVE = '1';
else run('node_modules/typedoc/bin/typedoc', '--logLevel', 'Warn');
copyProjectPages();
await writeModels();
if (values.dev) {
  const server = await createServer(docs, { port });
  await server.listen();
  server.printUrls();
} else {
  await build(docs, values.out === undefined ? {} : { outDir: resolve(values.out) });
  if (!values['build-only']) await serve({ root: docs, port });
}
