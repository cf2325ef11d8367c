// docs/attacks.md: its code runs as it stands, and finds what the page says.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { expect, it, vi } from 'vitest';
import type { Report } from '../../src/testing/index.ts';

const root = resolve(import.meta.dirname, '../..');

it('the page on attacks has code that runs and finds what it says', async () => {
  const page = readFileSync(join(root, 'docs/attacks.md'), 'utf8');
  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  expect(blocks).toHaveLength(2);
  const temporary = mkdtempSync(join(tmpdir(), 'attacks-page-'));
  const log = vi.spyOn(console, 'log').mockReturnValue();
  try {
    const names = ['field', 'sumcheck', 'testing'];
    const { outputFiles } = await build({
      stdin: { contents: `${blocks.join('\n')}\nexport { report, found };`, resolveDir: root, loader: 'ts' },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      alias: {
        ...Object.fromEntries(names.map((name) => [`ternary-gkr/${name}`, join(root, `src/${name}/index.ts`)])),
        'ternary-gkr': join(root, 'src/index.ts'),
      },
    });
    const file = join(temporary, 'page.mjs');
    writeFileSync(file, outputFiles[0].text);
    const { report, found } = (await import(pathToFileURL(file).href)) as Record<string, Report>;
    expect(report.believed).toEqual([]);
    expect(report.mutants).toBeGreaterThan(100);
    expect(found.believed.length).toBeGreaterThan(0);
    for (const what of found.believed)
      expect(what).toMatch(/ send round: .* repaired by value 1 of factors \(repaired\)$/);
    expect(log.mock.calls[0][0]).toMatch(/^protocol +kind +mutants/);
    expect(log.mock.calls[1]).toEqual([[], [], []]);
    expect(log.mock.calls[2][0]).toBe(found.believed[0]);
  } finally {
    log.mockRestore();
    rmSync(temporary, { recursive: true, force: true });
  }
});
