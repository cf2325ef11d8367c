// The site: what VitePress needs to know.

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { playgroundVite } from './theme/playground/vite.ts';

export default defineConfig({
  title: 'ternary-gkr',
  description: 'Sumcheck and GKR proofs that a sparse ternary network was run correctly',
  // the other pages are not part of this site yet
  ignoreDeadLinks: true,
  srcExclude: ['**/!(playground).md'],
  vite: playgroundVite(fileURLToPath(new URL('../..', import.meta.url))),
});
