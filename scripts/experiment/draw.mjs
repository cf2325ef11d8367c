// The picture of an experiment and the tables of its page, from its data: reports/NAME.mjs says what is drawn. Tables stand
// between `<!-- figures: which -->` and `<!-- end of figures -->`.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { render } from '../../bench/report/charts.mjs';
import { markdownTable } from '../../bench/report/page.mjs';

/** @param folder - holds `data/NAME.json`, and `NAME.md` if its tables are to be filled */
export async function draw(name, folder) {
  const { picture, tables } = await import(`./reports/${name}.mjs`);
  const results = JSON.parse(readFileSync(join(folder, 'data', `${name}.json`), 'utf8'));
  const { svg } = await render({ file: `${name}.svg`, ...picture(results.rows) });
  mkdirSync(join(folder, 'pictures'), { recursive: true });
  writeFileSync(join(folder, 'pictures', `${name}.svg`), svg);
  const page = join(folder, `${name}.md`);
  if (!existsSync(page)) return;
  const filled = { machine: () => [machineLine(results)], ...tables };
  writeFileSync(
    page,
    fill(readFileSync(page, 'utf8'), (which) => filled[which]?.(results.rows)),
  );
}

function fill(page, linesOf) {
  return page.replace(/(<!-- figures: (\w+) -->\n)[\s\S]*?(<!-- end of figures -->)/g, (whole, begin, which, end) => {
    const lines = linesOf(which);
    return lines === undefined ? whole : `${begin}\n${lines.join('\n')}\n\n${end}`;
  });
}

function machineLine({ date, machine: { cpu, cores, node, load }, quick }) {
  const where = `one thread of ${cpu} (${cores} cores, load ${load} when it began)`;
  const version = quick ? ' The small version, timed once: its figures say nothing.' : '';
  return `Measured on ${date}, ${where}, Node ${node.replace(/^v/, '')}.${version}`;
}

/** A table from rows: `columns` are pairs of a heading and what a row shows there. */
export function table(rows, columns) {
  return markdownTable(
    columns.map(([heading]) => heading),
    rows.map((row) => columns.map(([, show]) => show(row))),
  );
}
