// Every export of the package's entry points has a docstring with an `@example`, which type-checks, runs, and prints what
// its comments say. `EXAMPLES=field,poly npx vitest run --project node test/docs/examples.test.ts` looks at a few entry points.

import { describe, expect, it } from 'vitest';
import { amountOf, sampleOf } from '../support/depth.ts';
import { type Example, exampleErrors, expectedOutput, exportsOf, runExamples } from './examples.ts';
import { outputPattern } from './pages.ts';
import { ENTRY_POINTS } from './scratch.ts';

const chosen = process.env['EXAMPLES']
  ?.split(',')
  .map((name) => (name === '.' ? 'ternary-gkr' : `ternary-gkr/${name}`));
const exported = exportsOf(chosen?.map((name) => ENTRY_POINTS[name]));
const examples = exported.flatMap((each) => each.examples);

const at = (code: string): Example => ({ code, file: 'src/wrong.ts', line: 7 });

describe('the exports of the entry points', () => {
  it('have a docstring', () => {
    expect(exported.filter(({ documentation }) => documentation === '').map(({ name }) => name)).toEqual([]);
  });

  it('have an example', () => {
    expect(exported.filter((each) => each.examples.length === 0).map(({ name }) => name)).toEqual([]);
  });

  it('show what they print, unless they are types', () => {
    const silent = exported.filter(
      (each) => !each.isType && each.examples.every(({ code }) => expectedOutput(code).length === 0),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});

describe('the examples', () => {
  it('type-check, and an error is reported with its file and line', () => {
    expect(exampleErrors([...examples, at("import { prove } from 'ternary-gkr';\nconst n: number = prove;")])).toEqual([
      expect.stringMatching(/^src\/wrong\.ts:8: Type .* is not assignable to type 'number'/),
    ]);
  });

  it('run, and print what their comments say', { timeout: 300_000 }, async () => {
    const run = [...sampleOf(examples, amountOf('examples')), at('console.log(1 + 1); // 3')];
    const printed = await runExamples(run);
    const wrong = run.filter(
      ({ code }, k) => !outputPattern(expectedOutput(code).join('\n')).test(printed[k].join('\n')),
    );
    const where = wrong.map((example) => {
      return `${example.file}:${example.line} prints ${JSON.stringify(printed[run.indexOf(example)])}`;
    });
    expect(where).toEqual(['src/wrong.ts:7 prints ["2"]']);
  });
});
