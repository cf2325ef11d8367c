// Where the time goes: each network's proof cut into its phases, and what each of them counts.

import { ofOne, WIDTH } from '../../../bench/report/charts.mjs';
import { count, milliseconds } from '../../../bench/report/figures.mjs';
import { bars } from '../colours.mjs';
import { table } from '../draw.mjs';

const namesOf = (rows) => [...new Set(rows.map(({ network }) => network))];
const wholeOf = (rows, name) => rows.reduce((sum, { network, ms }) => (network === name ? sum + ms : sum), 0);

export const picture = (rows) => ({
  title: 'Where the prover’s time goes, by phase',
  width: WIDTH,
  height: { step: 34 },
  data: { values: rows.map((row, order) => ({ ...row, order, share: row.ms / wholeOf(rows, row.network) })) },
  mark: { type: 'bar' },
  encoding: {
    y: { field: 'network', type: 'nominal', title: null, sort: namesOf(rows) },
    x: ofOne('share', 'share of the proof'),
    ...bars(rows, 'phase', { legend: { columns: 6 } }),
    order: { field: 'order', type: 'quantitative' },
  },
});

export const tables = {
  every: (rows) =>
    table(rows, [
      ['network', ({ network }) => network],
      ['phase', ({ phase }) => phase],
      ['time', ({ ms }) => milliseconds(ms)],
      ['share', ({ network, ms }) => `${((100 * ms) / wholeOf(rows, network)).toFixed(0)} %`],
      ['E', ({ extensionProducts }) => count(extensionProducts)],
      ['X', ({ mixedProducts }) => count(mixedProducts)],
      ['B', ({ baseProducts }) => count(baseProducts)],
      ['additions', ({ additions }) => count(additions)],
      ['hashed bytes', ({ hashedBytes }) => count(hashedBytes)],
    ]),
};
