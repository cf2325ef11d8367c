// The tables of docs/security.md that a program can read: the error terms, and the worked example.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PAGE = join(resolve(import.meta.dirname, '../..'), 'docs/security.md');

/** The page as it is. */
export const readText = (): string => readFileSync(PAGE, 'utf8');

/** The rows of the table that follows a comment such as `terms: proof`, cell by cell. */
export function tableAfter(comment: string): string[][] {
  const [, after, ...more] = readText().split(`<!-- ${comment} -->\n`);
  if (after === undefined || more.length > 0)
    throw new Error(`${comment} stands ${more.length} times too often, or never`);
  const lines = after.split('\n');
  // the first two lines are the head
  return lines
    .slice(
      2,
      lines.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Returns the pattern of a term of the page, such as `level {level}: sumcheck`. */
export function patternOf(term: string): RegExp {
  const parts = term.slice(1, -1).split(/\{\w+\}/);
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&')).join('.+')}$`);
}
