// Draws the pictures of the course, docs/course/pictures/*.svg, from docs/course/data/*.json:
//     node scripts/course-pictures.mjs [folder]
// The folder is docs/course/pictures unless given. The same data give the same bytes.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { charts } from './course/charts.mjs';
import { diagrams } from './course/diagrams.mjs';

const course = fileURLToPath(new URL('../docs/course', import.meta.url));
const [folder = join(course, 'pictures')] = process.argv.slice(2);
const pictures = { ...charts, ...diagrams };

mkdirSync(folder, { recursive: true });
for (const file of readdirSync(join(course, 'data'))) {
  const name = basename(file, '.json');
  const data = JSON.parse(readFileSync(join(course, 'data', file), 'utf8'));
  writeFileSync(join(folder, `${name}.svg`), await pictures[name](data));
}
