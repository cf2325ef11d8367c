// The course's pages have their parts, and say of each block of code what it prints (code.test.ts runs it). Their pictures
// are what their data give, and the data that were counted are what the instrument counts.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createKoalaBearEngine } from '../../src/field/index.ts';
import { type LayerMethod, prepareLayer, proveLayerStatement } from '../../src/layer/index.ts';
import { ternaryFromDense } from '../../src/sparse/index.ts';
import { readPages, root } from './pages.ts';

const course = join(root, 'docs/course');
const pages = readPages().filter(({ path }) => path.startsWith('docs/course/'));

describe('the course', () => {
  it('has seven pages, each with a picture, a hidden answer and a liar', () => {
    expect(pages).toHaveLength(7);
    for (const { path, text } of pages) {
      expect(text).toContain(`](pictures/${basename(path, '.md')}.svg)`);
      expect(text).toContain('<details>');
      expect(text).toContain("## A liar's attempts");
    }
  });

  it('says of each block of code what it prints', () => {
    for (const { path, blocks } of pages) {
      const code = blocks.filter(({ language }) => language === 'ts');
      expect(code.length, path).toBeGreaterThan(2);
      for (const { output, line } of code) expect(output, `${path}:${line}`).toBeDefined();
    }
  });
});

describe('the pictures of the course', () => {
  it('are what their data give', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-pictures-'));
    try {
      execFileSync(process.execPath, [join(root, 'scripts/course-pictures.mjs'), folder]);
      const [kept, drawn] = [join(course, 'pictures'), folder].map((place) =>
        Object.fromEntries(readdirSync(place).map((name) => [name, readFileSync(join(place, name), 'utf8')])),
      );
      expect(Object.keys(drawn)).toHaveLength(7);
      expect(drawn).toEqual(kept);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('of page 6 has the counts of the instrument', () => {
    const { size, counts } = JSON.parse(readFileSync(join(course, 'data/6-ternary-layer.json'), 'utf8')) as {
      size: number;
      counts: { method: LayerMethod; nonzeros: number; multiplications: number; additions: number }[];
    };
    const engine = createKoalaBearEngine();
    const input = Int32Array.from({ length: size }, (_, j) => j - 100);
    for (const { method, nonzeros, ...expected } of counts) {
      const mark = engine.mark();
      const weights = ternaryFromDense(
        Int8Array.from({ length: size * size }, (_, k) => (k < nonzeros ? 1 : 0)),
        size,
        size,
      );
      proveLayerStatement(engine, prepareLayer(engine, method, weights), input, {
        trace({ operations }) {
          const { extensionMultiplications, mixedMultiplications, extensionAdditions } = operations;
          const multiplications = extensionMultiplications + mixedMultiplications;
          expect({ multiplications, additions: extensionAdditions }, `${method}, ${nonzeros} nonzeros`).toEqual(
            expected,
          );
        },
      });
      engine.release(mark);
    }
  });
});
