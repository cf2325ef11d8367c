// Builds dist from src: tsc into a folder of its own, the executable bit on the command line, then in the place of dist.
// A process that reads dist meanwhile finds the build before this one.

import { spawnSync } from 'node:child_process';
import { chmodSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const dist = new URL('dist', root);
const fresh = new URL(`.dist-${process.pid}/`, root);
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

try {
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', fileURLToPath(fresh)], {
    cwd: fileURLToPath(root),
    stdio: 'inherit',
  });
  if (status === 0) {
    chmodSync(new URL('cli/main.js', fresh), 0o755);
    rmSync(dist, { recursive: true, force: true });
    renameSync(fresh, dist);
  }
  process.exitCode = status ?? 1;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
