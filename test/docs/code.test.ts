// Every code block of README and docs, by its language:
//   ts    is type-checked and run; the blocks of a page, one after the other, are one module
//   sh    is run if all its commands are `ternary-gkr …` or handle files; of others, scripts and files must exist
//   text  after a ts or sh block is what that block prints; `…` stands for what differs from run to run
// A ts or js block after `<!-- path of a source file -->` is an excerpt of that file; other js blocks are refused.
// In a page the commands run before the module, in the same folder.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Block, modulesOf, outputPattern, type Page, parsePage, readPages, root } from './pages.ts';
import { prepareScratch } from './scratch.ts';
import { typeErrors } from './types.ts';

const LANGUAGES = ['ts', 'sh', 'text', 'js', 'json', ''];
const RUNNABLE = /^(?:npx )?ternary-gkr |^(?:cat|cp|mkdir|ls|head) /;

const pages = readPages();
const blocksIn = (page: Page, language: string): Block[] => page.blocks.filter((block) => block.language === language);

/** The commands of a block: comments left out, continued lines joined. */
const commandsOf = ({ code }: Block): string[] =>
  code
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
const isRunnable = (block: Block): boolean => commandsOf(block).every((command) => RUNNABLE.test(command));

function expectOutput(block: Block, page: Page, printed: string): void {
  if (block.output === undefined) return;
  if (outputPattern(block.output).test(printed.trimEnd())) return;
  // a difference that can be read
  expect(printed.trimEnd(), `what ${page.path}:${block.line} prints`).toBe(block.output.trimEnd());
}

describe('the reader of pages', () => {
  it('finds blocks, what they print, headings, links and pictures, and nothing in code', () => {
    const page = parsePage(
      'p.md',
      '# A `b`\n[l](m.md#x) `[n](o)`\n<!-- f.mjs -->\n```ts\nlet [q](r)\n```\n\n```text\nout\n```\n![s](t.svg)\n',
    );
    expect(page.blocks[0]).toEqual({
      language: 'ts',
      code: 'let [q](r)\n',
      line: 5,
      excerptOf: 'f.mjs',
      output: 'out\n',
    });
    expect(page).toMatchObject({
      headings: ['A b'],
      links: [{ to: 'm.md#x', line: 2 }],
      pictures: [{ to: 't.svg', line: 11 }],
    });
  });

  it('takes … for any text within a line, and nothing else', () => {
    const pattern = outputPattern('proven in … ms (a.b)\nok\n');
    expect('proven in 12 ms (a.b)\nok').toMatch(pattern);
    expect('proven in 12 ms (aXb)\nok').not.toMatch(pattern);
    expect('proven in 12\n ms (a.b)\nok').not.toMatch(pattern);
    expect('proven in 12 ms (a.b)').not.toMatch(pattern);
  });
});

describe('the code blocks', () => {
  it('are in languages that have a rule', () => {
    const others = pages.flatMap(({ path, blocks }) =>
      blocks.filter(({ language }) => !LANGUAGES.includes(language)).map(({ line }) => `${path}:${line}`),
    );
    expect(others).toEqual([]);
  });

  it('type-check, and what does not is named by its page and line', () => {
    const typed = pages.filter((page) => modulesOf(page).length > 0);
    const code = "import { compile } from 'ternary-gkr';\nconst n: number = compile;";
    const wrong = parsePage('docs/wrong.md', ['text', '```ts', code, '```'].join('\n'));
    expect(typeErrors([...typed, wrong])).toEqual([
      expect.stringMatching(/^docs\/wrong\.md:4: Type .* is not assignable to type 'number'/),
    ]);
  });

  it('are what stands in the files that they name', () => {
    for (const page of pages) {
      for (const { language, excerptOf, code, line } of page.blocks) {
        const where = `${page.path}:${line}`;
        if (language === 'js') expect(excerptOf, `${where} names its file`).toBeDefined();
        if (excerptOf !== undefined) expect(readFileSync(join(root, excerptOf), 'utf8'), where).toContain(code);
      }
    }
  });

  it('name scripts and files that exist, where their commands are not run', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const page of pages) {
      for (const block of blocksIn(page, 'sh').filter((candidate) => !isRunnable(candidate))) {
        const where = `${page.path}:${block.line}`;
        for (const [, name] of block.code.matchAll(/npm run (?:--silent )?([\w:-]+)/g))
          expect(scripts, where).toHaveProperty([name]);
        for (const [, file] of block.code.matchAll(/\bnode (\S+\.mjs)/g))
          expect(existsSync(join(root, file)), where).toBe(true);
      }
    }
  });

  describe('run, and print what the page says', () => {
    let scratch: Awaited<ReturnType<typeof prepareScratch>> | undefined;
    beforeAll(async () => {
      scratch = await prepareScratch();
    });
    afterAll(() => scratch?.remove());

    const running = pages.filter(
      (page) => modulesOf(page).length > 0 || blocksIn(page, 'sh').some((block) => isRunnable(block)),
    );
    it.each(running.map((page) => [page.path, page] as const))('%s', { timeout: 300_000 }, async (_, page) => {
      if (scratch === undefined) throw new Error('the program was not built');
      const folder = scratch.folder();
      try {
        for (const block of blocksIn(page, 'sh').filter(isRunnable)) {
          expectOutput(block, page, await folder.shell(block.code));
        }
        const blocks = modulesOf(page);
        if (blocks.length === 0) return;
        const mark = '\u0000';
        const module = blocks.map(({ code }) => `${code}\nconsole.log('${'\\u0000'}');\n`).join('');
        const printed = (await folder.module(module)).split(`${mark}\n`);
        expect(printed).toHaveLength(blocks.length + 1);
        for (const [k, block] of blocks.entries()) expectOutput(block, page, printed[k]);
      } finally {
        folder.remove();
      }
    });
  });
});
