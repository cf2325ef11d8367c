// docs/benchmarks.md, its part on the opening of committed weights: every figure in it comes from the results.

import { HEIGHT, LINE, logarithmic, render, WIDTH } from './charts.mjs';
import { BLUE, lined, RED } from './colours.mjs';
import { count, densityName, milliseconds, nanoseconds, shapeName } from './figures.mjs';
import { machineTable, markdownTable } from './page.mjs';

const COLOURS = { high: BLUE, low: RED };

/** The pictures that the results allow: `{ file, title, svg }`. */
export async function drawOpeningCharts({ openings }) {
  const memories = Object.keys(COLOURS).filter((memory) => openings.some((one) => one.memory === memory));
  const spec = {
    file: 'opening.svg',
    title: 'Opening of a committed matrix, without the proof of work',
    width: WIDTH,
    height: HEIGHT,
    data: { values: openings.map((one) => ({ ...one, line: `${shapeName(one)}, ${one.memory} memory` })) },
    mark: LINE,
    encoding: {
      x: logarithmic('nnz', 'nonzero weights', { axis: { format: '~s' } }),
      y: logarithmic('openMs', 'opening, ms', { axis: { format: '~g' } }),
      detail: { field: 'line', type: 'nominal' },
      ...lined(
        'memory',
        memories,
        memories.map((memory) => COLOURS[memory]),
        { title: 'memory' },
      ),
    },
  };
  return [await render(spec)];
}

/**
 * The part on openings.
 *
 * @param results - what `openings --json` printed
 * @param charts - `{ file, title }` of each picture
 * @param folder - where the pictures and the results lie, relative to the page
 */
export function openingsPart({ openings, fits, skipped = [], machine }, charts, { folder, resultsName }) {
  const lines = [
    '## The opening of committed weights',
    '',
    `Written by \`npm run bench -- report\` from [${resultsName}](${folder}/${resultsName}); nothing here is typed by hand.`,
    'The results come from `npm run --silent bench -- openings --json`, one thread, each density in a process of its own, medians',
    'after warm-up: one committed ternary matrix, from the claim that a layer leaves to the last byte of the proof. The',
    'claim on the matrix becomes one on the committed vector (`claim`), which is opened (`vector`); `reading` is what looks at',
    'the weights: the claim, the combination of the rows and the queried columns. The proof of work takes',
    'a random time, the same on average for every density. It is timed separately and not included in `opening`.',
    '',
    ...machineTable(machine),
    '',
    ...markdownTable(
      [
        ...['matrix', 'memory', 'density', 'nonzeros', 'opening', 'quartiles', 'claim', 'vector', 'reading', 'work'],
        ...['openings', 'verifier', 'proof'],
      ],
      openings.map((one) => [
        shapeName(one),
        one.memory,
        densityName(one.density),
        count(one.nnz),
        milliseconds(one.openMs),
        `${milliseconds(one.openLowerQuartileMs)} – ${milliseconds(one.openUpperQuartileMs)}`,
        milliseconds(one.claimMs),
        milliseconds(one.vectorMs),
        milliseconds(one.readMs),
        milliseconds(one.workMs),
        one.proofs,
        milliseconds(one.verifyMs),
        `${count(one.proofBytes)} bytes`,
      ]),
    ),
    ...charts.flatMap(({ file, title }) => ['', `![${title}](${folder}/${file})`]),
    ...fitSection(fits),
    ...notMeasured(skipped),
  ];
  return `${lines.join('\n')}\n`;
}

function fitSection(fits) {
  if (fits.length === 0) return [];
  return [
    '',
    '### The cost of a nonzero',
    '',
    'Least squares of opening = a + b·nonzeros over the densities; `gather` is the time of one nonzero in the gather kernel',
    'alone, measured in the same run: no method that reads every nonzero weight once is below it. `reading` is the same',
    'line through the time of reading the weights alone, since the noise of the common part hides the slope.',
    '',
    ...markdownTable(
      ['matrix', 'memory', 'densities', 'of', 'a', 'b, per nonzero', 'R²', 'b / gather'],
      fits.flatMap(({ reading, ...fit }) =>
        Object.entries({ opening: fit, reading }).map(([of, line]) => [
          shapeName(fit),
          fit.memory,
          fit.densities,
          of,
          milliseconds(line.fixedMs),
          nanoseconds(line.nsPerNonzero),
          line.rSquared.toFixed(4),
          line.gathersPerNonzero.toFixed(2),
        ]),
      ),
    ),
  ];
}

function notMeasured(skipped) {
  const rows = skipped.map((one) => [shapeName(one), one.memory, densityName(one.density), one.reason]);
  return rows.length === 0
    ? []
    : ['', '### Openings not measured', '', ...markdownTable(['matrix', 'memory', 'density', 'why'], rows)];
}
