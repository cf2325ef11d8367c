// Mutation tests of the verifiers: each check is removed or altered, and a test must fail.
//
//   npm run mutation                                  all verifiers (docs/mutation-testing.md says how long it takes)
//   npm run mutation -- --file src/gkr/circuit/verify.ts      one of them; --group commit for a folder's
//   npm run mutation -- --shared                      what verifiers share with provers
//   npm run mutation -- --incremental                 only what changed since the last run in this folder
//
// It ends with 1 if a mutant survives that docs/mutation-testing.md does not explain, or if it explains one that is gone.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { explainedIn, scoreOf, scoreTable, survivorsOf } from './mutation/report.mjs';

const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    group: { type: 'string' },
    shared: { type: 'boolean', default: false },
    incremental: { type: 'boolean', default: false },
    concurrency: { type: 'string', default: '1' },
  },
});

// Which verifiers are mutated, and which tests must notice: fast ones that attack those very verifiers, so that a check
// is held where it stands. test/mutation.test.ts holds that no verifier is missing.
const groups = JSON.parse(readFileSync('scripts/mutation/groups.json', 'utf8'));
const chosen = groups
  .map((group) => ({
    ...group,
    files: group.files.filter((path) => values.file === undefined || path === values.file),
  }))
  .filter(({ name, shared = false, files }) => {
    if (files.length === 0) return false;
    if (values.group !== undefined) return name === values.group;
    return values.file !== undefined || shared === values.shared;
  });
if (chosen.length === 0) {
  console.error(`no file ${values.file ?? ''} in group ${values.group ?? 'any'}: see scripts/mutation/groups.json`);
  process.exit(2);
}

mkdirSync('.stryker', { recursive: true });
const mutants = [];
const started = performance.now();
for (const { name, files, tests } of chosen) {
  process.env.MUTATION_TESTS = JSON.stringify(tests);
  const results = await new Stryker({
    mutate: files,
    incremental: values.incremental,
    incrementalFile: `.stryker/${name}.incremental.json`,
    concurrency: Number(values.concurrency),
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: `.stryker/${name}.json` },
  }).runMutationTest();
  mutants.push(...results);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${name}: ${results.length} mutants, score ${scoreOf(results).toFixed(1)} %, ${seconds} s since the start`,
  );
}

const sources = new Map(chosen.flatMap(({ files }) => files).map((path) => [path, readFileSync(path, 'utf8')]));
console.log(`\n${scoreTable(mutants)}`);

const survivors = survivorsOf(mutants, sources);
const explained = explainedIn(readFileSync('docs/mutation-testing.md', 'utf8')).filter(({ path }) => sources.has(path));
const keyOf = ({ path, code, mutant }) => `${path}: ${code} → ${mutant}`;
const known = new Set(explained.map(keyOf));
const found = new Set(survivors.map(keyOf));
const unexplained = survivors.filter((survivor) => !known.has(keyOf(survivor)));
const gone = explained.filter((survivor) => !found.has(keyOf(survivor)));
for (const survivor of unexplained) {
  console.log(
    `survived: ${survivor.path}:${survivor.line} \`${survivor.code}\` → \`${survivor.mutant}\` (${survivor.status})`,
  );
}
for (const survivor of gone) console.log(`explained, but does not survive: ${keyOf(survivor)}`);
writeFileSync('.stryker/survivors.json', `${JSON.stringify(survivors, undefined, 2)}\n`);
console.log(
  `${unexplained.length + gone.length === 0 ? 'mutation: ok' : 'mutation: see above'}, ${survivors.length} survivors`,
);
process.exitCode = unexplained.length + gone.length === 0 ? 0 : 1;
