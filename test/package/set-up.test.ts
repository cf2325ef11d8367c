// `npm ci` prints no warning on the oldest Node that the package promises: the lock file is read here for all that npm
// would warn of. `.ci/run` looks at what npm prints itself.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { minVersion, satisfies } from 'semver';
import { describe, expect, it } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly engines?: { readonly node?: string };
  readonly deprecated?: string;
  readonly hasInstallScript?: boolean;
  readonly resolved?: string;
}

const root = resolve(import.meta.dirname, '../..');
const read = <T>(name: string): T => JSON.parse(readFileSync(resolve(root, name), 'utf8')) as T;
const manifest = read<{
  readonly engines: { readonly node: string };
  readonly allowScripts: Readonly<Record<string, boolean>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}>('package.json');
const locked = Object.entries(
  read<{ readonly packages: Readonly<Record<string, Locked>> }>('package-lock.json').packages,
)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({ ...entry, path, name: path.slice(path.lastIndexOf('node_modules/') + 13) }));
/** The places in the lock file of the packages of which something holds. */
const placesWhere = (holds: (entry: (typeof locked)[number]) => boolean): string[] =>
  locked.filter(holds).map(({ path, version }) => `${path}@${version}`);

const versions = read<readonly string[]>('scripts/smoke/versions.json');
const oldest = minVersion(manifest.engines.node)!.version;

describe('the set-up', () => {
  it('reads a lock file with packages, some of which name the Node that they need', () => {
    expect(placesWhere(({ engines }) => engines?.node !== undefined).length).toBeGreaterThan(100);
  });

  it('starts the smoke test with the oldest Node that the package promises', () => {
    expect(versions[0]).toBe(oldest);
    expect(versions.filter((version) => !satisfies(version, manifest.engines.node))).toEqual([]);
  });

  it.each(versions)('locks no package that excludes Node %s', (version) => {
    expect(placesWhere(({ engines }) => engines?.node !== undefined && !satisfies(version, engines.node))).toEqual([]);
  });

  it('locks no deprecated package', () => {
    expect(placesWhere(({ deprecated }) => deprecated !== undefined)).toEqual([]);
  });

  it('says of every package with an install script whether it runs, and of no other', () => {
    const scripted = locked.filter(({ hasInstallScript }) => hasInstallScript === true).map(({ name }) => name);
    expect(Object.keys(manifest.allowScripts)).toEqual([...new Set(scripted)]);
  });

  it('pins exact versions and names no registry', () => {
    const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(ranges.filter(([, range]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(range))).toEqual([]);
    expect(placesWhere(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});
