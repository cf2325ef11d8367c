// The code of a page of documentation: its ```ts blocks, which form one module in the order in which they stand, each
// with the ```text block right after it, which says what it prints. They are compiled and run against the sources, by
// the names that a user imports.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';
import { root } from './pages.ts';
import { ENTRY_POINTS, printing } from './scratch.ts';

/** One block, and what the page says that it prints; undefined if the page does not say. */
export interface CodeBlock {
  readonly code: string;
  readonly printed: string | undefined;
}

/** Printed between two blocks; no block prints it. */
const BORDER = '\u0000';

/** The blocks of a page of Markdown. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```\n(?:\n*```text\n([\s\S]*?)^```$)?/gm)].map(
    ([, code, printed]) => ({ code, printed: printed?.trimEnd() }),
  );
}

/** Runs the blocks as one module; returns what each of them printed. */
export async function runBlocks(blocks: readonly CodeBlock[]): Promise<string[]> {
  const border = `\nconsole.log(${JSON.stringify(BORDER)});\n`;
  const { outputFiles } = await build({
    stdin: { contents: blocks.map(({ code }) => code).join(border), resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    alias: { ...ENTRY_POINTS },
    logLevel: 'silent',
  });
  const folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-blocks-'));
  const file = join(folder, 'page.mjs');
  try {
    writeFileSync(file, outputFiles[0].text);
    return splitPrinted(await printing(() => import(file)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns the lines of each block. */
function splitPrinted(lines: readonly string[]): string[] {
  return lines
    .join('\n')
    .split(BORDER)
    .map((text) => text.trim());
}

/**
 * Returns the compiler's messages about each page's blocks, as one module in the root of the repository, with the
 * library's own options.
 */
export function typeErrors(pages: Readonly<Record<string, readonly CodeBlock[]>>): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'));
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root);
  const paths = Object.fromEntries(Object.entries(ENTRY_POINTS).map(([name, path]) => [name, [path]]));
  const texts = new Map(
    Object.entries(pages).map(([name, blocks]) => [
      join(root, `${name}.blocks.ts`),
      blocks.map(({ code }) => code).join('\n'),
    ]),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.getSourceFile = (path, language, ...rest) => {
    const text = texts.get(path);
    return text === undefined ? getSourceFile(path, language, ...rest) : ts.createSourceFile(path, text, language);
  };
  const program = ts.createProgram([...texts.keys()], { ...options, paths }, host);
  return [...texts.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) => {
      const { line } = ts.getLineAndCharacterOfPosition(
        diagnostic.file ?? ({ text: '' } as ts.SourceFile),
        diagnostic.start ?? 0,
      );
      return `${path.slice(root.length + 1)}:${line + 1}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`;
    });
  });
}
