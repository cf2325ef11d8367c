// Writes docs/benchmarks.md and its pictures from the results of `ternary-gkr bench layers --json`:
//     node scripts/bench-report.mjs [results.json] [folder]
// By default the results are docs/benchmarks/layers.json and the folder is docs. Results from elsewhere are
// copied beside the pictures, so that the page always links to what it was made from.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawCharts } from './report/charts.mjs';
import { writePage } from './report/page.mjs';

const PICTURES = 'benchmarks';
const RESULTS = 'layers.json';

const docs = fileURLToPath(new URL('../docs', import.meta.url));
const [resultsPath = join(docs, PICTURES, RESULTS), folder = docs] = process.argv.slice(2);

let results;
try {
  results = JSON.parse(readFileSync(resultsPath, 'utf8'));
} catch (error) {
  console.error(`bench-report: ${resultsPath}: ${error.message}; write it with: npx ternary-gkr bench layers --json`);
  process.exit(2);
}
if (!Array.isArray(results.layers) || results.layers.length === 0 || results.machine === undefined) {
  console.error(`bench-report: ${resultsPath} has no layers or no machine; it is what bench layers --json prints`);
  process.exit(2);
}

const pictures = join(folder, PICTURES);
mkdirSync(pictures, { recursive: true });
const charts = await drawCharts(results);
for (const { file, svg } of charts) writeFileSync(join(pictures, file), svg);
if (resolve(resultsPath) !== resolve(pictures, RESULTS)) copyFileSync(resultsPath, join(pictures, RESULTS));
writeFileSync(join(folder, 'benchmarks.md'), writePage(results, charts, { folder: PICTURES, resultsName: RESULTS }));
console.log(`${join(folder, 'benchmarks.md')} and ${charts.length} pictures, from ${results.layers.length} cases`);
