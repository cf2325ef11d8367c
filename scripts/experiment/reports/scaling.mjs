// How each phase grows: a line for each, and the exponent of the width that fits it best.

import { HEIGHT, LINE, logarithmic, WIDTH } from '../../../bench/report/charts.mjs';
import { count, distinct, fitLine, milliseconds } from '../../../bench/report/figures.mjs';
import { lines } from '../colours.mjs';
import { table } from '../draw.mjs';

const phasesOf = (rows) => [...new Set(rows.map(({ phase }) => phase))];

export const picture = (rows) => ({
  title: 'Time of each phase against the width of a perceptron',
  width: WIDTH,
  height: HEIGHT,
  data: { values: rows },
  mark: LINE,
  encoding: {
    x: logarithmic('width', 'width of the layers', {
      scale: { base: 2 },
      axis: { values: distinct(rows.map(({ width }) => width)), format: 'd' },
    }),
    y: logarithmic('ms', 'ms', { axis: { format: '~g' } }),
    ...lines(rows, 'phase'),
  },
});

export const tables = {
  times(rows) {
    const widths = distinct(rows.map(({ width }) => width));
    const of = (width, name) => rows.find((row) => row.width === width && row.phase === name);
    return table(widths, [
      ['width', count],
      ['nonzeros', (width) => count(of(width, 'layers').nonzeros)],
      ...phasesOf(rows).map((phase) => [phase, (width) => milliseconds(of(width, phase).ms)]),
      ['rate', (width) => `1/${2 ** of(width, 'layers').rateBits}`],
      ['proof', (width) => `${count(of(width, 'layers').proofBytes)} bytes`],
    ]);
  },
  exponents(rows) {
    const widths = distinct(rows.map(({ width }) => width));
    const slope = (phase, field, among) => {
      const own = rows.filter((row) => row.phase === phase && among.includes(row.width));
      if (own.some((row) => row[field] === 0)) return '';
      return fitLine(own.map((row) => ({ x: Math.log2(row.width), y: Math.log2(row[field]) }))).b.toFixed(2);
    };
    return table(phasesOf(rows), [
      ['phase', (phase) => phase],
      ['time', (phase) => slope(phase, 'ms', widths)],
      ['time, the three largest', (phase) => slope(phase, 'ms', widths.slice(-3))],
      ['E', (phase) => slope(phase, 'extensionProducts', widths)],
      ['additions in F', (phase) => slope(phase, 'additions', widths)],
      ['additions, the two largest', (phase) => slope(phase, 'additions', widths.slice(-2))],
    ]);
  },
};
