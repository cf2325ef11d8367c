// Writes docs/benchmarks.md and its pictures from what `ternary-gkr bench layers --json`, `bench networks --json` and
// `bench opening --json` print:
//     node scripts/bench-report.mjs [results.json] [folder]
// and the tables of docs/commit-and-prove.md and docs/comparison.md that are made of the same figures.
// Results are kept beside the pictures as layers.json, networks.json and openings.json, so that the page always links to what it was
// made from; those that are given replace the kept ones of their kind. The folder is docs unless given.

import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawCharts } from './report/charts.mjs';
import { fillFigures } from './report/commit-and-prove.mjs';
import { drawNetworkCharts } from './report/network-charts.mjs';
import { networksPart } from './report/networks.mjs';
import { drawOpeningCharts, openingsPart } from './report/openings.mjs';
import { layersPart } from './report/page.mjs';

const PICTURES = 'benchmarks';
const PARTS = {
  layers: { draw: drawCharts, write: layersPart },
  networks: { draw: drawNetworkCharts, write: networksPart },
  openings: { draw: drawOpeningCharts, write: openingsPart },
};

const docs = fileURLToPath(new URL('../docs', import.meta.url));
const [given, folder = docs] = process.argv.slice(2);
const pictures = join(folder, PICTURES);
const kept = (kind) => join(pictures, `${kind}.json`);

function fail(message) {
  console.error(`bench-report: ${message}`);
  process.exit(2);
}

function readResults(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail(`${path}: ${error.message}; write it with: npx ternary-gkr bench layers --json, networks or opening`);
  }
}

const hasCases = (results, kind) => Array.isArray(results[kind]) && results[kind].length > 0;

mkdirSync(pictures, { recursive: true });
if (given !== undefined) {
  const results = readResults(given);
  const kind = Object.keys(PARTS).find((name) => hasCases(results, name));
  if (kind === undefined || results.machine === undefined) {
    fail(
      `${given} has no layers, networks or openings, or no machine; it is what bench layers --json, networks or opening prints`,
    );
  }
  if (resolve(given) !== resolve(kept(kind))) copyFileSync(given, kept(kind));
}

const kinds = Object.keys(PARTS).filter((kind) => existsSync(kept(kind)));
if (kinds.length === 0)
  fail(`${pictures} has no results; name a file that bench layers --json, networks or opening printed`);
const parts = [];
const results = {};
let files = 0;
for (const kind of kinds) {
  const own = readResults(kept(kind));
  if (!hasCases(own, kind) || own.machine === undefined) fail(`${kept(kind)} has no ${kind} or no machine`);
  results[kind] = own;
  const charts = await PARTS[kind].draw(own);
  for (const { file, svg } of charts) writeFileSync(join(pictures, file), svg);
  files += charts.length;
  parts.push(PARTS[kind].write(own, charts, { folder: PICTURES, resultsName: `${kind}.json` }));
}
const page = join(folder, 'benchmarks.md');
writeFileSync(page, ['# Benchmarks\n', ...parts].join('\n'));
for (const name of ['commit-and-prove.md', 'comparison.md']) {
  const other = join(folder, name);
  if (existsSync(other)) writeFileSync(other, fillFigures(readFileSync(other, 'utf8'), results));
}
console.log(`${page} and ${files} pictures, from ${kinds.join(' and ')}`);
