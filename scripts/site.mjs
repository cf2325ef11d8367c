// The site: the library, the playground's models, and VitePress.
//
//     npm run site                 builds it and serves it
//     npm run site:dev             serves it while it is written
//     node scripts/site.mjs --build-only [--out FOLDER]

import { parseArgs } from 'node:util';
import { build, createServer, serve } from 'vitepress';
import { ensureBuilt } from './built.mjs';
import { writeModels } from './site/models.mjs';

const { values } = parseArgs({
  options: {
    'build-only': { type: 'boolean', default: false },
    dev: { type: 'boolean', default: false },
    out: { type: 'string' },
    port: { type: 'string', default: '4173' },
  },
});
const port = Number(values.port);

ensureBuilt();
await writeModels();
if (values.dev) {
  const server = await createServer('docs', { port });
  await server.listen();
  server.printUrls();
} else {
  await build('docs', values.out === undefined ? {} : { outDir: values.out });
  if (!values['build-only']) await serve({ root: 'docs', port });
}
