// Compiles every src/**/X.as.ts (AssemblyScript: TypeScript with 128-bit intrinsics) with the pinned
// compiler into the checked-in module X.wasm.ts beside it: the bytes as base64, and their SHA-256 digest.
//
//   node scripts/build-kernels.mjs            rebuilds all of them
//   node scripts/build-kernels.mjs --check    rebuilds in memory; exit code 1 if a byte differs
//   node scripts/build-kernels.mjs --text X   prints the WebAssembly text of the kernels whose path contains X
//
// X.lib.as.ts holds functions that kernels import; it is not compiled on its own.
//
// A kernel module imports its memory (`env.memory`) and nothing else, exports functions only, and has no
// data segments, tables, start function or mutable globals: what the compiler emits is refused otherwise.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import binaryen from 'assemblyscript/binaryen';

const root = fileURLToPath(new URL('..', import.meta.url));
const requireFromHere = createRequire(import.meta.url);
const compilerVersion = JSON.parse(
  readFileSync(requireFromHere.resolve('assemblyscript/package.json'), 'utf8'),
).version;
const pinnedVersion = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.assemblyscript;

const compilerOptions = [
  ...['-O3', '--converge', '--noAssert', '--uncheckedBehavior', 'always'],
  ...['--enable', 'simd', '--runtime', 'stub', '--use', 'abort='],
  ...['--importMemory', '--noExportMemory', '--initialMemory', '1', '--memoryBase', '0'],
];

/** Sections that a kernel may have, by their number in the binary format. */
const allowedSections = new Map([
  [1, 'type'],
  [2, 'import'],
  [3, 'function'],
  [7, 'export'],
  [10, 'code'],
]);

class KernelError extends Error {}

/** All kernel sources below src, sorted, as paths from the root with forward slashes. */
function kernelSources() {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.as.ts') && !entry.name.endsWith('.lib.as.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** Compiles one source; returns the binary and its text. */
async function compile(source) {
  const outputs = new Map();
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main(
    [source, '--outFile', 'kernel.wasm', '--textFile', 'kernel.wat', ...compilerOptions],
    {
      stdout: asc.createMemoryStream(),
      stderr,
      readFile: (name, directory) => {
        const path = join(root, directory, name);
        return existsSync(path) ? readFileSync(path, 'utf8') : null;
      },
      writeFile: (name, contents) => outputs.set(name, contents),
      listFiles: () => [],
    },
  );
  if (error) throw new KernelError(`${source}: ${error.message}\n${stderr.toString()}`);
  const module = binaryen.parseText(hoistConstants(outputs.get('kernel.wat')));
  module.setFeatures(binaryen.Features.SIMD128 | binaryen.Features.BulkMemory);
  if (!module.validate()) throw new KernelError(`${source}: the compiled module is not valid`);
  const binary = module.emitBinary();
  const text = module.emitText();
  module.dispose();
  requireStateless(source, binary);
  return { binary, text };
}

/**
 * Moves the 128-bit constants of each function into locals that are set once: the compiler repeats them
 * at every use, eighteen bytes each, which would be a third of a module.
 */
function hoistConstants(text) {
  return text
    .split(/\n(?= \(func )/)
    .map((part) => {
      const counts = new Map();
      for (const [constant] of part.matchAll(/v128\.const .*/g)) counts.set(constant, (counts.get(constant) ?? 0) + 1);
      const hoisted = [...counts].filter(([, count]) => count > 1).map(([constant]) => constant);
      if (!part.startsWith(' (func ') || hoisted.length === 0) return part;
      const body = part.replace(/v128\.const .*/g, (constant) => {
        const index = hoisted.indexOf(constant);
        return index < 0 ? constant : `local.get $constant${index}`;
      });
      const [header, locals, rest] = body.match(/^(.*\n)((?: {2}\(local .*\n)*)([\s\S]*)$/).slice(1);
      const declared = hoisted.map((_, index) => `  (local $constant${index} v128)\n`).join('');
      const set = hoisted.map((constant, index) => `  ${constant}\n  local.set $constant${index}\n`).join('');
      return header + locals + declared + set + rest;
    })
    .join('\n');
}

function requireStateless(source, binary) {
  for (let at = 8; at < binary.length; ) {
    const id = binary[at++];
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at++];
      length |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    if (!allowedSections.has(id))
      throw new KernelError(`${source}: section ${id} (data or state) in the compiled module`);
    at += length;
  }
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(binary));
  if (imports.length !== 1 || imports[0].kind !== 'memory') {
    throw new KernelError(`${source}: imports ${JSON.stringify(imports)}, wanted env.memory only`);
  }
}

function moduleText(source, binary) {
  const name = source.slice(source.lastIndexOf('/') + 1);
  const sha256 = createHash('sha256').update(binary).digest('hex');
  return [
    `// ${binary.length} bytes of WebAssembly, made from ${name} by scripts/build-kernels.mjs (assemblyscript ${compilerVersion}).`,
    '',
    `export const sha256 = '${sha256}';`,
    '',
    `export const base64 =\n  '${Buffer.from(binary).toString('base64')}';`,
    '',
  ].join('\n');
}

async function main() {
  if (compilerVersion !== pinnedVersion) {
    throw new KernelError(
      `assemblyscript ${compilerVersion} is installed, package.json pins ${pinnedVersion}: run npm ci`,
    );
  }
  const [mode, filter] = process.argv.slice(2);
  if (mode !== undefined && mode !== '--check' && !(mode === '--text' && filter)) {
    throw new KernelError('usage: build-kernels.mjs [--check | --text <part of a path>]');
  }
  const sources = kernelSources().filter((source) => mode !== '--text' || source.includes(filter));
  for (const source of sources) {
    const { binary, text } = await compile(source);
    if (mode === '--text') {
      process.stdout.write(text);
      continue;
    }
    const target = source.replace(/\.as\.ts$/, '.wasm.ts');
    const wanted = moduleText(source, binary);
    const path = join(root, target);
    const current = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    if (mode === '--check' && current !== wanted) {
      const state = current === undefined ? 'is missing' : 'differs from what its source compiles to';
      console.error(`${target} ${state}: run node scripts/build-kernels.mjs and commit the result`);
      process.exitCode = 1;
    } else if (mode !== '--check' && current !== wanted) {
      writeFileSync(path, wanted);
      console.log(`${target}: ${binary.length} bytes`);
    } else {
      console.log(`${target}: up to date, ${binary.length} bytes`);
    }
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof KernelError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
