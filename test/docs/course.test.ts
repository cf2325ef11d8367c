// The course's code runs as it stands and prints what its pages say, page by page; it type-checks as a user's would. Its
// pictures are what their data give, and the data that were counted are what the instrument counts.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createKoalaBearEngine } from '../../src/field/index.ts';
import { type LayerMethod, prepareLayer, proveLayerStatement } from '../../src/layer/index.ts';
import { ternaryFromDense } from '../../src/sparse/index.ts';
import { codeBlocks, runBlocks, typeErrors } from './course-blocks.ts';

const root = resolve(import.meta.dirname, '../..');
const course = join(root, 'docs/course');
const texts = Object.fromEntries(
  readdirSync(course)
    .filter((name) => name.endsWith('.md'))
    .map((name) => [basename(name, '.md'), readFileSync(join(course, name), 'utf8')]),
);
const pages = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, codeBlocks(text)]));

describe('the course', () => {
  it('has seven pages, each with a picture, a hidden answer and a liar', () => {
    expect(Object.keys(pages)).toHaveLength(7);
    for (const [name, text] of Object.entries(texts)) {
      expect(text).toContain(`](pictures/${name}.svg)`);
      expect(text).toContain('<details>');
      expect(text).toContain("## A liar's attempts");
    }
  });

  it.each(Object.entries(pages))(
    '%s prints what it says',
    async (_name, blocks) => {
      expect(blocks.length).toBeGreaterThan(2);
      expect(await runBlocks(blocks)).toEqual(blocks.map(({ printed }) => printed));
    },
    180_000,
  );

  it('type-checks', () => {
    expect(typeErrors(pages)).toEqual([]);
  }, 180_000);
});

describe('code blocks', () => {
  it('are told from what they print, and what is wrong in them is found', async () => {
    const page = (code: string, printed: string) =>
      codeBlocks(`text\n\n\`\`\`ts\n${code}\n\`\`\`\n\n\`\`\`text\n${printed}\n\`\`\`\n`);
    const blocks = page("import { koalaBear } from 'ternary-gkr/field';\nconsole.log(koalaBear.one);", '1');
    expect(blocks).toMatchObject([{ printed: '1' }]);
    expect(await runBlocks([...blocks, ...blocks.map(() => ({ code: 'console.log(2);', printed: '2' }))])).toEqual([
      '[ 1, 0, 0, 0 ]',
      '2',
    ]);
    const wrong = page(
      "import { koalaBear } from 'ternary-gkr/field';\nconst one: string = koalaBear.one;\nconsole.log(one);",
      '',
    );
    expect(typeErrors({ wrong })).toEqual([expect.stringMatching(/^wrong\.blocks\.ts:2: Type .* is not assignable/)]);
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
