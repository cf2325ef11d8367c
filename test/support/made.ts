// Builds that tests share: made once, kept below node_modules, found again as long as no file that they come from
// changes. Processes that make the same build at once each make it whole; the first to finish keeps its own.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** Below node_modules, so that a build finds packages and the manifest. */
const home = join(root, 'node_modules/.cache/ternary-gkr');

/** Files that no build reads: built files, tests, and files in folders that begin with a dot. */
const LEFT_OUT =
  /^(?:node_modules|dist|coverage|test|docs\/(?:api|project|public\/models)|docs\/\.vitepress\/(?:dist|cache))$/;
const HIDDEN = /(?:^|\/)\.(?!vitepress$)[^/]+$/;

/** How long a build of other sources is kept; another run may still use it. */
const KEPT_MS = 3_600_000;

/** The paths of all files that builds come from, relative to `folder`, in order. */
function filesIn(folder: string, below = folder): string[] {
  return readdirSync(below, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(below, entry.name);
      const name = relative(folder, path).replaceAll('\\', '/');
      if (LEFT_OUT.test(name) || HIDDEN.test(name)) return [];
      if (entry.isDirectory()) return filesIn(folder, path);
      return entry.isFile() ? [name] : [];
    })
    .sort();
}

/** Digest of the Node that runs, and of names and contents of the files that builds come from. */
export function digestOf(folder: string): string {
  const hash = createHash('sha256').update(process.version);
  for (const name of filesIn(folder)) {
    const content = readFileSync(join(folder, name));
    hash.update(`\0${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 24);
}

/**
 * The folder of a build of the repository as it is.
 *
 * @param name - names the build, and its folder
 * @param make - makes it into an empty folder
 * @param from - the repository; `into` is where builds are kept
 */
export async function made(
  name: string,
  make: (folder: string) => unknown,
  { from = root, into = home } = {},
): Promise<string> {
  const folder = join(into, `${name}-${digestOf(from)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(into, { recursive: true });
  const fresh = mkdtempSync(join(into, `making-${name}-`));
  try {
    await make(fresh);
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    // another process has just made the same
    if (!existsSync(folder)) throw error;
  }
  for (const other of readdirSync(into).filter(
    (each) => each.startsWith(`${name}-`) || each.startsWith(`making-${name}-`),
  )) {
    const path = join(into, other);
    const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (path !== folder && Date.now() - changed > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
  return folder;
}

/** Returns the output of a script of the repository; if it fails, throws an error with all of it. */
export function printedBy(script: string, ...args: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    execFile(process.execPath, [join(root, script), ...args], (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else fail(new Error(`${error.message}\n${stdout}`, { cause: stderr }));
    });
  });
}

/** The built library with its declarations: dist, newer than src. */
export async function builtLibrary(): Promise<string> {
  await printedBy('scripts/built.mjs');
  return join(root, 'dist');
}
