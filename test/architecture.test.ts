// An import goes only to the left (ARCHITECTURE.md), there are no cycles, and a verifier at run
// time reaches neither provers nor engines nor kernels. It reads the sources; nothing here runs them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** What each folder of src may import besides itself: whatever stands to its left. */
const LEFT_OF: Readonly<Record<string, readonly string[]>> = (() => {
  const line = ['base', 'field', 'hash', 'poly', 'transcript', 'sumcheck', 'commit', 'lookup'];
  const allowed: Record<string, readonly string[]> = {};
  for (const [i, folder] of line.entries()) allowed[folder] = line.slice(0, i);
  allowed['gkr'] = line;
  allowed['sparse'] = line;
  const core = [...line, 'gkr', 'sparse'];
  allowed['network'] = core;
  allowed['index'] = [...core, 'network'];
  allowed['testing'] = [...core, 'network'];
  allowed['data'] = [...core, 'network'];
  allowed['onnx'] = [...core, 'network', 'data'];
  const library = [...core, 'network', 'index', 'data', 'onnx'];
  allowed['bench'] = library;
  allowed['cli'] = [...library, 'bench'];
  return allowed;
})();

/** A verifier's runtime imports never match this. */
const PROVER_ONLY = /(^|\/)(prove[^/]*|[^/]*engine[^/]*|[^/]*kernels?[^/]*|[^/]*wasm[^/]*|[^/]*worker[^/]*|index)\.ts$/;

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly hasDefaultExport: boolean;
  /** Names of the methods that are called. */
  readonly methods: ReadonlySet<string>;
}

const root = resolve(import.meta.dirname, '..');
const src = join(root, 'src');

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.as.ts') && !name.endsWith('.wasm.ts'))
    .map((name) => name.split(sep).join('/'))
    .sort();
}

