// Scores, and survivors as docs/mutation-testing.md names them.

import { relative } from 'node:path';

const KILLED = new Set(['Killed', 'Timeout']);
const LEFT = new Set(['Survived', 'NoCoverage']);

const pathOf = ({ fileName }) => relative(process.cwd(), fileName).split('\\').join('/');
const oneLine = (text) => text.replace(/\s+/g, ' ').trim();

/** Killed mutants of a hundred; those that no parser or test runner accepts do not count. */
export function scoreOf(mutants) {
  const killed = mutants.filter(({ status }) => KILLED.has(status)).length;
  const left = mutants.filter(({ status }) => LEFT.has(status)).length;
  return killed + left === 0 ? 100 : (100 * killed) / (killed + left);
}

/** One line a verifier: mutants, killed, survivors, score. */
export function scoreTable(mutants) {
  const files = groupByPath(mutants);
  const rows = [...files, ['all', mutants]].map(([path, list]) => {
    const counted = list.filter(({ status }) => KILLED.has(status) || LEFT.has(status));
    const left = counted.filter(({ status }) => LEFT.has(status)).length;
    return `| ${path} | ${counted.length} | ${counted.length - left} | ${left} | ${scoreOf(list).toFixed(1)} % |`;
  });
  return ['| verifier | mutants | killed | survived | score |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** The mutants that no test noticed: the code, and what stood in its place. */
export function survivorsOf(mutants, sources) {
  return mutants
    .filter(({ status }) => LEFT.has(status))
    .map((mutant) => ({
      path: pathOf(mutant),
      line: mutant.location.start.line,
      code: oneLine(textAt(sources.get(pathOf(mutant)), mutant.location)),
      mutant: oneLine(mutant.replacement),
      status: mutant.status,
    }));
}

/** The survivors that the page explains: lines "- `path`: `code` → `mutant`: why". */
export function explainedIn(page) {
  return [...page.matchAll(/^- `([^`]+)`: `` ?(.+?) ?`` → `` ?(.*?) ?``: \S/gm)].map(([, path, code, mutant]) => ({
    path,
    code,
    mutant,
  }));
}

function groupByPath(mutants) {
  const files = new Map();
  for (const mutant of mutants) files.set(pathOf(mutant), [...(files.get(pathOf(mutant)) ?? []), mutant]);
  return files;
}

/** Returns the text between two places, lines and columns counted from 1, the end not included. */
function textAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines[lines.length - 1].slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return lines.join('\n');
}
