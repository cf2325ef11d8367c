// The built library, for scripts that run it or bundle it: built first if src has changed since.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);

/** The time of the last change below a folder. */
function newest(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Math.max(...entries.map((entry) => statSync(`${entry.parentPath}/${entry.name}`).mtimeMs));
}

/** Made by the process that builds. A folder, because only one of two processes can make it. If a killed build leaves it, it expires. */
const lock = new URL('node_modules/.ternary-gkr-build', root);
const LOCK_SECONDS = 300;

function isBuilt() {
  const built = new URL('dist/index.js', root);
  return existsSync(built) && statSync(built).mtimeMs >= newest(fileURLToPath(new URL('src', root)));
}

/** Waits while another process builds. */
function takeLock() {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (Date.now() - made > 1000 * LOCK_SECONDS) rmSync(lock, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}

/** Makes sure that dist is newer than src, one process at a time; ends the process if it cannot be built. */
export function ensureBuilt() {
  takeLock();
  let status = 0;
  if (!isBuilt()) {
    console.error('Building the library …\n');
    ({ status } = spawnSync(process.execPath, [fileURLToPath(new URL('scripts/build.mjs', root))], {
      stdio: ['ignore', 2, 2],
    }));
  }
  rmSync(lock, { recursive: true, force: true });
  if (status !== 0) process.exit(status ?? 1);
}

// run by itself, it builds
if (process.argv[1] === fileURLToPath(import.meta.url)) ensureBuilt();