function parse(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const methods = new Set<string>();
  let hasDefaultExport = false;
  const add = (node: ts.Node | undefined, typeOnly: boolean) => {
    if (node && ts.isStringLiteralLike(node)) imports.push({ specifier: node.text, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const clause = node.importClause;
      const names = clause?.namedBindings;
      const everyNameIsType =
        names !== undefined && ts.isNamedImports(names) && names.elements.length > 0 && !clause?.name
          ? names.elements.every((element) => element.isTypeOnly)
          : false;
      add(node.moduleSpecifier, clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || everyNameIsType);
    } else if (ts.isExportDeclaration(node)) {
      const names = node.exportClause;
      const everyNameIsType =
        names !== undefined && ts.isNamedExports(names) && names.elements.length > 0
          ? names.elements.every((element) => element.isTypeOnly)
          : false;
      if (names && ts.isNamedExports(names)) hasDefaultExport ||= names.elements.some((e) => e.name.text === 'default');
      add(node.moduleSpecifier, node.isTypeOnly || everyNameIsType);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    } else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      methods.add(node.expression.name.text);
    } else if (ts.isImportTypeNode(node)) {
      if (ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    } else if (ts.isExportAssignment(node)) {
      hasDefaultExport = true;
    } else if (ts.canHaveModifiers(node)) {
      hasDefaultExport ||= ts.getModifiers(node)?.some((m) => m.kind === ts.SyntaxKind.DefaultKeyword) ?? false;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, text, imports, hasDefaultExport, methods };
}

const sources = new Map(
  sourceFiles(src).map((path) => [path, parse(path, readFileSync(join(src, path), 'utf8'))] as const),
);

/** The folder that a file of src belongs to; files directly in src are `base` (errors, bytes) or the `index`. */
function folderOf(path: string): string {
  const slash = path.indexOf('/');
  if (slash >= 0) return path.slice(0, slash);
  return path === 'index.ts' ? 'index' : 'base';
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.');

/** The path inside src that a relative import of `from` leads to. */
function target(from: string, specifier: string): string {
  return relative(src, resolve(src, dirname(from), specifier))
    .split(sep)
    .join('/');
}

/** Every import of every file as `[file, import]`. */
function* edges(): Generator<[Source, Import]> {
  for (const source of sources.values()) for (const imported of source.imports) yield [source, imported];
}

/** Files that `path` loads at run time, with the chain that leads to each. */
function runtimeClosure(path: string): Map<string, string> {
  const chains = new Map([[path, path]]);
  for (const [from, chain] of chains) {
    for (const { specifier, typeOnly } of sources.get(from)?.imports ?? []) {
      if (typeOnly || !isRelative(specifier)) continue;
      const to = target(from, specifier);
      if (!chains.has(to)) chains.set(to, `${chain} -> ${to}`);
    }
  }
  return chains;
}

describe('the imports of src', () => {
  it('name files that exist, with their extension', () => {
    const broken = [...edges()]
      .filter(([, { specifier }]) => isRelative(specifier))
      .filter(([{ path }, { specifier }]) => !existsSync(join(src, target(path, specifier))))
      .map(([{ path }, { specifier }]) => `${path}: ${specifier}`);
    expect(broken).toEqual([]);
  });

  it('come from folders that the picture knows', () => {
    const unknown = [...sources.keys()].filter((path) => !(folderOf(path) in LEFT_OF));
    expect(unknown).toEqual([]);
  });

  it('go only to the left', () => {
    const wrong = [...edges()]
      .filter(([, { specifier }]) => isRelative(specifier))
      .map(([{ path }, { specifier }]) => [path, target(path, specifier)] as const)
      .filter(([from, to]) => folderOf(from) !== folderOf(to) && !LEFT_OF[folderOf(from)]?.includes(folderOf(to)))
      .map(([from, to]) => `${from} -> ${to}`);
    expect(wrong).toEqual([]);
  });

  it('have no cycles at run time', () => {
    const cycles: string[] = [];
    for (const { path, imports } of sources.values()) {
      for (const { specifier, typeOnly } of imports) {
        if (typeOnly || !isRelative(specifier)) continue;
        const back = runtimeClosure(target(path, specifier)).get(path);
        if (back !== undefined) cycles.push(`${path} -> ${back}`);
      }
    }
    expect(cycles).toEqual([]);
  });

  it('use Node only in the command line and the benchmarks', () => {
    const wrong = [...edges()]
      .filter(([, { specifier }]) => specifier.startsWith('node:'))
      .filter(([{ path }]) => !['cli', 'bench'].includes(folderOf(path)))
      .map(([{ path }, { specifier }]) => `${path}: ${specifier}`);
    expect(wrong).toEqual([]);
  });

  it('depend on nothing but @noble at run time, outside of onnx and the benchmarks', () => {
    const wrong = [...edges()]
      .filter(([, { specifier }]) => !isRelative(specifier) && !specifier.startsWith('node:'))
      .filter(([{ path }, { specifier }]) => {
        if (specifier.startsWith('@noble/')) return false;
        return !(folderOf(path) === 'onnx' && /^(onnx-buf|@bufbuild\/protobuf)(\/|$)/.test(specifier));
      })
      .map(([{ path }, { specifier }]) => `${path}: ${specifier}`);
    expect(wrong).toEqual([]);
  });
});

describe('verifiers', () => {
  const verifiers = [...sources.keys()].filter((path) => /(^|\/)verify[^/]*\.ts$/.test(path));
  const inLibrary = verifiers.filter((path) => folderOf(path) !== 'cli');

  it('exist in every protocol folder', () => {
    expect(inLibrary.map(folderOf)).toEqual(expect.arrayContaining(['sumcheck', 'lookup', 'commit', 'network']));
  });

  it('reach neither provers, engines, kernels, workers nor a barrel at run time', () => {
    const wrong = inLibrary.flatMap((path) =>
      [...runtimeClosure(path)].filter(([to]) => PROVER_ONLY.test(to)).map(([, chain]) => chain),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the sources', () => {
  it('reverse a variable order only in poly/point.ts', () => {
    const wrong = [...sources.values()]
      .filter(({ path, methods }) => path !== 'poly/point.ts' && (methods.has('reverse') || methods.has('toReversed')))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  it('have no default exports', () => {
    expect([...sources.values()].filter((source) => source.hasDefaultExport).map(({ path }) => path)).toEqual([]);
  });

  it('stay short: nine in ten under 400 lines, none of 800', () => {
    const lengths = [...sources.values()]
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .sort((a, b) => b.lines - a.lines);
    const long = lengths.filter(({ lines }) => lines >= 400);
    const median = lengths[lengths.length >> 1]?.lines ?? 0;
    const report = long.map(({ path, lines }) => `${path} ${lines}`).join(', ') || 'none';
    process.stdout.write(`${lengths.length} source files, median ${median} lines; 400 lines and more: ${report}\n`);
    expect(lengths.filter(({ lines }) => lines >= 800)).toEqual([]);
    expect(long.length).toBeLessThanOrEqual(lengths.length / 10);
  });
});
