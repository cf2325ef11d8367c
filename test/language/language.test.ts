// Plain English: phrases of this project's own that newcomers stumbled on stay out of pages, comments and messages.
// CONTRIBUTING.md has the rules; there is no list of exceptions.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** A phrase, and how to say it instead. */
interface Phrase {
  readonly pattern: RegExp;
  readonly instead: string;
}

const PHRASES: readonly Phrase[] = [
  { pattern: /\b(is|are|was|were) no [a-z]/, instead: 'is not a …' },
  { pattern: /^What (?![^.]*\?)/, instead: 'begin with the thing itself' },
  { pattern: /\bshall\b/i, instead: 'must, or the present tense' },
  { pattern: /\bmend(s|ed|ing)?\b/i, instead: 'fix' },
  { pattern: /\bwhoever\b/i, instead: 'the party by name' },
  { pattern: /\bso many\b/i, instead: 'the number, or "too many"' },
  { pattern: /\bin vain\b/i, instead: 'rejected, without success' },
  { pattern: /\bsaid of\b/i, instead: 'name what reports it' },
  { pattern: /\bbut for\b/i, instead: 'except' },
  { pattern: /\bfar (above|beyond) what\b/i, instead: 'state the limit' },
];

/** A piece of text that a person reads. */
interface Passage {
  readonly line: number;
  readonly text: string;
}

const root = resolve(import.meta.dirname, '../..');
const own = 'test/language/language.test.ts';
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
  .toString()
  .split('\n')
  .filter((path) => /\.(ts|mjs|vue|md)$/.test(path) && !path.endsWith('.wasm.ts') && path !== own);

/** Markdown without code: inline code and fenced blocks are not prose. */
function passagesOfPage(text: string): Passage[] {
  let isCode = false;
  return text.split('\n').flatMap((line, index) => {
    const isFence = /^\s*(```|~~~)/.test(line);
    if (isFence) isCode = !isCode;
    if (isFence || isCode) return [];
    return [{ line: index + 1, text: line.replace(/`[^`]*`/g, '').replace(/^[\s>#*|-]+/, '') }];
  });
}

/** Comments, and strings with a space in them, which are messages. */
function passagesOfCode(path: string, text: string): Passage[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;
  const found: Passage[] = [];
  const seen = new Set<number>();
  const addComments = (position: number): void => {
    for (const { pos, end } of [
      ...(ts.getLeadingCommentRanges(text, position) ?? []),
      ...(ts.getTrailingCommentRanges(text, position) ?? []),
    ]) {
      if (seen.has(pos)) continue;
      seen.add(pos);
      text
        .slice(pos, end)
        .split('\n')
        .forEach((line, k) => {
          found.push({ line: lineOf(pos) + k, text: line.replace(/^[\s/*]+/, '').replace(/`[^`]*`/g, '') });
        });
    }
  };
  const visit = (node: ts.Node): void => {
    addComments(node.getFullStart());
    addComments(node.getEnd());
    const isText =
      ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
    if (isText && node.text.includes(' ')) found.push({ line: lineOf(node.getStart()), text: node.text });
    for (const child of node.getChildren(source)) visit(child);
  };
  visit(source);
  return found;
}

/** A component: its template as a page, its script as code. */
function passagesOfComponent(path: string, text: string): Passage[] {
  const script = /<script[^>]*>([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '';
  return [...passagesOfCode(path, script), ...passagesOfPage(text.replace(/<(script|style)[\s\S]*?<\/\1>/g, ''))];
}

function passagesOf(path: string): Passage[] {
  const text = readFileSync(join(root, path), 'utf8');
  if (path.endsWith('.md')) return passagesOfPage(text);
  return path.endsWith('.vue') ? passagesOfComponent(path, text) : passagesOfCode(path, text);
}

function faults(path: string, passages: readonly Passage[]): string[] {
  return passages.flatMap(({ line, text }) =>
    PHRASES.filter(({ pattern }) => pattern.test(text)).map(
      ({ instead }) => `${path}:${line}: ${text.trim()}  (${instead})`,
    ),
  );
}

describe('the language', () => {
  it('is plain in pages, comments and messages', () => {
    expect(files.flatMap((path) => faults(path, passagesOf(path)))).toEqual([]);
  });

  it('would not be found plain with any of the phrases', () => {
    const wrong = [
      'This is no proof.',
      'What a proof costs.',
      'It shall hold.',
      'A mended lie.',
      'Whoever verifies.',
    ].concat(['so many values', 'forged in vain', 'what is said of it', 'all but for one', 'far above what fits']);
    for (const text of wrong) {
      expect(faults('', passagesOfPage(text)), text).toHaveLength(1);
      expect(faults('', passagesOfCode('a.ts', `// ${text}\n`)), text).toHaveLength(1);
      expect(faults('', passagesOfCode('a.ts', `throw new Error('${text}');`)), text).toHaveLength(1);
    }
    expect(faults('', passagesOfPage('What does it cost? `is no` proof\n```text\nis no proof\n```'))).toEqual([]);
  });
});
