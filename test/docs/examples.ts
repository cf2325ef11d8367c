// The examples in docstrings: what each entry point exports, and the `@example` of it. An example is one ```ts block, a
// module of its own that imports the library by the names that a user imports. A comment after `console.log(…);` on its
// line says what that call prints; `…` in it is any text.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';
import { parsePage, root } from './pages.ts';
import { ENTRY_POINTS, printing } from './scratch.ts';
import { typeErrors } from './types.ts';

export interface Export {
  /** `src/field/fields.ts:fieldByName`. */
  readonly name: string;
  readonly isType: boolean;
  readonly documentation: string;
  readonly examples: readonly Example[];
}

export interface Example {
  readonly code: string;
  /** File and number of the line on which the code begins. */
  readonly file: string;
  readonly line: number;
}

/** Returns every export of the entry points, once each, in the order of the entry points. */
export function exportsOf(entryPoints: readonly string[] = Object.values(ENTRY_POINTS)): Export[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const program = ts.createProgram([...entryPoints], options);
  const checker = program.getTypeChecker();
  const found = new Map<string, Export>();
  for (const file of entryPoints) {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} is not a module`);
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const declaration = symbol.declarations?.[0];
      if (declaration === undefined) throw new Error(`${file}: ${exported.name} is not declared`);
      const name = `${relative(root, declaration.getSourceFile().fileName)}:${symbol.name}`;
      if (found.has(name)) continue;
      found.set(name, {
        name,
        isType: (symbol.flags & ts.SymbolFlags.Value) === 0,
        documentation: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
        examples: (symbol.declarations ?? []).flatMap(examplesOf),
      });
    }
  }
  return [...found.values()];
}

/** The ```ts blocks of a declaration's `@example` tags. */
function examplesOf(declaration: ts.Declaration): Example[] {
  const source = declaration.getSourceFile();
  const tags = ts.getJSDocTags(declaration).filter((tag) => tag.tagName.text === 'example');
  return tags.flatMap((tag) => {
    const text = source.text.slice(tag.pos, tag.end);
    const block = /```ts\n([\s\S]*?)\n\s*\* ```/.exec(text);
    if (block === null) return [];
    const line = source.getLineAndCharacterOfPosition(tag.pos + block.index).line + 2;
    const code = block[1].replace(/^ *\* ?/gm, '');
    return [{ code, file: relative(root, source.fileName), line }];
  });
}

/** Returns the compiler's messages about examples, with the file and the line. */
export function exampleErrors(examples: readonly Example[]): string[] {
  const pages = examples.map(({ code, file, line }, k) =>
    parsePage(`${file}@${k}`, `${'\n'.repeat(line - 2)}\`\`\`ts\n${code}\n\`\`\`\n`),
  );
  return typeErrors(pages).map((message) => message.replace(/@\d+:/, ':'));
}

/** Returns the lines that an example prints, as its comments say. */
export function expectedOutput(code: string): string[] {
  return [...code.matchAll(/^\s*console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text.trim());
}

/** Runs examples, each as a module of its own that shares the library with the others; returns the lines that each prints. */
export async function runExamples(examples: readonly Example[]): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-examples-'));
  try {
    await build({
      entryPoints: examples.map((_, k) => ({ in: `example:${k}`, out: `example-${k}` })),
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      logLevel: 'silent',
      alias: { ...ENTRY_POINTS },
      plugins: [
        {
          name: 'examples',
          setup(bundler) {
            bundler.onResolve({ filter: /^example:/ }, ({ path }) => ({ path, namespace: 'example' }));
            bundler.onLoad({ filter: /^example:/, namespace: 'example' }, ({ path }) => ({
              contents: examples[Number(path.slice('example:'.length))].code,
              resolveDir: root,
              loader: 'ts',
            }));
          },
        },
      ],
    });
    const printed: string[][] = [];
    for (const [k, { file, line }] of examples.entries()) {
      const module = pathToFileURL(join(folder, `example-${k}.mjs`)).href;
      const lines = printing(() => import(module)).catch((cause: unknown) => {
        throw new Error(`the example at ${file}:${line} throws: ${cause}`, { cause });
      });
      printed.push(await lines);
    }
    return printed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
