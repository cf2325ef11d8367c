// Writes docs/benchmarks.md and its pictures from what `npm run --silent bench -- layers --json`, `networks --json` and
// `openings --json` print:
//     npm run bench -- report [results.json] [folder]
// and the tables of docs/commit-and-prove.md and docs/comparison.md that are made of the same figures.
// Results are kept beside the pictures as layers.json, networks.json and openings.json, so that the page always links to what it was
// made from; those that are given replace the kept ones of their kind. The folder is docs unless given.

import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawCharts } from './charts.mjs';
import { fillFigures } from './commit-and-prove.mjs';
import { drawNetworkCharts } from './network-charts.mjs';
import { networksPart } from './networks.mjs';
import { drawOpeningCharts, openingsPart } from './openings.mjs';
import { layersPart } from './page.mjs';

const PICTURES = 'benchmarks';
const PARTS = {
  layers: { draw: drawCharts, write: layersPart },
  networks: { draw: drawNetworkCharts, write: networksPart },
  openings: { draw: drawOpeningCharts, write: openingsPart },
};
const PRINTED = 'layers --json, networks --json or openings --json';
const USAGE = `usage: npm run bench -- report [results.json] [folder]

Writes benchmarks.md and its pictures into the folder, docs unless given, and the figures of the pages there that share them.
The results are what ${PRINTED} printed; they are kept in the folder and replace those of their kind.`;

function fail(message) {
  console.error(`bench: report: ${message}`);
  process.exit(2);
}

function readResults(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail(
      `${path}: ${error.message}; write it with: npm run --silent bench -- layers --json, or networks or openings`,
    );
  }
}

const hasCases = (results, kind) => Array.isArray(results[kind]) && results[kind].length > 0;

/** Puts results beside the pictures, in place of those of their kind. */
function keepResults(given, kept) {
  const results = readResults(given);
  const kind = Object.keys(PARTS).find((name) => hasCases(results, name));
  if (kind === undefined || results.machine === undefined) {
    fail(`${given} has no layers, networks or openings, or no machine; it is what ${PRINTED} prints`);
  }
  if (resolve(given) !== resolve(kept(kind))) copyFileSync(given, kept(kind));
}

/** @param args - the file of results and the folder, each if given */
export async function writeReport(args) {
  if (args.some((arg) => ['help', '--help', '-h'].includes(arg))) return console.log(USAGE);
  const option = args.find((arg) => arg.startsWith('-'));
  if (option !== undefined) fail(`unknown option ${option}; see npm run bench -- report --help`);
  if (args.length > 2) fail(`'${args[2]}' is one argument too many; see npm run bench -- report --help`);
  const [given, folder = fileURLToPath(new URL('../../docs', import.meta.url))] = args;
  const pictures = join(folder, PICTURES);
  const kept = (kind) => join(pictures, `${kind}.json`);
  mkdirSync(pictures, { recursive: true });
  if (given !== undefined) keepResults(given, kept);

  const kinds = Object.keys(PARTS).filter((kind) => existsSync(kept(kind)));
  if (kinds.length === 0) fail(`${pictures} has no results; name a file that ${PRINTED} printed`);
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
}
