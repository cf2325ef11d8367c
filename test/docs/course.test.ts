// The course's code runs as it stands and prints what its pages say, page by page; it type-checks as a user's would.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeBlocks, runBlocks, typeErrors } from './course-blocks.ts';

const course = resolve(import.meta.dirname, '../../docs/course');
const pages = Object.fromEntries(
  readdirSync(course)
    .filter((name) => name.endsWith('.md'))
    .map((name) => [basename(name, '.md'), codeBlocks(readFileSync(join(course, name), 'utf8'))]),
);

describe('the course', () => {
  it.each(Object.entries(pages))('%s prints what it says', async (_name, blocks) => {
    expect(blocks.length).toBeGreaterThan(2);
    expect(await runBlocks(blocks)).toEqual(blocks.map(({ printed }) => printed));
  });

  it('type-checks', () => {
    expect(typeErrors(pages)).toEqual([]);
  });
});
