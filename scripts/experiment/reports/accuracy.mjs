// Accuracy against density: a line for each rule of pruning.

import { HEIGHT, LINE, logarithmic, ofOne, WIDTH } from '../../../bench/report/charts.mjs';
import { count, distinct, milliseconds } from '../../../bench/report/figures.mjs';
import { lines } from '../colours.mjs';
import { table } from '../draw.mjs';

const accuracy = ({ correct, tested }) => correct / tested;
const density = ({ nonzeros, entries }) => nonzeros / entries;
const percent = (value, digits = 1) => `${(100 * value).toFixed(digits)} %`;

export const picture = (rows) => ({
  title: `Accuracy of mlp-small on ${rows[0].tested} digits against the density of its weights`,
  width: WIDTH,
  height: HEIGHT,
  data: { values: rows.map((row) => ({ ...row, accuracy: accuracy(row), density: density(row) })) },
  mark: LINE,
  encoding: {
    x: logarithmic('density', 'density of all weights', { axis: { format: '.0%' } }),
    y: ofOne('accuracy', 'right'),
    ...lines(rows, 'rule', { title: 'pruned' }),
  },
});

export const tables = {
  every(rows) {
    const shares = distinct(rows.map(({ kept }) => kept)).reverse();
    const rules = [...new Set(rows.map(({ rule }) => rule))];
    const of = (kept, rule) => rows.find((row) => row.kept === kept && row.rule === rule);
    return table(shares, [
      ['kept', (kept) => percent(kept)],
      ['nonzeros', (kept) => count(of(kept, rules[0]).nonzeros)],
      ['density', (kept) => percent(density(of(kept, rules[0])))],
      ...rules.map((rule) => [rule, (kept) => percent(accuracy(of(kept, rule)))]),
      ['E', (kept) => count(of(kept, rules[2]).extensionProducts)],
      ['prover', (kept) => milliseconds(of(kept, rules[2]).proveMs)],
    ]);
  },
};
