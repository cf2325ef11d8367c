// The site: navigation, sidebar, local search, formulas rendered to SVG when it is built. `npm run site` builds and serves
// it. A dead link stops the build; test/docs checks anchors.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig } from 'vitepress';
import { anchorOf } from './anchors.ts';
import { copyLinkedFiles } from './linked-files.ts';
import { linksAcross } from './outside.ts';
import { sectionPages } from './sections.ts';
import { shortCells } from './tables.ts';
import { playgroundVite } from './theme/playground/vite.ts';

const docs = fileURLToPath(new URL('..', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Set by `site.mjs --live`: the home page and the playground alone, for tests of both. */
const isLive = process.env['SITE_LIVE'] !== undefined;

/** The entry points, as typedoc lists them beside its pages; none until `npm run docs` or a build of the site has run. */
function apiSidebar(): DefaultTheme.SidebarItem[] {
  const path = `${docs}api/typedoc-sidebar.json`;
  if (isLive || !existsSync(path)) return [];
  const entries = JSON.parse(readFileSync(path, 'utf8')) as { text: string; link: string }[];
  const main = ({ text }: { text: string }): number => Number(text === 'index');
  return entries
    .sort((a, b) => main(b) - main(a))
    .map(({ text, link }) => ({
      text: text === 'index' ? 'ternary-gkr' : `ternary-gkr/${text}`,
      link: link.replace('/./', '/'),
    }));
}

/** −, 0 and + as three bars. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#009e73" d="M1 9h4v5H1z"/>' +
    '<path fill="#999" d="M6 7h4v2H6z"/><path fill="#0072b2" d="M11 2h4v5h-4z"/></svg>',
)}`;

const start: DefaultTheme.SidebarItem[] = [
  { text: 'Overview', link: '/' },
  { text: 'Tutorial', link: '/tutorial' },
  ...sectionPages(docs, 'playground.md'),
];

const figures = [
  { text: 'Benchmarks', link: '/benchmarks' },
  { text: 'Comparison', link: '/comparison' },
];

const reference: DefaultTheme.SidebarItem[] = [
  { text: 'The protocol', link: '/protocol' },
  { text: 'Circuits', link: '/circuits' },
  { text: 'Commit and prove', link: '/commit-and-prove' },
  { text: 'The cost of a proof', link: '/cost-model' },
  { text: 'Proofs that hide', link: '/zero-knowledge' },
  { text: 'Security', link: '/security' },
  { text: 'Attacks', link: '/attacks' },
  { text: 'Fuzzing', link: '/fuzzing' },
  { text: 'Mutation testing', link: '/mutation-testing' },
  { text: 'Architecture', link: '/project/architecture' },
  { text: 'API', collapsed: true, items: apiSidebar() },
];

/** Where the entry of the reference in the navigation is the active one. */
const REFERENCE = `^/(?:api/|${reference.flatMap(({ link }) => link?.slice(1) ?? []).join('|')})`;

const project: DefaultTheme.SidebarItem[] = [
  { text: 'Read me', link: '/project/readme' },
  { text: 'Examples', link: '/project/examples' },
  { text: 'Contributing', link: '/project/contributing' },
  { text: 'Reporting a flaw', link: '/project/security' },
  { text: 'Changes', link: '/project/changelog' },
];

export default defineConfig({
  title: 'ternary-gkr',
  description: 'Prove with sumcheck and GKR that a sparse ternary neural network was run correctly on an input',
  lang: 'en',
  head: [['link', { rel: 'icon', href: ICON }]],
  // a list of the entry points, which the sidebar has
  srcExclude: isLive ? ['*/**/*.md', '!(index|playground).md'] : ['api/overview.md'],
  ignoreDeadLinks: isLive,
  markdown: {
    math: true,
    anchor: { slugify: anchorOf },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: (markdown) => {
      linksAcross(markdown);
      shortCells(markdown);
    },
  },
  vite: playgroundVite(root),
  buildEnd: ({ outDir }) => copyLinkedFiles(docs, outDir),
  themeConfig: {
    logo: { src: ICON, alt: '' },
    search: { provider: 'local' },
    outline: [2, 3],
    notFound: {
      title: 'NO SUCH PAGE',
      quote: 'It may have been renamed: look for it by search.',
      linkText: 'Start page',
    },
    nav: [
      { text: 'Tutorial', link: '/tutorial' },
      { text: 'Course', link: '/course/1-fields', activeMatch: '^/course/' },
      ...sectionPages(docs, 'playground.md'),
      {
        text: 'Figures',
        activeMatch: '^/(?:experiments/|benchmarks|comparison)',
        items: [{ text: 'Experiments', link: '/experiments/' }, ...figures],
      },
      { text: 'Reference', link: '/protocol', activeMatch: REFERENCE },
    ],
    sidebar: [
      { text: 'Start', items: start },
      { text: 'Course', items: sectionPages(docs, 'course') },
      { text: 'How to', items: sectionPages(docs, 'how-to') },
      { text: 'Experiments', items: sectionPages(docs, 'experiments') },
      { text: 'Figures', items: figures },
      { text: 'Reference', items: reference },
      { text: 'Project', items: project, collapsed: true },
    ].filter(({ items }) => items.length > 0),
  },
});
