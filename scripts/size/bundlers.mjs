// Production bundles of an application for browsers, by three bundlers with the settings that they come with.
// Each takes the application's path and writes one file.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A folder with an application in it that has installed the library; the caller removes it. */
export function makeApplication(source) {
  const folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-application-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'ternary-gkr'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  writeFileSync(join(folder, 'application.js'), source);
  return folder;
}

export const BUNDLERS = {
  async esbuild(entry, file) {
    const { build } = await import('esbuild');
    await build({
      entryPoints: [entry],
      outfile: file,
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      logLevel: 'warning',
    });
  },

  async vite(entry, file) {
    const { build } = await import('vite');
    await build({
      root: dirname(entry),
      configFile: false,
      logLevel: 'warn',
      build: {
        outDir: dirname(file),
        emptyOutDir: false,
        modulePreload: { polyfill: false },
        rolldownOptions: { input: entry, output: { entryFileNames: basename(file) } },
      },
    });
  },

  async webpack(entry, file) {
    const { default: webpack } = await import('webpack');
    const compiler = webpack({
      mode: 'production',
      target: 'web',
      context: dirname(entry),
      entry,
      output: { path: dirname(file), filename: basename(file) },
      performance: { hints: false },
    });
    const stats = await new Promise((resolve, reject) => {
      compiler.run((error, result) => (error ? reject(error) : resolve(result)));
    });
    await new Promise((resolve) => compiler.close(resolve));
    if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString({ colors: false }));
  },
};

/** Bundles applications with bundlers: `names` are those of the files, `name.bundler.mjs`, in `out`. */
export async function bundleAll(applications, out, bundlers = Object.keys(BUNDLERS)) {
  const made = [];
  for (const { name, source, ...rest } of applications) {
    const folder = makeApplication(source);
    try {
      for (const bundler of bundlers) {
        const file = join(out, `${name}.${bundler}.mjs`);
        await BUNDLERS[bundler](join(folder, 'application.js'), file);
        made.push({ name, bundler, file, ...rest });
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return made;
}
