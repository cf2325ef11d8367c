// Links across the border of docs/. The pages at the root of the repository that project-pages.json lists are copied to
// docs/project when the site is built. The rest of the repository (sources, vectors, scripts) is outside of the site; links
// to it become plain text there.

import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type { MarkdownOptions } from 'vitepress';

/** Pages outside docs that the site shows, by their path in the repository, and where in docs they are copied. */
const PROJECT_PAGES = JSON.parse(readFileSync(new URL('project-pages.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, string>
>;
const ORIGINALS = new Map(Object.entries(PROJECT_PAGES).map(([original, copy]) => [copy, original]));

/** Whether a link is to something of this repository, and not within its page or to another site. */
const isRelative = (link: string): boolean => !/^(?:[a-z][a-z+.-]*:|#|\/)/i.test(link);

/** The path in the repository of a page of the site. */
const inRepository = (page: string): string => ORIGINALS.get(page) ?? `docs/${page}`;

/**
 * Where a relative link leads on the site, from its root.
 *
 * @param page - the page that links: `circuits.md`
 * @param link - as it stands in the page, with its anchor
 * @returns undefined if it leads to what the site does not have
 */
export function onSite(page: string, link: string): string | undefined {
  const [path, anchor] = link.split('#');
  const target = posix.join(posix.dirname(inRepository(page)), path);
  const shown = PROJECT_PAGES[target] ?? (target.startsWith('docs/') ? target.slice('docs/'.length) : undefined);
  return shown === undefined ? undefined : `/${shown}${anchor === undefined ? '' : `#${anchor}`}`;
}

/** The rule for markdown-it. */
export const linksAcross: NonNullable<MarkdownOptions['config']> = (markdown) => {
  markdown.core.ruler.push('links-across', ({ env, tokens }) => {
    const page = (env as { relativePath?: string }).relativePath ?? '';
    for (const block of tokens) {
      if (block.children === null) continue;
      let dropping = false;
      block.children = block.children.filter((token) => {
        if (token.type === 'link_open') {
          const href = token.attrGet('href') ?? '';
          if (!isRelative(href)) return true;
          const target = onSite(page, href);
          if (target !== undefined) token.attrSet('href', target);
          dropping = target === undefined;
          return !dropping;
        }
        if (token.type === 'link_close' && dropping) {
          dropping = false;
          return false;
        }
        const source = token.type === 'image' ? (token.attrGet('src') ?? '') : '';
        if (ORIGINALS.has(page) && source !== '' && isRelative(source)) {
          const target = onSite(page, source);
          if (target !== undefined) token.attrSet('src', `..${target}`);
        }
        return true;
      });
    }
  });
};
