// Runs the experiments of docs/experiments again: each measures, keeps its rows in data/NAME.json, and from these draws
// pictures/NAME.svg and fills the tables of NAME.md.
//     npm run experiment                       lists them
//     npm run experiment NAME …                runs these; `all` runs every one
//     npm run experiment -- NAME --quick       a small version, timed once; writes nothing unless --docs says where
//     npm run experiment -- NAME --draw        runs nothing: draws again from the data that are kept
//     npm run experiment FILE.mjs …            runs a script of your own and shows its rows; writes nothing unless --docs says where
// --docs FOLDER writes below another folder than docs; --from FOLDER runs the scripts of another folder.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './built.mjs';
import { draw } from './experiment/draw.mjs';
import { keep, runExperiment } from './experiment/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const home = join(root, 'docs', 'experiments');
const names = readdirSync(home)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.replace(/\.mjs$/, ''))
  .sort();

function fail(message) {
  console.error(`experiment: ${message}`);
  process.exit(2);
}

const USAGE = `npm run experiment                    lists the experiments
npm run experiment NAME …             runs these again and rewrites their data, pictures and tables; all runs every one
npm run experiment FILE.mjs …         runs a script of your own and shows its rows
npm run experiment -- NAME --quick    a small version, timed once: shows its rows
npm run experiment -- NAME --draw     runs nothing: draws again from the data that are kept
--docs FOLDER writes below another folder than docs; --from FOLDER runs the scripts of another folder.`;

/** npm keeps options that stand before \`--\` for itself; without them this would be another run, which overwrites data. */
function refuseKept(values) {
  const kept = ['quick', 'draw', 'docs', 'from', 'help'].find(
    (name) => process.env[`npm_config_${name}`] && values[name] === undefined,
  );
  if (kept === 'help' || kept === undefined) return;
  fail(`npm keeps --${kept} for itself; put -- before the name: npm run experiment -- NAME --${kept}`);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: 'boolean' },
        draw: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        docs: { type: 'string' },
        from: { type: 'string' },
      },
    });
  } catch (error) {
    return fail(`${error.message.split('. ')[0]}; there are --quick, --draw, --docs FOLDER and --from FOLDER`);
  }
}

/** The question of an experiment, as its page asks it. */
const questionOf = (name) =>
  /\*\*Question\.\*\* ([\s\S]*?)\n\n/.exec(readFileSync(join(home, `${name}.md`), 'utf8'))[1];

/** Returns the experiments that were asked for, in the order of the list. */
function choose(asked) {
  const unknown = asked.filter((name) => name !== 'all' && !names.includes(name) && !isFile(name));
  if (unknown.length > 0) fail(`unknown experiment ${unknown.join(', ')}; use ${names.join(', ')}, or all`);
  return asked.includes('all') ? names : names.filter((name) => asked.includes(name));
}

/** A script of somebody's own. */
const isFile = (name) => name.endsWith('.mjs');

/** A row as it is shown: six digits are more than a time has. */
const rounded = (row) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toPrecision(6)) : value,
    ]),
  );

/** @param target - nothing is written if it is undefined */
async function run(name, file, target) {
  const started = performance.now();
  const script = await import(pathToFileURL(file).href);
  for (const needed of ['cases', 'measure']) {
    if (typeof script[needed] !== 'function') fail(`${file} does not export a function ${needed}`);
  }
  const results = await runExperiment(name, script, values.quick === true);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (target === undefined) {
    console.table(results.rows.map(rounded));
  } else {
    keep(name, results, join(target, 'experiments'));
    if (names.includes(name)) await draw(name, join(target, 'experiments'));
  }
  const written = target === undefined ? 'nothing written' : `written to ${join(target, 'experiments')}`;
  console.log(`${name}: ${results.rows.length} rows in ${seconds} s, ${written}`);
}

/** In a process of its own, so that no experiment is timed on what another one left compiled. */
function runAlone(name) {
  const args = [fileURLToPath(import.meta.url), name, '--docs', target, '--from', from];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

const { values, positionals } = readArguments();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
refuseKept(values);
const chosen = choose(positionals);
const own = positionals.filter(isFile).map((path) => resolve(path));
const absent = own.find((path) => !existsSync(path));
if (absent !== undefined) fail(`file ${absent} does not exist`);
if (chosen.length + own.length === 0) {
  const width = Math.max(...names.map((name) => name.length));
  console.log('npm run experiment NAME runs one again, npm run experiment all runs every one:');
  for (const name of names) console.log(`  ${name.padEnd(width)}  ${questionOf(name).replaceAll('\n', ' ')}`);
  process.exit(0);
}

const docs = values.docs === undefined ? undefined : resolve(values.docs);
const target = docs ?? (values.quick ? undefined : join(root, 'docs'));
if (values.draw && own.length > 0) fail('--draw is for the experiments of docs; a script of your own has no picture');
if (values.draw) {
  for (const name of chosen) {
    const folder = join(target ?? join(root, 'docs'), 'experiments');
    if (!existsSync(join(folder, 'data', `${name}.json`))) fail(`${folder} has no data of ${name} to draw from`);
    await draw(name, folder);
    console.log(`${name}: drawn from its data`);
  }
  process.exit(0);
}
const from = resolve(values.from ?? home);
if (values.from === undefined) ensureBuilt();
process.chdir(root); // scripts name examples from here
for (const name of chosen) {
  if (chosen.length === 1 || values.quick) await run(name, join(from, `${name}.mjs`), target);
  else runAlone(name);
}
for (const path of own) await run(basename(path, '.mjs'), path, docs);
