// Sidebar entries of a folder of pages: one for each page that exists, named by its first heading, in the order of file
// names, the folder's index first. A section without pages yet has no entries.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A page by its name and its place on the site. */
export interface PageEntry {
  readonly text: string;
  readonly link: string;
}

/** The text of a page's first heading. */
function titleOf(path: string): string {
  const heading = /^# (.+)$/m.exec(readFileSync(path, 'utf8'));
  if (heading === null) throw new Error(`${path} has no heading of the first level; begin it with "# …"`);
  return heading[1].replaceAll('`', '');
}

/**
 * @param docs - the folder of the site's pages
 * @param place - a page or a folder of pages below it
 */
export function sectionPages(docs: string, place: string): PageEntry[] {
  const path = join(docs, place);
  if (!existsSync(path)) return [];
  const pages = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith('.md'))
        .map((name) => `${place}/${name}`)
    : [place];
  const isIndex = (page: string): number => Number(page.endsWith('/index.md'));
  return pages
    .sort((a, b) => isIndex(b) - isIndex(a) || a.localeCompare(b, 'en', { numeric: true }))
    .map((page) => ({ text: titleOf(join(docs, page)), link: `/${page.replace(/(?:index)?\.md$/, '')}` }));
}
