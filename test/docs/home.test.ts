// The figures of the first page are those of the benchmarks: each number with a unit is a cell of the table that the figure
// links to.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorOf } from '../../docs/.vitepress/anchors.ts';
import { root } from './pages.ts';

const read = (page: string): string => readFileSync(join(root, 'docs', page), 'utf8');

/** The three figures as text, without line breaks. */
const figures = (/<div class="home-figures">([\s\S]*?)<\/div>/.exec(read('index.md'))?.[1] ?? '')
  .split('\n- ')
  .slice(1)
  .map((figure) => figure.split('\n\n')[0]!.replaceAll(/\s+/g, ' '));

/** The cells of the row that has all of `words` among its cells, below one heading of the benchmarks. */
function rowOf(anchor: string, words: readonly string[]): string[] {
  const sections = read('benchmarks.md').split(/^#+ /m);
  const section = sections.find((text) => anchorOf(text.split('\n')[0]!) === anchor) ?? '';
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => words.every((word) => cells.includes(word)));
  expect(rows.length, `rows of #${anchor} with ${words.join(', ')}`).toBeGreaterThan(0);
  return rows.flat();
}

/** Where each figure stands. */
const SOURCES = [
  { anchor: 'networks', rows: [['mlp-small', '1', '50,813']], headline: '2.62 ms' },
  { anchor: 'methods-at-4096--4096-density-116', rows: [['dense']], headline: '8.19 ×' },
  {
    anchor: 'committed-weights',
    rows: [
      ['resnet18', '0.2', 'committed', 'high'],
      ['resnet18', '0.2', '11,164,352'],
    ],
    headline: '1,465 bytes',
  },
] as const;

describe('the figures of the first page', () => {
  it('are three', () => {
    expect(figures.length).toBe(SOURCES.length);
  });

  it.each(SOURCES.map((source, k) => [source.headline, source, k] as const))(
    'are the benchmarks’: %s',
    (_, source, k) => {
      const figure = figures[k]!;
      expect(figure.startsWith(`**${source.headline}** `)).toBe(true);
      expect(figure).toContain(`](benchmarks.md#${source.anchor})`);
      const cells = source.rows.flatMap((words) => rowOf(source.anchor, words));
      const numbers = figure.replaceAll(/\]\(.*?\)/g, '').match(/\d[\d.,]* (?:ms|×|bytes|weights)/g) ?? [];
      expect(numbers.length).toBeGreaterThan(0);
      for (const number of numbers) {
        const value = number.replace(/ weights$/, '');
        const isThere = cells.some((cell) => cell === value || cell.endsWith(` = ${value}`));
        expect(isThere, `${number} is not in the row that the figure links to: ${cells.join(' | ')}`).toBe(true);
      }
    },
  );
});
