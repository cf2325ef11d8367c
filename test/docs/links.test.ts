// Every link of README and docs leads somewhere: to a file of the repository, and to a heading if it has an anchor.
// Links to other sites are checked for their form alone.

import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf } from '../../docs/.vitepress/anchors.ts';
import { filesBelowDocs, type Link, type Page, readPages, root } from './pages.ts';

const pages = readPages();
const anchors = new Map(pages.map(({ path, headings }) => [path, new Set(anchorsOf(headings))]));

/** Returns what is wrong with a link, or undefined. */
function fault(page: Page, { to }: Link): string | undefined {
  if (/^https?:/.test(to)) {
    const url = URL.canParse(to) ? new URL(to) : undefined;
    return url?.protocol === 'https:' && url.hostname.includes('.') ? undefined : 'no address of another site';
  }
  if (/^[a-z][a-z+.-]*:/i.test(to) || to.startsWith('/')) return 'neither relative nor https';
  const [path, anchor] = to.split('#');
  const target = path === '' ? page.path : posix.join(posix.dirname(page.path), path);
  if (target.startsWith('..') || !existsSync(join(root, target))) return 'no such file';
  if (anchor === undefined) return undefined;
  const known = anchors.get(target);
  if (known === undefined) return 'an anchor in a file other than a page';
  return known.has(decodeURIComponent(anchor)) ? undefined : 'no such heading';
}

const faults = (kind: 'links' | 'pictures'): string[] =>
  pages.flatMap((page) =>
    page[kind].flatMap((link) => {
      const wrong = fault(page, link);
      return wrong === undefined ? [] : [`${page.path}:${link.line}: ${link.to}: ${wrong}`];
    }),
  );

describe('README and docs', () => {
  it('have links that resolve', () => {
    expect(faults('links')).toEqual([]);
  });

  it('show pictures that are in the repository', () => {
    expect(faults('pictures')).toEqual([]);
    const outside = pages.flatMap(({ pictures }) => pictures.filter(({ to }) => /^[a-z]+:/i.test(to)));
    expect(outside).toEqual([]);
  });

  it('show every picture that is below docs', () => {
    const shown = new Set(
      pages.flatMap(({ path, pictures }) => pictures.map(({ to }) => posix.join(posix.dirname(path), to))),
    );
    expect(filesBelowDocs().filter((path) => /\.(?:svg|png|jpe?g|webp)$/.test(path) && !shown.has(path))).toEqual([]);
  });

  it('have each heading of a name that GitHub and the site turn into one anchor', () => {
    expect(anchorsOf(['1. Notation', 'How `x` is', 'A', 'A', 'Größe_2 – x'])).toEqual([
      ...['1-notation', 'how-x-is', 'a', 'a-1', 'größe_2--x'],
    ]);
  });

  it('are found wrong where they are', () => {
    const page: Page = { path: 'docs/circuits.md', text: '', blocks: [], headings: [], links: [], pictures: [] };
    const of = (to: string) => fault(page, { to, line: 1 });
    expect(
      ['protocol.md', 'protocol.md#1-notation', '../README.md', 'https://eprint.iacr.org/2019/317'].map(of),
    ).toEqual(new Array(4).fill(undefined));
    expect(of('nowhere.md')).toBe('no such file');
    expect(of('protocol.md#nowhere')).toBe('no such heading');
    expect(of('/protocol')).toBe('neither relative nor https');
    expect(of('http://x.org')).toBe('no address of another site');
  });
});
