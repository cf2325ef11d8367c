// The pages that people read, as what the tests need of them: code blocks, headings, links and pictures. Markdown is read
// line by line: fences open and close on lines of their own, a heading or a link stands on one line.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** A fenced block. */
export interface Block {
  /** The language after the fence: `ts`, `sh`, `text`, `js`, or nothing. */
  readonly language: string;
  readonly code: string;
  /** The line of its first line of code, from 1. */
  readonly line: number;
  /** The source file that an HTML comment on the line before the fence names: the block is an excerpt of it. */
  readonly excerptOf?: string;
  /** The `text` block that comes next, before any other: what the block prints. */
  readonly output?: string;
}

/** A link or a picture as it stands: `../README.md#figures`. */
export interface Link {
  readonly to: string;
  readonly line: number;
}

export interface Page {
  /** From the root of the repository: `docs/circuits.md`. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly headings: readonly string[];
  readonly links: readonly Link[];
  readonly pictures: readonly Link[];
}

const FENCE = /^\s*```(.*)$/;
const EXCERPT = /^\s*<!-- ([\w./-]+\.(?:ts|js|mjs)) -->$/;

function blocksOf(lines: readonly string[]): { blocks: Block[]; inside: Set<number> } {
  const found: { language: string; code: string; line: number; excerptOf?: string }[] = [];
  const inside = new Set<number>();
  for (let k = 0; k < lines.length; k++) {
    const language = FENCE.exec(lines[k])?.[1];
    if (language === undefined) continue;
    const end = lines.findIndex((line, j) => j > k && FENCE.exec(line)?.[1] === '');
    if (end < 0) throw new Error(`the fence on line ${k + 1} is not closed`);
    const excerptOf = k > 0 ? EXCERPT.exec(lines[k - 1])?.[1] : undefined;
    const code = lines.slice(k + 1, end).map((line) => `${line}\n`);
    found.push({ language, code: code.join(''), line: k + 2, ...(excerptOf === undefined ? {} : { excerptOf }) });
    for (let j = k; j <= end; j++) inside.add(j);
    k = end;
  }
  const blocks = found.map((block, k) => {
    const next = found[k + 1];
    return block.language !== 'text' && next?.language === 'text' ? { ...block, output: next.code } : block;
  });
  return { blocks, inside };
}

/** The TypeScript of a page that is its own and no excerpt: one module. */
export const modulesOf = (page: Page): Block[] =>
  page.blocks.filter(({ language, excerptOf }) => language === 'ts' && excerptOf === undefined);

/** A heading as it is read: without marks of code, emphasis and links. */
const plain = (heading: string): string => heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');

export function parsePage(path: string, text: string): Page {
  const lines = text.split('\n');
  const { blocks, inside } = blocksOf(lines);
  const headings: string[] = [];
  const links: Link[] = [];
  const pictures: Link[] = [];
  for (const [k, whole] of lines.entries()) {
    if (inside.has(k) || whole.startsWith('    ')) continue;
    const line = whole.replace(/`[^`]*`/g, (code) => ' '.repeat(code.length));
    const heading = /^#{1,6} (.+)$/.exec(whole);
    if (heading !== null) headings.push(plain(heading[1]));
    for (const [, mark, to] of line.matchAll(/(!?)\[[^\]]*\]\(([^)\s]+)[^)]*\)/g)) {
      (mark === '!' ? pictures : links).push({ to, line: k + 1 });
    }
    // a picture that is a link has the link's address behind the picture's
    for (const [, to] of line.matchAll(/!\[[^\]]*\]\([^)]*\)\]\(([^)\s]+)\)/g)) links.push({ to, line: k + 1 });
    for (const [, to] of line.matchAll(/<(?:img|source)\b[^>]*\bsrc(?:set)?="([^"]+)"/g)) {
      pictures.push({ to, line: k + 1 });
    }
    for (const [, to] of line.matchAll(/<a\b[^>]*\bhref="([^"]+)"/g)) links.push({ to, line: k + 1 });
    const reference = /^\[[^\]]+\]:\s+(\S+)/.exec(line);
    if (reference !== null) links.push({ to: reference[1], line: k + 1 });
  }
  return { path, text, blocks, headings, links, pictures };
}

/** Folders below docs that are made when the site is built. */
const MADE = ['docs/api/', 'docs/project/', 'docs/.vitepress/', 'docs/public/'];

/** Files below docs that are kept in the repository, from its root. */
export function filesBelowDocs(): string[] {
  return readdirSync(join(root, 'docs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !MADE.some((folder) => path.startsWith(folder)))
    .sort();
}

/** Every page: those at the root, that of the examples, and those below docs. */
export function readPages(): Page[] {
  const atRoot = readdirSync(root).filter((name) => name.endsWith('.md'));
  const paths = [...atRoot, 'examples/README.md', ...filesBelowDocs().filter((path) => path.endsWith('.md'))];
  return paths.map((path) => parsePage(path, readFileSync(join(root, path), 'utf8')));
}

/** Shown output as a pattern: spaces at the ends of lines do not matter, `…` is any text within a line. */
export function outputPattern(shown: string): RegExp {
  const lines = shown.trimEnd().split('\n');
  const pattern = lines.map((line) =>
    line
      .trimEnd()
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
  );
  return new RegExp(`^${pattern.join(' *\n')}\\s*$`);
}
