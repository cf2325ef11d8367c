// How the site is put together: every page has a place in its sidebar, links across the border of docs lead to the copies
// of the pages at the root, and formulas are drawn when it is built.

import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { DefaultTheme } from 'vitepress';
import { createMarkdownRenderer } from 'vitepress';
import { describe, expect, it } from 'vitest';
import config from '../../docs/.vitepress/config.ts';
import { linkedFiles } from '../../docs/.vitepress/linked-files.ts';
import { onSite } from '../../docs/.vitepress/outside.ts';
import { sectionPages } from '../../docs/.vitepress/sections.ts';
import { filesBelowDocs, readPages, root } from './pages.ts';

const docs = join(root, 'docs');
const copies = JSON.parse(readFileSync(join(docs, '.vitepress/project-pages.json'), 'utf8')) as Record<string, string>;

/** The pages that a sidebar links to: `/how-to/` is how-to/index.md, `/tutorial` tutorial.md. */
function pagesOf(items: readonly DefaultTheme.SidebarItem[]): string[] {
  return items.flatMap(({ link, items: below = [] }) => {
    if (link === undefined) return pagesOf(below);
    const page = link.endsWith('/') ? `${link}index` : link.replace(/\.md$/, '');
    return [`${page.slice(1)}.md`, ...pagesOf(below)];
  });
}

const sidebar = pagesOf(config.themeConfig?.sidebar as DefaultTheme.SidebarItem[]);

describe('the sidebar', () => {
  it('has every page of docs and every copied one, once', () => {
    const pages = filesBelowDocs()
      .filter((path) => path.endsWith('.md'))
      .map((path) => path.slice('docs/'.length));
    const expected = [...pages, ...Object.values(copies)].sort();
    expect(sidebar.filter((page) => !page.startsWith('api/')).sort()).toEqual(expected);
  });

  it('names the pages of a folder by their headings, in the order of their names', () => {
    const entries = sectionPages(docs, 'how-to');
    expect(entries[0]).toEqual({ text: 'Add a commitment', link: '/how-to/add-a-commitment' });
    expect(entries.map(({ link }) => link)).toEqual(entries.map(({ link }) => link).sort());
    expect(sectionPages(docs, 'nowhere')).toEqual([]);
  });
});

describe('links across the border of docs', () => {
  it('lead to the copies, to pages of docs, or nowhere', () => {
    expect(onSite('circuits.md', '../examples/README.md#circuits')).toBe('/project/examples.md#circuits');
    expect(onSite('how-to/read-a-trace.md', '../../ARCHITECTURE.md')).toBe('/project/architecture.md');
    expect(onSite('project/readme.md', 'docs/protocol.md#1-notation')).toBe('/protocol.md#1-notation');
    expect(onSite('project/examples.md', '../docs/circuits.md')).toBe('/circuits.md');
    expect(onSite('how-to/attack-a-proof.md', '../../test/network/liars.test.ts')).toBeUndefined();
  });

  it('are rewritten in what a page shows; a link that leads nowhere becomes its text', async () => {
    const { render } = await createMarkdownRenderer(docs, config.markdown);
    const shown = (text: string, relativePath: string) =>
      render(text, { relativePath, path: join(docs, relativePath) });
    const page = 'how-to/attack-a-proof.md';
    expect(shown('[a](../../README.md) [b](../../src/errors.ts)', page)).toBe(
      '<p><a href="/project/readme.html">a</a> b</p>\n',
    );
    expect(shown('![p](docs/benchmarks/x.svg)', 'project/readme.md')).toContain('src="./../benchmarks/x.svg"');
  });
});

describe('links to files other than pages', () => {
  it('lead to a file that the built site has', () => {
    const copied = new Set(linkedFiles(docs).map((path) => `docs/${path}`));
    const missing = readPages()
      .filter(({ path }) => path.startsWith('docs/'))
      .flatMap(({ path, links }) =>
        links
          .filter(({ to }) => !to.includes(':'))
          .map(({ to }) => posix.join(posix.dirname(path), to.replace(/#.*/, ''))),
      )
      .filter((target) => target.startsWith('docs/') && /\.\w+$/.test(target) && !target.endsWith('.md'))
      .filter((target) => !copied.has(target));
    expect(missing).toEqual([]);
    expect(copied).toContain('docs/benchmarks/layers.json');
  });
});

describe('tables', () => {
  it('keep names and figures on one line, and break sentences', async () => {
    const { render } = await createMarkdownRenderer(docs, config.markdown);
    const kept = [
      'vanilla-tree',
      '`ternary-gkr/transcript`',
      '385 ms (39 %)',
      '2048 × 2048',
      '−0.426 ms',
      'vanilla-tree / ternary = 1,290 ×',
    ];
    const broken = [
      '`a sum of terms`',
      '11.5 × before, 1.1 × with another',
      'linear, sparse and ternary',
      'sparse / dense'.padEnd(15, '.'),
    ];
    for (const [cells, expected] of [
      [kept, '<td class="short">'],
      [broken, '<td>'],
    ] as const) {
      for (const cell of cells) {
        const shown = render(`| a |\n| --- |\n| ${cell} |`, { relativePath: 'index.md', path: join(docs, 'index.md') });
        expect(shown.replace(/<code[^>]*>|<\/code>/g, '`')).toContain(`${expected}${cell}</td>`);
      }
    }
  });
});

describe('the navigation', () => {
  it('has one active entry on each page that it covers', () => {
    const nav = config.themeConfig?.nav as readonly DefaultTheme.NavItemWithLink[];
    const activeOn = (page: string) =>
      nav
        .filter(({ link, activeMatch }) => (activeMatch ? new RegExp(activeMatch).test(page) : link === page))
        .map(({ text }) => text);
    expect(activeOn('/course/4-gkr.html')).toEqual(['Course']);
    expect(activeOn('/comparison.html')).toEqual(['Figures']);
    expect(activeOn('/experiments/')).toEqual(['Figures']);
    expect(activeOn('/security.html')).toEqual(['Reference']);
    expect(activeOn('/project/architecture.html')).toEqual(['Reference']);
    expect(activeOn('/api/gkr.html')).toEqual(['Reference']);
    expect(activeOn('/project/security.html')).toEqual([]);
    expect(activeOn('/')).toEqual([]);
  });
});

describe('formulas', () => {
  it('are drawings in the page before a browser sees it', async () => {
    const { render } = await createMarkdownRenderer(docs, config.markdown);
    const shown = render('$x_1 + y$', { relativePath: 'index.md', path: join(docs, 'index.md') });
    expect(shown).toMatch(/<mjx-container[\s\S]*<svg[\s\S]*<path/);
    expect(shown).not.toContain('$');
  });
});
