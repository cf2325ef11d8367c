// The built library, for scripts that run it or bundle it: built first if src has changed since.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);

/** The time of the last change below a folder. */
function newest(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Math.max(...entries.map((entry) => statSync(`${entry.parentPath}/${entry.name}`).mtimeMs));
}

/** Makes sure that dist is newer than src; ends the process if it cannot be built. */
export function ensureBuilt() {
  const built = new URL('dist/index.js', root);
  if (existsSync(built) && statSync(built).mtimeMs >= newest(fileURLToPath(new URL('src', root)))) return;
  console.error('Building the library …\n');
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL('scripts/build.mjs', root))], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
}
