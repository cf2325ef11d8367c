// The README's example is run as it stands, against the sources: what a user copies must work.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

it('the TypeScript example of the README runs and is believed', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  expect(blocks).toHaveLength(1);
  const file = join(root, 'test', `readme-example-${process.pid}.mjs`);
  try {
    const { outputFiles } = await build({
      stdin: { contents: `${blocks[0]}\nexport { verdict };`, resolveDir: root, loader: 'ts' },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      alias: {
        'ternary-gkr/onnx': join(root, 'src/onnx/index.ts'),
        'ternary-gkr': join(root, 'src/index.ts'),
      },
    });
    writeFileSync(file, outputFiles[0].text);
    const { verdict } = (await import(file)) as { verdict: { ok: boolean } };
    expect(verdict.ok).toBe(true);
  } finally {
    rmSync(file, { force: true });
  }
});
