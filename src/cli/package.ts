// The folder of this package, wherever it is installed or bundled below it, and its version.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../errors.ts';

interface Manifest {
  readonly name?: unknown;
  readonly version?: unknown;
}

function findPackage(): { readonly folder: string; readonly manifest: Manifest } {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) {
      const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
      if (manifest.name === 'ternary-gkr') return { folder, manifest };
    }
    if (dirname(folder) === folder)
      throw new UsageError('the package.json of ternary-gkr is missing; install it again');
  }
}

export const packageVersion = (): string => String(findPackage().manifest.version);

/** Returns the folder of the package: the root of the repository where it is not installed. */
export const packageFolder = (): string => findPackage().folder;
