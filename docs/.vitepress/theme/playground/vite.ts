// Vite's configuration for the playground: its worker runs the library's sources, as a module of its own.

import { join } from 'node:path';

/** Settings for the site of a repository at `root`; merged into others as they are. */
export function playgroundVite(root: string) {
  const source = join(root, 'src');
  return {
    resolve: {
      alias: [
        { find: /^ternary-gkr$/, replacement: join(source, 'index.ts') },
        { find: /^ternary-gkr\/([a-z]+)$/, replacement: join(source, '$1', 'index.ts') },
      ],
    },
    worker: { format: 'es' as const },
  };
}
