// The smoke test of the package as its users get it: packs it, installs the tarball into an empty folder, and runs
// smoke/checks.mjs there with this Node and with each version in smoke/versions.json. All of them must make the same proof.
//
//     npm run smoke -- [VERSION …]        other versions instead of those in smoke/versions.json
//
// A version of Node comes from its binary package in npm's registry, into a folder that is removed afterwards. A version
// that cannot be had is reported and fails nothing: only this Node is always there.

import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const versions =
  process.argv.length > 2
    ? process.argv.slice(2)
    : JSON.parse(readFileSync(new URL('smoke/versions.json', import.meta.url), 'utf8'));
const scratch = mkdtempSync(join(tmpdir(), 'ternary-gkr-smoke-'));

/** Runs npm and returns whether it succeeded, with all that it printed. */
function npm(cwd, ...args) {
  // `npm run --silent` would silence it too; on Windows npm is a script of the shell
  const { status, stdout, stderr } = spawnSync('npm', ['--loglevel=error', ...args], {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return { ok: status === 0, text: `${stdout ?? ''}${stderr ?? ''}` };
}

/** Returns the first lines of an error that npm printed, without their mark. */
function errorOf(text) {
  const lines = text.split('\n').flatMap((line) => /^npm (?:error|ERR!) (.+)$/.exec(line)?.[1] ?? []);
  return lines.slice(0, 2).join(', ') || 'npm does not start';
}

/** Runs npm; a failure ends the test. */
function must(cwd, ...args) {
  const { ok, text } = npm(cwd, ...args);
  if (!ok) throw new Error(`npm ${args.join(' ')} failed:\n${text}`);
}

/** Makes a folder with the packed package installed, the checks, and their model and data. Returns its path. */
function installPackage() {
  const [packed, user] = ['packed', 'user'].map((name) => join(scratch, name));
  for (const folder of [packed, user]) mkdirSync(folder);
  must(root, 'pack', '--pack-destination', packed);
  writeFileSync(join(user, 'package.json'), '{ "private": true, "type": "module" }\n');
  const [tarball] = readdirSync(packed);
  must(user, 'install', '--no-audit', '--no-fund', join(packed, tarball));
  copyFileSync(join(root, 'scripts/smoke/checks.mjs'), join(user, 'checks.mjs'));
  cpSync(join(root, 'examples'), join(user, 'examples'), { recursive: true });
  return user;
}

/** Returns the path of a version of Node, or the reason why it cannot be had. */
function findNode(version) {
  if (process.version === `v${version}`) return { path: process.execPath };
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = join(scratch, `node-${version}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const { ok, text } = npm(folder, 'install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`);
  if (!ok) return { reason: `npm did not install ${name}@${version}: ${errorOf(text)}` };
  const path = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const { stdout, error } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  if (stdout?.trim() === `v${version}`) return { path };
  return { reason: `${name}@${version} does not run: ${error?.message ?? `it says that it is '${stdout.trim()}'`}` };
}

/** Runs the checks with one Node. Returns how they ended, with the digest of the proof that they made. */
function check(user, path) {
  const { status, stdout } = spawnSync(path, ['checks.mjs'], {
    cwd: user,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.stdout.write(stdout);
  const digest = /^proof ([0-9a-f]{64})$/m.exec(stdout)?.[1];
  return status === 0 && digest !== undefined ? { digest } : { failure: `the checks failed, exit code ${status}` };
}

const results = [];
try {
  const user = installPackage();
  const own = process.version.slice(1);
  for (const version of new Set([own, ...versions])) {
    console.log(`\n== Node ${version}`);
    const { path, reason } = findNode(version);
    const result = path === undefined ? { reason } : check(user, path);
    const first = results[0]?.digest;
    if (first !== undefined && result.digest !== undefined && result.digest !== first)
      result.failure = `its proof has the digest ${result.digest}, that of Node ${own} ${first}`;
    if (reason !== undefined) console.log(`not tested: ${reason}`);
    results.push({ version, ...result });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

console.log('\nsmoke test of the package:');
for (const { version, reason, failure } of results)
  console.log(
    `  Node ${version}: ${failure !== undefined ? `FAILED, ${failure}` : reason !== undefined ? `NOT TESTED, ${reason}` : 'ok'}`,
  );
process.exitCode = results.some(({ failure }) => failure !== undefined) ? 1 : 0;
