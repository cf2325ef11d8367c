// Everything that must hold before a change is merged, in one command. Every step runs even if an earlier
// one failed; the tests come last, so that their summary stands at the end.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const steps = [
  ['types', 'tsc --noEmit'],
  ['types of the site', 'tsc --noEmit -p docs/.vitepress'],
  ['lint and format', 'biome check --error-on-warnings'],
  ['kernels', 'node scripts/build-kernels.mjs --check'],
  ['build', 'node scripts/build.mjs'],
  ['package', 'publint --strict'],
  ['sizes of bundles', 'node scripts/size.mjs'],
  ['unused code', 'knip'],
  ['site', 'node scripts/site.mjs --build-only'],
  ['tests at full depth', 'vitest run --mode full'],
];

const root = fileURLToPath(new URL('..', import.meta.url));
const path = `${root}node_modules/.bin${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`;
const failed = [];
for (const [name, command] of steps) {
  console.log(`\n== ${name}: ${command}`);
  const started = performance.now();
  const { status } = spawnSync(command, {
    cwd: root,
    shell: true,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  if (status !== 0) failed.push(name);
  console.log(`== ${name}: ${status === 0 ? 'ok' : 'FAILED'}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
console.log(failed.length === 0 ? `\ncheck: ${steps.length} steps passed` : `\ncheck: failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
