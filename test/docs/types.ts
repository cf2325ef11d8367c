// The TypeScript of the pages, type-checked as modules of a user: the imports of the library lead to the sources. What is
// reported names the page and the line in it.

import { join } from 'node:path';
import ts from 'typescript';
import { modulesOf, type Page, root } from './pages.ts';
import { ENTRY_POINTS } from './scratch.ts';

/** The page's TypeScript at its own lines, all other lines empty. */
function moduleOf(page: Page): string {
  const lines = page.text.split('\n').map(() => '');
  for (const { code, line } of modulesOf(page)) {
    for (const [k, text] of code.trimEnd().split('\n').entries()) lines[line - 1 + k] = text;
  }
  return `${lines.join('\n')}\nexport {};\n`;
}

/** Returns the compiler's messages about pages: `docs/circuits.md:12: …`. */
export function typeErrors(pages: readonly Page[]): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const modules = new Map(pages.map((page) => [join(root, `${page.path}.ts`), moduleOf(page)]));
  const checked: ts.CompilerOptions = {
    ...options,
    noUnusedLocals: false,
    noUnusedParameters: false,
    paths: Object.fromEntries(Object.entries(ENTRY_POINTS).map(([name, file]) => [name, [file]])),
  };
  const host = ts.createCompilerHost(checked);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => modules.has(path) || fileExists(path);
  host.readFile = (path) => modules.get(path) ?? readFile(path);
  const program = ts.createProgram([...modules.keys()], checked, host);
  return [...modules.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText, start, file }) => {
        const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
        return `${path.slice(root.length + 1, -'.ts'.length)}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
      },
    );
  });
}
