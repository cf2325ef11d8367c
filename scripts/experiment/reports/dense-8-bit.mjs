// Ternary against 8-bit weights: a group of bars for each density.

import { HEIGHT, WIDTH } from '../../../bench/report/charts.mjs';
import { count, densityName, milliseconds, times } from '../../../bench/report/figures.mjs';
import { bars } from '../colours.mjs';
import { table } from '../draw.mjs';

export const picture = (rows) => ({
  title: `Prover time of a perceptron of width ${rows[0].size}, ternary and 8-bit weights`,
  width: WIDTH,
  height: HEIGHT,
  data: { values: rows.map((row) => ({ ...row, name: densityName(row.density) })) },
  mark: { type: 'bar' },
  encoding: {
    x: {
      field: 'name',
      type: 'ordinal',
      title: 'density',
      sort: rows.map(({ density }) => densityName(density)),
      axis: { labelAngle: 0 },
    },
    xOffset: { field: 'weights', sort: ['ternary', '8-bit'] },
    y: { field: 'proveMs', type: 'quantitative', title: 'prover, ms' },
    ...bars(rows, 'weights', { title: 'weights' }),
  },
});

const same = (rows, density, weights) => rows.find((row) => row.density === density && row.weights === weights);

export const tables = {
  every: (rows) =>
    table(rows, [
      ['weights', ({ weights }) => weights],
      ['density', ({ density }) => densityName(density)],
      ['nonzeros', ({ nonzeros }) => count(nonzeros)],
      ['prover', ({ proveMs }) => milliseconds(proveMs)],
      ['of which witness', ({ witnessMs }) => milliseconds(witnessMs)],
      ['layers', ({ layersMs }) => milliseconds(layersMs)],
      ['the rest', ({ proveMs, witnessMs, layersMs }) => milliseconds(proveMs - witnessMs - layersMs)],
      ['E', ({ extensionProducts }) => count(extensionProducts)],
      ['X', ({ mixedProducts }) => count(mixedProducts)],
      ['verifier', ({ verifyMs }) => milliseconds(verifyMs)],
      ['proof', ({ proofBytes }) => `${count(proofBytes)} bytes`],
    ]),
  ratios(rows) {
    const dense = same(rows, 1, '8-bit');
    return table(
      rows.filter(({ weights }) => weights === 'ternary'),
      [
        ['density of the ternary weights', ({ density }) => densityName(density)],
        ['8-bit of the same density / ternary', ({ density, proveMs }) => ratio(same(rows, density, '8-bit'), proveMs)],
        ['dense 8-bit / ternary', ({ proveMs }) => ratio(dense, proveMs)],
      ],
    );
  },
};

const ratio = (row, proveMs) => times(row.proveMs / proveMs);
