// The tables of docs/protocol.md that a program can read: messages of each protocol, and the shapes of relations.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PAGE = join(resolve(import.meta.dirname, '../..'), 'docs/protocol.md');

/** One row of a table of messages: a message, or the name of a table whose messages go there. */
export type Row =
  | { readonly label: string; readonly kind: string; readonly count: string }
  | { readonly table: string };

export interface RelationShape {
  readonly degree: number;
  readonly factors: number;
}

export interface Page {
  /** By name. */
  readonly messages: ReadonlyMap<string, readonly Row[]>;
  readonly relations: ReadonlyMap<string, RelationShape>;
  /** The first column of each table of rules or codes, by its name. */
  readonly rules: ReadonlyMap<string, readonly string[]>;
}

/** The cells of the table that follows a comment. */
function cellsAfter(text: string): string[][] {
  const lines = text.trimStart().split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  // the first two lines are the head
  return lines.slice(2, end < 0 ? undefined : end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

export function readPage(): Page {
  const messages = new Map<string, readonly Row[]>();
  const relations = new Map<string, RelationShape>();
  const rules = new Map<string, readonly string[]>();
  const [, ...parts] = readFileSync(PAGE, 'utf8').split('<!-- ');
  for (const part of parts) {
    const [kind, name] = part.slice(0, part.indexOf(' -->')).split(': ');
    const rows = cellsAfter(part.slice(part.indexOf(' -->') + 4));
    if (kind === 'messages') {
      if (messages.has(name)) throw new Error(`two tables of messages ${name}`);
      messages.set(
        name,
        rows.map(([label, operation, count]) =>
          label.startsWith('→ ') ? { table: label.slice(2) } : { label: label.slice(1, -1), kind: operation, count },
        ),
      );
    } else if (kind === 'rules') {
      rules.set(
        name,
        rows.map(([rule]) => rule.replaceAll('`', '')),
      );
    } else {
      for (const [relation, , degree, factors] of rows) {
        relations.set(relation, { degree: Number(degree), factors: Number(factors) });
      }
    }
  }
  return { messages, relations, rules };
}

/** The value of a count such as `4·full + 2·unit` or `2^columnVariables`. */
export function evaluateCount(count: string, values: Readonly<Record<string, number>>): number {
  const atom = (name: string): number => {
    const value = /^\d+$/.test(name) ? Number(name) : values[name];
    if (value === undefined) throw new Error(`the count ${count} names ${name}, which nobody gives`);
    return value;
  };
  return count
    .split(' + ')
    .map((term) =>
      term
        .split('·')
        .map((factor) => {
          const [base, exponent] = factor.split('^');
          return exponent === undefined ? atom(base) : atom(base) ** atom(exponent);
        })
        .reduce((a, b) => a * b),
    )
    .reduce((a, b) => a + b);
}
