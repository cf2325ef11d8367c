// Density against prover time: a line for each method, and what a nonzero adds.

import { HEIGHT, LINE, logarithmic, WIDTH } from '../../../bench/report/charts.mjs';
import { count, densityName, distinct, fitLine, milliseconds, nanoseconds } from '../../../bench/report/figures.mjs';
import { lines } from '../colours.mjs';
import { table } from '../draw.mjs';

export const picture = (rows) => ({
  title: `Prover time of one layer against its nonzero weights, ${rows[0].size} × ${rows[0].size}`,
  width: WIDTH,
  height: HEIGHT,
  data: { values: rows },
  mark: LINE,
  encoding: {
    x: logarithmic('nonzeros', 'nonzero weights', { axis: { format: '~s' } }),
    y: logarithmic('proveMs', 'prover, ms', { axis: { format: '~g' } }),
    ...lines(rows, 'method'),
  },
});

const methodsOf = (rows) => [...new Set(rows.map(({ method }) => method))];

export const tables = {
  times(rows) {
    const densities = distinct(rows.map(({ density }) => density)).reverse();
    const timeOf = (method, density) =>
      milliseconds(rows.find((row) => row.method === method && row.density === density).proveMs);
    return table(densities, [
      ['density', densityName],
      ['nonzeros', (density) => count(rows.find((row) => row.density === density).nonzeros)],
      ...methodsOf(rows).map((method) => [method, (density) => timeOf(method, density)]),
    ]);
  },
  fits(rows) {
    const fits = methodsOf(rows).map((method) => {
      const own = rows.filter((row) => row.method === method);
      return { method, ...fitLine(own.map(({ nonzeros, proveMs }) => ({ x: nonzeros, y: proveMs }))) };
    });
    return table(fits, [
      ['method', ({ method }) => method],
      ['at no nonzeros', ({ a }) => milliseconds(a)],
      ['per nonzero', ({ b }) => nanoseconds(b * 1e6)],
      ['R²', ({ rSquared }) => rSquared.toFixed(4)],
    ]);
  },
};
