// The site. `node scripts/site.mjs build` writes it to docs/.vitepress/dist, `serve` builds it and serves what it built,
// `dev` serves the pages while they are being written. Each of them builds the library first and makes anew what the pages
// need and the repository does not keep: the API pages and copies of the pages at its root.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const docs = join(root, 'docs');
const VITEPRESS = 'node_modules/vitepress/bin/vitepress.js';

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

const [job, ...options] = process.argv.slice(2);
if (!['build', 'serve', 'dev'].includes(job)) {
  console.error('site: say build, serve or dev; what follows goes to VitePress, such as --port 8080');
  process.exit(2);
}
run('scripts/build.mjs');
run('node_modules/typedoc/bin/typedoc', '--logLevel', 'Warn');
copyProjectPages();
if (job !== 'dev') run(VITEPRESS, 'build', 'docs');
if (job === 'serve') run(VITEPRESS, 'preview', 'docs', ...options);
if (job === 'dev') run(VITEPRESS, 'dev', 'docs', ...options);
