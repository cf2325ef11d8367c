// The README's examples are run as they stand, one after the other, against the sources: what a user copies must work.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

it('the TypeScript examples of the README run and are believed', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  expect(blocks).toHaveLength(2);
  const file = join(root, 'test', `readme-example-${process.pid}.mjs`);
  try {
    const { outputFiles } = await build({
      stdin: { contents: `${blocks.join('\n')}\nexport { answer, verdict };`, resolveDir: root, loader: 'ts' },
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
    const { verdict, answer } = (await import(file)) as Record<string, { ok: boolean; weights: string }>;
    expect(verdict).toMatchObject({ ok: true, weights: 'public' });
    expect(answer).toMatchObject({ ok: true, weights: 'registered' });
  } finally {
    rmSync(file, { force: true });
  }
});
