// The types of the package as its users see them: every entry point resolves, nothing is `any`, and no library beyond
// ECMAScript is needed but the types of Node or of a browser, whose declarations are checked, too.

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleOf } from '../support/depth.ts';
import { builtLibrary, root } from '../support/made.ts';

const tsc = join(root, 'node_modules/typescript/bin/tsc');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
};
const entries = Object.keys(manifest.exports).filter((entry) => !entry.endsWith('.json'));
let folder = '';

/** Returns the compiler's messages about a project, line by line. */
async function compile(...args: readonly string[]): Promise<string[]> {
  const run = promisify(execFile)(process.execPath, [tsc, ...args]);
  const { stdout } = await run.catch((error: { readonly stdout: string }) => error);
  return stdout.split('\n').filter((line) => line !== '');
}

/** A program that looks at everything, and is wrong in one place that it announces. */
const PROGRAM = `
${entries.map((entry, k) => `import * as entry${k} from 'ternary-gkr${entry.slice(1)}';`).join('\n')}
import { compile, type ProvingKey, prove, readKey, verify } from 'ternary-gkr';
import { importOnnx } from 'ternary-gkr/onnx';

type IsAny<T> = 0 extends 1 & T ? true : false;
${entries.map((_, k) => `const typed${k}: { [K in keyof typeof entry${k}]: IsAny<(typeof entry${k})[K]> }[keyof typeof entry${k}] = false;`).join('\n')}
export const all = [${entries.map((_, k) => `entry${k}, typed${k}`).join(', ')}];

const { provingKey, verifyingKey } = compile(importOnnx(new Uint8Array(0), { calibration: [[1]] }));
const { proof, publicSignals } = await prove(provingKey, [1], { onProgress: ({ fraction }) => fraction.toFixed(2) });
const verdict = verify(verifyingKey, publicSignals, proof);
export const answer: string | Int32Array = verdict.ok ? verdict.output : verdict.message;
// what a page sends and keeps
export const body = new Blob([proof]);
// @ts-expect-error it has no weights
export const key: ProvingKey = readKey(proof);
`;

describe('the types of the package', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-types-'));
    const home = join(folder, 'node_modules/ternary-gkr');
    mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
    mkdirSync(home);
    cpSync(join(root, 'package.json'), join(home, 'package.json'));
    for (const name of ['@types/node', 'undici-types', ...Object.keys(manifest.dependencies)]) {
      const to = join(folder, 'node_modules', name);
      mkdirSync(resolve(to, '..'), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), to);
    }
    writeFileSync(join(folder, 'program.ts'), PROGRAM);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    cpSync(await builtLibrary(), join(home, 'dist'), {
      recursive: true,
      filter: (path) => !/\.(?:js|map)$/.test(path),
    });
  }, 200_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const programs: [string, string, string[], string[]][] = [
    ['nodenext', 'nodenext', ['ES2023'], ['node']],
    ['esnext', 'bundler', ['ES2022', 'DOM'], []],
  ];
  it.each(sampleOf(programs, 1))(
    'fit a strict program: module %s, resolution %s, libraries %j and types %j',
    async (module, moduleResolution, lib, types) => {
      const strict = {
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
      };
      const compilerOptions = { target: 'es2022', module, moduleResolution, lib, types, noEmit: true, ...strict };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
      expect(await compile('-p', folder)).toEqual([]);
    },
    200_000,
  );
});
