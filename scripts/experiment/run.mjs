// Running one experiment: its script has `cases(quick)`, a list, and `measure(case, tools)`, which gives one row or several.
// A row is an object of numbers and strings, times in milliseconds, sizes in bytes.

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { toolsFor } from './tools.mjs';

/** Runs every case; progress goes to standard error where somebody looks at it. */
export async function runExperiment(name, { cases, measure }, quick) {
  const tools = toolsFor(quick);
  const machine = describeMachine();
  const list = cases(quick);
  const rows = [];
  for (const [index, one] of list.entries()) {
    showProgress(`${name}: case ${index + 1} of ${list.length}, ${Object.values(one).join(', ')}`);
    rows.push(...[await measure(one, tools)].flat());
  }
  showProgress('');
  return { experiment: name, quick, date: new Date().toISOString().slice(0, 10), machine, rows };
}

function showProgress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function describeMachine() {
  const [{ model = 'unknown' } = {}] = cpus();
  return {
    cpu: model.trim(),
    cores: cpus().length,
    memoryBytes: totalmem(),
    platform: platform(),
    node: process.version,
    // processes that wanted to run in the last minute: what else disturbed the times
    load: Number(loadavg()[0].toFixed(1)),
  };
}

/** Writes the data of an experiment below a folder that holds `data`. */
export function keep(name, results, folder) {
  mkdirSync(join(folder, 'data'), { recursive: true });
  writeFileSync(join(folder, 'data', `${name}.json`), `${JSON.stringify(results, null, 2)}\n`);
}
