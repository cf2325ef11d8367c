// An import goes only to an earlier room (support/rooms.ts), nothing of src imports bench, files and folders have no
// circles, and a verifier at run time reaches neither provers nor engines nor kernels. It reads the sources; nothing
// here runs them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { BENCH, drawHouse, earlierRooms, HOUSE, type Line, NETWORK } from './support/rooms.ts';

/** A verifier's runtime imports never match this. */
const PROVER_ONLY =
  /^network\/run\/|(^|\/)(prove[^/]*|[^/]*engine[^/]*|[^/]*kernels?[^/]*|[^/]*wasm[^/]*|[^/]*worker[^/]*|index)\.ts$/;

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** The modules and folders beside an index, as its table names them. */
function besides(path: string): string[] {
  return readdirSync(join(src, dirname(path)), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || /^(?!index\.ts$).*\.ts$/.test(entry.name))
    .map(({ name }) => name.replace(/\.ts$/, ''));
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
const bench = join(root, 'bench');

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

/** The files below a folder, by their paths inside it. */
interface Tree {
  readonly folder: string;
  readonly sources: ReadonlyMap<string, Source>;
}

function readTree(folder: string): Tree {
  const read = (path: string) => [path, parse(path, readFileSync(join(folder, path), 'utf8'))] as const;
  return { folder, sources: new Map(sourceFiles(folder).map(read)) };
}

const library = readTree(src);
const benchmarks = readTree(bench);
const { sources } = library;

/** The folder that a file of src belongs to; files directly in src are `base` (errors, bytes) or the `index`. */
function folderOf(path: string): string {
  const slash = path.indexOf('/');
  if (slash >= 0) return path.slice(0, slash);
  return path === 'index.ts' ? 'index' : 'base';
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.');

/** The path inside a folder, src unless given, that a relative import of `from` leads to. */
function target(from: string, specifier: string, folder = src): string {
  return relative(folder, resolve(folder, dirname(from), specifier))
    .split(sep)
    .join('/');
}

/** Whether a path leads out of the folder that it is relative to. */
const leaves = (path: string): boolean => path.startsWith('../');

/** Every import of every file as `[file, import]`. */
function* edges(tree = library): Generator<[Source, Import]> {
  for (const source of tree.sources.values()) for (const imported of source.imports) yield [source, imported];
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

/** The room of a file inside a folder: the folder below it, or the file itself without its ending. */
function roomIn(prefix: string, path: string): string | undefined {
  if (!path.startsWith(prefix)) return undefined;
  const [first, ...rest] = path.slice(prefix.length).split('/');
  if (rest.length > 0) return first;
  if (first === 'index.ts') return 'index';
  return prefix === '' ? 'base' : first;
}

/** Imports that leave a room for one that is not on an earlier line, and files in rooms that the list does not have. */
function misplaced(prefix: string, house: readonly Line[], tree = library): string[] {
  const earlier = earlierRooms(house);
  const unknown = [...tree.sources.keys()].filter((path) => {
    const room = roomIn(prefix, path);
    return room !== undefined && !earlier.has(room);
  });
  const wrong = [...edges(tree)]
    .filter(([, { specifier }]) => isRelative(specifier))
    .map(([{ path }, { specifier }]) => [path, target(path, specifier, tree.folder)] as const)
    .filter(([, to]) => !leaves(to))
    .filter(([from, to]) => {
      const [room, other] = [roomIn(prefix, from), roomIn(prefix, to)];
      return room !== undefined && other !== undefined && room !== other && !earlier.get(room)?.includes(other);
    });
  return [...unknown.map((path) => `${path} is in no room`), ...wrong.map(([from, to]) => `${from} -> ${to}`)];
}

/** All folders of a tree, with a slash at the end; its root is the empty one. */
function folders(tree: Tree): string[] {
  const all = new Set(['']);
  for (const path of tree.sources.keys()) {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) all.add(path.slice(0, end + 1));
  }
  return [...all];
}

/** Circles among what lies in a folder: its files, and the folders below it, each with all that it holds. */
function circlesIn(folder: string, tree: Tree): string[] {
  const within = (path: string): string | undefined =>
    path.startsWith(folder) ? path.slice(folder.length).split('/')[0] : undefined;
  const reached = new Map<string, Map<string, string>>();
  for (const [{ path }, { specifier }] of edges(tree)) {
    if (!isRelative(specifier)) continue;
    const aim = target(path, specifier, tree.folder);
    const [from, to] = [within(path), within(aim)];
    if (from === undefined || to === undefined || from === to) continue;
    const chains = reached.get(from) ?? new Map<string, string>();
    reached.set(from, chains.set(to, `${path} -> ${aim}`));
  }
  return [...reached.keys()].flatMap((start) => {
    const seen = new Map([[start, '']]);
    for (const [node, chain] of seen) {
      for (const [next, edge] of reached.get(node) ?? []) {
        if (next === start) return [`${folder}: ${chain}${edge}`];
        if (!seen.has(next)) seen.set(next, `${chain}${edge}; `);
      }
    }
    return [];
  });
}

describe('the imports of src', () => {
  it('name files that exist, with their extension', () => {
    const broken = [...edges()]
      .filter(([, { specifier }]) => isRelative(specifier))
      .filter(([{ path }, { specifier }]) => !existsSync(join(src, target(path, specifier))))
      .map(([{ path }, { specifier }]) => `${path}: ${specifier}`);
    expect(broken).toEqual([]);
  });

  it('stay in src: the library knows nothing of its benchmarks', () => {
    const wrong = [...edges()]
      .filter(([{ path }, { specifier }]) => isRelative(specifier) && leaves(target(path, specifier)))
      .map(([{ path }, { specifier }]) => `${path}: ${specifier}`);
    expect(wrong).toEqual([]);
  });

  it.each([
    ['src', '', HOUSE, library],
    ['src/network', 'network/', NETWORK, library],
    ['bench', '', BENCH, benchmarks],
  ])('go only to earlier rooms in %s', (_, prefix, house, tree) => {
    expect(misplaced(prefix, house, tree)).toEqual([]);
  });

  it.each([
    ['src', library],
    ['bench', benchmarks],
  ])('make no circle of folders, anywhere in %s', (_, tree) => {
    expect(folders(tree).flatMap((folder) => circlesIn(folder, tree))).toEqual([]);
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

  it('use Node only in the command line', () => {
    const wrong = [...edges()]
      .filter(([, { specifier }]) => specifier.startsWith('node:'))
      .filter(([{ path }]) => folderOf(path) !== 'cli')
      .map(([{ path }, { specifier }]) => `${path}: ${specifier}`);
    expect(wrong).toEqual([]);
  });

  it('depend on nothing but @noble at run time, outside of onnx', () => {
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

describe('the rooms', () => {
  it('are drawn in ARCHITECTURE.md as the list has them', () => {
    expect(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')).toContain(`\n${drawHouse()}\n`);
  });

  it('would not hold an import that goes up, a stranger or a circle', () => {
    const house = [{ rooms: ['field'], what: '' }];
    expect(misplaced('', house).length).toBeGreaterThan(100);
    expect(misplaced('network/', [...NETWORK].reverse()).length).toBeGreaterThan(50);
    expect(misplaced('', [...BENCH].reverse(), benchmarks).length).toBeGreaterThan(20);
  });
});

describe('the sources', () => {
  it('reverse a variable order only in poly/point.ts', () => {
    const wrong = [...sources.values()]
      .filter(({ path, methods }) => path !== 'poly/point.ts' && (methods.has('reverse') || methods.has('toReversed')))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  it('begin their index with a table of every module of the folder', () => {
    const missing = [...sources.values()]
      .filter(({ path }) => /(?:^|\/)index\.ts$/.test(path))
      .flatMap(({ path, text }) => {
        const header = /^(?:\/\/.*\n)*/.exec(text)?.[0] ?? '';
        return besides(path)
          .filter((name) => !new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(header))
          .map((name) => `${path}: ${name}`);
      });
    expect(missing).toEqual([]);
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
