// The benchmarks: `npm run bench -- kernels|scalars|layers|networks|openings|report …`; without one it says what each does.
// They are TypeScript beside the library's sources: each run bundles both into a folder of its own below node_modules,
// where the bundle finds its packages, and removes it at the end. A change of the sources does not reach a run that has
// begun, whose cases are processes of the same bundle.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

async function bundle() {
  const { build, stop } = await import('esbuild');
  const cache = join(root, 'node_modules', '.cache', 'ternary-gkr');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, `bench-${process.pid}-`));
  await build({
    entryPoints: [join(root, 'bench/run/main.ts')],
    outfile: join(folder, 'main.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
  await stop();
  return folder;
}

/** Runs the bundle until it ends; it dies with this process, and this process ends as it does. */
function run(folder, args) {
  const child = spawn(process.execPath, [join(folder, 'main.mjs'), ...args], { stdio: 'inherit' });
  const handlers = SIGNALS.map((signal) => [signal, () => child.kill(signal)]);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  child.on('exit', (code, signal) => {
    rmSync(folder, { recursive: true, force: true });
    for (const [name, handler] of handlers) process.off(name, handler);
    if (signal === null) process.exitCode = code;
    else process.kill(process.pid, signal);
  });
}

const args = process.argv.slice(2);
if (args[0] === 'report') {
  const { writeReport } = await import('../bench/report/main.mjs');
  await writeReport(args.slice(1));
} else {
  run(await bundle(), args);
}
